"""Which proposals wait for whom: the office's inbox and its counts read the same conditions."""

import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from assessment.models import FormalRejection, InformationRequest, ProposalEditor, Status, Transition
from goodpractice.accounts.models import User

WAITING_FOR = {
    "office": [Status.SUBMITTED, Status.SCREENING],
    "submitter": [Status.NEEDS_INFO],
    "board": [Status.IN_REVIEW, Status.DISCUSSION, Status.DECISION_PENDING],
}
"""Whose turn it is in which states; in the others nobody's."""

Proposals = QuerySet[Any]


def with_ages(proposals: Proposals, *, by: User) -> Any:
    """Say since when each is in its state (``since``), by when an open question is to be answered (``due_on``), and
    whether a rejection waits for a second person (``is_to_reject``), which those who work on it do not learn.
    """
    latest = Transition.objects.filter(proposal=OuterRef("pk")).order_by("-id")
    questions = InformationRequest.objects.filter(proposal=OuterRef("pk"), answered_at=None)
    return proposals.annotate(
        since=Subquery(latest.values("at")[:1]),
        due_on=Subquery(questions.values("due_on")[:1]),
        is_to_reject=Case(
            When(_involves(by), then=Value(False)), default=Exists(_proposed(proposal=OuterRef("pk")))
        ),
    )


def overdue(proposals: Proposals, today: datetime.date) -> Proposals:
    """Keep those whose open question should have been answered before ``today``."""
    late = InformationRequest.objects.filter(answered_at=None, due_on__lt=today).values("proposal")
    return proposals.filter(status=Status.NEEDS_INFO, pk__in=late)


def to_confirm(proposals: Proposals, *, by: User) -> Proposals:
    """Keep those whose proposed rejection ``by`` could confirm as the second person."""
    proposed = _proposed().exclude(proposed_by=by.pk).values("proposal")
    return proposals.filter(status=Status.SCREENING, pk__in=proposed).exclude(_involves(by))


def _proposed(**only: Any) -> QuerySet[FormalRejection]:
    return FormalRejection.objects.filter(confirmed_at=None, dismissed_at=None, **only)


def _involves(user: User) -> Any:
    """Return the condition that ``user`` works on the proposal."""
    editors = ProposalEditor.objects.filter(proposal=OuterRef("pk"), user=user.pk)
    return Q(submitted_by=user.pk) | Exists(editors)
