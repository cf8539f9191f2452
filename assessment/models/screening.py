"""What the office does before the board: questions to the submitter, and rejection on formal grounds by two persons."""

from typing import ClassVar

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.proposal import Proposal
from goodpractice.accounts.models import User


@pghistory.track()
class InformationRequest(models.Model):
    """Questions of the office, answered field by field and all at once."""

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="information_requests"
    )
    reason = models.TextField(_("what it is about"))
    due_on = models.DateField(_("answer by"))
    asked_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("asked by"), related_name="+")
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for information")
        verbose_name_plural = _("requests for information")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=models.Q(answered_at=None),
                name="informationrequest_one_open",
                violation_error_message=_("A request for information is open already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.reference}: {self.reason[:60]}"


class RequestedField(models.Model):
    """One field of the form, what the office asks about it, and the submitter's answer."""

    request = models.ForeignKey(
        InformationRequest, models.PROTECT, verbose_name=_("request for information"), related_name="fields"
    )
    field = models.CharField(_("field"), max_length=40)
    question = models.TextField(_("question"))
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "field"], name="requestedfield_once")
        ]

    def __str__(self) -> str:
        return self.field


@pghistory.track()
class FormalRejection(models.Model):
    """One member of the office proposes to reject on formal grounds; another one confirms it or disagrees."""

    class Ground(models.TextChoices):
        NOT_TRIED = "not_tried", _("not tried and tested yet")
        OUT_OF_SCOPE = "out_of_scope", _("outside what this catalogue collects")
        DUPLICATE = "duplicate", _("in the catalogue or proposed already")

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="formal_rejections"
    )
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    explanation = models.TextField(_("explanation"), help_text=_("The submitter reads it."))
    proposed_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("proposed by"), related_name="+")
    proposed_at = models.DateTimeField(_("proposed on"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("confirmed by"), null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("dismissed by"), null=True, blank=True, related_name="+"
    )
    dismissed_at = models.DateTimeField(_("dismissed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("rejection on formal grounds")
        verbose_name_plural = _("rejections on formal grounds")
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="formalrejection_by_two_persons",
                violation_error_message=_("Somebody else has to confirm the rejection."),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="formalrejection_confirmed_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(dismissed_by=None, dismissed_at=None)
                | models.Q(dismissed_by__isnull=False, dismissed_at__isnull=False, confirmed_by=None),
                name="formalrejection_confirmed_or_dismissed",
            ),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=models.Q(dismissed_at=None),
                name="formalrejection_one_open",
                violation_error_message=_("A rejection is proposed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.reference}: {self.get_ground_display()}"
