"""What one member of the board thinks of one proposal. Handing in freezes it; deciding freezes all of them.

The database holds that nobody with a conflict of interest assesses: ``assessment_conflict_grounds`` is the rule, which
``conflicts`` reads too. A conflict that comes up later voids the assessment, which stays, marked.
"""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.board import BoardSeat
from assessment.models.proposal import Proposal
from assessment.models.record import ProposalVersion
from assessment.models.status import DECIDED
from assessment.querysets import AssessmentQuerySet
from catalogue.models import Criterion
from catalogue.models.record import Level

AS_SQL = tuple(str(status) for status in DECIDED)
COMMENTED = "(1, 2, 5)"
"""Points that need a comment."""


class Assessment(models.Model):
    """One member's scores and recommendation: the independent one, and perhaps a second one after the reveal."""

    class Advice(models.TextChoices):
        APPROVE = "approve", _("approve")
        APPROVE_WITH_CHANGES = "approve_with_changes", _("approve with changes")
        REJECT = "reject", _("reject")

    class Turn(models.IntegerChoices):
        INDEPENDENT = 1, _("independent")
        AFTER_THE_REVEAL = 2, _("after the others’ were shown")

    seat = models.ForeignKey(
        BoardSeat, models.PROTECT, verbose_name=_("seat on the board"), related_name="assessments"
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="assessments"
    )
    turn = models.PositiveSmallIntegerField(_("turn"), choices=Turn, default=Turn.INDEPENDENT)
    version = models.ForeignKey(
        ProposalVersion, models.PROTECT, verbose_name=_("version of the text"), related_name="assessments"
    )
    advice = models.CharField(_("recommendation"), max_length=20, choices=Advice, blank=True)
    reason = models.TextField(_("reason for scoring again"), blank=True)
    saves = models.PositiveIntegerField(_("version of the draft"), default=0)
    saved_at = models.DateTimeField(_("saved on"), default=timezone.now)
    handed_in_at = models.DateTimeField(_("handed in on"), null=True, blank=True)
    reconfirmed_at = models.DateTimeField(_("confirmed for a new version on"), null=True, blank=True)
    voided_at = models.DateTimeField(_("voided on"), null=True, blank=True)

    objects: ClassVar[Any] = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["proposal", "seat", "turn"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["seat", "proposal", "turn"],
                condition=models.Q(voided_at=None),
                name="assessment_once",
            ),
            models.CheckConstraint(condition=models.Q(turn__in=[1, 2]), name="assessment_turn_known"),
            models.CheckConstraint(
                condition=models.Q(advice__in=["", "approve", "approve_with_changes", "reject"]),
                name="assessment_advice_known",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_in_at=None) | models.Q(turn=1) | ~models.Q(reason=""),
                name="assessment_again_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_without_conflict",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__voided_at__isnull=True),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM assessment_boardseat seat JOIN assessment_proposal proposal
                            ON proposal.call_id = seat.call_id
                        WHERE seat.id = NEW.seat_id AND proposal.id = NEW.proposal_id
                    ) THEN
                        RAISE EXCEPTION 'the seat is not one of the proposal''s call'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_by_a_member';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM assessment_boardseat seat,
                            assessment_conflict_grounds(seat.user_id, NEW.proposal_id)
                        WHERE seat.id = NEW.seat_id
                    ) THEN
                        RAISE EXCEPTION 'a conflict of interest'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_only_without_conflict';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="frozen_once_handed_in",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    IF NEW.handed_in_at IS NOT NULL THEN
                        -- What is handed in while the board decides waits, and then meets the decision.
                        PERFORM 1 FROM assessment_proposal WHERE id = NEW.proposal_id FOR NO KEY UPDATE;
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM assessment_proposal WHERE id = NEW.proposal_id AND status IN {AS_SQL}
                    ) THEN
                        IF pg_trigger_depth() > 1 THEN
                            RETURN NULL; -- a conflict that came up in the moment of the decision voids nothing
                        END IF;
                        RAISE EXCEPTION 'this assessment is frozen'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_frozen';
                    END IF;
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.voided_at IS NOT NULL OR (
                            OLD.handed_in_at IS NOT NULL AND
                            to_jsonb(OLD) - ARRAY['version_id', 'reconfirmed_at', 'voided_at']
                            <> to_jsonb(NEW) - ARRAY['version_id', 'reconfirmed_at', 'voided_at']
                        ) OR (OLD.seat_id, OLD.proposal_id, OLD.turn) <> (NEW.seat_id, NEW.proposal_id, NEW.turn)
                        THEN
                            RAISE EXCEPTION 'this assessment is frozen'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_frozen';
                        END IF;
                    END IF;
                    IF NOT EXISTS (
                        SELECT 1 FROM assessment_proposalversion
                        WHERE id = NEW.version_id AND proposal_id = NEW.proposal_id
                    ) THEN
                        RAISE EXCEPTION 'the version is not one of the proposal'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_of_the_own_version';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a literal of this module
            ),
            pgtrigger.Trigger(
                name="voided_by_a_conflict",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__voided_at__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM assessment_boardseat seat,
                            assessment_conflict_grounds(seat.user_id, NEW.proposal_id)
                        WHERE seat.id = NEW.seat_id
                    ) THEN
                        RAISE EXCEPTION 'no conflict of interest voids it'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_voided_by_a_conflict';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="handed_in_whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__handed_in_at__isnull=False),
                func=f"""
                    IF NEW.advice = '' OR 4 <> (
                        SELECT count(*) FROM assessment_score WHERE assessment_id = NEW.id
                        AND (points IS NOT NULL OR cannot_assess)
                        AND (btrim(comment) <> '' OR btrim(comment_to_submitter) <> ''
                             OR NOT (cannot_assess OR points IN {COMMENTED}))
                    ) THEN
                        RAISE EXCEPTION 'an assessment is handed in whole: four criteria, comments, a recommendation'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_handed_in_whole';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a literal of this module
            ),
        ]

    def __str__(self) -> str:
        """Tell no score: it is printed in histories and lists."""
        return f"{self.proposal.reference}: {self.seat.user}"


class Score(models.Model):
    """Points for one criterion, or that it cannot be assessed from the text."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, verbose_name=_("assessment"), related_name="scores"
    )
    criterion = models.CharField(_("criterion"), max_length=12, choices=Criterion)
    points = models.PositiveSmallIntegerField(_("level"), choices=Level, null=True, blank=True)
    cannot_assess = models.BooleanField(_("cannot be assessed from the text"), default=False)
    comment = models.TextField(_("comment for the board"), blank=True)
    comment_to_submitter = models.TextField(_("comment that may be passed on to the submitter"), blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=models.Q(criterion__in=Criterion.values), name="score_criterion_known"
            ),
            models.CheckConstraint(
                condition=models.Q(points=None) | models.Q(points__range=(1, 5), cannot_assess=False),
                name="score_in_range_or_cannot_assess",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_its_assessment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF EXISTS (
                        SELECT 1 FROM assessment_assessment assessment
                        JOIN assessment_proposal proposal ON proposal.id = assessment.proposal_id
                        WHERE assessment.id IN (
                            (to_jsonb(OLD) ->> 'assessment_id')::bigint, (to_jsonb(NEW) ->> 'assessment_id')::bigint
                        ) AND (assessment.handed_in_at IS NOT NULL OR assessment.voided_at IS NOT NULL
                               OR proposal.status IN {AS_SQL})
                    ) THEN
                        RAISE EXCEPTION 'this assessment is frozen'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'score_frozen';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,  # noqa: S608 - a literal of this module
            ),
        ]

    def __str__(self) -> str:
        """Tell no score: it is printed in histories and lists."""
        return str(self.get_criterion_display())
