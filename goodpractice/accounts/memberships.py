"""How a person becomes a member of a network: claims it, and the office or a member confirms it.

This module does what binds everybody and tells people by mail; who may do it is asked by the callers.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from goodpractice.accounts.models import Membership, User
from goodpractice.outbox import letters


class MembershipNotAllowed(Exception):
    """The membership is confirmed already, one's own, or of another kind than the step needs."""


@transaction.atomic
def confirm(membership: Membership, *, by: User) -> Membership:
    """Make a claim count; nobody does so for oneself, and the first one counts."""
    membership = _locked(membership)
    if membership.is_confirmed:
        raise MembershipNotAllowed("confirmed already")
    if membership.user_id == by.pk:
        raise MembershipNotAllowed("one's own")
    membership.confirmed_at, membership.confirmed_by = timezone.now(), by
    membership.save(update_fields=["confirmed_at", "confirmed_by"])
    _tell(membership, "membership_confirmed")
    return membership


@transaction.atomic
def refuse(membership: Membership, *, by: User) -> None:
    """Take back a claim that is not true; its history stays."""
    membership = _locked(membership)
    if membership.is_confirmed:
        raise MembershipNotAllowed("confirmed already")
    if membership.user_id != by.pk:
        _tell(membership, "membership_refused")
    membership.delete()


@transaction.atomic
def end(membership: Membership, *, on: datetime.date) -> Membership:
    """Note the last day of a confirmed membership."""
    membership = _locked(membership)
    if not membership.is_confirmed or membership.until is not None:
        raise MembershipNotAllowed("not a current membership")
    membership.until = max(on, membership.since)
    membership.save(update_fields=["until"])
    return membership


def _locked(membership: Membership) -> Membership:
    """Return the row as it is now, held until the end of the transaction."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "network")
    try:
        found: Membership = rows.get(pk=membership.pk)
    except Membership.DoesNotExist:
        raise MembershipNotAllowed("taken back meanwhile") from None
    return found


def _tell(membership: Membership, kind: str) -> None:
    letters.send(kind, membership.user, {"network": membership.network})
