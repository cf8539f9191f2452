"""Who may see and do what with a proposal. What binds everybody is held by ``workflow`` and the database instead."""

from django.utils import timezone

from assessment.models import Proposal
from assessment.models.status import BEFORE_A_DECISION
from assessment.querysets import OFFICE
from goodpractice.accounts.models import Membership, User


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
