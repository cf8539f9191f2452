"""What belongs to an example or network besides its text: files, sources, transfers, the board's statements."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.models.example import Example
from catalogue.models.file_kind import FileKind, kind_of
from catalogue.models.network import YEAR, Network
from catalogue.models.revision import raise_revision_trigger
from catalogue.models.text import translated
from catalogue.querysets import LinkQuerySet


class Criterion(models.TextChoices):
    """The four of seed 000, in its order."""

    TRANSFERABLE = "transferable", _("transferable")
    INNOVATIVE = "innovative", _("innovative")
    SUSTAINABLE = "sustainable", _("sustainable")
    EFFICIENT = "efficient", _("efficient")


class Level(models.IntegerChoices):
    """How far a criterion is met; the word comes first, because German school grades run the other way."""

    NOT_SHOWN = 1, _("not shown")
    WEAK = 2, _("weak")
    ADEQUATE = 3, _("adequate")
    CONVINCING = 4, _("convincing")
    EXEMPLARY = 5, _("exemplary")


@pghistory.track(exclude=["health", "checked_at"])
class Link(models.Model):
    """An address outside: the source of a fact, or further reading."""

    class Purpose(models.TextChoices):
        EVIDENCE = "evidence", _("source")
        FURTHER = "further", _("further reading")

    class Health(models.TextChoices):
        UNCHECKED = "", _("not checked yet")
        ALIVE = "alive", _("reachable")
        DEAD = "dead", _("not reachable")

    example = models.ForeignKey(
        Example, models.CASCADE, verbose_name=_("example"), null=True, blank=True, related_name="links"
    )
    network = models.ForeignKey(
        Network, models.CASCADE, verbose_name=_("network"), null=True, blank=True, related_name="links"
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.EVIDENCE)
    title = translated(models.CharField(_("title"), max_length=250, blank=True))
    url = models.URLField(_("address"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    health = models.CharField(
        _("state of the link"), max_length=5, choices=Health, blank=True, editable=False
    )
    checked_at = models.DateTimeField(_("checked on"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["purpose", "position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(example=None) ^ models.Q(network=None),
                name="link_belongs_to_example_or_network",
                violation_error_message=_("A link belongs to one example or one network."),
            ),
            models.UniqueConstraint(
                fields=["example", "network", "purpose", "position"],
                name="link_position_unique",
                nulls_distinct=False,
            ),
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return str(self.title) or self.url

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def natural_key(self) -> tuple[str | None, str | None, str, int]:
        return (
            self.example.slug if self.example else None,
            self.network.slug if self.network else None,
            self.purpose,
            self.position,
        )


class AttachmentManager(models.Manager["Attachment"]):
    def get_by_natural_key(self, example: str, position: int) -> "Attachment":
        return self.get(example__slug=example, position=position)


@pghistory.track()
class Attachment(models.Model):
    """A document or picture that belongs to an example, to be downloaded."""

    example = models.ForeignKey(
        Example, models.CASCADE, verbose_name=_("example"), related_name="attachments"
    )
    title = translated(models.CharField(_("title"), max_length=200, blank=True))
    file = models.FileField(_("file"), upload_to="attachments/", max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    objects: ClassVar[AttachmentManager] = AttachmentManager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["example", "position"],
                name="attachment_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~models.Q(title_de="", title_en=""),
                name="attachment_has_title",
                violation_error_message=_("An attachment needs a title."),
            ),
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("catalogue:attachment_download", args=[self.example.slug, self.pk])

    def natural_key(self) -> tuple[str, int]:
        return (self.example.slug, self.position)

    @property
    def kind(self) -> FileKind:
        return kind_of(self.file.name or "")


class TransferManager(models.Manager["Transfer"]):
    def get_by_natural_key(self, example: str, institution: str, year: int) -> "Transfer":
        return self.get(example__slug=example, institution=institution, year=year)


@pghistory.track()
class Transfer(models.Model):
    """One institution that took an example over. Shown once the office has confirmed it."""

    example = models.ForeignKey(Example, models.CASCADE, verbose_name=_("example"), related_name="transfers")
    institution = models.CharField(_("institution"), max_length=200)
    place = models.CharField(_("place"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), validators=YEAR)
    adaptation = translated(models.TextField(_("what was adapted"), blank=True))
    confirmed_on = models.DateField(_("confirmed by the office on"), null=True, blank=True)

    objects: ClassVar[TransferManager] = TransferManager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-year", "institution"]
        constraints = [
            models.UniqueConstraint(
                fields=["example", "institution", "year"],
                name="transfer_unique",
                violation_error_message=_("This transfer is on record already."),
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(1900, 2100)),
                name="transfer_year_in_range",
                violation_error_message=_("The year lies between 1900 and 2100."),
            ),
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return f"{self.institution} ({self.year})"

    def natural_key(self) -> tuple[str, str, int]:
        return (self.example.slug, self.institution, self.year)


class BoardStatementManager(models.Manager["BoardStatement"]):
    def get_by_natural_key(self, example: str, criterion: str) -> "BoardStatement":
        return self.get(example__slug=example, criterion=criterion)


@pghistory.track()
class BoardStatement(models.Model):
    """What the advisory board published about one criterion: the level reached and one sentence."""

    example = models.ForeignKey(
        Example, models.CASCADE, verbose_name=_("example"), related_name="board_statements"
    )
    criterion = models.CharField(_("criterion"), max_length=12, choices=Criterion)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    sentence = translated(models.TextField(_("reason"), blank=True))

    objects: ClassVar[BoardStatementManager] = BoardStatementManager()

    class Meta:
        verbose_name = _("statement of the advisory board")
        verbose_name_plural = _("statements of the advisory board")
        constraints = [
            models.UniqueConstraint(fields=["example", "criterion"], name="boardstatement_one_per_criterion"),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, 5)), name="boardstatement_level_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(criterion__in=["transferable", "innovative", "sustainable", "efficient"]),
                name="boardstatement_criterion_known",
            ),
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return f"{self.get_criterion_display()}: {self.get_level_display()}"

    def natural_key(self) -> tuple[str, str]:
        return (self.example.slug, self.criterion)
