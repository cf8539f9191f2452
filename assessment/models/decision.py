"""What the board decided: proposed by one person, confirmed by another, with a reason for each criterion."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.board import BoardSeat
from assessment.models.call import Call
from assessment.models.proposal import Proposal
from assessment.models.record import ProposalVersion
from catalogue.models import Criterion
from catalogue.models.record import Level
from catalogue.models.revision import raise_revision_at_commit
from catalogue.models.text import translated
from goodpractice.accounts.models import User


class Decision(models.Model):
    """An outcome; in force once a second person has confirmed it. A later one supersedes it, and it stays."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        DEFERRED = "deferred", _("deferred to the next call")

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="decisions"
    )
    version = models.ForeignKey(
        ProposalVersion, models.PROTECT, verbose_name=_("version of the text"), related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    summary = models.TextField(_("reason in the whole"), help_text=_("The submitter reads it."))
    deviation = models.TextField(
        _("why the board departs from the recommendation"),
        blank=True,
        help_text=_("Needed where the outcome is not what the rule recommends."),
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("supersedes"),
        null=True,
        blank=True,
        related_name="superseded_by",
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("proposed by"), related_name="+")
    proposed_at = models.DateTimeField(_("proposed on"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("confirmed by"), null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("dismissed by"), null=True, blank=True, related_name="+"
    )
    dismissed_at = models.DateTimeField(_("dismissed on"), null=True, blank=True)
    eligible = models.PositiveSmallIntegerField(_("eligible members"), null=True, blank=True)
    counted = models.PositiveSmallIntegerField(_("assessments that counted"), null=True, blank=True)
    conflicted = models.PositiveSmallIntegerField(_("members with a conflict"), null=True, blank=True)
    announced_at = models.DateTimeField(_("announced on"), null=True, blank=True)
    announced_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("announced by"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decided_at=None, confirmed_by=None, announced_at=None)
                | models.Q(
                    decided_at__isnull=False,
                    confirmed_by__isnull=False,
                    dismissed_at=None,
                    eligible__isnull=False,
                    counted__isnull=False,
                    conflicted__isnull=False,
                ),
                name="decision_decided_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="decision_by_two_persons",
                violation_error_message=_("Somebody else has to confirm the decision."),
            ),
            # Of those dismissed before this was recorded nobody knows by whom.
            models.CheckConstraint(
                condition=models.Q(dismissed_by=None) | models.Q(dismissed_at__isnull=False),
                name="decision_dismissed_by_somebody",
            ),
            models.CheckConstraint(condition=~models.Q(summary=""), name="decision_with_reason"),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=models.Q(decided_at=None, dismissed_at=None),
                name="decision_one_proposed",
                violation_error_message=_("A decision is proposed already."),
            ),
        ]
        triggers = [
            raise_revision_at_commit(
                pgtrigger.Update, pgtrigger.Q(old__announced_at__df=pgtrigger.F("new__announced_at"))
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="decided_with_quorum",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL THEN
                        IF to_jsonb(OLD) - ARRAY['announced_at', 'announced_by_id']
                           <> to_jsonb(NEW) - ARRAY['announced_at', 'announced_by_id'] THEN
                            RAISE EXCEPTION 'a decision stays; a new one supersedes it'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_stays';
                        END IF;
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.dismissed_at IS NOT NULL THEN
                        RAISE EXCEPTION 'a dismissed decision stays as it was'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_dismissed_stays';
                    END IF;
                    IF NEW.decided_at IS NULL THEN
                        RETURN NEW;
                    END IF;
                    IF NEW.version_id IS DISTINCT FROM (
                        SELECT id FROM assessment_proposalversion
                        WHERE proposal_id = NEW.proposal_id ORDER BY number DESC LIMIT 1
                    ) THEN
                        RAISE EXCEPTION 'a decision is about the newest version'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_the_newest_version';
                    END IF;
                    IF NEW.supersedes_id IS DISTINCT FROM (
                        SELECT former.id FROM assessment_decision former
                        WHERE former.proposal_id = NEW.proposal_id AND former.id <> NEW.id
                        AND former.decided_at IS NOT NULL AND NOT EXISTS (
                            SELECT 1 FROM assessment_decision later WHERE later.supersedes_id = former.id
                            AND later.decided_at IS NOT NULL AND later.id <> NEW.id
                        ) ORDER BY former.id DESC LIMIT 1
                    ) THEN
                        RAISE EXCEPTION 'a new decision supersedes the one in force'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_supersedes_the_last';
                    END IF;
                    PERFORM assessment_check_decision(
                        NEW.id, NEW.proposal_id, NEW.proposed_by_id, NEW.confirmed_by_id
                    );
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="status_follows_decision",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                declare=[("stands", "text")],
                func="""
                    SELECT proposal.status INTO stands
                    FROM assessment_decision decision JOIN assessment_proposal proposal
                        ON proposal.id = decision.proposal_id
                    WHERE decision.id = NEW.id AND decision.decided_at IS NOT NULL
                    AND NOT (
                        proposal.status = decision.outcome
                        OR (decision.outcome = 'approved' AND proposal.status IN ('published', 'unpublished'))
                    ) AND NOT EXISTS (
                        SELECT 1 FROM assessment_decision later
                        WHERE later.supersedes_id = decision.id AND later.decided_at IS NOT NULL
                    );
                    IF FOUND THEN
                        RAISE EXCEPTION 'it was decided, and the proposal is still %', stands
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_moves_its_proposal';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.proposal.reference


class DecisionReason(models.Model):
    """Level and reason for one criterion: that is what is published."""

    decision = models.ForeignKey(Decision, models.CASCADE, verbose_name=_("decision"), related_name="reasons")
    criterion = models.CharField(_("criterion"), max_length=12, choices=Criterion)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    sentence = translated(models.TextField(_("reason"), blank=True))

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["decision", "criterion"], name="decisionreason_once"),
            models.CheckConstraint(
                condition=models.Q(criterion__in=Criterion.values), name="decisionreason_criterion_known"
            ),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, 5)), name="decisionreason_level_in_range"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stays_with_its_decision",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM assessment_decision WHERE decided_at IS NOT NULL AND id IN (
                            (to_jsonb(OLD) ->> 'decision_id')::bigint, (to_jsonb(NEW) ->> 'decision_id')::bigint
                        )
                    ) THEN
                        RAISE EXCEPTION 'a decision stays; a new one supersedes it'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_stays';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_criterion_display())


class Attendance(models.Model):
    """Who was present when the board met over a call."""

    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("call"), related_name="attendances")
    seat = models.OneToOneField(
        BoardSeat, models.PROTECT, verbose_name=_("seat on the board"), related_name="attendance"
    )
    noted_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("noted by"), related_name="+")
    noted_at = models.DateTimeField(_("noted on"), default=timezone.now)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")

    def __str__(self) -> str:
        return str(self.seat)
