"""Whether a board can judge a proposal at all: who of it may, and by which rubric. Asked before it gets the proposal.

A quorum is possible with three members who may judge, at least one from each side of the board; who those are comes
from ``conflicts``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from assessment import conflicts
from assessment.models import Anchor, BoardSeat, Call, Proposal, Rubric, RubricCriterion
from assessment.standing import FEDERAL, FEWEST_ELIGIBLE, REGIONAL
from catalogue.models import Criterion
from catalogue.models.record import Level

NO_RUBRIC = _("The call has no rubric yet: choose one in the call.")
HALF_A_RUBRIC = _(
    "The rubric of the call is not complete: each criterion needs its questions, each level its meaning."
)
TOO_FEW = _("Fewer than three members may assess it. Give more seats on the board, or seats to substitutes.")
NO_FEDERAL = _("Nobody of the ministry or of the dissemination project may assess it.")
NO_REGIONAL = _("Nobody of the regional networks or the competence centres may assess it.")


@dataclass(frozen=True)
class Panel:
    """Who of the board may judge one proposal."""

    proposal: Proposal
    eligible: list[BoardSeat]

    @property
    def obstacles(self) -> list[Any]:
        """Return what stands against a quorum, in words; no number and no name."""
        sides = {seat.constituency for seat in self.eligible}
        return [
            words
            for words, is_met in [
                (TOO_FEW, len(self.eligible) >= FEWEST_ELIGIBLE),
                (NO_FEDERAL, bool(sides & FEDERAL)),
                (NO_REGIONAL, bool(sides & REGIONAL)),
            ]
            if not is_met
        ]


def panels(call: Call, proposals: Sequence[Proposal]) -> list[Panel]:
    """Return the panel of several proposals of ``call``; three statements, however many there are."""
    seats = list(BoardSeat.objects.filter(call=call, ended_at=None).select_related("user"))
    grounds = conflicts.grounds_by_proposal_and_seat(call.pk, proposals)
    return [Panel(one, [seat for seat in seats if not grounds[one.pk][seat.pk]]) for one in proposals]


def obstacles(proposal: Proposal) -> list[Any]:
    """Return why the board cannot get the proposal now, in words; empty if it can."""
    (panel,) = panels(proposal.call, [proposal])
    return [*_of_the_rubric(proposal.call.rubric), *panel.obstacles]


def is_complete(rubric: Rubric) -> bool:
    """Tell whether it has words for every criterion and level, in both languages."""
    criteria = RubricCriterion.objects.filter(rubric=rubric).exclude(prompts_de="").exclude(prompts_en="")
    anchors = Anchor.objects.filter(criterion__in=criteria).exclude(sentence_de="").exclude(sentence_en="")
    found = anchors.values("criterion__criterion").annotate(levels=Count("pk"))
    return {one["criterion__criterion"]: one["levels"] for one in found} == dict.fromkeys(
        Criterion.values, len(Level)
    )


def _of_the_rubric(rubric: Rubric | None) -> list[Any]:
    if rubric is None:
        return [NO_RUBRIC]
    return [] if is_complete(rubric) else [HALF_A_RUBRIC]
