"""What everybody may read about how proposals are selected: the rubric in force, and figures of finished calls.

A call is finished once everybody who handed in knows the outcome. Nothing here tells of an outcome before its
announcement, nor that one has changed; ``statistics`` counts, this module says for which calls.
"""

import datetime
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q

from assessment.models import Call, Decision, Proposal, Rubric, Status
from assessment.statistics import CallCounts, counts_of

LATEST = 5
"""So many finished calls are shown; each costs four statements."""
WITHOUT_OUTCOME = [
    Status.SUBMITTED,
    Status.SCREENING,
    Status.NEEDS_INFO,
    Status.IN_REVIEW,
    Status.DISCUSSION,
    Status.DECISION_PENDING,
]


@dataclass(frozen=True)
class CallFigures:
    """One finished call; the days are medians, from handing in to the announcement and to the publication."""

    call: Call
    counts: CallCounts
    days_to_outcome: int | None
    days_to_publication: int | None

    @property
    def withdrawn(self) -> int:
        counts = self.counts
        decided = counts.approved + counts.rejected + counts.deferred
        return counts.received - counts.not_accepted - decided

    @property
    def members(self) -> int:
        return sum(number for _label, number in self.counts.members)


def rubric_in_force(now: datetime.datetime) -> Rubric | None:
    """Return the rubric of the call that opened last, or the newest one, with all its words: three statements."""
    rubrics = Rubric.objects.prefetch_related("criteria__anchors")
    opened = Call.objects.filter(opens_at__lte=now, rubric__isnull=False).order_by("-opens_at")
    return rubrics.filter(pk__in=opened.values("rubric")[:1]).first() or rubrics.first()


def finished_calls(now: datetime.datetime) -> list[CallFigures]:
    """Return the latest finished calls with their figures."""
    received = Proposal.objects.received().filter(call=OuterRef("pk"))
    closed = Call.objects.closed_before(now).filter(Exists(received))
    finished = closed.exclude(Exists(received.filter(_without_known_outcome())))
    return [_figures(call) for call in finished[:LATEST]]


def _without_known_outcome() -> Q:
    decisions = Decision.objects.filter(proposal=OuterRef("pk"), decided_at__isnull=False)
    told = Exists(decisions.filter(announced_at__isnull=False))
    return Q(status__in=WITHOUT_OUTCOME) | (Q(Exists(decisions)) & ~Q(told))


def _figures(call: Call) -> CallFigures:
    told: Any = (
        Proposal.objects.received()
        .filter(call=call, decisions__announced_at__isnull=False)
        .annotate(told_at=Min("decisions__announced_at"))
    )
    moments = list(told.values_list("submitted_at", "told_at", "example__published_at"))
    return CallFigures(
        call=call,
        counts=counts_of(call),
        days_to_outcome=_median([(told_at - handed_in).days for handed_in, told_at, _public in moments]),
        days_to_publication=_median(
            [(public_at - handed_in).days for handed_in, _told, public_at in moments if public_at]
        ),
    )


def _median(days: list[int]) -> int | None:
    return round(median(days)) if days else None
