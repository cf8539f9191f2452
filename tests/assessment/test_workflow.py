"""Every function of the workflow from every state: what it changes, and that a refusal changes nothing."""

import datetime
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from assessment import completeness, drafting, workflow
from assessment.content import as_content
from assessment.models import (
    LOCKING,
    TRANSITIONS,
    Call,
    FormalRejection,
    InformationRequest,
    Proposal,
    ProposalVersion,
    RequestedField,
    SectionSave,
    Status,
    Transition,
)
from assessment.models.status import BEFORE_A_DECISION
from catalogue.models import Consent, Example, Link
from goodpractice.accounts.models import Membership
from goodpractice.outbox.models import Mail
from tests.assessment.factories import (
    DAY,
    DECLARATION,
    QUESTIONS,
    CallFactory,
    UserFactory,
    asked,
    check_deferred,
    co_editor,
    complete,
    draft,
    member_of,
    office_member,
    proposal_in,
    rejection_of,
    with_board,
)
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db

MODELS = [
    Proposal,
    Transition,
    ProposalVersion,
    InformationRequest,
    RequestedField,
    FormalRejection,
    SectionSave,
    Link,
    Mail,
]


@pytest.fixture(autouse=True)
def _outbox(settings):
    """Mails wait in the database, as outside the tests."""
    settings.EMAIL_BACKEND = "goodpractice.outbox.backend.OutboxBackend"


def everything():
    """Return all rows that a step could touch."""
    examples = [
        {name: str(value) for name, value in model_to_dict(example).items()} | {"locked": example.is_locked}
        for example in Example.objects.order_by("pk")
    ]
    return [examples, *(list(model.objects.order_by("pk").values()) for model in MODELS)]


@dataclass(frozen=True)
class Step:
    """A call of the workflow, from where it is allowed, and what it leaves behind."""

    run: object
    sources: frozenset
    target: str
    reason: str = ""
    makes_version: bool = False
    authors_get: str = ""
    office_gets: str = ""


def submit(proposal, by):
    return workflow.submit(proposal, by=by, declaration=DECLARATION, arrived=timezone.now())


def answer(proposal, by):
    return workflow.answer(proposal, by=by, answers={name: f" {name}! " for name in QUESTIONS})


def withdraw(proposal, by):
    return workflow.withdraw(proposal, by=by, reason="Zu früh.")


def begin_screening(proposal, by):
    return workflow.begin_screening(proposal, by=by)


def ask(proposal, by):
    due = datetime.date(2030, 1, 31)
    workflow.ask(proposal, by=by, questions=QUESTIONS, reason="Zahlen fehlen.", due_on=due)


def confirm_rejection(proposal, by):
    """Confirm the one that is open, or the one by which it was rejected."""
    rejection = proposal.formal_rejections.first() or rejection_of(proposal)
    return workflow.confirm_rejection(rejection, by=by)


def begin_review(proposal, by):
    with_board(Call.objects.get(pk=proposal.call_id))
    return workflow.begin_review(proposal, by=by, finding="Seit 2021 erprobt.")


def return_to_screening(proposal, by):
    return workflow.return_to_screening(proposal, by=by, reason="Doppelt.")


STEPS = {
    "submit": Step(
        submit,
        frozenset({Status.DRAFT}),
        Status.SUBMITTED,
        makes_version=True,
        authors_get="proposal_received",
        office_gets="proposal_arrived",
    ),
    "answer": Step(
        answer,
        frozenset({Status.NEEDS_INFO}),
        Status.SCREENING,
        makes_version=True,
        office_gets="proposal_answered",
    ),
    "withdraw": Step(
        withdraw,
        frozenset(BEFORE_A_DECISION),
        Status.WITHDRAWN,
        reason="Zu früh.",
        authors_get="proposal_withdrawn",
        office_gets="proposal_taken_back",
    ),
    "begin_screening": Step(begin_screening, frozenset({Status.SUBMITTED}), Status.SCREENING),
    "ask": Step(
        ask,
        frozenset({Status.SCREENING}),
        Status.NEEDS_INFO,
        reason="Zahlen fehlen.",
        authors_get="proposal_question",
    ),
    "confirm_rejection": Step(
        confirm_rejection,
        frozenset({Status.SCREENING}),
        Status.REJECTED,
        reason="Gibt es schon.",
        authors_get="proposal_rejected",
    ),
    "begin_review": Step(
        begin_review, frozenset({Status.SCREENING}), Status.IN_REVIEW, reason="Seit 2021 erprobt."
    ),
    "return_to_screening": Step(
        return_to_screening, frozenset({Status.IN_REVIEW}), Status.SCREENING, reason="Doppelt."
    ),
}
ALLOWED = [(name, source) for name, step in STEPS.items() for source in Status if source in step.sources]


