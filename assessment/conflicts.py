"""Conflicts of interest: who may not judge what, found from data. The rule itself is a function of the database
(``assessment_conflict_grounds``, migration ``board_guards``), so that its guards and this module cannot differ.
"""

from collections.abc import Iterable

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from assessment.models import BoardSeat, Proposal
from goodpractice.accounts.models import User


class Ground(models.TextChoices):
    AUTHOR = "author", _("has submitted the proposal")
    EDITOR = "editor", _("has written the proposal together with others, or was invited to")
    CONTACT = "contact", _("is a contact person of the example")
    MEMBERSHIP = "membership", _("belongs to a network that submits it, or did so in the last 24 months")
    DECLARED = "declared", _("has declared a conflict")


def grounds(user: User, proposal: Proposal) -> list[Ground]:
    """Return why ``user`` may not judge ``proposal``; empty if nothing stands against it."""
    return grounds_by_proposal(user, [proposal])[proposal.pk]


def grounds_by_proposal(user: User, proposals: Iterable[Proposal]) -> dict[int, list[Ground]]:
    """Return the grounds for each of several proposals, with one statement."""
    return grounds_by_key(user, [proposal.pk for proposal in proposals])


def grounds_by_key(user: User, keys: list[int]) -> dict[int, list[Ground]]:
    """Return the same where only the keys of the proposals are known."""
    found: dict[int, list[Ground]] = {key: [] for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, ground FROM unnest(%s::bigint[]) AS key, assessment_conflict_grounds(%s, key)",
            [keys, user.pk],
        )
        for key, ground in cursor.fetchall():
            found[key].append(Ground(ground))
    return _in_order(found)


def grounds_by_seat(proposal: Proposal) -> dict[int, list[Ground]]:
    """Return the grounds of each seat of the proposal's call, with one statement."""
    found: dict[int, list[Ground]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seat.id, ground FROM assessment_boardseat seat"
            " LEFT JOIN LATERAL assessment_conflict_grounds(seat.user_id, %s) ON true"
            " WHERE seat.call_id = %s AND seat.ended_at IS NULL",
            [proposal.pk, proposal.call_id],
        )
        for key, ground in cursor.fetchall():
            grounds = found.setdefault(key, [])
            if ground is not None:
                grounds.append(Ground(ground))
    return _in_order(found)


def grounds_by_proposal_and_seat(
    call: int, proposals: Iterable[Proposal]
) -> dict[int, dict[int, list[Ground]]]:
    """Return the grounds of each seat of ``call`` for each of its ``proposals``, with two statements."""
    seats = list(BoardSeat.objects.filter(call=call, ended_at=None).values_list("pk", flat=True))
    keys = [proposal.pk for proposal in proposals]
    found: dict[int, dict[int, list[Ground]]] = {key: {seat: [] for seat in seats} for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, seat.id, ground FROM unnest(%s::bigint[]) AS key, assessment_boardseat seat,"
            " assessment_conflict_grounds(seat.user_id, key) WHERE seat.id = ANY(%s)",
            [keys, seats],
        )
        for key, seat, ground in cursor.fetchall():
            found[key][seat].append(Ground(ground))
    return {key: _in_order(by_seat) for key, by_seat in found.items()}


def _in_order(found: dict[int, list[Ground]]) -> dict[int, list[Ground]]:
    order = list(Ground)
    return {key: sorted(several, key=order.index) for key, several in found.items()}
