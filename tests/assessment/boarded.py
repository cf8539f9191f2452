"""What the tests of the board's guards share: a board whose members have judged, and how attacks are made."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessment import judging, workflow
from assessment.models import Assessment, BoardSeat, ConflictDeclaration, Proposal, Status
from tests.assessment.factories import (
    CallFactory,
    UserFactory,
    check_deferred,
    co_editor,
    decision_of,
    handed_in,
    member_of,
    proposal_in,
    with_board,
)

CONSTITUENCIES = BoardSeat.Constituency.values


@dataclass
class Board:
    """Four members who may judge ``proposal``; the first three have handed in, the fourth has a draft."""

    call: Any
    seats: list
    proposal: Any
    other: Any
    """A second proposal of the call, untouched."""
    decision: Any = None
    people: dict = field(default_factory=dict)

    @property
    def done(self):
        return Assessment.objects.get(seat=self.seats[0], proposal=self.proposal)

    @property
    def draft(self):
        return Assessment.objects.get(seat=self.seats[3], proposal=self.proposal)

    @property
    def score(self):
        return self.done.scores.first()

    def fresh(self):
        return Proposal.objects.get(pk=self.proposal.pk)


def in_review():
    """Return a board in the midst of its work."""
    call = CallFactory()
    seats = with_board(call)
    board = Board(
        call, seats, proposal_in(Status.IN_REVIEW, call=call), proposal_in(Status.IN_REVIEW, call=call)
    )
    for seat in seats[:3]:
        handed_in(seat, board.proposal)
    judging.declare(seats[3], board.proposal, has_conflict=False)
    judging.begin(seats[3], board.proposal)
    return board


def pending():
    """Return a board that has judged and could decide; a decision is proposed."""
    board = in_review()
    handed_in(board.seats[3], board.proposal)
    workflow.conclude_review(board.proposal)
    board.proposal = board.fresh()
    board.decision = decision_of(board.proposal, "approved")
    return board


def decided():
    """Return a board that has decided."""
    board = pending()
    workflow.confirm_decision(board.decision, by=UserFactory())
    board.decision.refresh_from_db()
    board.proposal = board.fresh()
    return board


def seat_of(call, user, constituency="ministry"):
    return BoardSeat.objects.create(call=call, user=user, constituency=constituency)


def conflicted_seat(board, ground="membership"):
    """Return a seat of somebody who may not judge the proposal."""
    user = UserFactory()
    if ground == "membership":
        member_of(board.proposal.example.network, user)
    if ground == "editor":
        co_editor(board.proposal, user)
    if ground == "author":
        user = board.proposal.submitted_by
    seat = seat_of(board.call, user)
    if ground == "declared":
        ConflictDeclaration.objects.create(seat=seat, proposal=board.proposal, has_conflict=True)
    return seat


def office_with(user):
    """Make somebody a member of the office."""
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="screen_proposal"))
    return type(user).objects.get(pk=user.pk)


# Attacks --------------------------------------------------------------------------------------------------------------


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refusal_of(attack, board):
    """Return what the database says to it, or nothing; in any case it is undone."""
    try:
        with transaction.atomic():
            attack(board)
            check_deferred()
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


def survivors(attacks, board):
    """Return the attacks that were not refused with the words expected, and what was said instead."""
    said = {name: (refusal_of(attack, board), expected) for name, (attack, expected) in attacks.items()}
    return {name: answer for name, (answer, expected) in said.items() if expected not in answer or not answer}


def now():
    return timezone.now()
