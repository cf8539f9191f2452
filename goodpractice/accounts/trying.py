"""Trying a role in the demonstration: sign in as a made-up person by one click, without any factor.

Two locks: the setting ``DEMO``, which refuses every address but those of this machine, and each request, which must
come from this machine and directly.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

SESSION_KEY = "trying_a_role"
FORWARDED = ["HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA"]
HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def is_allowed(request: HttpRequest) -> bool:
    """Tell whether the request comes to the demonstration from this machine, not through a proxy on it."""
    return (
        bool(settings.DEMO)
        and not settings.HTTPS
        and not any(name in request.META for name in FORWARDED)
        and _is_loopback(request.META.get("REMOTE_ADDR", ""))
        and _host(request) in HOSTS
    )


def is_trying(request: HttpRequest) -> bool:
    return is_allowed(request) and bool(request.session.get(SESSION_KEY))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _host(request: HttpRequest) -> str:
    host = request.get_host()
    return host if host.endswith("]") else host.rpartition(":")[0] or host
