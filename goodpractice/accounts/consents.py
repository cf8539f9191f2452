"""The yearly question whether a consent still holds (``catalogue.consenting``), and word to the office of silence."""

import logging

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from catalogue import consenting
from catalogue.models import Consent, ContactPerson
from goodpractice.accounts.models import User
from goodpractice.addresses import absolute
from goodpractice.outbox import letters

RIGHT = "catalogue.change_contactperson"

logger = logging.getLogger(__name__)


def renew() -> None:
    """Ask whose consent is a year old; hide who was asked 30 days ago and has not answered, and tell the office."""
    asked = sum(consenting.ask_again(consent) for consent in Consent.objects.to_ask_again())
    lapsed = _end_unanswered()
    logger.info("Consents: %s asked again, %s ended unanswered.", asked, lapsed)


@transaction.atomic
def _end_unanswered() -> int:
    ended = [consent.contact for consent in Consent.objects.unanswered() if consenting.lapse(consent)]
    if ended:
        _tell_the_office(ended)
    return len(ended)


def _tell_the_office(contacts: list[ContactPerson]) -> None:
    for person in User.objects.filter(is_active=True, is_staff=True):
        if person.has_perm(RIGHT):
            with override(person.language):
                path = reverse("admin:catalogue_contactperson_changelist")
            context = {"contacts": contacts, "url": absolute(f"{path}?consent=no")}
            letters.send("consents_lapsed", person, context)