def pair(value):
    return str(value)


@pytest.mark.parametrize("status", Status, ids=pair)
def test_proposal_in_is_what_its_name_says(status):
    proposal = proposal_in(status)

    check_deferred()

    assert proposal.status == status
    assert proposal.example.is_locked == (status in LOCKING)
    assert completeness.problems(proposal) == []


@pytest.mark.parametrize(("name", "source"), ALLOWED, ids=pair)
def test_step_moves_status_with_transition_version_lock_and_mails(name, source):
    step, office = STEPS[name], office_member()
    proposal = proposal_in(source)
    colleague, by = co_editor(proposal), UserFactory()
    before = proposal.versions.count()
    Mail.objects.all().delete()

    step.run(proposal, by)

    check_deferred()
    proposal.refresh_from_db()
    last, versions = proposal.transitions.last(), list(proposal.versions.all())
    assert proposal.status == step.target
    assert (last.source, last.target, last.by, last.reason) == (source, step.target, by, step.reason)
    assert len(versions) == before + step.makes_version
    assert last.version == (versions[-1] if versions else None)
    assert proposal.example.is_locked == (step.target in LOCKING)
    to_authors = {(step.authors_get, one.email) for one in (proposal.submitted_by, colleague)}
    to_office = {(step.office_gets, office.email)} if proposal.submitted_at else set()
    assert sorted(Mail.objects.values_list("kind", "receiver")) == sorted(
        letter for letter in to_authors | to_office if letter[0]
    )


@pytest.mark.parametrize("source", Status, ids=pair)
def test_steps_are_refused_from_any_other_state_and_change_nothing(source):
    proposal = proposal_in(source)
    for name, step in STEPS.items():
        if source not in step.sources:
            with transaction.atomic():
                check_refused(name, proposal)
                transaction.set_rollback(True)


def check_refused(name, proposal):
    if name == "confirm_rejection" and not proposal.formal_rejections.exists():
        rejection_of(proposal)
    before = everything()

    with pytest.raises(workflow.TransitionNotAllowed, match=f"^{proposal.status} -> {STEPS[name].target}$"):
        STEPS[name].run(proposal, UserFactory())

    assert everything() == before


@pytest.mark.parametrize("name", STEPS)
def test_step_asks_the_database_not_the_object_in_hand(name):
    """Somebody else was quicker: the row in hand still says that it is possible."""
    step = STEPS[name]
    proposal = proposal_in(next(source for source in Status if source in step.sources))
    in_hand = Proposal.objects.get(pk=proposal.pk)
    workflow.withdraw(proposal, by=proposal.submitted_by)

    with pytest.raises(workflow.TransitionNotAllowed, match=r"^withdrawn -> "):
        step.run(in_hand, UserFactory())


def test_functions_stay_within_the_table():
    """What the steps above allow is what the table of states knows, up to the assessment."""
    reached = {(source, STEPS[name].target) for name, source in ALLOWED}
    table = {(source, target) for source, targets in TRANSITIONS.items() for target in targets}
    later = {"", *Status} - {
        Status.DRAFT,
        Status.SUBMITTED,
        Status.SCREENING,
        Status.NEEDS_INFO,
        Status.IN_REVIEW,
    }

    assert reached <= table
    assert {(source, target) for source, target in table - reached if source not in later} == {
        (Status.IN_REVIEW, Status.DISCUSSION),
        (Status.IN_REVIEW, Status.DECISION_PENDING),
    }


