"""How a contact person agrees to be shown, through a link in a mail, and takes that back. Nobody needs an account.

Two links, both signed. The one for the answer holds 30 days and stands for one person: it is void as soon as name
or address are changed. The one for the withdrawal belongs to one consent and never ends. Each function is one
transaction that locks the contact. Who may ask is said by the callers; who opens a link is the person.
"""

import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from catalogue.models import Consent, ContactPerson
from catalogue.models.text import LANGUAGES, reader_language
from catalogue.querysets import RENEWED_AFTER, RENEWED_WITHIN
from goodpractice.outbox import letters

TEXT_VERSION = "2026-11"
"""The text that people agree to, in ``templates/catalogue/consent/``. A new text is a new version."""
ANSWER_SALT = "catalogue.consent.answer"
WITHDRAWAL_SALT = "catalogue.consent.withdrawal"
ANSWER_WITHIN = RENEWED_WITHIN
ASK_AGAIN_AFTER = datetime.timedelta(hours=1)
"""Nobody's mailbox is filled by somebody who asks and asks."""
DETAILS = ("name", "role_de", "role_en", "organisation", "email", "phone")


class AskingRefused(Exception):
    """The person cannot be asked now; the words say why."""


class LinkUnknown(Exception):
    """The link was not made by us, or is incomplete."""


class LinkVoid(Exception):
    """The link was ours, but the person is no longer here, or with another name or address."""


class DetailsChanged(Exception):
    """What would be shown is not what the person has seen."""


class Asked(NamedTuple):
    """What a link for the answer leads to."""

    contact: ContactPerson
    is_expired: bool

    @property
    def consent(self) -> Consent | None:
        """Return the consent in force, unless the question is whether it still holds."""
        consent = self.contact.consents.filter(withdrawn_at=None).first()
        return None if consent and _is_asked_again(self.contact, consent) else consent


# Links ------------------------------------------------------------------------------------------------------


def answer_token(contact: ContactPerson) -> str:
    return signing.dumps([contact.pk, _person(contact)], salt=ANSWER_SALT)


def withdrawal_token(consent: Consent) -> str:
    return signing.dumps(consent.pk, salt=WITHDRAWAL_SALT)


def read_answer_token(token: str) -> Asked:
    is_expired = False
    try:
        try:
            key, person = signing.loads(token, salt=ANSWER_SALT, max_age=ANSWER_WITHIN)
        except signing.SignatureExpired:
            is_expired = True
            key, person = signing.loads(token, salt=ANSWER_SALT)
    except signing.BadSignature:
        raise LinkUnknown from None
    contact = ContactPerson.objects.select_related("example", "network").filter(pk=key).first()
    if contact is None or not constant_time_compare(_person(contact), person):
        raise LinkVoid
    return Asked(contact, is_expired)


def read_withdrawal_token(token: str) -> Consent:
    try:
        key = signing.loads(token, salt=WITHDRAWAL_SALT)
    except signing.BadSignature:
        raise LinkUnknown from None
    consents = Consent.objects.select_related("contact__example", "contact__network")
    consent: Consent | None = consents.filter(pk=key).first()
    if consent is None:
        raise LinkVoid
    return consent


def details_mark(contact: ContactPerson) -> str:
    """Return a mark of all that would be shown and of the text: people agree to what they have seen."""
    details = "\0".join([TEXT_VERSION, *(getattr(contact, name) for name in DETAILS)])
    return salted_hmac(ANSWER_SALT, details).hexdigest()


def _person(contact: ContactPerson) -> str:
    """Return a mark of whom the link was sent to; neither name nor address can be read from it."""
    return salted_hmac(ANSWER_SALT, f"{contact.email}\0{contact.name}").hexdigest()[:32]


# Steps ------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(contact: ContactPerson) -> ContactPerson:
    """Send the person a mail, in German and English, that leads to the page with the question."""
    contact = _locked(contact)
    if not contact.email:
        raise AskingRefused(_("This person has no e-mail address."))
    if contact.consents.filter(withdrawn_at=None).exists():
        raise AskingRefused(_("This person has agreed already."))
    now = timezone.now()
    if contact.asked_at and contact.asked_at > now - ASK_AGAIN_AFTER:
        raise AskingRefused(_("This person was asked less than an hour ago."))
    contact.asked_at = now
    contact.save(update_fields=["asked_at"])
    _send("consent_request", contact, _links(contact))
    return contact


