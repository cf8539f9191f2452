"""Who needs a second factor, and whether this session has shown one.

Board, office and administrators do, whatever page of theirs they open. A session has shown
one if a code, passkey or security key was used in it. Trying a role in the demonstration counts as well.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from goodpractice.accounts import trying
from goodpractice.accounts.models import User

METHOD = "mfa"
ROLES = ["board", "office", "administrator"]


def is_required_for(user: User) -> bool:
    return user.is_staff or user.is_superuser or user.groups.filter(name__in=ROLES).exists()


def has_been_set_up(user: User) -> bool:
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(factors.exists())


def is_shown(request: HttpRequest, user: User) -> bool:
    """Tell whether this session has shown a factor that the person still has."""
    if trying.is_trying(request):
        return True
    shown = any(record["method"] == METHOD for record in get_authentication_records(request, user))
    return shown and has_been_set_up(user)


@receiver(authenticator_added)
def note_new_factor(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Count the factor just set up as shown: setting it up took a code or a touch of the key."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method=METHOD, id=authenticator.pk, type=authenticator.type)
