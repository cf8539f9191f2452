"""Contact persons and their consent. Nobody is shown without a consent in force; the database holds that itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.models.example import Example
from catalogue.models.network import Network
from catalogue.models.revision import raise_revision_trigger
from catalogue.models.text import translated
from catalogue.querysets import ConsentQuerySet, ContactPersonQuerySet


class ContactPersonManager(models.Manager.from_queryset(ContactPersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, example: str | None, network: str | None, position: int) -> "ContactPerson":
        return self.get(example__slug=example, network__slug=network, position=position)  # type: ignore[no-any-return]


class ConsentState(models.TextChoices):
    NOT_ASKED = "not_asked", _("not asked yet")
    ASKED = "asked", _("asked, no answer yet")
    AGREED = "agreed", _("has agreed")
    DECLINED = "declined", _("has declined")
    WITHDRAWN = "withdrawn", _("has withdrawn the consent")
    LAPSED = "lapsed", _("has not confirmed the consent again")


@dataclass(frozen=True)
class ConsentStatus:
    """Where a contact stands, and since when."""

    state: ConsentState
    since: datetime | None = None

    def __str__(self) -> str:
        if self.since is None:
            return str(self.state.label)
        return f"{self.state.label} ({date_format(timezone.localtime(self.since), 'DATE_FORMAT')})"


CONSENT_IN_FORCE = """
    SELECT 1 FROM catalogue_consent
    WHERE contact_id = NEW.id AND withdrawn_at IS NULL
"""


# No personal field is kept in the history: an erased person must not live on there (trust.md).
@pghistory.track(
    fields=["id", "example", "network", "position", "is_email_shown", "is_published"],
    model_name="ContactPersonEvent",
)
class ContactPerson(models.Model):
    """Whom to call about one example or one network; preferably an office with a role address."""

    example = models.ForeignKey(
        Example, models.CASCADE, verbose_name=_("example"), null=True, blank=True, related_name="contacts"
    )
    network = models.ForeignKey(
        Network, models.CASCADE, verbose_name=_("network"), null=True, blank=True, related_name="contacts"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=150)
    role = translated(models.CharField(_("role"), max_length=150, blank=True))
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_email_shown = models.BooleanField(
        _("show the e-mail address"),
        default=True,
        help_text=_("Otherwise the page offers a form that passes a message on."),
    )
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Needs a consent in force.")
    )
    asked_at = models.DateTimeField(_("asked for consent on"), null=True, blank=True, editable=False)
    declined_at = models.DateTimeField(
        pgettext_lazy("of a consent", "declined on"), null=True, blank=True, editable=False
    )

    objects: ClassVar[Any] = ContactPersonManager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(example=None) ^ models.Q(network=None),
                name="contact_belongs_to_example_or_network",
                violation_error_message=_("A contact person belongs to one example or one network."),
            ),
            models.CheckConstraint(
                condition=~models.Q(is_published=True) | ~models.Q(email="", phone=""),
                name="contact_published_with_address",
                violation_error_message=_("A published contact needs an e-mail address or a phone number."),
            ),
            models.UniqueConstraint(
                fields=["example", "network", "position"],
                name="contact_position_unique",
                nulls_distinct=False,
                violation_error_message=_("Another contact has this position."),
            ),
        ]
        triggers = [
            raise_revision_trigger(),
            pgtrigger.Trigger(
                name="published_only_with_consent",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__is_published=True),
                # Asked at the end of the transaction, of the row as it is then: they may come in any order.
                func=f"""
                    IF EXISTS (SELECT 1 FROM catalogue_contactperson WHERE id = NEW.id AND is_published)
                       AND NOT EXISTS ({CONSENT_IN_FORCE}) THEN
                        RAISE EXCEPTION 'contact % is published without a consent in force', NEW.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_published_only_with_consent';
                    END IF;
                    RETURN NULL;
                """,  # noqa: S608 - a literal of this module
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str | None, str | None, int]:
        return (
            self.example.slug if self.example else None,
            self.network.slug if self.network else None,
            self.position,
        )

    @property
    def consent_status(self) -> ConsentStatus:
        """Tell what happened last; no statement where ``with_consents`` has fetched the consents."""
        consents: list[Any] = list(self.consents.all())
        for consent in consents:
            if consent.withdrawn_at is None:
                return ConsentStatus(ConsentState.AGREED, consent.last_given_at)
        steps = [
            (self.asked_at, ConsentState.ASKED),
            (self.declined_at, ConsentState.DECLINED),
            *((consent.withdrawn_at, consent.ending) for consent in consents),
        ]
        known = [(moment, state) for moment, state in steps if moment]
        if not known:
            return ConsentStatus(ConsentState.NOT_ASKED)
        since, state = max(known, key=lambda step: step[0])
        return ConsentStatus(state, since)


class ConsentManager(models.Manager.from_queryset(ConsentQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, example: str | None, network: str | None, position: int) -> "Consent":
        return self.get(  # type: ignore[no-any-return]
            contact__example__slug=example, contact__network__slug=network, contact__position=position
        )


@pghistory.track()
class Consent(models.Model):
    """One contact's agreement to be shown: to which text, when, how, and until when."""

    class How(models.TextChoices):
        LINK = "link", _("confirmed by the person through a mailed link")
        WRITTEN = "written", _("in writing to the office")
        PLACEHOLDER = "placeholder", _("placeholder of a demo record")

    contact = models.ForeignKey(
        ContactPerson, models.CASCADE, verbose_name=_("contact person"), related_name="consents"
    )
    text_version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given on"), default=timezone.now)
    how = models.CharField(_("how"), max_length=12, choices=How)
    confirmed_at = models.DateTimeField(_("confirmed again on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(pgettext_lazy("of a consent", "withdrawn on"), null=True, blank=True)
    has_lapsed = models.BooleanField(
        _("ended because it was not confirmed again"), default=False, db_default=False
    )

    objects: ClassVar[Any] = ConsentManager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(withdrawn_at=None),
                name="consent_one_in_force",
                violation_error_message=_("This contact has a consent in force already."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
                violation_error_message=_("A consent is withdrawn after it was given."),
            ),
            models.CheckConstraint(
                condition=models.Q(has_lapsed=False) | models.Q(withdrawn_at__isnull=False),
                name="consent_lapsed_has_ended",
            ),
        ]
        triggers = [
            raise_revision_trigger(),
            pgtrigger.Trigger(
                name="withdrawal_hides_contact",
                when=pgtrigger.After,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    UPDATE catalogue_contactperson SET is_published = false
                    WHERE id = OLD.contact_id AND is_published AND NOT EXISTS (
                        SELECT 1 FROM catalogue_consent WHERE contact_id = OLD.contact_id AND withdrawn_at IS NULL
                    );
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text_version} ({date_format(timezone.localtime(self.given_at), 'DATE_FORMAT')})"

    def natural_key(self) -> tuple[str | None, str | None, int]:
        return self.contact.natural_key()

    @property
    def last_given_at(self) -> datetime:
        """Return when the person has said so last."""
        return self.confirmed_at or self.given_at

    @property
    def ending(self) -> ConsentState:
        return ConsentState.LAPSED if self.has_lapsed else ConsentState.WITHDRAWN