# Start --------------------------------------------------------------------------------------------------------------


def test_start_makes_a_draft_that_only_the_process_publishes():
    call, person, network = CallFactory(), UserFactory(), NetworkFactory()

    proposal = workflow.start(call, by=person, example=Example(title_de="Neu", kind="tool", network=network))

    check_deferred()
    proposal.refresh_from_db()
    example, (first,) = proposal.example, proposal.transitions.all()
    year = timezone.localdate().year
    assert proposal.reference == f"GP-{year}-0001"
    assert (proposal.status, proposal.call, proposal.submitted_by) == (Status.DRAFT, call, person)
    assert (first.source, first.target, first.by, first.version) == ("", Status.DRAFT, person, None)
    assert (example.slug, example.status, example.title_de) == (f"gp-{year}-0001", "draft", "Neu")
    assert (example.is_proposed, example.is_locked, example.is_demo) == (True, False, False)


def test_start_counts_references_and_keeps_the_previous_one():
    first = proposal_in(Status.WITHDRAWN)

    second = draft(call=first.call, by=first.submitted_by)
    again = workflow.start(
        first.call, by=first.submitted_by, example=Example(title_de="Neu", kind="tool"), previous=first
    )

    numbers = [proposal.reference[-4:] for proposal in (first, second, again)]
    assert numbers == ["0001", "0002", "0003"]
    assert again.previous == first


def test_start_in_a_demo_call_makes_a_demo_record():
    proposal = draft(call=CallFactory(is_demo=True))

    assert Example.objects.get(pk=proposal.example_id).is_demo is True


# When: lateness (I16) -----------------------------------------------------------------------------------------------

SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
CLOSES = datetime.datetime(2026, 6, 30, 22, tzinfo=datetime.UTC)
OPENS = CLOSES - 30 * DAY
GRACE_ENDS = CLOSES + 15 * MINUTE
LATENESS = {
    "before opening": (None, OPENS - SECOND, "closed"),
    "when it opens": (None, OPENS, "in time"),
    "in the middle": (None, CLOSES - 10 * DAY, "in time"),
    "in the last second": (None, CLOSES - SECOND, "in time"),
    "when it closes": (None, CLOSES, "late"),
    "ten minutes late": (None, CLOSES + 10 * MINUTE, "late"),
    "when grace ends": (None, GRACE_ENDS, "late"),
    "a second after grace": (None, GRACE_ENDS + SECOND, "closed"),
    "the next day": (None, CLOSES + DAY, "closed"),
    "tried in time, mended in time": (CLOSES - DAY, CLOSES - SECOND, "in time"),
    "tried in the last second, mended in grace": (CLOSES - SECOND, CLOSES + 14 * MINUTE, "in time"),
    "tried in the last second, mended when grace ends": (CLOSES - SECOND, GRACE_ENDS, "in time"),
    "tried in the last second, mended after grace": (CLOSES - SECOND, GRACE_ENDS + SECOND, "closed"),
    "tried days before, mended after grace": (CLOSES - 5 * DAY, GRACE_ENDS + SECOND, "closed"),
    "tried late, mended late": (CLOSES + MINUTE, CLOSES + 14 * MINUTE, "late"),
    "tried when grace ends, mended in as many minutes": (GRACE_ENDS, GRACE_ENDS + 15 * MINUTE, "late"),
    "tried when grace ends, mended too late": (GRACE_ENDS, GRACE_ENDS + 15 * MINUTE + SECOND, "closed"),
    "tried after grace": (GRACE_ENDS + SECOND, GRACE_ENDS + 2 * SECOND, "closed"),
    "tried before opening, handed in then": (OPENS - DAY, OPENS + DAY, "in time"),
    "tried before opening, handed in late": (OPENS - DAY, CLOSES + MINUTE, "late"),
}


