"""Figures about a call: how far its members agree, members' means beside the board's, and counts for everybody.

They are never a verdict on a person. All but the counts come from the rows of ``meeting``, so that nobody reads in a
figure what they may not see.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from assessment.agreement import FEWEST_PROPOSALS, Agreement, agreement
from assessment.figures import number
from assessment.meeting import Meeting
from assessment.models import BoardSeat, Call, Decision, Proposal, Status
from catalogue.models import Criterion

__all__ = [
    "FEWEST_PROPOSALS",
    "CallCounts",
    "OwnMean",
    "agreements",
    "counts_of",
    "members_means",
    "own_means",
]
KEPT = 64


@dataclass(frozen=True)
class OwnMean:
    """One criterion: the member's mean and the board's over the same proposals."""

    label: Any
    n: int
    own: str
    board: str


@dataclass(frozen=True)
class CallCounts:
    """What everybody may know of a call: outcomes count once they are announced."""

    received: int
    not_accepted: int
    approved: int
    rejected: int
    deferred: int
    members: list[tuple[Any, int]]
    """How many members of which constituency."""


def agreements(meeting: Meeting) -> list[tuple[Any, Agreement | None]]:
    """Return the agreement on each criterion over the proposals whose figures are shown."""
    figures = [row.result.figures for _rank, row in meeting.ranked]
    return [
        (criterion.label, _agreement(tuple(sorted(one[place].points for one in figures))))
        for place, criterion in enumerate(Criterion)
    ]


def own_means(meeting: Meeting) -> list[OwnMean]:
    """Return the means of the member who looks, criterion by criterion."""
    pairs = _pairs(meeting)
    return [
        _own_mean(criterion.label, found)
        for criterion in Criterion
        if (found := meeting.seat and pairs.get((meeting.seat.pk, criterion.value)))
    ]


def members_means(meeting: Meeting) -> list[tuple[BoardSeat, list[OwnMean | None]]]:
    """Return each member's means in the order of the seats, for the office without a seat; others get nothing."""
    if not meeting.is_office or meeting.seat is not None:
        return []
    pairs = _pairs(meeting)
    return [
        (
            seat,
            [
                _own_mean(criterion.label, found)
                if (found := pairs.get((seat.pk, criterion.value)))
                else None
                for criterion in Criterion
            ],
        )
        for seat in meeting.seats
    ]


def _pairs(meeting: Meeting) -> dict[tuple[int, str], list[tuple[int, Fraction]]]:
    """Return by seat and criterion the own points and the board's mean of each proposal that is shown."""
    pairs: dict[tuple[int, str], list[tuple[int, Fraction]]] = {}
    for _rank, row in meeting.ranked:
        means = {one.criterion: one.mean for one in row.result.figures}
        for assessment in row.standing.counting:
            for score in assessment.scores.all():
                mean = means[score.criterion]
                if score.points and mean is not None:
                    pairs.setdefault((assessment.seat_id, score.criterion), []).append((score.points, mean))
    return pairs


def _own_mean(label: Any, pairs: list[tuple[int, Fraction]]) -> OwnMean:
    return OwnMean(
        label=label,
        n=len(pairs),
        own=number(Fraction(sum(points for points, _mean in pairs), len(pairs))),
        board=number(sum((mean for _points, mean in pairs), Fraction(0)) / len(pairs)),
    )


def counts_of(call: Call) -> CallCounts:
    """Return the counts of a call, with three statements; no score, no name, nothing under embargo."""
    received = Proposal.objects.received().filter(call=call)
    by_the_board = Exists(Decision.objects.filter(proposal=OuterRef("pk"), decided_at__isnull=False))
    announced = Decision.objects.filter(proposal__call=call, announced_at__isnull=False)
    latest = announced.exclude(superseded_by__announced_at__isnull=False)
    outcomes = dict(latest.order_by().values_list("outcome").annotate(Count("pk")))
    members = BoardSeat.objects.filter(call=call, ended_at=None).order_by()
    counts = dict(members.values_list("constituency").annotate(Count("pk")))
    totals = received.annotate(by_the_board=by_the_board).aggregate(
        received=Count("pk"),
        not_accepted=Count("pk", filter=Q(status=Status.REJECTED, by_the_board=False)),
    )
    return CallCounts(
        **totals,
        **{outcome: outcomes.get(outcome, 0) for outcome in Decision.Outcome.values},
        members=[
            (label, counts[value]) for value, label in BoardSeat.Constituency.choices if value in counts
        ],
    )


@lru_cache(KEPT)
def _agreement(units: tuple[tuple[int, ...], ...]) -> Agreement | None:
    """Return the agreement on one criterion; drawing a thousand times takes a while, so the last ones are kept."""
    return agreement(units)
