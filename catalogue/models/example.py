"""Good Practice examples: the content, its state and what the database holds about it."""

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.freshness import Freshness, freshness
from catalogue.models.network import FIRST_YEAR, LAST_YEAR, ONE_A_LINE, YEAR, Network, former_slug_trigger
from catalogue.models.picture import PictureColumn
from catalogue.models.text import LANGUAGES, local_text, translated
from catalogue.models.vocabulary import Audience, FederalState, TargetGroup, Topic
from catalogue.querysets import ExampleQuerySet

UNLOCKED = (
    "'status','published_at','withdrawn_at','withdrawal_reason_de','withdrawal_reason_en',"
    "'slug','is_proposed','is_locked','changed_at'"
)
"""Columns that say where an example stands, not what it says."""
REFUSE_LOCKED = """
    RAISE EXCEPTION 'the text of this example is locked'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'example_locked_text_stays';
"""

MARKDOWN = _("Paragraphs, lists and **bold** as in Markdown.")


def section(label: Any, help_text: Any = MARKDOWN) -> Any:
    return translated(models.TextField(label, blank=True, help_text=help_text))


@pghistory.track()
class Example(models.Model):
    """A Good Practice example: tried and tested, chosen by the advisory board, open to be taken over."""

    class Kind(models.TextChoices):
        """The five of seed 000."""

        PRODUCT = "product", _("Product")
        TOOL = "tool", _("Tool")
        CONCEPT = "concept", _("Concept")
        MEASURE = "measure", _("Measure")
        EVENT_FORMAT = "event_format", _("Event format")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class CostBand(models.TextChoices):
        """What the first year costs, without own staff, in euros."""

        UP_TO_5K = "up_to_5k", _("up to 5,000 €")
        UP_TO_25K = "up_to_25k", _("5,000 to 25,000 €")
        UP_TO_100K = "up_to_100k", _("25,000 to 100,000 €")
        OVER_100K = "over_100k", _("over 100,000 €")

    slug = models.SlugField(_("short name in the address"), max_length=100, unique=True)
    status = models.CharField(_("state"), max_length=12, choices=Status, default=Status.DRAFT, editable=False)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawal_reason = translated(
        models.CharField(_("reason for the withdrawal"), max_length=300, blank=True, editable=False)
    )
    is_demo = models.BooleanField(_("made-up demo record"), default=False)
    is_proposed = models.BooleanField(
        _("in a selection process"), default=False, db_default=False, editable=False
    )
    """Written and published by the process that selects examples, not by the office at will."""
    is_locked = models.BooleanField(_("text locked"), default=False, db_default=False, editable=False)
    """The text is being judged, or the record of what was: the database refuses to change it."""

    title = translated(models.CharField(_("title"), max_length=100, blank=True))
    title_note = translated(
        models.CharField(
            _("note on the title"), max_length=200, blank=True, help_text=_("For example: working title.")
        )
    )
    benefit = translated(
        models.CharField(
            _("benefit"),
            max_length=200,
            blank=True,
            help_text=_("One sentence: what an institution gains by taking it over."),
        )
    )
    summary = translated(models.CharField(_("summary"), max_length=600, blank=True))
    plain_summary = translated(
        models.TextField(
            _("summary in plain language"), blank=True, help_text=_("Short sentences, one thought a line.")
        )
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True)
    target_groups = models.ManyToManyField(TargetGroup, verbose_name=_("target groups"), blank=True)
    audiences = models.ManyToManyField(Audience, verbose_name=_("for whom"), blank=True)
    is_nationwide = models.BooleanField(_("nationwide"), default=False)
    states = models.ManyToManyField(FederalState, verbose_name=_("federal states"), blank=True)
    network = models.ForeignKey(
        Network, models.PROTECT, verbose_name=_("network"), null=True, blank=True, related_name="examples"
    )
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    subproject = models.CharField(_("subproject"), max_length=200, blank=True)
    running_since = models.PositiveSmallIntegerField(
        _("running since"), null=True, blank=True, validators=YEAR
    )
    running_until = models.PositiveSmallIntegerField(
        _("running until"), null=True, blank=True, validators=YEAR
    )
    is_regular_service = models.BooleanField(_("has become part of a regular service"), default=False)

    need = section(_("need for action"))
    solution = section(_("practical solution"))
    success = section(_("proven success"))
    transfer = section(
        _("transfer"),
        _("What another institution needs: staff, time, partners, legal or technical prerequisites."),
    )
    transfer_adaptable = section(_("may be changed"), ONE_A_LINE)
    transfer_fixed = section(_("must stay as it is"), ONE_A_LINE)
    transfer_statutory = section(_("for statutory institutions"))
    lessons = section(_("lessons learnt"))

    staff_fte = models.DecimalField(
        _("staff (full-time equivalents)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    setup_weeks = models.PositiveSmallIntegerField(_("set-up time (weeks)"), null=True, blank=True)
    cost_band = models.CharField(
        _("cost of the first year"),
        max_length=12,
        choices=CostBand,
        blank=True,
        help_text=_("Without own staff."),
    )

    picture = PictureColumn(_("picture"), upload_to="pictures/", blank=True, max_length=200)
    picture_alt = translated(
        models.CharField(_("alternative text of the picture"), max_length=200, blank=True)
    )
    picture_credit = models.CharField(_("picture credit"), max_length=200, blank=True)

    award = translated(
        models.CharField(
            _("about the label"), max_length=200, blank=True, help_text=_("When and how it was awarded.")
        )
    )
    decided_on = models.DateField(_("decided by the board on"), null=True, blank=True, editable=False)
    rubric_version = models.CharField(
        _("version of the rubric"), max_length=20, blank=True, default="", db_default="", editable=False
    )
    """Written with the board's statements by the process that publishes; empty where nobody assessed it here."""
    status_of_information = models.DateField(
        _("status of information"),
        null=True,
        blank=True,
        help_text=_("The first day of the month the facts are from."),
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed on"), auto_now=True)

    objects: ClassVar[Any] = ExampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(status="draft", published_at=None, withdrawn_at=None)
                    | models.Q(status="published", published_at__isnull=False, withdrawn_at=None)
                    | models.Q(status="withdrawn", published_at__isnull=False, withdrawn_at__isnull=False)
                ),
                name="example_status_fits_its_dates",
                violation_error_message=_("State and dates of publication contradict each other."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published", is_proposed=True),
                name="example_proposed_is_not_public",
                violation_error_message=_("This example is in a selection process, which publishes it."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_locked=False) | ~models.Q(status="published"),
                name="example_locked_is_not_public",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published") | ~models.Q(title_de="", title_en=""),
                name="example_published_with_title",
                violation_error_message=_("An example needs a title in one language to be published."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["product", "tool", "concept", "measure", "event_format"]),
                name="example_kind_known",
                violation_error_message=_("Choose one of the five kinds."),
            ),
            models.CheckConstraint(
                condition=models.Q(running_since__range=(FIRST_YEAR, LAST_YEAR)),
                name="example_running_since_in_range",
                violation_error_message=_("The year lies between 1900 and 2100."),
            ),
            models.CheckConstraint(
                condition=models.Q(running_until__gte=models.F("running_since")),
                name="example_until_not_before_since",
                violation_error_message=_("An example cannot end before it began."),
            ),
            models.CheckConstraint(
                condition=models.Q(staff_fte__gte=0),
                name="example_staff_not_negative",
                violation_error_message=_("Staff cannot be negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(picture="") | ~models.Q(picture_alt_de="", picture_alt_en=""),
                name="example_picture_has_alternative_text",
                violation_error_message=_("A picture needs an alternative text."),
            ),
            models.CheckConstraint(
                condition=models.Q(status_of_information__day=1),
                name="example_status_of_information_is_a_month",
                violation_error_message=_("The status of information is a month: give its first day."),
            ),
        ]
        indexes = [models.Index(fields=["status", "-published_at"], name="example_by_publication")]
        triggers = [
            former_slug_trigger("catalogue_exampleformerslug", "example_id"),
            pgtrigger.Trigger(
                name="locked_text_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__is_locked=True, new__is_locked=True),
                func=f"""
                    IF to_jsonb(OLD) - ARRAY[{UNLOCKED}] <> to_jsonb(NEW) - ARRAY[{UNLOCKED}] THEN
                        {REFUSE_LOCKED}
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.title) or self.slug

    def get_absolute_url(self) -> str:
        return reverse("catalogue:example_detail", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def freshness(self) -> Freshness:
        return freshness(self.status_of_information, timezone.localdate())

    @property
    def shown_network(self) -> Network | None:
        """Return its network unless the public may not know it yet."""
        return self.network if self.network and self.network.is_published else None

    @property
    def statements_in_order(self) -> list[Any]:
        """Return the board's statements in the order of the criteria (from the prefetched rows)."""
        order = ["transferable", "innovative", "sustainable", "efficient"]
        return sorted(self.board_statements.all(), key=lambda statement: order.index(statement.criterion))

    @property
    def is_running(self) -> bool:
        return self.running_until is None or self.running_until >= timezone.localdate().year

    @property
    def languages(self) -> list[str]:
        """Return the languages that the example has a title in."""
        return [code for code in LANGUAGES if getattr(self, f"title_{code}")]

    def text_in(self, field: str, language: str) -> str:
        """Return ``field`` in ``language`` or, where that is empty, in the other."""
        texts = {code: getattr(self, f"{field}_{code}") for code in LANGUAGES}
        return texts[language] or str(local_text(texts))


class ExampleFormerSlug(models.Model):
    """An address that an example had before; written by a trigger, read to redirect."""

    slug = models.SlugField(max_length=100, unique=True)
    example = models.ForeignKey(Example, models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug
