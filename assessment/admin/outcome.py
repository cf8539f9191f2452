"""What a member sees after handing in: the own assessment, and from now on the others' with their figures."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from assessment import judging, permissions, standing
from assessment.admin import drawn
from assessment.admin.judged import JudgedText
from assessment.admin.members import Place
from assessment.admin.sheet import rubric_of
from assessment.models import Assessment, Decision, Proposal, Status
from assessment.models.status import BEFORE_A_DECISION
from assessment.scoring import Figures, Result
from assessment.standing import Standing
from catalogue.models import Criterion

AGAIN = Assessment.Turn.AFTER_THE_REVEAL


@dataclass(frozen=True)
class Finding:
    """One criterion: its figures where they are open to the member, and each one's words."""

    criterion: Criterion
    figures: Figures | None
    voices: list[SafeString]

    @property
    def mean(self) -> float | None:
        return float(self.figures.mean) if self.figures and self.figures.mean is not None else None

    @property
    def median(self) -> float | None:
        return float(self.figures.median) if self.figures and self.figures.median is not None else None

    @property
    def highest(self) -> int | None:
        return self.figures.points[-1] if self.figures and self.figures.points else None


def outcome(place: Place, own: Any) -> dict[str, Any]:
    """Return the context of the page; others' words only where ``permissions`` says so."""
    seen = permissions.sight(place.user, [place.proposal])[place.proposal.pk]
    visible = permissions.visible_assessments(place.user, place.proposal, seen).filter(
        handed_in_at__isnull=False
    )
    said = visible.select_related("seat__user").prefetch_related("scores")
    shown = sorted(
        (one for one in said if one.voided_at is None or one.pk == own.pk),
        key=lambda one: (one.seat_id != place.seat.pk, one.seat.constituency, str(one.seat.user), one.turn),
    )
    text = JudgedText(place.proposal, since=own.version)
    counted = [one for one in shown if one.voided_at is None]
    is_revealed = seen == permissions.Sight.FIGURES
    found = standing.of(place.proposal, counted, text.version.pk) if is_revealed else None
    voices = [(one, drawn.who(one, is_own=one.seat_id == place.seat.pk)) for one in shown]
    return {
        "own": own,
        "text": text,
        "is_stale": place.proposal.status == Status.IN_REVIEW and own.version_id != text.version.pk,
        "findings": _findings(place, voices, found.result if found else None),
        "voices": voices,
        "standing": found,
        "overall": float(found.result.overall) if found and found.result.overall is not None else None,
        "missing": _missing(place, found),
        "can_score_again": _can_score_again(place, own, shown),
        "decision": announced(place.proposal),
    }


def announced(proposal: Proposal) -> Decision | None:
    """Return the decision that was announced last; one that nobody was told of yet is no member's to see here."""
    if proposal.status in BEFORE_A_DECISION:
        return None
    told = Decision.objects.filter(proposal=proposal, announced_at__isnull=False)
    return told.prefetch_related("reasons").order_by("pk").last()


def _can_score_again(place: Place, own: Assessment, shown: list[Any]) -> bool:
    is_done = any(one.seat_id == place.seat.pk and one.turn == AGAIN for one in shown)
    return place.proposal.status in judging.ASSESSING[AGAIN] and own.voided_at is None and not is_done


def _missing(place: Place, found: Standing | None) -> int | None:
    """Return how many eligible members have not handed in yet; nothing once that time is over."""
    return len(found.waiting_for) if found and place.proposal.status == Status.IN_REVIEW else None


def _findings(place: Place, voices: list[tuple[Any, SafeString]], result: Result | None) -> list[Finding]:
    figures = {one.criterion: one for one in result.figures} if result else {}
    order = list(rubric_of(place.proposal).values_list("criterion", flat=True)) or Criterion.values
    return [
        Finding(
            Criterion(criterion),
            figures.get(criterion),
            [
                drawn.voice(score, who)
                for one, who in voices
                for score in one.scores.all()
                if score.criterion == criterion
            ],
        )
        for criterion in order
    ]
