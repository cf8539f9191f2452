"""Taking away lost second factors: who may, and what it does. Nobody does so for oneself.

Afterwards the person signs in by password or mailed code, and a role that needs a factor leads to a new one. So
whoever resets gains nothing: the way in leads through the person's mailbox.
"""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from goodpractice.accounts.models import FactorReset, User
from goodpractice.outbox import letters

RIGHT = "accounts.add_factorreset"
EVERYBODY = "accounts.change_user"
"""Right of administrators: they may do it for everybody."""
OTHERS = {"submitter", "board"}
"""Roles of those for whom the office may do it."""


class NothingToReset(Exception):
    """The person has no second factor (any more)."""


def may_reset(by: User, person: User) -> bool:
    return by.has_perm(RIGHT) and is_led_by(by, person)


def is_led_by(by: User, person: User) -> bool:
    """Tell whether the account of ``person`` is in the hands of ``by``; nobody's own is."""
    return by.pk != person.pk and (by.has_perm(EVERYBODY) or _is_led_by_the_office(person))


def has_factor(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person).exists())


@transaction.atomic
def reset(person: User, *, by: User, reason: str) -> FactorReset:
    """Take away all factors and recovery codes, end all sessions, note it and tell the person by mail."""
    person = User.objects.select_for_update().get(pk=person.pk)
    deleted, _by_model = Authenticator.objects.filter(user=person).delete()
    if not deleted:
        raise NothingToReset
    for session in UserSession.objects.filter(user=person):
        session.end()
    done = FactorReset.objects.create(person=person, by=by, reason=reason)
    letters.send("factor_reset", person, {"reset": done, "operator": settings.OPERATOR})
    return done


def _is_led_by_the_office(person: User) -> bool:
    roles = set(person.groups.values_list("name", flat=True))
    return roles <= OTHERS and not person.is_superuser and not person.user_permissions.exists()
