"""What tests of staff pages share: a client that is signed in and has shown a second factor."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client


def with_factor(person):
    """Set up an app for codes."""
    if not Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(person, generate_totp_secret())
    return person


def signed_in(person, client=None, **session):
    """Sign in as after password and code."""
    client = client or Client()
    client.force_login(with_factor(person))
    stored = client.session
    stored["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    ]
    stored["account_authentication_methods_user"] = str(person.pk)
    stored.update(session)
    stored.save()
    return client
