"""Seats on the board: how somebody comes to sit on it for a call, and stops. What a seat lets one see: ``permissions``.

Who holds a seat judges; whoever of the office held one does not get it back, as they may have looked at what others
said in the meantime. Nobody gives or ends the own seat.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from assessment import board_letters
from assessment.models import BoardSeat, Call
from assessment.querysets import OFFICE
from goodpractice.accounts.models import User

ROLE = "board"
"""The group of members (``fixtures/roles.yaml``); it needs a second factor."""


class SeatRefused(Exception):
    """Base of the reasons why a seat is not given or ended."""


class OwnSeat(SeatRefused):
    """Nobody seats or unseats themselves."""


class HeldAlready(SeatRefused):
    """The person holds a seat for this call."""


class SeatLost(SeatRefused):
    """The person is of the office and held a seat for this call before."""


class AccountClosed(SeatRefused):
    """The account was switched off."""


class NameMissing(SeatRefused):
    """There is no account with this address, and a new one needs a name."""


class AnotherBench(SeatRefused):
    """A substitute stands in for somebody of the same call and constituency who is no substitute."""


@dataclass(frozen=True)
class Person:
    """Whom the office names: somebody with an account, or who gets one. Only a new account takes name and language."""

    email: str
    name: str = ""
    language: str = "de"


@transaction.atomic
def give(
    call: Call, person: Person, *, constituency: str, by: User, substitutes: BoardSeat | None = None
) -> BoardSeat:
    """Seat somebody for ``call`` and invite them by mail; who has no account gets one without a password."""
    Call.objects.select_for_update().get(pk=call.pk)
    user = _account(person, by)
    seat = BoardSeat.objects.filter(call=call, user=user).first() or BoardSeat(call=call, user=user)
    _check(seat, user, constituency, substitutes)
    seat.constituency, seat.substitutes = constituency, substitutes
    seat.invited_at, seat.ended_at = timezone.now(), None
    seat.save()
    user.groups.add(Group.objects.get_or_create(name=ROLE)[0])
    board_letters.invited(seat)
    return seat


@transaction.atomic
def invite_again(seat: BoardSeat) -> None:
    """Send the invitation once more to somebody who has not come yet."""
    board_letters.invited(seat)


@transaction.atomic
def end(seat: BoardSeat, *, by: User) -> None:
    """End a seat: its assessments count no more; the first end is the one that is kept."""
    if seat.user_id == by.pk:
        raise OwnSeat
    held = BoardSeat.objects.filter(pk=seat.pk, ended_at=None)
    if held.update(ended_at=timezone.now()) and not seat.user.seats.filter(ended_at=None).exists():
        seat.user.groups.remove(*Group.objects.filter(name=ROLE))


def _account(person: Person, by: User) -> User:
    user = User.objects.filter(email__iexact=person.email).first()
    if user is None:
        if not person.name.strip():
            raise NameMissing
        return User.objects.create_user(person.email, name=person.name.strip(), language=person.language)
    if user.pk == by.pk:
        raise OwnSeat
    if not user.is_active:
        raise AccountClosed
    return user


def _check(seat: BoardSeat, user: User, constituency: str, substitutes: BoardSeat | None) -> None:
    if seat.pk is not None and seat.ended_at is None:
        raise HeldAlready
    if seat.pk is not None and user.has_perm(OFFICE):
        raise SeatLost
    if substitutes is not None and not _is_of_the_bench(substitutes, seat, constituency):
        raise AnotherBench


def _is_of_the_bench(member: BoardSeat, seat: BoardSeat, constituency: str) -> bool:
    place = (member.call_id, member.constituency)
    return place == (seat.call_id, constituency) and member.pk != seat.pk and member.substitutes_id is None
