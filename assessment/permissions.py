"""Who may see and do what with a proposal. What binds everybody is held by ``workflow`` and the database instead.

A seat on the board binds: whoever holds one sees others' assessments once the own one is handed in, office and
superusers too. Whoever has a conflict of interest sees none, in whatever role.
"""

from collections.abc import Collection
from enum import Enum

from django.db.models import Q, QuerySet
from django.utils import timezone

from assessment import conflicts
from assessment.models import Assessment, BoardSeat, Proposal, Status
from assessment.models.status import BEFORE_A_DECISION, DECIDED
from assessment.querysets import OFFICE
from goodpractice.accounts.models import Membership, User

OF_THE_BOARD = {Status.APPROVED, Status.REJECTED, Status.DEFERRED}
"""What the board has decided, or the office on formal grounds."""
REVEALED = {Status.DISCUSSION, Status.DECISION_PENDING, *DECIDED}
"""From here on the office without a seat sees scores and figures."""


class Sight(Enum):
    """How much of a proposal's assessment somebody is shown."""

    TITLE = "title"
    PROGRESS = "progress"
    """Who has handed in, but no score and no figure."""
    FIGURES = "figures"


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


def seems_undecided(proposal: Proposal) -> bool:
    """Tell whether those who propose know of no decision: there is none, or the board has not announced it yet.

    What their pages offer goes by this: a link that vanishes would tell them.
    """
    if proposal.status not in OF_THE_BOARD:
        return proposal.status in BEFORE_A_DECISION
    told = proposal.decisions.filter(decided_at__isnull=False).values_list("announced_at", flat=True)
    return bool(told) and not any(told)


def can_withdraw(user: User, proposal: Proposal) -> bool:
    """Tell whether it is offered; where the board has decided, and nobody knows it yet, ``workflow`` refuses."""
    return seems_undecided(proposal) and may_write(user, proposal)


def can_invite(user: User, proposal: Proposal) -> bool:
    """Only the submitter decides who else works on it, and no longer once the decision is known."""
    return is_submitter(user, proposal) and seems_undecided(proposal)


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


def sight(user: User, proposals: Collection[Proposal]) -> dict[int, Sight]:
    """Return how much ``user`` is shown of each, by key: the one rule of invariants I3 and I4.

    Three statements for any number. Pages, rows, orders, counts and exports ask here, or one of the functions below.
    """
    grounds = conflicts.grounds_by_proposal(user, proposals)
    held = BoardSeat.objects.filter(user=user.pk, ended_at=None).order_by()
    seats = dict(held.values_list("call", "pk"))
    own = Assessment.objects.handed_in().filter(seat__in=seats.values(), proposal__in=grounds).order_by()
    done = set(own.values_list("proposal", flat=True))
    return {
        one.pk: _sight(
            user,
            one,
            has_conflict=bool(grounds[one.pk]),
            has_seat=one.call_id in seats,
            is_done=one.pk in done,
        )
        for one in proposals
    }


def _sight(user: User, proposal: Proposal, *, has_conflict: bool, has_seat: bool, is_done: bool) -> Sight:
    if has_conflict:
        return Sight.TITLE
    if has_seat:
        return Sight.FIGURES if is_done else Sight.TITLE
    if not is_office(user):
        return Sight.TITLE
    return Sight.FIGURES if proposal.status in REVEALED else Sight.PROGRESS


def revealed_to(user: User, proposals: Collection[Proposal]) -> set[int]:
    """Return the keys of those whose assessments and figures are open to ``user``."""
    return {key for key, seen in sight(user, proposals).items() if seen == Sight.FIGURES}


def visible_assessments(user: User, proposal: Proposal, seen: Sight | None = None) -> QuerySet[Assessment]:
    """Keep the assessments of ``proposal`` that ``user`` may see: the own, and what the others have handed in.

    ``seen`` is the person's sight of the proposal where it has been asked for already.
    Every list, count, order, export and page of assessments comes from here (invariants I3 and I4).
    """
    shown = Q(seat__user=user.pk, seat__ended_at=None)
    if (seen or sight(user, [proposal])[proposal.pk]) == Sight.FIGURES:
        shown |= Q(handed_in_at__isnull=False, voided_at=None)
    elif conflicts.grounds(user, proposal):
        return Assessment.objects.none()
    return Assessment.objects.filter(shown, proposal=proposal)
