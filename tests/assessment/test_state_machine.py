"""Random people do random things to one proposal; a small model beside it says what must come of it.

``STATE_MACHINE_EXAMPLES`` and ``STATE_MACHINE_STEPS`` make it look longer, and anew each time.
"""

import datetime
import os
from dataclasses import dataclass, field, replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from assessment import drafting, permissions, workflow
from assessment.content import as_content
from assessment.models import (
    LOCKING,
    TRANSITIONS,
    FormalRejection,
    InformationRequest,
    Proposal,
    ProposalVersion,
    RequestedField,
    SectionSave,
    Status,
    Transition,
)
from assessment.models.status import BEFORE_A_DECISION, WRITABLE
from catalogue.models import Example
from tests.assessment.factories import (
    DECLARATION,
    QUESTIONS,
    UserFactory,
    check_deferred,
    co_editor,
    complete,
    draft,
    office_member,
    with_board,
)

EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "6"))
STEPS = int(os.environ.get("STATE_MACHINE_STEPS", "25"))

WHO = ["submitter", "writer", "reader", "stranger", "office", "second", "office_writer"]
WRITERS = {"submitter", "writer", "office_writer"}
SCREENERS = {"office", "second"}
"""Members of the office who do not work on the proposal."""
TEXTS = {"solution": "need_de", "success": "success_de", "transfer": "transfer_de"}
"""A section and one of its columns that has to be filled in."""
MODELS = [
    Proposal,
    Transition,
    ProposalVersion,
    InformationRequest,
    RequestedField,
    FormalRejection,
    SectionSave,
]
REFUSALS = (
    workflow.TransitionNotAllowed,
    workflow.Incomplete,
    workflow.AnswerMissing,
    workflow.SamePerson,
    drafting.NotWritable,
    drafting.StaleVersion,
)

# Everybody tries everything; those who may, more often, so that proposals get somewhere.
authors = st.sampled_from([*WHO, *["submitter"] * 5, *["writer"] * 3])
screeners = st.sampled_from([*WHO, *["office"] * 5, *["second"] * 5])
sections = st.sampled_from(sorted(TEXTS))
texts = st.sampled_from(
    ["", "  ", "Eins.", "Drei.", "Vier.", "Zwei\nZeilen.", "Grüße – „äöü“", "<b>&amp;</b>", "x" * 900]
)
seen_versions = st.sampled_from(["current", "current", "current", "older", "none", "newer"])


RECEIVED = [("submit", "submitter"), ("begin_screening", "office")]
STARTS = {
    Status.DRAFT: [],
    Status.SCREENING: RECEIVED,
    Status.NEEDS_INFO: [*RECEIVED, ("ask", "office")],
    Status.IN_REVIEW: [*RECEIVED, ("begin_review", "office")],
    Status.REJECTED: [*RECEIVED, ("propose_rejection", "office"), ("confirm_rejection", "second")],
}
"""Where the machine starts, and the way there: from a draft alone, chance would seldom get far."""


class Refused(Exception):
    """The person may not: what a view answers with 403 or 404."""


@dataclass
class Expected:
    """What the database must say after each step, kept without asking it."""

    status: str = Status.DRAFT
    chain: list = field(default_factory=lambda: [("", "draft")])
    texts: dict = field(default_factory=dict)
    saves: dict = field(default_factory=dict)
    versions: list = field(default_factory=list)
    is_asked: bool = False
    proposed_by: str = ""
    """Who of the office proposes to reject."""

    def is_complete(self):
        return all(text.strip() for text in self.texts.values())

    def to(self, target, **values):
        return replace(self, status=target, chain=[*self.chain, (str(self.status), str(target))], **values)


