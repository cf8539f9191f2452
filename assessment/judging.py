"""Assessing: the only code that writes declarations, assessments and scores.

The functions do not ask who may open a page (``permissions`` does), but hold what binds everybody: no assessment with a
conflict of interest or before the member has answered for one, nothing changed once it was handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment import conflicts
from assessment.conflicts import Ground
from assessment.models import Assessment, BoardSeat, ConflictDeclaration, Proposal, Score, Status
from catalogue.models import Criterion
from goodpractice.accounts.models import User

COMMENTED = {1, 2, 5}
"""Points that need a comment."""
ASSESSING = {
    Assessment.Turn.INDEPENDENT: {Status.IN_REVIEW},
    Assessment.Turn.AFTER_THE_REVEAL: {Status.IN_REVIEW, Status.DISCUSSION, Status.DECISION_PENDING},
}


class ConflictOfInterest(Exception):
    """The member may not judge this proposal; ``grounds`` says why."""

    def __init__(self, grounds: list[Ground]) -> None:
        super().__init__(", ".join(grounds))
        self.grounds = grounds


class NotDeclared(Exception):
    """The member has not answered yet whether there is a conflict of interest."""


class NotOpen(Exception):
    """The proposal is not being assessed, or not in this turn."""


class Frozen(Exception):
    """The assessment was handed in or voided, or the proposal is decided."""


class StaleDraft(Exception):
    """Another version of the draft was stored meanwhile; ``current`` is it."""

    def __init__(self, current: Assessment) -> None:
        super().__init__(f"version {current.saves}")
        self.current = current


class SamePerson(Exception):
    """A second person has to confirm what the first one proposed."""


@dataclass(frozen=True)
class Mark:
    """What a member says about one criterion."""

    points: int | None = None
    cannot_assess: bool = False
    comment: str = ""
    comment_to_submitter: str = ""

    @property
    def needs_comment(self) -> bool:
        return self.cannot_assess or self.points in COMMENTED


@dataclass(frozen=True)
class Draft:
    """All that the form of an assessment holds."""

    marks: Mapping[str, Mark]
    advice: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Problem:
    """What is missing before it can be handed in; ``field`` is a criterion, ``advice`` or ``reason``."""

    field: str
    message: Any


class IncompleteAssessment(Exception):
    """Four criteria, comments where they are needed, and a recommendation; ``problems`` says what is missing."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.field for problem in problems))
        self.problems = problems


# Conflicts ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def declare(
    seat: BoardSeat, proposal: Proposal, *, has_conflict: bool, explanation: str = ""
) -> ConflictDeclaration:
    """Record the member's answer. "No conflict" may become a conflict later, never the other way round."""
    declaration, is_new = ConflictDeclaration.objects.select_for_update().get_or_create(
        seat=seat, proposal=proposal, defaults={"has_conflict": has_conflict, "explanation": explanation}
    )
    if not is_new and has_conflict and not declaration.has_conflict:
        declaration.has_conflict, declaration.explanation = True, explanation
        declaration.declared_at = timezone.now()
        declaration.save(update_fields=["has_conflict", "explanation", "declared_at"])
    return declaration


@transaction.atomic
def propose_withdrawal(declaration: ConflictDeclaration, *, by: User, reason: str) -> None:
    """Propose that a declared conflict does not hold; it goes on to hold until a second person confirms."""
    declaration.withdrawal_proposed_by, declaration.withdrawal_reason = by, reason
    declaration.save(update_fields=["withdrawal_proposed_by", "withdrawal_reason"])


@transaction.atomic
def confirm_withdrawal(declaration: ConflictDeclaration, *, by: User) -> None:
    """Withdraw a declared conflict as the second person. What data say is not withdrawn by this."""
    if declaration.withdrawal_proposed_by_id in {None, by.pk}:
        raise SamePerson
    declaration.withdrawal_confirmed_by, declaration.withdrawn_at = by, timezone.now()
    declaration.save(update_fields=["withdrawal_confirmed_by", "withdrawn_at"])


# Scores -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    seat: BoardSeat, proposal: Proposal, *, turn: Assessment.Turn = Assessment.Turn.INDEPENDENT
) -> Assessment:
    """Return the member's assessment, begun if it was not; of the version of the text that is judged now."""
    _check(seat, proposal, turn)
    found: Assessment
    found, _is_new = Assessment.objects.get_or_create(
        seat=seat, proposal=proposal, turn=turn, defaults={"version": proposal.versions.latest("number")}
    )
    return found


