"""Two windows of one member, or member and office, at the same moment: one wins, and the other is told."""

import threading

import pytest
from django.db import connection

from assessment import judging, workflow
from assessment.models import Assessment, Score, Status
from tests.assessment.board import call_with_rubric, declared, draft, in_review, seat, seats
from tests.assessment.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (judging.Frozen, judging.StaleDraft, judging.NotOpen)


@pytest.fixture
def begun():
    call = call_with_rubric()
    own = seat(call)
    seats(call, 3)
    proposal = in_review(call)
    return judging.begin(declared(own, proposal), proposal)


def at_once(*steps):
    """Run each step in a thread and connection of its own, started together; return how each ended."""
    start, ends = threading.Barrier(len(steps)), [None] * len(steps)

    def run(number, step):
        try:
            start.wait()
            step()
            ends[number] = "done"
        except (*REFUSED, workflow.TransitionNotAllowed) as refusal:
            ends[number] = type(refusal).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_of_two_windows_that_save_one_wins(begun):
    ends = at_once(
        *(
            lambda text=text: judging.save(begun, draft(comment=text), seen=begun.saves)
            for text in ("One.", "Two.")
        )
    )

    assert sorted(ends) == ["StaleDraft", "done"]
    winner = ["One.", "Two."][ends.index("done")]
    assert set(Score.objects.values_list("comment", flat=True)) == {winner}


def test_of_two_windows_that_hand_in_one_wins(begun):
    ends = at_once(
        *(lambda points=points: judging.hand_in(begun, draft(points), seen=begun.saves) for points in (3, 4))
    )

    assert (ends.count("done"), set(ends) <= {"done", "StaleDraft", "Frozen"}) == (1, True)
    assert set(Score.objects.values_list("points", flat=True)) == {[3, 4][ends.index("done")]}


def test_two_windows_begin_one_assessment(begun):
    declaration = judging.declare(begun.seat, begun.proposal, has_conflict=True, explanation="A friend.")
    judging.propose_withdrawal(declaration, by=UserFactory(), reason="Another person of that name.")
    judging.confirm_withdrawal(declaration, by=UserFactory())

    ends = at_once(*[lambda: judging.begin(begun.seat, begun.proposal)] * 2)

    assert ends == ["done", "done"]
    assert Assessment.objects.filter(voided_at=None).count() == 1


def test_handing_in_while_the_office_takes_the_proposal_back(begun):
    proposal, office = begun.proposal, UserFactory()

    ends = at_once(
        lambda: judging.hand_in(begun, draft(), seen=begun.saves),
        lambda: workflow.return_to_screening(proposal, by=office, reason="A gap."),
    )

    begun.refresh_from_db()
    proposal.refresh_from_db()
    assert ends[1] == "done"
    assert (begun.handed_in_at is not None) == (ends[0] == "done")
    assert proposal.status == Status.SCREENING