class ProposalMachine(RuleBasedStateMachine):
    """Each example is one transaction that is rolled back; each step reaches what is checked at the end of one."""

    start: str

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.proposal = complete(draft())
        with_board(self.proposal.call)
        person = {
            "submitter": self.proposal.submitted_by,
            "writer": co_editor(self.proposal),
            "reader": co_editor(self.proposal, right="view"),
            "stranger": UserFactory(),
            "office": office_member(),
            "second": office_member(),
            "office_writer": co_editor(self.proposal, user=office_member()),
        }
        assert list(person) == WHO
        self.person = person
        example = self.proposal.example
        self.expected = Expected(
            texts={key: getattr(example, column) for key, column in TEXTS.items()},
            saves=dict.fromkeys(TEXTS, 0),
        )
        self.is_changed = True
        for name, who in STARTS[self.start]:
            getattr(self, name)(who)
        assert self.expected.status == self.start

    # What people do -------------------------------------------------------------------------------------------------

    @rule(who=authors, section=sections, text=texts, seen=seen_versions)
    def save(self, who, section, text, seen):
        stored = self.expected.saves[section]
        version = {"current": stored, "older": max(stored - 1, 0), "none": 0, "newer": stored + 1}[seen]
        # The first save takes any version: there is nothing yet that it could overwrite unseen.
        taken = who in WRITERS and self.expected.status in WRITABLE and (stored in {0, version})

        def act(user):
            allow(permissions.can_edit(user, self.fresh()))
            write = Example.objects.filter(pk=self.proposal.example_id).update
            drafting.save(
                self.proposal, section, by=user, seen=version, write=lambda: write(**{TEXTS[section]: text})
            )

        after = replace(
            self.expected,
            texts={**self.expected.texts, section: text},
            saves={**self.expected.saves, section: stored + 1},
        )
        self.step(who, act, after if taken else None)

    @rule(who=authors)
    def submit(self, who):
        taken = who in WRITERS and self.expected.status == Status.DRAFT and self.expected.is_complete()

        def act(user):
            allow(permissions.can_submit(user, self.fresh()))
            workflow.submit(self.proposal, by=user, declaration=DECLARATION, arrived=timezone.now())

        self.step(who, act, self.with_version(Status.SUBMITTED) if taken else None)

    @rule(who=authors, is_full=st.booleans())
    def answer(self, who, is_full):
        taken = (
            who in WRITERS
            and self.expected.status == Status.NEEDS_INFO
            and is_full
            and self.expected.is_complete()
        )

        def act(user):
            allow(permissions.can_edit(user, self.fresh()))
            answers = dict.fromkeys(QUESTIONS if is_full else list(QUESTIONS)[:1], "So.")
            workflow.answer(self.proposal, by=user, answers=answers)

        after = replace(self.with_version(Status.SCREENING), is_asked=False)
        self.step(who, act, after if taken else None)

    @rule(who=authors, is_sure=st.integers(0, 5))
    def withdraw(self, who, is_sure):
        """Seldom: nothing happens to a proposal afterwards."""
        if is_sure < 5:
            return
        taken = who in WRITERS and self.expected.status in BEFORE_A_DECISION

        def act(user):
            allow(permissions.can_withdraw(user, self.fresh()))
            workflow.withdraw(self.proposal, by=user)

        self.step(who, act, self.expected.to(Status.WITHDRAWN, is_asked=False) if taken else None)

    @rule(who=screeners)
    def begin_screening(self, who):
        self.screen(who, Status.SUBMITTED, self.expected.to(Status.SCREENING), workflow.begin_screening)

    @rule(who=screeners)
    def ask(self, who):
        self.screen(
            who,
            Status.SCREENING,
            self.expected.to(Status.NEEDS_INFO, is_asked=True, proposed_by=""),
            workflow.ask,
            questions=QUESTIONS,
            reason="Uns fehlt etwas.",
            due_on=timezone.localdate() + datetime.timedelta(days=7),
        )

    @rule(who=screeners)
    def begin_review(self, who):
        self.screen(
            who,
            Status.SCREENING,
            None if self.expected.proposed_by else self.expected.to(Status.IN_REVIEW),
            workflow.begin_review,
            finding="Erprobt.",
        )

    @rule(who=screeners)
    def return_to_screening(self, who):
        self.screen(
            who,
            Status.IN_REVIEW,
            self.expected.to(Status.SCREENING),
            workflow.return_to_screening,
            reason="Doch nicht.",
        )

    @rule(who=screeners)
    def propose_rejection(self, who):
        self.screen(
            who,
            Status.SCREENING,
            None if self.expected.proposed_by else replace(self.expected, proposed_by=who),
            workflow.propose_rejection,
            ground=FormalRejection.Ground.NOT_TRIED,
            explanation="Noch nicht erprobt.",
        )

    @rule(who=screeners)
    def confirm_rejection(self, who):
        proposed_by = self.expected.proposed_by
        taken = who in SCREENERS and self.expected.status == Status.SCREENING and proposed_by not in {"", who}

        def act(user):
            allow(permissions.can_screen(user, self.fresh()))
            workflow.confirm_rejection(self.rejection(), by=user)

        after = self.expected.to(Status.REJECTED, proposed_by="")
        self.step(who, act, after if taken else None)

    @rule(who=screeners)
    def dismiss_rejection(self, who):
        taken = who in SCREENERS and self.expected.proposed_by

        def act(user):
            allow(permissions.can_screen(user, self.fresh()))
            workflow.dismiss_rejection(self.rejection(), by=user)

        self.step(who, act, replace(self.expected, proposed_by="") if taken else None)

    @rule(status=st.sampled_from(list(Status)))
    def write_the_status_by_hand(self, status):
        """Somebody with the database in hand, and no transition."""

        if status != self.expected.status:
            rows = Proposal.objects.filter(pk=self.proposal.pk)
            with pytest.raises(IntegrityError):
                self.attempted(lambda _user: rows.update(status=status), None)
            assert everything() == self.rows

    # How a step is judged -------------------------------------------------------------------------------------------

    def step(self, who, act, after):
        """Do it; ``after`` is what is expected then, or nothing if it must be refused and change nothing."""
        refusal = None
        try:
            self.attempted(act, self.person[who])
        except (Refused, *REFUSALS) as error:
            refusal = error
        assert (refusal is None) == (after is not None), f"{who}: {refusal!r}"
        if after is None:
            assert everything() == self.rows
        else:
            self.expected, self.is_changed = after, True

    def attempted(self, act, user):
        with transaction.atomic():
            act(user)
            check_deferred()

    def screen(self, who, source, after, function, **values):
        """Let somebody of the office act, which works from ``source`` only."""
        taken = who in SCREENERS and self.expected.status == source

        def act(user):
            allow(permissions.can_screen(user, self.fresh()))
            function(self.proposal, by=user, **values)

        self.step(who, act, after if taken else None)

    def fresh(self):
        return Proposal.objects.get(pk=self.proposal.pk)

    def rejection(self):
        """Return what a page showed: the last one, open or not."""
        found = FormalRejection.objects.filter(proposal=self.proposal).last()
        allow(found is not None)
        return found

    def with_version(self, target):
        return self.expected.to(target, versions=[*self.expected.versions, dict(self.expected.texts)])

    # What must hold after each step ---------------------------------------------------------------------------------

    @invariant()
    def hold(self):
        """Look once after each change: a step that is refused is compared row by row instead."""
        if self.is_changed:
            self.status_follows_the_chain()
            self.no_text_is_lost()
            self.versions_are_what_was_handed_in()
            self.questions_and_rejections_fit()
            self.rows, self.is_changed = everything(), False

    def status_follows_the_chain(self):
        proposal, expected = self.fresh(), self.expected
        chain = list(proposal.transitions.values_list("source", "target"))
        assert proposal.status == expected.status == chain[-1][1]
        assert chain == expected.chain
        assert all(target in TRANSITIONS[source] for source, target in chain)
        assert [source for source, _target in chain[1:]] == [target for _source, target in chain[:-1]]
        assert proposal.example.is_locked == (expected.status in LOCKING)
        assert proposal.example.status == Example.Status.DRAFT

    def no_text_is_lost(self):
        example = Example.objects.get(pk=self.proposal.example_id)
        assert {key: getattr(example, column) for key, column in TEXTS.items()} == self.expected.texts
        versions = {key: drafting.version_of(self.proposal, key) for key in TEXTS}
        assert versions == self.expected.saves

    def versions_are_what_was_handed_in(self):
        kept = list(ProposalVersion.objects.filter(proposal=self.proposal))
        assert [version.number for version in kept] == list(range(1, len(self.expected.versions) + 1))
        assert [
            {key: version.content[column] for key, column in TEXTS.items()} for version in kept
        ] == self.expected.versions
        if self.expected.status in set(LOCKING) - {Status.WITHDRAWN}:
            assert kept[-1].content == as_content(self.fresh())

    def questions_and_rejections_fit(self):
        requests = InformationRequest.objects.filter(proposal=self.proposal, answered_at=None)
        rejections = FormalRejection.objects.filter(proposal=self.proposal)
        waiting = rejections.filter(confirmed_at=None, dismissed_at=None)
        assert requests.count() == self.expected.is_asked
        assert [one.proposed_by for one in waiting] == [
            self.person[who] for who in [self.expected.proposed_by] if who
        ]
        assert rejections.exclude(confirmed_by=None).count() == (self.expected.status == Status.REJECTED)


def allow(may):
    if not may:
        raise Refused


def everything():
    return [
        list(Example.objects.order_by("pk").values()),
        *(list(model.objects.order_by("pk").values()) for model in MODELS),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("start", STARTS, ids=str)
def test_nobody_in_any_order_breaks_the_rules(start):
    machine = type("Machine", (ProposalMachine,), {"start": start})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize="STATE_MACHINE_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )
