"""Network profiles: every field of seed 002, in its four parts."""

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.freshness import Freshness, freshness
from catalogue.models.revision import raise_revision_trigger
from catalogue.models.text import sort_key, translated
from catalogue.models.vocabulary import (
    FederalState,
    FieldOfAction,
    Formalisation,
    MemberKind,
    NetworkType,
    TargetGroup,
)
from catalogue.querysets import NetworkQuerySet

FIRST_YEAR, LAST_YEAR = 1900, 2100
YEAR = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
ONE_A_LINE = _("One item a line; a line that begins with “- ” belongs to the item above it.")


def former_slug_trigger(table: str, column: str) -> pgtrigger.Trigger:
    """Keep an address that was given up, whoever changes it, so that it can redirect."""
    return pgtrigger.Trigger(
        name="keep_former_slug",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("slug"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(old__slug__df=pgtrigger.F("new__slug")),
        func=f"""
            DELETE FROM {table} WHERE slug = NEW.slug;
            INSERT INTO {table} (slug, {column}) VALUES (OLD.slug, NEW.id)
            ON CONFLICT (slug) DO UPDATE SET {column} = EXCLUDED.{column};
            RETURN NULL;
        """,  # noqa: S608 - both names are literals below
    )


class Licence(models.TextChoices):
    CC_BY = "cc-by-4.0", "CC BY 4.0"


@pghistory.track()
class Network(models.Model):
    """A regional network or competence centre of the Network IQ, or one like it."""

    class Category(models.TextChoices):
        REGIONAL_NETWORK = "regional_network", _("Regional network")
        COMPETENCE_CENTRE = "competence_centre", _("Competence centre")

    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)
    name = models.CharField(_("name of the network"), max_length=200)
    sort_key = models.CharField(max_length=220, editable=False)
    category = models.CharField(_("category"), max_length=20, choices=Category)
    is_published = models.BooleanField(_("published"), default=False)
    is_demo = models.BooleanField(_("made-up demo record"), default=False)

    founding_year = models.PositiveSmallIntegerField(
        _("founding year"), null=True, blank=True, validators=YEAR
    )
    location = translated(models.CharField(_("location"), max_length=200, blank=True))
    states = models.ManyToManyField(
        FederalState, verbose_name=_("federal states"), blank=True, related_name="networks"
    )
    coordinating_organisation = translated(
        models.CharField(_("coordinating organisation"), max_length=300, blank=True)
    )
    formalisation = models.ForeignKey(
        Formalisation, models.PROTECT, verbose_name=_("degree of formalisation"), null=True, blank=True
    )
    member_kinds = models.ManyToManyField(MemberKind, verbose_name=_("members"), blank=True)
    fields_of_action = models.ManyToManyField(FieldOfAction, verbose_name=_("fields of action"), blank=True)
    target_groups = models.ManyToManyField(TargetGroup, verbose_name=_("target groups"), blank=True)
    network_type = models.ForeignKey(
        NetworkType, models.PROTECT, verbose_name=_("type of network"), null=True, blank=True
    )

    description = translated(models.TextField(_("brief description"), blank=True))
    resources = translated(models.TextField(_("resources"), blank=True, help_text=ONE_A_LINE))
    internal_communication = translated(
        models.TextField(
            _("internal communication and facilitation techniques"), blank=True, help_text=ONE_A_LINE
        )
    )
    external_communication = translated(
        models.TextField(_("external communication and event formats"), blank=True, help_text=ONE_A_LINE)
    )

    success_factors = translated(models.TextField(_("success factors"), blank=True, help_text=ONE_A_LINE))
    challenges = translated(
        models.TextField(_("challenges and lessons learnt"), blank=True, help_text=ONE_A_LINE)
    )
    evaluation = translated(
        models.TextField(_("evaluation and sustainability"), blank=True, help_text=ONE_A_LINE)
    )
    impact = translated(models.TextField(_("impact, innovation and transferability"), blank=True))

    website = models.URLField(_("website"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    remark = translated(models.CharField(_("remark"), max_length=400, blank=True))
    valid_from = models.PositiveSmallIntegerField(_("existed since"), null=True, blank=True, validators=YEAR)
    valid_until = models.PositiveSmallIntegerField(_("existed until"), null=True, blank=True, validators=YEAR)
    successors = models.ManyToManyField(
        "self", verbose_name=_("succeeded by"), symmetrical=False, blank=True, related_name="predecessors"
    )
    status_of_information = models.DateField(
        _("status of information"),
        null=True,
        blank=True,
        help_text=_("The first day of the month the facts are from."),
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, blank=True)
    funding_acknowledgement = translated(models.TextField(_("funding acknowledgement"), blank=True))
    # The database fills it in too: the release before knows no such column.
    changed_at = models.DateTimeField(_("last changed on"), auto_now=True, db_default=Now())

    objects: ClassVar[models.Manager["Network"]] = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("network profile")
        verbose_name_plural = _("network profiles")
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(founding_year__range=(FIRST_YEAR, LAST_YEAR)),
                name="network_founding_year_in_range",
                violation_error_message=_("The founding year lies between 1900 and 2100."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="network_valid_until_not_before_from",
                violation_error_message=_("A network cannot end before it began."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(sort_key=""),
                name="network_has_name_and_sort_key",
                violation_error_message=_("A network needs a name."),
            ),
            models.CheckConstraint(
                condition=models.Q(status_of_information__day=1),
                name="network_status_of_information_is_a_month",
                violation_error_message=_("The status of information is a month: give its first day."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="network_by_sort_key")]
        triggers = [
            raise_revision_trigger(),
            former_slug_trigger("catalogue_networkformerslug", "network_id"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("catalogue:network_detail", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def freshness(self) -> Freshness:
        return freshness(self.status_of_information, timezone.localdate())

    @property
    def is_current(self) -> bool:
        """Tell whether the network still exists this year."""
        return self.valid_until is None or self.valid_until >= timezone.localdate().year

    @property
    def has_profile(self) -> bool:
        """Tell whether more than bare facts are known (parts 2 and 3 of the profile)."""
        return bool(self.description or self.success_factors or self.challenges or self.impact)


class NetworkFormerSlug(models.Model):
    """An address that a network had before; written by a trigger, read to redirect."""

    slug = models.SlugField(max_length=80, unique=True)
    network = models.ForeignKey(Network, models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class SocialMediaManager(models.Manager["SocialMedia"]):
    def get_by_natural_key(self, network: str, position: int) -> "SocialMedia":
        return self.get(network__slug=network, position=position)


@pghistory.track()
class SocialMedia(models.Model):
    """A network's presence on one platform."""

    class Platform(models.TextChoices):
        FACEBOOK = "facebook", "Facebook"
        TWITTER = "twitter", "Twitter"
        X = "x", "X"
        INSTAGRAM = "instagram", "Instagram"
        YOUTUBE = "youtube", "YouTube"
        LINKEDIN = "linkedin", "LinkedIn"
        MASTODON = "mastodon", "Mastodon"
        OTHER = "other", _("Other")

    network = models.ForeignKey(
        Network, models.CASCADE, verbose_name=_("network"), related_name="social_media"
    )
    platform = models.CharField(_("platform"), max_length=20, choices=Platform)
    url = models.URLField(_("address"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    objects: ClassVar[SocialMediaManager] = SocialMediaManager()

    class Meta:
        verbose_name = _("social media address")
        verbose_name_plural = _("social media addresses")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "position"],
                name="socialmedia_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return f"{self.get_platform_display()}: {self.url}"

    def natural_key(self) -> tuple[str, int]:
        return (self.network.slug, self.position)
