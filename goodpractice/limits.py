"""How often one address may do a thing. The cache counts under a keyed hash: no address is stored."""

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

IPV6_HOUSEHOLD = 64
"""Bits of an IPv6 address that one connection has in common; the rest its owner changes at will."""


@dataclass(frozen=True)
class Limit:
    """``times`` in ``seconds``, counted from the first time."""

    name: str
    times: int
    seconds: int

    def spend(self, request: HttpRequest) -> bool:
        """Count one time for the sender of ``request`` and tell whether it was still allowed."""
        key = f"limit:{salted_hmac(self.name, client_network(request)).hexdigest()}"
        if cache.add(key, 1, self.seconds):
            return True
        try:
            count: int = cache.incr(key)
        except ValueError:  # the time ended between the two calls
            return True
        return count <= self.times


def client_network(request: HttpRequest) -> str:
    """Return the sender's IPv4 address or IPv6 network; behind our proxy, the last one it has written."""
    address: str = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = str(request.headers.get("X-Forwarded-For", address)).rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and not parsed.ipv4_mapped:
        return str(ipaddress.ip_network((parsed, IPV6_HOUSEHOLD), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
