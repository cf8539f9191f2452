"""Mails to members of the board, and about it to the office. None holds a score, a comment, or who has judged."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from assessment import conflicts
from assessment.agenda import Matter
from assessment.models import BoardSeat, Call, ConflictDeclaration, InformationRequest, Proposal
from goodpractice.accounts.models import User
from goodpractice.addresses import absolute
from goodpractice.outbox import letters

MY_ASSESSMENTS = "admin:assessment_assessment_changelist"


def invited(seat: BoardSeat) -> None:
    """Tell somebody that they sit on the board for a call, and how to sign in."""
    _send("board_invitation", seat.user, MY_ASSESSMENTS, seat=seat, call=seat.call)


def digest(seat: BoardSeat, proposals: Sequence[Matter]) -> None:
    """Tell a member of the proposals that the board has got since the last mail of this kind."""
    _send("board_digest", seat.user, MY_ASSESSMENTS, call=seat.call, proposals=proposals)


def reminded(seat: BoardSeat, count: int) -> None:
    """Tell a member how much is left to do before the assessment ends."""
    _send("board_reminder", seat.user, MY_ASSESSMENTS, call=seat.call, count=count)


def conflict_withdrawn(declaration: ConflictDeclaration) -> None:
    """Tell the board, less those with a conflict of their own, that two persons withdrew a declared one."""
    proposal = declaration.proposal
    grounds = conflicts.grounds_by_seat(proposal)
    for seat in proposal.call.seats.filter(ended_at=None).select_related("user"):
        if not grounds[seat.pk] or seat.pk == declaration.seat_id:
            context = {
                "declaration": declaration,
                "proposal": proposal,
                "is_own": seat.pk == declaration.seat_id,
            }
            _send("board_conflict_withdrawn", seat.user, MY_ASSESSMENTS, **context)


def quorum_missing(user: User, call: Call, proposals: Sequence[Proposal]) -> None:
    """Tell one of the office which proposals stay where they are, as too few members have judged them."""
    _send(
        "board_quorum_missing",
        user,
        "admin:assessment_decision_meeting",
        call.slug,
        call=call,
        proposals=proposals,
    )


def question_due(request: InformationRequest, user: User) -> None:
    """Remind one of the authors that an answer is due."""
    reference = request.proposal.reference
    _send(
        "proposal_question_due",
        user,
        "assessment:proposal_detail",
        reference,
        proposal=request.proposal,
        request=request,
    )


def broken(user: User, cases: dict[str, list[str]]) -> None:
    """Tell an administrator which rules of the database do not hold; the cases are read with the command."""
    letters.send("invariants_broken", to=user, context={"rules": sorted(cases)})


def _send(kind: str, user: User, page: str, *arguments: Any, **context: Any) -> None:
    with override(user.language):
        url = absolute(reverse(page, args=arguments))
    letters.send(kind, to=user, context={**context, "url": url})