@pytest.fixture
def dated():
    """A complete proposal in a call with known dates."""
    call = CallFactory(opens_at=OPENS, closes_at=CLOSES, scoring_closes_at=CLOSES + 30 * DAY)
    return complete(draft(call=call))


@pytest.mark.parametrize(("tried", "arrived", "outcome"), LATENESS.values(), ids=LATENESS)
def test_submit_judges_lateness_by_the_first_attempt(dated, tried, arrived, outcome):
    if tried:
        workflow.attempt(dated, arrived=tried)
    in_call = tried is not None and OPENS <= tried <= GRACE_ENDS

    if outcome == "closed":
        before = everything()
        with pytest.raises(workflow.CallClosed):
            workflow.submit(dated, by=dated.submitted_by, declaration=DECLARATION, arrived=arrived)
        assert everything() == before
        return
    workflow.submit(dated, by=dated.submitted_by, declaration=DECLARATION, arrived=arrived)

    dated.refresh_from_db()
    assert dated.is_late == (outcome == "late")
    assert dated.first_attempt_at == (tried if in_call else arrived)
    assert dated.submitted_at == arrived


def test_attempt_is_kept_once_and_only_while_a_draft(dated):
    workflow.attempt(dated, arrived=CLOSES - DAY)
    workflow.attempt(dated, arrived=CLOSES - MINUTE)

    dated.refresh_from_db()
    assert dated.first_attempt_at == CLOSES - DAY


def test_attempt_at_what_was_withdrawn_is_not_noted(dated):
    workflow.withdraw(dated, by=dated.submitted_by)

    workflow.attempt(dated, arrived=CLOSES - DAY)

    dated.refresh_from_db()
    assert dated.first_attempt_at is None


def test_attempt_that_fails_in_time_still_counts(dated):
    """The text was incomplete in the last second; mended within the grace, it is not late."""
    Example.objects.filter(pk=dated.example_id).update(organisation="")
    workflow.attempt(dated, arrived=CLOSES - SECOND)
    with pytest.raises(workflow.Incomplete):
        workflow.submit(dated, by=dated.submitted_by, declaration=DECLARATION, arrived=CLOSES - SECOND)
    Example.objects.filter(pk=dated.example_id).update(organisation="Büro")

    workflow.submit(dated, by=dated.submitted_by, declaration=DECLARATION, arrived=CLOSES + MINUTE)

    dated.refresh_from_db()
    assert (dated.is_late, dated.first_attempt_at) == (False, CLOSES - SECOND)


def test_text_is_saved_although_the_call_is_closed(dated):
    """A refused proposal stays a draft, and a draft is written at any time."""
    with pytest.raises(workflow.CallClosed):
        workflow.submit(dated, by=dated.submitted_by, declaration=DECLARATION, arrived=CLOSES + DAY)

    drafting.save(
        dated,
        "solution",
        by=dated.submitted_by,
        seen=0,
        write=lambda: Example.objects.filter(pk=dated.example_id).update(need_de="Später."),
    )

    assert Example.objects.get(pk=dated.example_id).need_de == "Später."


# What: completeness -------------------------------------------------------------------------------------------------


def clear(field):
    """Return what empties a text, also of signs that nobody sees."""

    def change(proposal):
        Example.objects.filter(pk=proposal.example_id).update(**{f"{field}_de": " \n ", f"{field}_en": ""})

    return change


def put(**values):
    return lambda proposal: Example.objects.filter(pk=proposal.example_id).update(**values)


def empty(name):
    return lambda proposal: getattr(proposal.example, name).clear()


def withdraw_consents(proposal):
    Consent.objects.update(withdrawn_at=timezone.now())


