"""Who counts in the quorum: sides of the board, stale, voided and abstaining assessments. The rows are never stored."""

import pytest

from assessment.conflicts import Ground
from assessment.figures import lacking
from assessment.models import Assessment, BoardSeat, Call, Proposal, Rubric, Score
from assessment.standing import Standing
from catalogue.models import Criterion
from goodpractice.accounts.models import User

MINISTRY, DISSEMINATION, REGIONAL, COMPETENCE = BoardSeat.Constituency
VERSION = 7


def seats_of(*constituencies):
    return [
        BoardSeat(pk=number, user=User(pk=number), constituency=one)
        for number, one in enumerate(constituencies, start=1)
    ]


def by(seat, *points, version=VERSION, turn=1):
    """Return an assessment with its scores as they would be fetched; ``None`` is "cannot assess"."""
    found = Assessment(pk=10 * seat.pk + turn, seat=seat, version_id=version, turn=turn, advice="approve")
    points = points or (4, 4, 4, 4)
    scores = [
        Score(criterion=criterion, points=point, cannot_assess=point is None)
        for criterion, point in zip(Criterion.values, points, strict=True)
    ]
    found._prefetched_objects_cache = {"scores": Prefetched(scores)}
    return found


class Prefetched(list):
    """Scores that are there already."""

    def all(self):
        return self


def standing(seats, assessments, conflicted=()):
    return Standing(
        proposal=Proposal(call=Call(rubric=Rubric())),
        seats=seats,
        grounds={seat.pk: [Ground.DECLARED] if seat in conflicted else [] for seat in seats},
        assessments=assessments,
        version=VERSION,
    )


BOARD = [
    MINISTRY,
    REGIONAL,
    COMPETENCE,
    DISSEMINATION,
    REGIONAL,
    REGIONAL,
    COMPETENCE,
    MINISTRY,
    DISSEMINATION,
]


@pytest.mark.parametrize(
    ("eligible", "needed"), [(3, 3), (4, 3), (5, 3), (6, 3), (7, 4), (8, 4), (9, 5)], ids=str
)
def test_quorum_of_a_board(eligible, needed):
    seats = seats_of(*BOARD[:eligible])

    found = [standing(seats, [by(seat) for seat in seats[:count]]) for count in (needed - 1, needed)]

    assert [one.quorum for one in found] == [needed, needed]
    assert [one.has_quorum for one in found] == [False, True]


@pytest.mark.parametrize(
    ("board", "has_quorum"),
    [
        ([MINISTRY, DISSEMINATION, MINISTRY], False),
        ([REGIONAL, COMPETENCE, REGIONAL], False),
        ([MINISTRY, MINISTRY, COMPETENCE], True),
        ([DISSEMINATION, REGIONAL, REGIONAL], True),
    ],
    ids=["federal_only", "regional_only", "ministry_and_centre", "dissemination_and_network"],
)
def test_quorum_needs_both_sides(board, has_quorum):
    seats = seats_of(*board)
    found = standing(seats, [by(seat) for seat in seats])

    assert found.has_quorum == has_quorum
    assert bool(lacking(found)) != has_quorum


def test_two_eligible_are_never_enough():
    seats = seats_of(MINISTRY, REGIONAL, COMPETENCE)
    found = standing(seats, [by(seat) for seat in seats], conflicted=seats[2:])

    assert (found.eligible, found.conflicted, found.has_quorum) == (seats[:2], seats[2:], False)


def test_stale_and_abstaining_and_conflicted_assessments_do_not_count():
    seats = seats_of(MINISTRY, REGIONAL, COMPETENCE, DISSEMINATION)
    stale, abstaining, conflicted, good = (
        by(seats[0], version=VERSION - 1),
        by(seats[1], None, None, None, None),
        by(seats[2]),
        by(seats[3]),
    )

    found = standing(seats, [stale, abstaining, conflicted, good], conflicted=[seats[2]])

    assert found.counting == [good]
    assert found.waiting_for == [seats[0]]
    assert [one.n for one in found.result.figures] == [1, 1, 1, 1]


def test_second_score_replaces_the_independent_one():
    seats = seats_of(MINISTRY)
    again, first = by(seats[0], 2, 2, 2, 2, turn=2), by(seats[0], 5, 5, 5, 5)

    assert standing(seats, [again, first]).counting == [again]


def test_who_could_assess_one_criterion_alone_counts_and_leaves_the_others():
    seats = seats_of(MINISTRY)

    found = standing(seats, [by(seats[0], 4, None, None, None)]).result.figures

    assert [(one.n, one.cannot_assess) for one in found] == [(1, 0), (0, 1), (0, 1), (0, 1)]