def save(assessment: Assessment, draft: Draft, *, seen: int) -> Assessment:
    """Store a draft if ``seen`` is the version of it that is stored."""
    with transaction.atomic():
        return _store(_locked(assessment, seen), draft)


def hand_in(assessment: Assessment, draft: Draft, *, seen: int) -> Assessment:
    """Store and freeze, for the newest version of the text. What is missing is said, and what was typed is stored."""
    stored = save(assessment, draft, seen=seen)
    if missing := problems(draft, stored.turn):
        raise IncompleteAssessment(missing)
    with transaction.atomic():
        locked = _locked(stored, stored.saves)
        locked.version, locked.handed_in_at = locked.proposal.versions.latest("number"), timezone.now()
        locked.save(update_fields=["version", "handed_in_at"])
        return locked


def problems(draft: Draft, turn: int) -> list[Problem]:
    """Return what keeps a draft from being handed in."""
    found = [problem for criterion in Criterion for problem in _problems_of(criterion, draft)]
    if not draft.advice:
        found.append(Problem("advice", _("Choose a recommendation.")))
    if turn == Assessment.Turn.AFTER_THE_REVEAL and not draft.reason.strip():
        found.append(Problem("reason", _("Say why you score again.")))
    return found


@transaction.atomic
def reconfirm(assessment: Assessment) -> Assessment:
    """Say that the scores hold for the newest version of the text as well; without it they are stale."""
    locked: Assessment = Assessment.objects.select_for_update().get(pk=assessment.pk)
    _check(locked.seat, locked.proposal, Assessment.Turn(locked.turn))
    if locked.handed_in_at is None or locked.voided_at is not None:
        raise Frozen
    locked.version, locked.reconfirmed_at = locked.proposal.versions.latest("number"), timezone.now()
    locked.save(update_fields=["version", "reconfirmed_at"])
    return locked


def _problems_of(criterion: Criterion, draft: Draft) -> list[Problem]:
    mark = draft.marks.get(criterion, Mark())
    if mark.points is None and not mark.cannot_assess:
        return [Problem(criterion, _("Choose a level, or that it cannot be assessed from the text."))]
    if mark.needs_comment and not (mark.comment.strip() or mark.comment_to_submitter.strip()):
        return [Problem(criterion, _("This level needs a comment: what led you to it?"))]
    return []


def _check(seat: BoardSeat, proposal: Proposal, turn: Assessment.Turn) -> None:
    if found := conflicts.grounds(seat.user, proposal):
        raise ConflictOfInterest(found)
    if not ConflictDeclaration.objects.filter(seat=seat, proposal=proposal).exists():
        raise NotDeclared
    being_assessed = Proposal.objects.filter(pk=proposal.pk, call=seat.call_id, status__in=ASSESSING[turn])
    if seat.ended_at is not None or not being_assessed.exists():
        raise NotOpen
    if turn == Assessment.Turn.AFTER_THE_REVEAL and not _has_handed_in(seat, proposal):
        raise NotOpen


def _has_handed_in(seat: BoardSeat, proposal: Proposal) -> bool:
    handed_in = Assessment.objects.filter(
        seat=seat, proposal=proposal, turn=Assessment.Turn.INDEPENDENT, handed_in_at__isnull=False
    )
    return handed_in.filter(voided_at=None).exists()


def _locked(assessment: Assessment, seen: int) -> Assessment:
    locked: Assessment = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("seat", "seat__user", "proposal")
        .get(pk=assessment.pk)
    )
    if locked.handed_in_at is not None or locked.voided_at is not None:
        raise Frozen
    _check(locked.seat, locked.proposal, Assessment.Turn(locked.turn))
    if locked.saves != seen:
        raise StaleDraft(locked)
    return locked


def _store(assessment: Assessment, draft: Draft) -> Assessment:
    for criterion, mark in draft.marks.items():
        Score.objects.update_or_create(
            assessment=assessment,
            criterion=criterion,
            defaults={
                "points": mark.points,
                "cannot_assess": mark.cannot_assess,
                "comment": mark.comment,
                "comment_to_submitter": mark.comment_to_submitter,
            },
        )
    assessment.advice, assessment.reason = draft.advice, draft.reason
    assessment.saves, assessment.saved_at = assessment.saves + 1, timezone.now()
    assessment.save(update_fields=["advice", "reason", "saves", "saved_at"])
    return assessment