PROBLEMS = {
    "title": ("basics", clear("title")),
    "kind": ("basics", None),  # the database does not take an empty one
    "benefit": ("basics", clear("benefit")),
    "summary": ("basics", clear("summary")),
    "topics": ("audience", empty("topics")),
    "target_groups": ("audience", empty("target_groups")),
    "audiences": ("audience", empty("audiences")),
    "states": ("audience", empty("states")),
    "network": ("organisation", put(network=None)),
    "organisation": ("organisation", put(organisation="")),
    "running_since": ("organisation", put(running_since=None)),
    "need": ("solution", clear("need")),
    "solution": ("solution", clear("solution")),
    "success": ("success", clear("success")),
    "links": ("success", lambda proposal: proposal.example.links.all().delete()),
    "transfer": ("transfer", clear("transfer")),
    "staff_fte": ("effort", put(staff_fte=None)),
    "setup_weeks": ("effort", put(setup_weeks=None)),
    "cost_band": ("effort", put(cost_band="")),
    "contacts": ("contacts", lambda proposal: proposal.example.contacts.all().delete()),
    "picture_alt": ("picture", None),  # held by the database: example_picture_has_alternative_text
}
MISSING = {name: (section, name, change) for name, (section, change) in PROBLEMS.items() if change}


@pytest.mark.parametrize(("section", "name", "change"), MISSING.values(), ids=MISSING)
def test_submit_names_exactly_what_is_missing(section, name, change):
    proposal = complete(draft())
    change(proposal)
    before = everything()

    with pytest.raises(workflow.Incomplete) as refusal:
        submit(proposal, proposal.submitted_by)

    assert [(problem.section, problem.field) for problem in refusal.value.problems] == [(section, name)]
    assert everything() == before


def test_every_required_field_stands_in_the_table_above():
    required = {field for section in completeness.SECTIONS for field in section.required}

    assert required | {"links", "contacts", "picture_alt"} == PROBLEMS.keys()


def test_submit_needs_a_contact_who_has_agreed():
    proposal = complete(draft())
    withdraw_consents(proposal)

    with pytest.raises(workflow.Incomplete, match=r"^contacts$"):
        submit(proposal, proposal.submitted_by)


def test_submit_takes_evidence_but_no_other_link():
    proposal = complete(draft())
    proposal.example.links.update(purpose=Link.Purpose.FURTHER)

    with pytest.raises(workflow.Incomplete, match=r"^links$"):
        submit(proposal, proposal.submitted_by)


def test_submit_takes_nationwide_for_states():
    proposal = complete(draft())
    proposal.example.states.clear()
    Example.objects.filter(pk=proposal.example_id).update(is_nationwide=True)

    assert submit(proposal, proposal.submitted_by).status == Status.SUBMITTED


@pytest.mark.parametrize("zero", [{"staff_fte": 0}, {"setup_weeks": 0}], ids=str)
def test_submit_takes_zero_for_a_figure(zero):
    proposal = complete(draft())
    put(**zero)(proposal)

    assert submit(proposal, proposal.submitted_by).status == Status.SUBMITTED


def test_submit_takes_either_language():
    proposal = complete(draft())
    fields = ["title", "benefit", "summary", "need", "solution", "success", "transfer"]
    for name in fields:
        put(**{f"{name}_de": "", f"{name}_en": "Words"})(proposal)

    assert submit(proposal, proposal.submitted_by).status == Status.SUBMITTED


def test_submit_lists_all_that_is_missing_in_the_order_of_the_form():
    proposal = draft(title_de="")

    with pytest.raises(workflow.Incomplete) as refusal:
        submit(proposal, proposal.submitted_by)

    expected = [name for name in PROBLEMS if name not in {"kind", "network", "picture_alt"}]
    found = [problem.field for problem in refusal.value.problems]
    assert sorted(found) == sorted(expected)
    order = [section.key for section in completeness.SECTIONS]
    sections = [order.index(problem.section) for problem in refusal.value.problems]
    assert sections == sorted(sections)


def test_answer_is_refused_while_the_text_lacks_something():
    proposal = proposal_in(Status.NEEDS_INFO)
    clear("need")(proposal)
    before = everything()

    with pytest.raises(workflow.Incomplete, match=r"^need$"):
        answer(proposal, proposal.submitted_by)

    assert everything() == before


# Who: membership ----------------------------------------------------------------------------------------------------

