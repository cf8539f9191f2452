"""The process record of one example in one call. ``workflow`` alone writes ``Proposal.status``.

The database holds: a status equals the target of the last ``Transition`` (at the end of each transaction), the text of
the example is locked while it is judged, reference and example stay, and no proposal is deleted.
"""

from typing import Any, ClassVar

import pgtrigger
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.call import Call
from assessment.models.status import LOCKING, WRITABLE, Status
from assessment.querysets import ProposalQuerySet
from catalogue.models import Example, Network
from catalogue.models.network import YEAR
from goodpractice.accounts.models import User

LOCKING_VALUES = ", ".join(f"'{status.value}'" for status in LOCKING)


def status_follows_transition(proposal: str) -> str:
    """Return what is asked at the end of a transaction, of the rows as they are then; ``proposal`` is the key."""
    return f"""
        DECLARE
            found record;
        BEGIN
            SELECT proposal.status, example.is_locked, (
                SELECT target FROM assessment_transition WHERE proposal_id = proposal.id ORDER BY id DESC LIMIT 1
            ) AS target
            INTO found
            FROM assessment_proposal proposal JOIN catalogue_example example ON example.id = proposal.example_id
            WHERE proposal.id = {proposal};
            IF found.status IS DISTINCT FROM found.target THEN
                RAISE EXCEPTION 'proposal % is %, its last transition leads to %',
                    {proposal}, found.status, found.target
                USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_status_follows_transition';
            END IF;
            IF found.is_locked <> (found.status IN ({LOCKING_VALUES})) THEN
                RAISE EXCEPTION 'the lock of proposal % does not fit its status %', {proposal}, found.status
                USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_text_locked_while_judged';
            END IF;
            RETURN NULL;
        END;
    """  # noqa: S608 - literals of this module


class Proposal(models.Model):
    """One example proposed in one call."""

    reference = models.CharField(_("reference number"), max_length=16, unique=True, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("call"), related_name="proposals")
    example = models.OneToOneField(
        Example, models.PROTECT, verbose_name=_("example"), related_name="proposal"
    )
    status = models.CharField(_("state"), max_length=16, choices=Status, default=Status.DRAFT, editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("submitter"), related_name="proposals"
    )
    networks = models.ManyToManyField(
        Network,
        verbose_name=_("co-submitting networks"),
        blank=True,
        related_name="+",
        help_text=_("Networks that propose the example together with yours."),
    )
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("earlier proposal"),
        null=True,
        blank=True,
        related_name="later",
    )
    tried_since = models.PositiveSmallIntegerField(
        _("tried and tested since (year)"), null=True, blank=True, validators=YEAR
    )
    has_rights = models.BooleanField(_("rights to texts and pictures declared"), default=False)
    first_attempt_at = models.DateTimeField(_("first handed in"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("received on"), null=True, blank=True, editable=False)
    is_late = models.BooleanField(_("late"), default=False, editable=False)
    created_at = models.DateTimeField(_("begun on"), default=timezone.now, editable=False)
    embargo_until = models.DateField(
        _("not public before"),
        null=True,
        blank=True,
        help_text=_("From this day on the office can publish it."),
    )
    released_at = models.DateTimeField(_("released on"), null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("released by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("Who has been through the checklist: it becomes public by itself after the embargo."),
    )

    objects: ClassVar[Any] = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        permissions = [("screen_proposal", "Can screen proposals")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="proposal_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | models.Q(submitted_at__isnull=False, first_attempt_at__isnull=False),
                name="proposal_submitted_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at=None) | models.Q(tried_since__isnull=False, has_rights=True),
                name="proposal_submitted_with_declaration",
            ),
            models.CheckConstraint(
                condition=models.Q(reference__regex=r"^GP-[0-9]{4}-[0-9]{4,}$"),
                name="proposal_reference_form",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at=None, released_by=None)
                | models.Q(released_at__isnull=False, released_by__isnull=False),
                name="proposal_released_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-submitted_at"], name="proposal_by_status"),
            models.Index(fields=["call", "status"], name="proposal_by_call"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="identity_stays", fields=["reference", "call", "example", "submitted_by", "created_at"]
            ),
            pgtrigger.Trigger(
                name="status_follows_transition",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),  # type: ignore[no-untyped-call]
                timing=pgtrigger.Deferred,
                func=status_follows_transition("NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.example.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("assessment:proposal_detail", args=[self.reference])

    @property
    def is_writable(self) -> bool:
        """Tell whether it is the submitter's turn to write."""
        return self.status in WRITABLE


class SectionSave(models.Model):
    """Which version of a section of the form is stored; whoever saves must have seen it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="section_saves")
    section = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "section"], name="sectionsave_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.section} {self.version}"


class ReferenceCounterManager(models.Manager["ReferenceCounter"]):
    def next(self, year: int) -> str:
        """Return a reference number that nobody had before; two at once wait for each other."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO assessment_referencecounter (year, last) VALUES (%s, 1)"
                " ON CONFLICT (year) DO UPDATE SET last = assessment_referencecounter.last + 1 RETURNING last",
                [year],
            )
            (number,) = cursor.fetchone()
        return f"GP-{year}-{number:04}"


class ReferenceCounter(models.Model):
    """The last reference number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    objects: ClassVar[ReferenceCounterManager] = ReferenceCounterManager()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
