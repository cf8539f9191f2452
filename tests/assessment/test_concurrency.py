"""Two people act at once, in real threads: exactly one wins, the other is told, nothing is done twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from assessment import drafting, workflow
from assessment.models import FormalRejection, Proposal, SectionSave, Status
from catalogue.models import Example
from tests.assessment.factories import (
    DECLARATION,
    QUESTIONS,
    CallFactory,
    UserFactory,
    check_deferred,
    co_editor,
    complete,
    draft,
    member_of,
    proposal_in,
    rejection_of,
    with_board,
)
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
WAIT = 30
"""Seconds after which a thread counts as stuck."""


def at_once(*calls):
    """Run the calls in a thread each, from the same moment on; return what they returned or raised."""
    gate = threading.Barrier(len(calls))

    def run(call):
        try:
            connections["default"].ensure_connection()
            gate.wait(WAIT)
            return call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(WAIT) for future in [pool.submit(run, call) for call in calls]]


def step(name, proposal, by):
    """Return a call as a request would make it, with a row of its own."""
    calls = {
        "submit": lambda row: workflow.submit(row, by=by, declaration=DECLARATION, arrived=timezone.now()),
        "answer": lambda row: workflow.answer(row, by=by, answers=dict.fromkeys(QUESTIONS, "So.")),
        "withdraw": lambda row: workflow.withdraw(row, by=by),
        "begin_screening": lambda row: workflow.begin_screening(row, by=by),
        "begin_review": lambda row: workflow.begin_review(row, by=by, finding="Erprobt."),
        "ask": lambda row: workflow.ask(
            row, by=by, questions=QUESTIONS, reason="?", due_on=timezone.localdate()
        ),
        "propose_rejection": lambda row: workflow.propose_rejection(
            row, by=by, ground=FormalRejection.Ground.DUPLICATE, explanation="Doppelt."
        ),
    }
    return lambda: calls[name](Proposal.objects.get(pk=proposal.pk))


RACES = [
    ("submit", "submit", Status.DRAFT),
    ("answer", "answer", Status.NEEDS_INFO),
    ("withdraw", "withdraw", Status.SUBMITTED),
    ("begin_screening", "begin_screening", Status.SUBMITTED),
    ("begin_review", "ask", Status.SCREENING),
    ("ask", "ask", Status.SCREENING),
    ("propose_rejection", "propose_rejection", Status.SCREENING),
]


@pytest.mark.parametrize(("first", "second", "status"), RACES, ids=str)
def test_one_wins_and_the_other_is_told(first, second, status):
    for _round in range(ROUNDS):
        proposal = proposal_in(status)
        with_board(proposal.call)
        before = proposal.transitions.count(), proposal.versions.count()
        colleague = co_editor(proposal)

        results = at_once(step(first, proposal, proposal.submitted_by), step(second, proposal, colleague))

        refused = [one for one in results if isinstance(one, Exception)]
        assert [type(one) for one in refused] == [workflow.TransitionNotAllowed]
        proposal.refresh_from_db()
        moved = first != "propose_rejection"
        kept = first in {"submit", "answer"}
        assert (proposal.transitions.count(), proposal.versions.count()) == (
            before[0] + moved,
            before[1] + kept,
        )
        assert proposal.status == proposal.transitions.last().target
        assert proposal.information_requests.count() <= 1
        assert proposal.formal_rejections.count() == (first == "propose_rejection")


def test_submit_and_withdraw_at_once_end_in_one_order():
    """Both may succeed, if the withdrawal comes second; never the other way."""
    for _round in range(ROUNDS):
        proposal = proposal_in(Status.DRAFT)

        results = at_once(
            step("submit", proposal, proposal.submitted_by), step("withdraw", proposal, proposal.submitted_by)
        )

        proposal.refresh_from_db()
        assert proposal.status == Status.WITHDRAWN
        chain = list(proposal.transitions.values_list("target", flat=True))
        if isinstance(results[0], Exception):
            assert type(results[0]) is workflow.TransitionNotAllowed
            assert chain == ["draft", "withdrawn"]
        else:
            assert chain == ["draft", "submitted", "withdrawn"]


def judge(function, rejection, by):
    return lambda: function(FormalRejection.objects.get(pk=rejection.pk), by=by)


def test_confirm_and_dismiss_at_once_end_in_one_of_both():
    for _round in range(ROUNDS):
        proposal = proposal_in(Status.SCREENING)
        rejection, second, third = rejection_of(proposal), UserFactory(), UserFactory()

        results = at_once(
            judge(workflow.confirm_rejection, rejection, second),
            judge(workflow.dismiss_rejection, rejection, third),
        )

        refused = [type(one) for one in results if isinstance(one, Exception)]
        rejection.refresh_from_db()
        proposal.refresh_from_db()
        assert refused == [workflow.TransitionNotAllowed]
        assert (rejection.confirmed_by, rejection.dismissed_by) in [(second, None), (None, third)]
        assert (proposal.status == Status.REJECTED) == (rejection.confirmed_by == second)


def saving(proposal, by, text, seen):
    def save():
        rows = Example.objects.filter(pk=proposal.example_id)
        drafting.save(proposal, "solution", by=by, seen=seen, write=lambda: rows.update(need_de=text))
        return text

    return save


@pytest.mark.parametrize("seen", [0, 1], ids=["the first time", "later"])
def test_two_editors_of_one_section_do_not_overwrite_each_other(seen):
    for _round in range(ROUNDS):
        proposal = draft()
        colleague = co_editor(proposal)
        for version in range(seen):
            saving(proposal, colleague, "Alt.", version)()

        results = at_once(
            saving(proposal, proposal.submitted_by, "Eins.", seen), saving(proposal, colleague, "Zwei.", seen)
        )

        (refusal,) = [one for one in results if isinstance(one, Exception)]
        (stored,) = [one for one in results if not isinstance(one, Exception)]
        assert type(refusal) is drafting.StaleVersion
        assert refusal.current.version == seen + 1
        assert Example.objects.get(pk=proposal.example_id).need_de == stored
        assert SectionSave.objects.get(proposal=proposal).version == seen + 1


def test_two_editors_of_two_sections_do_not_meet():
    proposal = draft()
    colleague = co_editor(proposal)
    rows = Example.objects.filter(pk=proposal.example_id)

    results = at_once(
        saving(proposal, proposal.submitted_by, "Bedarf.", 0),
        lambda: drafting.save(
            proposal, "success", by=colleague, seen=0, write=lambda: rows.update(success_de="Erfolg.")
        ),
    )

    assert [one for one in results if isinstance(one, Exception)] == []
    assert rows.values_list("need_de", "success_de").get() == ("Bedarf.", "Erfolg.")


def test_text_saved_while_it_is_handed_in_is_in_the_version_or_refused():
    """Never stored behind the back of the version."""
    for number in range(ROUNDS):
        proposal = complete(draft())

        results = at_once(
            step("submit", proposal, proposal.submitted_by),
            saving(proposal, co_editor(proposal), f"Neu {number}.", 0),
        )

        assert isinstance(results[0], Proposal)
        stored = Example.objects.get(pk=proposal.example_id).need_de
        assert proposal.versions.get().content["need_de"] == stored
        assert stored == (
            "Text zu need." if isinstance(results[1], drafting.NotWritable) else f"Neu {number}."
        )


def test_reference_numbers_are_given_once_to_eight_at_once():
    call, network = CallFactory(), NetworkFactory()
    people = [member_of(network) for _number in range(8)]

    def begin(person, number):
        return lambda: workflow.start(
            call, by=person, example=Example(title_de=f"Titel {number}", kind="tool", network=network)
        )

    results = [
        one
        for turn in range(3)
        for one in at_once(*(begin(person, number) for number, person in enumerate(people)))
    ]

    year = timezone.localdate().year
    assert sorted(proposal.reference for proposal in results) == [
        f"GP-{year}-{number:04}" for number in range(1, 25)
    ]
    check_deferred()