TODAY = timezone.localdate
MEMBERSHIPS = {
    "none": (None, False),
    "claimed only": ({"confirmed_at": None, "confirmed_by": None}, False),
    "not yet": ({"since": lambda: TODAY() + DAY}, False),
    "until yesterday": ({"until": lambda: TODAY() - DAY}, False),
    "until today": ({"until": TODAY}, True),
    "from today": ({"since": TODAY}, True),
    "in another network": ({"network": NetworkFactory}, False),
    "open": ({}, True),
}


@pytest.mark.parametrize(("values", "is_taken"), MEMBERSHIPS.values(), ids=MEMBERSHIPS)
def test_submit_takes_a_confirmed_member_of_the_network(values, is_taken):
    proposal = complete(draft())
    if values is None:
        Membership.objects.all().delete()
    else:
        changed = {name: value() if callable(value) else value for name, value in values.items()}
        Membership.objects.update(**changed)
    before = everything()

    if is_taken:
        assert submit(proposal, proposal.submitted_by).status == Status.SUBMITTED
        return
    with pytest.raises(workflow.NotAMember):
        submit(proposal, proposal.submitted_by)
    assert everything() == before


def test_submit_takes_a_co_editor_who_is_a_member():
    proposal = complete(draft())
    Membership.objects.all().delete()
    colleague = member_of(proposal.example.network)

    assert submit(proposal, colleague).transitions.last().by == colleague


def test_submit_by_a_co_editor_counts_the_submitters_membership():
    proposal = complete(draft())

    assert submit(proposal, UserFactory()).status == Status.SUBMITTED


# What each step keeps -----------------------------------------------------------------------------------------------


def test_submit_keeps_declaration_and_text():
    proposal = complete(draft())

    submit(proposal, proposal.submitted_by)

    proposal.refresh_from_db()
    version = proposal.versions.get()
    assert (proposal.tried_since, proposal.has_rights) == (2021, True)
    assert (version.number, version.created_by) == (1, proposal.submitted_by)
    assert version.content == as_content(proposal)
    assert version.content["solution_de"] == "Text zu solution."
    assert "contacts" not in version.content
    assert "buero@example.org" not in str(version.content)


def test_submit_mails_the_text_and_the_reference():
    proposal = complete(draft())

    submit(proposal, proposal.submitted_by)

    mail = Mail.objects.get(kind="proposal_received")
    assert proposal.reference in mail.subject + mail.text
    assert "Text zu solution." in mail.text


@pytest.mark.parametrize(
    ("declaration", "constraint"),
    [
        (workflow.Declaration(tried_since=2021, has_rights=False), "proposal_submitted_with_declaration"),
        (workflow.Declaration(tried_since=None, has_rights=True), "proposal_submitted_with_declaration"),
    ],
    ids=["without rights", "without a year"],
)
def test_submit_without_declaration_is_refused(declaration, constraint):
    proposal = complete(draft())
    before = everything()

    with pytest.raises(IntegrityError, match=constraint):
        workflow.submit(proposal, by=proposal.submitted_by, declaration=declaration, arrived=timezone.now())

    assert everything() == before


def test_answer_keeps_answers_and_a_second_version():
    proposal = proposal_in(Status.NEEDS_INFO)
    Example.objects.filter(pk=proposal.example_id).update(success_de="120 Personen.")

    answer(proposal, proposal.submitted_by)

    first, second = proposal.versions.all()
    request = proposal.information_requests.get()
    assert [version.number for version in (first, second)] == [1, 2]
    assert (first.content["success_de"], second.content["success_de"]) == (
        "Text zu success.",
        "120 Personen.",
    )
    assert request.answered_at is not None
    assert dict(request.fields.values_list("field", "answer")) == {
        "success": "success!",
        "transfer": "transfer!",
    }


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ["success", "transfer"]),
        ({"success": "Viele.", "transfer": " \n"}, ["transfer"]),
        ({"transfer": "Geld."}, ["success"]),
        ({"title": "Neu"}, ["success", "transfer"]),
    ],
    ids=["none", "blank", "one", "not asked"],
)
def test_answer_is_refused_without_each_answer(answers, missing):
    proposal = proposal_in(Status.NEEDS_INFO)
    before = everything()

    with pytest.raises(workflow.AnswerMissing) as refusal:
        workflow.answer(proposal, by=proposal.submitted_by, answers=answers)

    assert refusal.value.fields == missing
    assert everything() == before


