"""Which proposals wait for whom: the office's inbox and its counts read the same conditions."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from assessment.models import FormalRejection, InformationRequest, ProposalEditor, Status, Transition
from goodpractice.accounts.models import User

WAITING_FOR = {
    "office": [Status.SUBMITTED, Status.SCREENING],
    "submitter": [Status.NEEDS_INFO],
    "board": [Status.IN_REVIEW, Status.DISCUSSION, Status.DECISION_PENDING],
}
"""Whose turn it is in which states; in the others nobody's."""

Proposals = QuerySet[Any]


def with_ages(proposals: Proposals) -> Any:
    """Say since when each is in its state (``since``), and by when an open question is to be answered (``due_on``)."""
    latest = Transition.objects.filter(proposal=OuterRef("pk")).order_by("-id")
    questions = InformationRequest.objects.filter(proposal=OuterRef("pk"), answered_at=None)
    return proposals.annotate(
        since=Subquery(latest.values("at")[:1]),
        due_on=Subquery(questions.values("due_on")[:1]),
    )


def overdue(proposals: Proposals, today: datetime.date) -> Proposals:
    """Keep those whose open question should have been answered before ``today``."""
    late = InformationRequest.objects.filter(answered_at=None, due_on__lt=today).values("proposal")
    return proposals.filter(status=Status.NEEDS_INFO, pk__in=late)


def to_confirm(proposals: Proposals, *, by: User) -> Proposals:
    """Keep those whose proposed rejection ``by`` could confirm as the second person."""
    proposed = FormalRejection.objects.filter(confirmed_at=None, dismissed_at=None).exclude(proposed_by=by.pk)
    editors = ProposalEditor.objects.filter(proposal=OuterRef("pk"), user=by.pk)
    return proposals.filter(status=Status.SCREENING, pk__in=proposed.values("proposal")).exclude(
        Q(submitted_by=by.pk) | Exists(editors)
    )
