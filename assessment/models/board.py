"""Who sits on the advisory board for a call, and what each member declares about conflicts of interest."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.call import Call
from assessment.models.proposal import Proposal
from catalogue.models.revision import raise_revision_at_commit
from goodpractice.accounts.models import User


@pghistory.track()
class BoardSeat(models.Model):
    """One person's seat for one call."""

    class Constituency(models.TextChoices):
        """Whom a member speaks for: those of seed 000."""

        MINISTRY = "ministry", _("Federal Ministry of Labour and Social Affairs")
        DISSEMINATION = "dissemination", _("IQ Dissemination Project")
        REGIONAL_NETWORK = "regional_network", _("regional networks")
        COMPETENCE_CENTRE = "competence_centre", _("competence centres")

    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("call"), related_name="seats")
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("member"), related_name="seats")
    constituency = models.CharField(_("constituency"), max_length=20, choices=Constituency)
    substitutes = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("substitute for"),
        null=True,
        blank=True,
        related_name="substituted_by",
    )
    invited_at = models.DateTimeField(_("invited on"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat on the board")
        verbose_name_plural = _("seats on the board")
        ordering = ["call", "constituency", "user__name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["call", "user"],
                name="seat_once",
                violation_error_message=_("This person has a seat for the call already."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    constituency__in=["ministry", "dissemination", "regional_network", "competence_centre"]
                ),
                name="seat_constituency_known",
            ),
        ]
        triggers = [
            raise_revision_at_commit(),
            pgtrigger.ReadOnly(name="person_stays", fields=["call", "user"]),
            pgtrigger.Trigger(
                name="constituency_stays_once_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__constituency__df=pgtrigger.F("new__constituency")),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM assessment_assessment WHERE seat_id = NEW.id AND handed_in_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'the member has assessed for this constituency'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_constituency_stays';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_constituency_display()})"


@pghistory.track()
class ConflictDeclaration(models.Model):
    """A member's answer before the text opens. A declared conflict is withdrawn by two persons, with a reason."""

    seat = models.ForeignKey(
        BoardSeat, models.PROTECT, verbose_name=_("seat on the board"), related_name="declarations"
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="declarations"
    )
    has_conflict = models.BooleanField(_("conflict of interest"))
    explanation = models.TextField(_("explanation"), blank=True)
    declared_at = models.DateTimeField(_("declared on"), default=timezone.now)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True)
    withdrawal_proposed_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("withdrawal proposed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawal_confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("withdrawal confirmed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("declaration of conflicts")
        verbose_name_plural = _("declarations of conflicts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["seat", "proposal"], name="declaration_once"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawal_confirmed_by=None)
                | (
                    models.Q(
                        has_conflict=True,
                        withdrawn_at__isnull=False,
                        withdrawal_proposed_by__isnull=False,
                        withdrawal_confirmed_by__isnull=False,
                    )
                    & ~models.Q(withdrawal_reason="")
                    & ~models.Q(withdrawal_confirmed_by=models.F("withdrawal_proposed_by"))
                ),
                name="declaration_withdrawn_by_two",
                violation_error_message=_("A declared conflict is withdrawn by two persons, with a reason."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="subject_stays", fields=["seat", "proposal"]),
            pgtrigger.Protect(
                name="conflict_stays_declared",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__has_conflict=True, new__has_conflict=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.user}: {self.proposal.reference}"