def test_ask_keeps_questions_and_dismisses_a_proposed_rejection():
    proposal, person = proposal_in(Status.SCREENING), UserFactory()
    rejection = rejection_of(proposal)

    ask(proposal, person)

    request = proposal.information_requests.get()
    rejection.refresh_from_db()
    assert (request.reason, request.due_on, request.asked_by) == (
        "Zahlen fehlen.",
        datetime.date(2030, 1, 31),
        person,
    )
    assert dict(request.fields.values_list("field", "question")) == QUESTIONS
    assert (rejection.dismissed_by, rejection.confirmed_by) == (person, None)


def test_ask_again_after_an_answer_makes_a_second_request():
    proposal = proposal_in(Status.NEEDS_INFO)
    answer(proposal, proposal.submitted_by)
    asked(proposal)
    answer(proposal, proposal.submitted_by)

    check_deferred()
    assert proposal.information_requests.filter(answered_at__isnull=False).count() == 2
    assert list(proposal.versions.values_list("number", flat=True)) == [1, 2, 3]


def test_withdraw_closes_an_open_question():
    proposal = proposal_in(Status.NEEDS_INFO)

    withdraw(proposal, proposal.submitted_by)

    assert proposal.information_requests.filter(answered_at=None).count() == 0


def test_withdraw_of_a_draft_tells_the_office_nothing():
    office_member()
    proposal = complete(draft())

    withdraw(proposal, proposal.submitted_by)

    assert list(Mail.objects.values_list("kind", flat=True)) == ["proposal_withdrawn"]


# Two persons --------------------------------------------------------------------------------------------------------


def propose(proposal, by):
    return workflow.propose_rejection(
        proposal, by=by, ground=FormalRejection.Ground.OUT_OF_SCOPE, explanation="Passt nicht."
    )


def test_propose_rejection_waits_for_a_second_person():
    proposal, first = proposal_in(Status.SCREENING), UserFactory()
    Mail.objects.all().delete()

    rejection = propose(proposal, first)

    proposal.refresh_from_db()
    assert proposal.status == Status.SCREENING
    assert (rejection.proposed_by, rejection.confirmed_by, rejection.dismissed_by) == (first, None, None)
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.SCREENING}), ids=str)
def test_propose_rejection_is_refused_outside_screening(status):
    proposal = proposal_in(status)
    before = everything()

    with pytest.raises(workflow.TransitionNotAllowed, match=f"^{status} -> rejected$"):
        propose(proposal, UserFactory())

    assert everything() == before


def test_propose_rejection_is_refused_while_one_is_open():
    proposal = proposal_in(Status.SCREENING)
    propose(proposal, UserFactory())

    with pytest.raises(workflow.TransitionNotAllowed, match=r"^screening -> rejected$"):
        propose(proposal, UserFactory())


def test_confirm_rejection_is_refused_to_the_one_who_proposed():
    proposal, first = proposal_in(Status.SCREENING), UserFactory()
    rejection = propose(proposal, first)
    before = everything()

    with pytest.raises(workflow.SamePerson):
        workflow.confirm_rejection(rejection, by=first)

    assert everything() == before


def test_confirm_rejection_keeps_both_persons():
    proposal, first, second = proposal_in(Status.SCREENING), UserFactory(), UserFactory()
    rejection = propose(proposal, first)

    workflow.confirm_rejection(rejection, by=second)

    rejection.refresh_from_db()
    assert (rejection.proposed_by, rejection.confirmed_by) == (first, second)
    assert rejection.confirmed_at is not None


