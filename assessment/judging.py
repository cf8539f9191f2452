"""Assessing: the only code that writes declarations, assessments and scores.

The functions do not ask who may open a page (``permissions`` does), but hold what binds everybody: no assessment with a
conflict of interest or before the member has answered for one, nothing changed once it was handed in.
"""

from django.db import transaction
from django.utils import timezone

from assessment import board_letters, conflicts
from assessment.conflicts import Ground
from assessment.marks import Draft, IncompleteAssessment, problems
from assessment.models import Assessment, BoardSeat, ConflictDeclaration, Proposal, Score, Status
from assessment.second_person import SamePerson
from goodpractice.accounts.models import User

ASSESSING = {
    Assessment.Turn.INDEPENDENT: {Status.IN_REVIEW},
    Assessment.Turn.AFTER_THE_REVEAL: {Status.IN_REVIEW, Status.DISCUSSION, Status.DECISION_PENDING},
}


class ConflictOfInterest(Exception):
    """The member may not judge this proposal; ``grounds`` says why."""

    def __init__(self, grounds: list[Ground]) -> None:
        super().__init__(", ".join(grounds))
        self.grounds = grounds


class NothingToWithdraw(Exception):
    """No declared conflict is in force, or nobody has proposed to withdraw it."""


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


# Conflicts ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def declare(
    seat: BoardSeat, proposal: Proposal, *, has_conflict: bool, explanation: str = ""
) -> ConflictDeclaration:
    """Record the member's answer. "No conflict" may become a conflict later, never the other way round.

    A conflict that two persons withdrew can be declared once more; the history keeps what was before.
    """
    declaration, is_new = ConflictDeclaration.objects.select_for_update().get_or_create(
        seat=seat, proposal=proposal, defaults={"has_conflict": has_conflict, "explanation": explanation}
    )
    if not is_new and has_conflict and not _is_in_force(declaration):
        declaration.has_conflict, declaration.explanation = True, explanation
        declaration.declared_at, declaration.withdrawn_at = timezone.now(), None
        declaration.withdrawal_proposed_by = declaration.withdrawal_confirmed_by = None
        declaration.withdrawal_reason = ""
        declaration.save()
    return declaration


@transaction.atomic
def propose_withdrawal(declaration: ConflictDeclaration, *, by: User, reason: str) -> ConflictDeclaration:
    """Propose that a declared conflict does not hold; it goes on to hold until a second person confirms.

    Neither of the two is the member who declared it.
    """
    declaration = _declaration_in_force(declaration, by)
    declaration.withdrawal_proposed_by, declaration.withdrawal_reason = by, reason
    declaration.save(update_fields=["withdrawal_proposed_by", "withdrawal_reason"])
    return declaration


@transaction.atomic
def confirm_withdrawal(declaration: ConflictDeclaration, *, by: User) -> ConflictDeclaration:
    """Withdraw a declared conflict as the second person. What data say is not withdrawn by this.

    An assessment that it had voided stays void; the member may assess anew. The board is told.
    """
    declaration = _declaration_in_force(declaration, by)
    if declaration.withdrawal_proposed_by_id is None:
        raise NothingToWithdraw
    if declaration.withdrawal_proposed_by_id == by.pk:
        raise SamePerson
    declaration.withdrawal_confirmed_by, declaration.withdrawn_at = by, timezone.now()
    declaration.save(update_fields=["withdrawal_confirmed_by", "withdrawn_at"])
    board_letters.conflict_withdrawn(declaration)
    return declaration


@transaction.atomic
def dismiss_withdrawal(declaration: ConflictDeclaration, *, by: User) -> ConflictDeclaration:
    """Disagree with a proposed withdrawal, or take the own proposal back: the conflict stays declared."""
    declaration = _declaration_in_force(declaration, by)
    declaration.withdrawal_proposed_by, declaration.withdrawal_reason = None, ""
    declaration.save(update_fields=["withdrawal_proposed_by", "withdrawal_reason"])
    return declaration


def _declaration_in_force(declaration: ConflictDeclaration, by: User) -> ConflictDeclaration:
    """Return the row as it is now, held until the end of the transaction."""
    locked: ConflictDeclaration = (
        ConflictDeclaration.objects.select_for_update(of=("self",))
        .select_related("seat")
        .get(pk=declaration.pk)
    )
    if not _is_in_force(locked):
        raise NothingToWithdraw
    if locked.seat.user_id == by.pk:
        raise SamePerson
    return locked


def _is_in_force(declaration: ConflictDeclaration) -> bool:
    return declaration.has_conflict and declaration.withdrawn_at is None


# Scores -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    seat: BoardSeat, proposal: Proposal, *, turn: Assessment.Turn = Assessment.Turn.INDEPENDENT
) -> Assessment:
    """Return the member's assessment, begun if it was not; of the version of the text that is judged now.

    One that a conflict of interest has voided is not it: if the conflict is gone, the member begins anew.
    """
    _check(seat, proposal, turn)
    found: Assessment
    found, _is_new = Assessment.objects.get_or_create(
        seat=seat,
        proposal=proposal,
        turn=turn,
        voided_at=None,
        defaults={"version": proposal.versions.latest("number")},
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
