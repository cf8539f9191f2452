"""Calls for proposals. All times are stored in UTC and shown in the time zone of the office (Europe/Berlin)."""

import datetime
from typing import Any, ClassVar

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessment.models.rubric import Rubric
from assessment.querysets import CallQuerySet
from catalogue.models.revision import raise_revision_trigger
from catalogue.models.text import translated

GRACE = datetime.timedelta(minutes=15)
"""So much later a proposal is still accepted, and marked as late."""


@pghistory.track()
class Call(models.Model):
    """A period in which proposals are accepted, and the dates of what follows."""

    slug = models.SlugField(_("short name in the address"), max_length=60, unique=True)
    title = translated(models.CharField(_("title"), max_length=120))
    introduction = translated(
        models.TextField(
            _("introduction"), blank=True, help_text=_("What this call looks for, in a few sentences.")
        )
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    scoring_closes_at = models.DateTimeField(_("assessment ends"))
    outcome_on = models.DateField(
        _("outcome by"),
        null=True,
        blank=True,
        help_text=_("The day by which submitters hear the outcome; they are shown it."),
    )
    rubric = models.ForeignKey(
        Rubric, models.PROTECT, verbose_name=_("rubric"), null=True, blank=True, related_name="calls"
    )
    is_demo = models.BooleanField(_("made-up demo record"), default=False)

    objects: ClassVar[Any] = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="call_closes_after_it_opens",
                violation_error_message=_("A call closes after it opens."),
            ),
            models.CheckConstraint(
                condition=models.Q(scoring_closes_at__gt=models.F("closes_at")),
                name="call_assessed_after_it_closes",
                violation_error_message=_("The assessment ends after the call closes."),
            ),
            models.CheckConstraint(
                condition=~models.Q(title_de="") & ~models.Q(title_en=""),
                name="call_titled_in_both_languages",
                violation_error_message=_("A call needs a German and an English title."),
            ),
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("assessment:call_detail", args=[self.slug])

    def is_open(self, now: datetime.datetime) -> bool:
        """Tell whether the call is announced as open at ``now``."""
        return self.opens_at <= now < self.closes_at

    def accepts(self, attempted: datetime.datetime, now: datetime.datetime) -> bool:
        """Tell whether a proposal first handed in at ``attempted`` is accepted at ``now``.

        Whoever was in time, or within the minutes of grace, has as many minutes again to mend what was refused.
        """
        latest = self.closes_at + GRACE
        return self.opens_at <= attempted <= latest and now <= max(latest, attempted + GRACE)
