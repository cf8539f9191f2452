"""What happened, for ever: versions of the text and transitions are added, never changed or deleted."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.proposal import Proposal, status_follows_transition
from assessment.models.status import TRANSITIONS, Status
from catalogue.models.revision import raise_revision_at_commit
from goodpractice.accounts.models import User

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class ProposalVersion(models.Model):
    """The text as it was handed in; what an assessment names as its subject. Holds no contact persons."""

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("handed in on"), default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("handed in by"), related_name="+")

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="version_numbered_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="version_numbered_from_one"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.proposal.reference} v{self.number}"


class Transition(models.Model):
    """One step of a proposal: from, to, by whom, when, why, and on which version of the text."""

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="transitions"
    )
    source = models.CharField(_("from"), max_length=16, choices=Status, blank=True)
    target = models.CharField(_("to"), max_length=16, choices=Status)
    by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("by"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Nobody: it happened by itself, when a date came."),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    reason = models.TextField(_("reason"), blank=True)
    version = models.ForeignKey(
        ProposalVersion, models.PROTECT, verbose_name=_("version"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(
                    *(
                        models.Q(source=str(source), target__in=sorted(map(str, targets)))
                        for source, targets in TRANSITIONS.items()
                        if targets
                    ),
                    _connector=models.Q.OR,
                ),
                name="transition_in_the_table",
            )
        ]
        triggers = [
            # A call is finished with its last outcome, which the public's figures wait for.
            raise_revision_at_commit(
                pgtrigger.Insert, pgtrigger.Q(new__target__in=[Status.REJECTED.value, Status.WITHDRAWN.value])
            ),
            pgtrigger.Protect(name="append_only", operation=APPEND_ONLY),
            pgtrigger.Trigger(
                name="continues_the_last",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("latest", "text")],
                func="""
                    PERFORM 1 FROM assessment_proposal WHERE id = NEW.proposal_id FOR UPDATE;
                    SELECT target INTO latest FROM assessment_transition
                    WHERE proposal_id = NEW.proposal_id ORDER BY id DESC LIMIT 1;
                    IF COALESCE(latest, '') <> NEW.source THEN
                        RAISE EXCEPTION 'a transition from % does not continue one to %', NEW.source, latest
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_continues_the_last';
                    END IF;
                    IF NEW.source = 'screening' AND NEW.target = 'rejected' AND NOT EXISTS (
                        SELECT 1 FROM assessment_formalrejection
                        WHERE proposal_id = NEW.proposal_id AND confirmed_by_id IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'a formal rejection takes two persons'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_rejected_by_two';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="status_follows_transition",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=status_follows_transition("NEW.proposal_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.reference}: {self.source} -> {self.target}"
