"""The office's steps before the board: take up, ask, reject on formal grounds, pass on."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessment import eligibility, notifications
from assessment.models import FormalRejection, InformationRequest, Proposal, RequestedField, Status
from assessment.second_person import SamePerson
from assessment.workflow.moving import TransitionNotAllowed, check, locked, move
from goodpractice.accounts.models import User


class BoardNotReady(Exception):
    """The board cannot judge it: no rubric, too few who may, or one side missing; ``obstacles`` says so in words."""

    def __init__(self, obstacles: list[Any]) -> None:
        super().__init__(" ".join(str(one) for one in obstacles))
        self.obstacles = obstacles


@transaction.atomic
def begin_screening(proposal: Proposal, *, by: User) -> Proposal:
    """Take up a proposal that has arrived."""
    proposal = locked(proposal)
    check(proposal, Status.SCREENING, source=Status.SUBMITTED)
    return move(proposal, Status.SCREENING, by=by)


@transaction.atomic
def ask(
    proposal: Proposal, *, by: User, questions: Mapping[str, str], reason: str, due_on: datetime.date
) -> InformationRequest:
    """Ask the submitter, ``{field: question}``; it is their turn to write until they answer."""
    proposal = locked(proposal)
    check(proposal, Status.NEEDS_INFO)
    request = InformationRequest.objects.create(proposal=proposal, asked_by=by, reason=reason, due_on=due_on)
    RequestedField.objects.bulk_create(
        RequestedField(request=request, field=field, question=question)
        for field, question in questions.items()
    )
    _dismiss_rejections(proposal, by=by)
    move(proposal, Status.NEEDS_INFO, by=by, reason=reason)
    notifications.asked(request)
    return request


@transaction.atomic
def propose_rejection(
    proposal: Proposal, *, by: User, ground: FormalRejection.Ground, explanation: str
) -> FormalRejection:
    """Propose to reject on formal grounds; it needs a second person, so the status stays."""
    proposal = locked(proposal)
    if proposal.status != Status.SCREENING or _open_rejections(proposal).exists():
        raise TransitionNotAllowed(proposal.status, Status.REJECTED)
    return FormalRejection.objects.create(
        proposal=proposal, ground=ground, explanation=explanation, proposed_by=by
    )


@transaction.atomic
def confirm_rejection(rejection: FormalRejection, *, by: User) -> Proposal:
    """Reject on formal grounds, as the second person."""
    proposal = locked(rejection.proposal)
    check(proposal, Status.REJECTED, source=Status.SCREENING)
    open_one = _open_rejections(proposal).filter(pk=rejection.pk).first()
    if open_one is None:
        raise TransitionNotAllowed(proposal.status, Status.REJECTED)
    if open_one.proposed_by_id == by.pk:
        raise SamePerson
    open_one.confirmed_by, open_one.confirmed_at = by, timezone.now()
    open_one.save(update_fields=["confirmed_by", "confirmed_at"])
    move(proposal, Status.REJECTED, by=by, reason=open_one.explanation)
    notifications.rejected(open_one)
    return proposal


@transaction.atomic
def dismiss_rejection(rejection: FormalRejection, *, by: User) -> None:
    """Disagree with a proposed rejection, or take the own one back."""
    proposal = locked(rejection.proposal)
    if not _open_rejections(proposal).filter(pk=rejection.pk).exists():
        raise TransitionNotAllowed(proposal.status, proposal.status)
    _dismiss_rejections(proposal, by=by)


@transaction.atomic
def begin_review(proposal: Proposal, *, by: User, finding: str) -> Proposal:
    """Pass on to the board; ``finding`` says why it is tried and tested (the entry condition of seed 000).

    Its members are told by the next digest (``schedule``).
    """
    proposal = locked(proposal)
    check(proposal, Status.IN_REVIEW)
    if _open_rejections(proposal).exists():
        raise TransitionNotAllowed(proposal.status, Status.IN_REVIEW)
    if found := eligibility.obstacles(proposal):
        raise BoardNotReady(found)
    return move(proposal, Status.IN_REVIEW, by=by, reason=finding)


@transaction.atomic
def return_to_screening(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Take a proposal back from the board."""
    proposal = locked(proposal)
    check(proposal, Status.SCREENING, source=Status.IN_REVIEW)
    return move(proposal, Status.SCREENING, by=by, reason=reason)


def _open_rejections(proposal: Proposal) -> Any:
    return proposal.formal_rejections.filter(confirmed_at=None, dismissed_at=None)


def _dismiss_rejections(proposal: Proposal, *, by: User) -> None:
    _open_rejections(proposal).update(dismissed_by=by, dismissed_at=timezone.now())