def test_confirm_rejection_is_refused_once_dismissed():
    proposal = proposal_in(Status.SCREENING)
    rejection = propose(proposal, UserFactory())
    workflow.dismiss_rejection(rejection, by=UserFactory())

    with pytest.raises(workflow.TransitionNotAllowed):
        workflow.confirm_rejection(rejection, by=UserFactory())


def test_dismiss_rejection_by_anybody_lets_the_proposal_go_on():
    proposal, first = proposal_in(Status.SCREENING), UserFactory()
    rejection = propose(proposal, first)

    workflow.dismiss_rejection(rejection, by=first)

    rejection.refresh_from_db()
    assert (rejection.dismissed_by, rejection.confirmed_by) == (first, None)
    assert begin_review(proposal, UserFactory()).status == Status.IN_REVIEW


@pytest.mark.parametrize("how", ["dismissed", "confirmed"])
def test_dismiss_rejection_is_refused_twice(how):
    proposal = proposal_in(Status.SCREENING)
    rejection = propose(proposal, UserFactory())
    done = {"dismissed": workflow.dismiss_rejection, "confirmed": workflow.confirm_rejection}[how]
    done(rejection, by=UserFactory())
    before = everything()

    with pytest.raises(workflow.TransitionNotAllowed):
        workflow.dismiss_rejection(rejection, by=UserFactory())

    assert everything() == before


def test_begin_review_is_refused_while_a_rejection_is_proposed():
    proposal = proposal_in(Status.SCREENING)
    propose(proposal, UserFactory())
    before = everything()

    with pytest.raises(workflow.TransitionNotAllowed, match=r"^screening -> in_review$"):
        begin_review(proposal, UserFactory())

    assert everything() == before


# Drafting -----------------------------------------------------------------------------------------------------------


def write_need(proposal, text):
    return lambda: Example.objects.filter(pk=proposal.example_id).update(need_de=text)


@pytest.mark.parametrize("status", Status, ids=str)
def test_save_only_while_it_is_the_submitters_turn(status):
    proposal = proposal_in(status)
    before = everything()
    is_taken = status in {Status.DRAFT, Status.NEEDS_INFO}

    if is_taken:
        drafting.save(
            proposal, "solution", by=proposal.submitted_by, seen=0, write=write_need(proposal, "Neu.")
        )
        assert Example.objects.get(pk=proposal.example_id).need_de == "Neu."
        return
    with pytest.raises(drafting.NotWritable):
        drafting.save(
            proposal, "solution", by=proposal.submitted_by, seen=0, write=write_need(proposal, "Neu.")
        )
    assert everything() == before


def test_save_counts_versions_for_each_section():
    proposal, person = draft(), UserFactory()
    for seen in (0, 1, 2):
        drafting.save(proposal, "solution", by=person, seen=seen, write=write_need(proposal, f"{seen}"))
    drafting.save(proposal, "success", by=person, seen=0, write=lambda: None)

    assert drafting.version_of(proposal, "solution") == 3
    assert drafting.version_of(proposal, "success") == 1
    assert drafting.version_of(proposal, "transfer") == 0
    assert SectionSave.objects.get(section="solution").saved_by == person


@pytest.mark.parametrize("seen", [0, 1, 3], ids=str)
def test_save_with_another_version_is_refused_and_overwrites_nothing(seen):
    proposal = draft()
    for number in (0, 1):
        drafting.save(
            proposal, "solution", by=proposal.submitted_by, seen=number, write=write_need(proposal, "Alt.")
        )
    before = everything()

    with pytest.raises(drafting.StaleVersion) as refusal:
        drafting.save(
            proposal, "solution", by=proposal.submitted_by, seen=seen, write=write_need(proposal, "Neu.")
        )

    assert refusal.value.current.version == 2
    assert everything() == before


def test_save_that_fails_half_way_leaves_text_and_version():
    proposal = draft()

    def fail():
        write_need(proposal, "Halb.")()
        raise OSError

    before = everything()
    with pytest.raises(OSError):  # noqa: PT011 - it is raised above
        drafting.save(proposal, "solution", by=proposal.submitted_by, seen=0, write=fail)

    assert everything() == before
