"""The list of one's sessions, less what nobody needs: addresses are stored shortened, ended sessions forgotten."""

import ipaddress
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
"""Parts of what browsers say of themselves, the telling ones first: nearly all of them claim to be Safari, too."""
KEPT_BITS = {4: 24, 6: 48}
"""By the version of the protocol: all but the last octet, all but the last 80 bits."""


def shortened(address: str) -> str:
    found = ipaddress.ip_address(address)
    network = ipaddress.ip_network(f"{found}/{KEPT_BITS[found.version]}", strict=False)
    return str(network.network_address)


@receiver(pre_save, sender=UserSession)
def shorten_address(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """Keep what tells home from work, and not who it was; django-allauth would store it whole."""
    instance.ip = shortened(instance.ip)


def device(user_agent: str) -> str:
    """Return browser and system in two words, or what the browser says where it is none that we know."""
    browser = next((name for part, name in BROWSERS.items() if part in user_agent), "")
    system = next((name for part, name in SYSTEMS.items() if part in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or user_agent


def forget_ended() -> None:
    """Delete sessions that are over, and what the list of sessions knows of those that are gone."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
