"""Who may see and do what with a proposal. What binds everybody is held by ``workflow`` and the database instead.

A seat on the board binds: whoever holds one sees others' assessments once the own one is handed in, office and
superusers too. Whoever has a conflict of interest sees none, in whatever role.
"""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils import timezone

from assessment import conflicts
from assessment.models import Assessment, BoardSeat, ConflictDeclaration, Proposal, Status
from assessment.models.status import BEFORE_A_DECISION
from assessment.querysets import OFFICE
from goodpractice.accounts.models import Membership, User

REVEALED = {
    Status.DISCUSSION,
    Status.DECISION_PENDING,
    Status.APPROVED,
    Status.REJECTED,
    Status.DEFERRED,
    Status.PUBLISHED,
    Status.UNPUBLISHED,
}
"""From here on the office without a seat sees scores and figures."""


def is_office(user: User) -> bool:
    return user.has_perm(OFFICE)


def is_submitter(user: User, proposal: Proposal) -> bool:
    return proposal.submitted_by_id == user.pk


def is_involved(user: User, proposal: Proposal) -> bool:
    """Tell whether ``user`` works on the proposal, or has done so."""
    return is_submitter(user, proposal) or proposal.editors.filter(user=user).exists()


def may_write(user: User, proposal: Proposal) -> bool:
    """Tell whether ``user`` belongs to those who write; whether it is their turn is a matter of the state."""
    return Proposal.objects.editable_by(user).filter(pk=proposal.pk).exists()


def can_edit(user: User, proposal: Proposal) -> bool:
    return proposal.is_writable and may_write(user, proposal)


def can_submit(user: User, proposal: Proposal) -> bool:
    return can_edit(user, proposal)


def can_withdraw(user: User, proposal: Proposal) -> bool:
    return proposal.status in BEFORE_A_DECISION and may_write(user, proposal)


def can_invite(user: User, proposal: Proposal) -> bool:
    """Only the submitter decides who else works on it, and no longer once it is decided."""
    return is_submitter(user, proposal) and proposal.status in BEFORE_A_DECISION


def can_screen(user: User, proposal: Proposal) -> bool:
    """Tell whether ``user`` may screen it: the office, but nobody who works on it."""
    return is_office(user) and not is_involved(user, proposal)


def can_propose(user: User) -> bool:
    """Tell whether ``user`` may begin a proposal: everybody who has named a network."""
    return Membership.objects.on(timezone.localdate()).filter(user=user).exists()


# The board ------------------------------------------------------------------------------------------------------------


def has_seat(user: User) -> bool:
    return BoardSeat.objects.filter(user=user.pk, ended_at=None).exists()


def seat_for(user: User, proposal: Proposal) -> BoardSeat | None:
    """Return the seat that ``user`` holds for the call of the proposal."""
    return BoardSeat.objects.filter(user=user.pk, call=proposal.call_id, ended_at=None).first()


def can_read_as_member(seat: BoardSeat, proposal: Proposal) -> bool:
    """Tell whether the text is open to the member: they have said that there is no conflict, and none is known."""
    said = ConflictDeclaration.objects.filter(seat=seat, proposal=proposal)
    return said.exists() and not conflicts.grounds(seat.user, proposal)


def can_assess(user: User, proposal: Proposal) -> bool:
    """Tell whether ``user`` may assess the proposal now, having answered for conflicts of interest."""
    seat = seat_for(user, proposal)
    return seat is not None and proposal.status == Status.IN_REVIEW and can_read_as_member(seat, proposal)


def revealed_to(user: User, proposals: Collection[Proposal]) -> set[int]:
    """Return the keys of those whose assessments and figures are open to ``user``; three statements for any number."""
    grounds = conflicts.grounds_by_proposal(user, proposals)
    seats = dict(BoardSeat.objects.filter(user=user.pk, ended_at=None).values_list("call", "pk"))
    own = Assessment.objects.handed_in().filter(seat__in=seats.values(), proposal__in=grounds)
    done = set(own.values_list("proposal", flat=True))
    return {
        one.pk
        for one in proposals
        if not grounds[one.pk]
        and (one.pk in done if one.call_id in seats else is_office(user) and one.status in REVEALED)
    }


def visible_assessments(user: User, proposal: Proposal) -> QuerySet[Assessment]:
    """Keep the assessments of ``proposal`` that ``user`` may see: the own, and what the others have handed in.

    Every list, count, order, export and page of assessments comes from here (invariants I3 and I4).
    """
    if conflicts.grounds(user, proposal):
        return Assessment.objects.none()
    shown = Q(seat__user=user.pk, seat__ended_at=None)
    if revealed_to(user, [proposal]):
        shown |= Q(handed_in_at__isnull=False, voided_at=None)
    return Assessment.objects.filter(shown, proposal=proposal)


def sees_who_has_handed_in(user: User, proposal: Proposal) -> bool:
    """Tell whether ``user`` may know who has handed in: the office without a seat from the beginning."""
    if proposal.pk in revealed_to(user, [proposal]):
        return True
    has_conflict = bool(conflicts.grounds(user, proposal))
    return is_office(user) and seat_for(user, proposal) is None and not has_conflict