@transaction.atomic
def ask_again(consent: Consent) -> bool:
    """Ask by mail whether a consent of a year ago still holds; return whether it was not asked before."""
    contact = _locked(consent.contact)
    if _is_asked_again(contact, consent):
        return False
    contact.asked_at = timezone.now()
    contact.save(update_fields=["asked_at"])
    _send("consent_again", contact, {**_links(contact), "since": consent.last_given_at})
    return True


@transaction.atomic
def lapse(consent: Consent) -> bool:
    """End a consent that was not confirmed in time; the database hides the contact. Return whether it was in force."""
    _locked(consent.contact)
    in_force = Consent.objects.filter(pk=consent.pk, withdrawn_at=None)
    return bool(in_force.update(withdrawn_at=timezone.now(), has_lapsed=True))


@transaction.atomic
def agree(contact: ContactPerson, *, shown: str, shows_email: bool) -> Consent:
    """Record the consent to what was ``shown`` (``details_mark``), show the contact, and confirm it by mail."""
    contact = _locked(contact)
    if not constant_time_compare(details_mark(contact), shown):
        raise DetailsChanged
    in_force = contact.consents.filter(withdrawn_at=None).first()
    if in_force and not _is_asked_again(contact, in_force):
        return in_force
    consent = _recorded(contact, in_force)
    contact.is_email_shown, contact.is_published, contact.declined_at = shows_email, True, None
    contact.save(update_fields=["is_email_shown", "is_published", "declined_at"])
    language = reader_language()
    link = _address("consent_withdraw", withdrawal_token(consent), language)
    _send("consent_given", contact, {"link": link}, language=language)
    return consent


def _recorded(contact: ContactPerson, in_force: Consent | None) -> Consent:
    """Record the consent, or that the one in force was confirmed: then its link to withdraw goes on to work."""
    if in_force is None:
        given: Consent = Consent.objects.create(
            contact=contact, text_version=TEXT_VERSION, how=Consent.How.LINK
        )
        return given
    in_force.confirmed_at, in_force.text_version = timezone.now(), TEXT_VERSION
    in_force.save(update_fields=["confirmed_at", "text_version"])
    return in_force


@transaction.atomic
def decline(contact: ContactPerson) -> ContactPerson:
    """Record a no. Said in a second window after a yes, it counts as well."""
    contact = _locked(contact)
    contact.consents.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
    contact.declined_at = timezone.now()
    contact.save(update_fields=["declined_at"])
    return contact


@transaction.atomic
def withdraw(consent: Consent) -> Consent:
    """Take a consent back; the database hides the contact at once. Done twice, the first time stays."""
    _locked(consent.contact)
    consent.refresh_from_db()
    if consent.withdrawn_at is None:
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
    return consent


def _is_asked_again(contact: ContactPerson, consent: Consent) -> bool:
    year_over = consent.last_given_at + RENEWED_AFTER
    return contact.asked_at is not None and contact.asked_at >= year_over


def _locked(contact: ContactPerson) -> ContactPerson:
    rows = ContactPerson.objects.select_for_update(of=("self",)).select_related("example", "network")
    found: ContactPerson | None = rows.filter(pk=contact.pk).first()
    if found is None:
        raise LinkVoid
    return found


# Mail -------------------------------------------------------------------------------------------------------


def _address(view: str, token: str, language: str) -> str:
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(f'catalogue:{view}', args=[token])}"


def _links(contact: ContactPerson) -> dict[str, str]:
    token = answer_token(contact)
    return {f"link_{code}": _address("consent_answer", token, code) for code in LANGUAGES}


def _send(kind: str, contact: ContactPerson, context: dict[str, Any], *, language: str = "de") -> None:
    """Write a mail; questions are in both languages, the German first. Their links are for the person alone."""
    about = {
        "contact": contact,
        "record": contact.example or contact.network,
        "operator": settings.OPERATOR,
        "days": ANSWER_WITHIN.days,
    }
    letters.send(kind, contact.email, {**about, **context}, language=language, is_secret=True)
