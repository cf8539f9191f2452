"""The states of a proposal and the ways between them (the table of ``assessment.md``)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    SCREENING = "screening", _("being screened")
    NEEDS_INFO = "needs_info", _("question to the submitter")
    IN_REVIEW = "in_review", _("being assessed")
    DISCUSSION = "discussion", _("to be discussed")
    DECISION_PENDING = "decision_pending", _("to be decided")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    DEFERRED = "deferred", _("deferred to the next call")
    PUBLISHED = "published", _("published")
    UNPUBLISHED = "unpublished", _("taken from the public")
    WITHDRAWN = "withdrawn", _("withdrawn")


BEFORE_A_DECISION = [
    Status.DRAFT,
    Status.SUBMITTED,
    Status.SCREENING,
    Status.NEEDS_INFO,
    Status.IN_REVIEW,
    Status.DISCUSSION,
    Status.DECISION_PENDING,
]

DECIDED = [Status.APPROVED, Status.REJECTED, Status.DEFERRED, Status.PUBLISHED, Status.UNPUBLISHED]
"""The board has decided, or the office on formal grounds: assessments stay as they are."""

TRANSITIONS: dict[str, frozenset[str]] = {
    "": frozenset({Status.DRAFT}),
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset({Status.SCREENING, Status.WITHDRAWN}),
    Status.SCREENING: frozenset({Status.NEEDS_INFO, Status.REJECTED, Status.IN_REVIEW, Status.WITHDRAWN}),
    Status.NEEDS_INFO: frozenset({Status.SCREENING, Status.WITHDRAWN}),
    Status.IN_REVIEW: frozenset(
        {Status.SCREENING, Status.DISCUSSION, Status.DECISION_PENDING, Status.WITHDRAWN}
    ),
    Status.DISCUSSION: frozenset({Status.DECISION_PENDING, Status.WITHDRAWN}),
    Status.DECISION_PENDING: frozenset(
        {Status.DISCUSSION, Status.APPROVED, Status.REJECTED, Status.DEFERRED, Status.WITHDRAWN}
    ),
    Status.APPROVED: frozenset({Status.PUBLISHED, Status.REJECTED, Status.DEFERRED}),
    Status.REJECTED: frozenset({Status.APPROVED, Status.DEFERRED}),
    Status.DEFERRED: frozenset({Status.APPROVED, Status.REJECTED}),
    Status.PUBLISHED: frozenset({Status.UNPUBLISHED}),
    Status.UNPUBLISHED: frozenset({Status.PUBLISHED}),
    Status.WITHDRAWN: frozenset(),
}
"""From where to where; the empty source is the beginning. Between the three decisions a new one supersedes.

Back to the discussion leads a split that comes up when members score again."""

WRITABLE = [Status.DRAFT, Status.NEEDS_INFO]
"""The submitter's turn: the text may be changed."""

LOCKING = [status for status in Status if status not in {*WRITABLE, Status.PUBLISHED, Status.UNPUBLISHED}]
"""The text stays as it was handed in: it is judged, or it is the record of what was."""
