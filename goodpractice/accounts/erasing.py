"""Erasing a person who asks for it: name, addresses, ways to sign in and sessions go; what the person did stays.

Assessments, decisions, seats, memberships and proposals go on pointing to the account, which is called "former member"
with its number from then on. So the record of the process stays whole and can be proved. The address is replaced in
every column of addresses there is, also in those of rooms that this one does not know. Nobody erases themselves.
"""

import re
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from catalogue.models import Consent, ContactPerson
from goodpractice.accounts import resetting
from goodpractice.accounts.models import NOWHERE, Erasure, User
from goodpractice.outbox.models import Mail

RIGHT = "accounts.add_erasure"
NAMELESS = "–"


class ErasedAlready(Exception):
    """The person is erased already."""


def may_erase(by: User, person: User) -> bool:
    return by.has_perm(RIGHT) and resetting.is_led_by(by, person)


@transaction.atomic
def erase(person: User, *, by: User, reason: str) -> Erasure:
    """Take away all that says who ``person`` is, close the account, and note that it was done."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_erased:
        raise ErasedAlready
    address, name, nowhere = person.email, person.name, f"former-{person.pk}@{NOWHERE}"
    _end_ways_in(person)
    _forget_contact(address)
    _forget_mails(address)
    _forget_in_log(address, name)
    for model, field in _columns_of_addresses():
        model._default_manager.filter(**{f"{field}__iexact": address}).update(**{field: nowhere})
    _close(person, nowhere)
    return Erasure.objects.create(person=person, by=by, reason=reason)


def _end_ways_in(person: User) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()


def _forget_contact(address: str) -> None:
    """End the consents of contact persons with this address, which hides them, and forget who they are."""
    contacts = ContactPerson.objects.filter(email__iexact=address)
    Consent.objects.filter(contact__in=contacts, withdrawn_at=None).update(withdrawn_at=timezone.now())
    contacts.update(name=NAMELESS, role_de="", role_en="", organisation="", phone="", is_published=False)


def _forget_mails(address: str) -> None:
    """What was sent stays as a row without its text; what waits is not sent any more."""
    mails = Mail.objects.filter(receiver__iexact=address)
    mails.filter(state=Mail.State.QUEUED).delete()
    mails.update(subject=NAMELESS, text="", html="", last_error="")


def _forget_in_log(address: str, name: str) -> None:
    """Take the person out of what the administration's log calls the records that were changed; others keep theirs."""
    named = Q(object_repr__iregex=_whole(address))
    if name:
        named |= Q(object_repr__iregex=_whole(name))
    LogEntry.objects.filter(named).update(object_repr=NAMELESS)


def _whole(words: str) -> str:
    """Return the pattern of ``words`` that are not part of longer ones: "Anna" is not in "Johanna"."""
    return rf"(?<!\w){re.escape(words)}(?!\w)"


def _columns_of_addresses() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, models.EmailField) and model is not User:
                    yield model, field.name


def _close(person: User, nowhere: str) -> None:
    person.email, person.name, person.organisation, person.subproject = nowhere, "", "", ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
