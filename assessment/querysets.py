"""Which calls and proposals: everything a page loops over comes from one of these methods."""

import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery

OFFICE = "assessment.screen_proposal"


class CallQuerySet(models.QuerySet[Any]):
    def open_at(self, now: datetime.datetime) -> Self:
        return self.filter(opens_at__lte=now, closes_at__gt=now).order_by("closes_at")

    def ahead_of(self, now: datetime.datetime) -> Self:
        """Keep those that have not opened yet, the next one first."""
        return self.filter(opens_at__gt=now).order_by("opens_at")

    def closing_after(self, now: datetime.datetime) -> Self:
        """Keep those that are open or will open, the next end first."""
        return self.filter(closes_at__gt=now).order_by("closes_at")

    def closed_before(self, now: datetime.datetime) -> Self:
        """Keep those that are over, the latest first."""
        return self.filter(closes_at__lte=now).order_by("-closes_at")

    def meeting_of(self, user: Any) -> Self:
        """Keep those over which ``user`` may meet at all: all for the office, those with an own seat for others."""
        seats = apps.get_model("assessment", "BoardSeat").objects.filter(
            call=OuterRef("pk"), user=user.pk, ended_at=None
        )
        return self if user.has_perm(OFFICE) else self.filter(Exists(seats))

    def openings_and_closings_until(self, now: datetime.datetime) -> int:
        """Return a number that grows whenever a call opens or closes: what says which are open holds for one number."""
        opened = Count("pk", filter=Q(opens_at__lte=now))
        closed = Count("pk", filter=Q(closes_at__lte=now))
        return int(self.aggregate(turns=opened + closed)["turns"])


class ProposalQuerySet(models.QuerySet[Any]):
    def of(self, user: Any) -> Self:
        """Keep the own and the co-edited ones."""
        # A subquery, not a join: a join would also narrow later counts.
        editors = (
            apps.get_model("assessment", "ProposalEditor")
            .objects.active()
            .filter(proposal=OuterRef("pk"), user=user.pk)
        )
        return self.filter(Q(submitted_by=user.pk) | Exists(editors))

    def editable_by(self, user: Any) -> Self:
        """Keep those whose text ``user`` may write when it is the submitter's turn."""
        editors = (
            apps.get_model("assessment", "ProposalEditor")
            .objects.active()
            .filter(proposal=OuterRef("pk"), user=user.pk, right="edit")
        )
        return self.filter(Q(submitted_by=user.pk) | Exists(editors))

    def received(self) -> Self:
        """Keep what was handed in at least once: drafts are the submitter's own business."""
        return self.filter(submitted_at__isnull=False)

    def judged(self) -> Self:
        """Keep what the board is assessing or has decided; a rejection on formal grounds is not the board's."""
        decisions = apps.get_model("assessment", "Decision").objects.filter(decided_at__isnull=False)
        with_the_board = Q(status__in=["in_review", "discussion", "decision_pending"])
        return self.filter(with_the_board | Exists(decisions.filter(proposal=OuterRef("pk"))))

    def ever_judged(self) -> Self:
        """Keep what the board has, or had once; ``was_decided`` says whether it has decided."""
        passed_on = apps.get_model("assessment", "Transition").objects.filter(target="in_review")
        decisions = apps.get_model("assessment", "Decision").objects.filter(decided_at__isnull=False)
        return self.filter(Exists(passed_on.filter(proposal=OuterRef("pk")))).annotate(
            was_decided=Exists(decisions.filter(proposal=OuterRef("pk")))
        )

    def released_by_day(self, day: datetime.date) -> Self:
        """Keep the approved ones that become public by themselves, and whose embargo is over on ``day``."""
        is_over = Q(embargo_until=None) | Q(embargo_until__lte=day)
        return self.filter(is_over, status="approved", released_at__isnull=False)

    def visible_to(self, user: Any) -> Self:
        """Keep what ``user`` may read: the own, the co-edited, and for the office all that was handed in."""
        own = self.of(user)
        return own | self.received() if user.has_perm(OFFICE) else own

    def with_names(self) -> Self:
        """Fetch what a row of a list shows."""
        return self.select_related("example", "example__network", "call", "submitted_by")

    def with_titles(self) -> Self:
        """Fetch what a member of the board is shown before the text: the long texts of example and network stay."""
        return self.select_related("example__network", "call__rubric").only(
            "reference",
            "status",
            "submitted_by",
            "call",
            *(f"example__{field}" for field in ("title_de", "title_en", "slug", "organisation")),
            "example__network__name",
        )

    def with_progress(self, user: Any) -> Self:
        """Fetch what ``progress.of`` asks: the day of an open question, the last step, the outcome announced last,
        whether the submitter goes on with the text in another proposal, and whether ``user`` writes.
        """
        transitions = apps.get_model("assessment", "Transition").objects.filter(proposal=OuterRef("pk"))
        requests = apps.get_model("assessment", "InformationRequest").objects.filter(
            proposal=OuterRef("pk"), answered_at=None
        )
        announced = apps.get_model("assessment", "Decision").objects.filter(
            proposal=OuterRef("pk"), announced_at__isnull=False
        )
        writable = self.model._default_manager.editable_by(user).filter(pk=OuterRef("pk"))
        return (
            self.with_names()
            .with_continuation()
            .annotate(
                due_on=Subquery(requests.values("due_on")[:1]),
                last_source=Subquery(transitions.order_by("-id").values("source")[:1]),
                announced_outcome=Subquery(announced.order_by("-id").values("outcome")[:1]),
                is_writer=Exists(writable),
            )
        )

    def with_continuation(self) -> Self:
        """Tell whether the submitter goes on with the text in another proposal."""
        later = self.model._default_manager.filter(
            previous=OuterRef("pk"), submitted_by=OuterRef("submitted_by")
        )
        return self.annotate(is_continued=Exists(later.exclude(status="withdrawn")))


class ProposalEditorQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        """Keep those who have accepted and were not removed."""
        return self.filter(accepted_at__isnull=False, removed_at=None)

    def invited(self) -> Self:
        """Keep those who are or will be co-editors: accepted or still asked."""
        return self.filter(removed_at=None)


class AssessmentQuerySet(models.QuerySet[Any]):
    def handed_in(self) -> Self:
        """Keep what counts as said: handed in, and not voided by a conflict."""
        return self.filter(handed_in_at__isnull=False, voided_at=None)
