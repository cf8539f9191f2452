"""Whether links still lead somewhere: some of those that are due are asked each night, and dead ones are marked.

Addresses come from people who propose examples, so only public ones are asked, redirects included: a name is
resolved once, and that address is the one connected to.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalogue.models import Link

BATCH = 10
"""Links of one run, which ends within minutes though nobody answers."""
SECONDS, LONGEST = 4, 8
"""For one step of an answer, and for the whole of it."""
REDIRECTS = 3
LEADS_ON = (301, 302, 303, 307, 308)
KEPT = "%/?:@!$&'()*+,;=~-._[]"
"""Signs of an address that stay as they are; all others are percent-encoded."""
DAYS_ALIVE, DAYS_DEAD = 30, 1
"""After how many days a link is asked again."""
EXISTS_BUT_REFUSES = {401, 403, 405, 406, 429, 451, 999}
"""Answers of sites that keep programs out."""
AGENT = "Good-Practice-Catalogue (checks its links once a month)"

Health = Link.Health
Allowed = Callable[[str], bool]


def check_due(*, allowed: Allowed | None = None) -> int:
    """Ask some links that are due and note what was found; return how many were noted.

    Nothing is noted if none of several answers: then it is our own connection that is down.
    """
    if not settings.CHECK_LINKS:
        return 0
    links = list(Link.objects.due(timezone.now(), days_alive=DAYS_ALIVE, days_dead=DAYS_DEAD)[:BATCH])
    found = {link.pk: probe(link.url, allowed=allowed or is_public) for link in links}
    if len(found) > 1 and not any(answer.is_answer for answer in found.values()):
        return 0
    alive = [pk for pk, answer in found.items() if answer.is_alive]
    _note(alive, Health.ALIVE)
    _note(found.keys() - alive, Health.DEAD)
    return len(found)


@transaction.atomic
def _note(ids: Iterable[int], health: Health) -> None:
    Link.objects.filter(pk__in=list(ids)).update(health=health, checked_at=timezone.now())


@dataclass(frozen=True)
class Answer:
    """What a link led to: the status of the last page, or none if nobody answered."""

    status: int | None = None

    @property
    def is_answer(self) -> bool:
        return self.status is not None

    @property
    def is_alive(self) -> bool:
        return self.status is not None and (self.status < 400 or self.status in EXISTS_BUT_REFUSES)  # noqa: PLR2004


def is_public(address: str) -> bool:
    return ipaddress.ip_address(address).is_global


def probe(url: str, *, allowed: Allowed = is_public) -> Answer:
    """Ask ``url`` and those that it leads on to; never read a body."""
    for _redirect in range(REDIRECTS + 1):
        try:
            status, target = _ask(urlsplit(url), allowed)
        except (OSError, ValueError, http.client.HTTPException):
            return Answer()
        if target is None:
            return Answer(status)
        url = urljoin(url, target)
    return Answer()


def _ask(url: SplitResult, allowed: Allowed) -> tuple[int, str | None]:
    """Return the status, and where it leads on to."""
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("not an address of the web")
    connection, stream = _connection(url, allowed)
    # Each read may take its time, all together may not.
    deadline = threading.Timer(LONGEST, stream.shutdown, [socket.SHUT_RDWR])
    deadline.start()
    try:
        path = quote(url._replace(scheme="", netloc="", fragment="").geturl(), safe=KEPT) or "/"
        connection.request("GET", path, headers={"User-Agent": AGENT, "Accept": "*/*"})
        response = connection.getresponse()
        return response.status, response.getheader("Location") if response.status in LEADS_ON else None
    finally:
        deadline.cancel()
        connection.close()


def _connection(url: SplitResult, allowed: Allowed) -> tuple[http.client.HTTPConnection, socket.socket]:
    host, is_secure = str(url.hostname), url.scheme == "https"
    port = url.port or (443 if is_secure else 80)
    stream = socket.create_connection((_resolved(host, port, allowed), port), SECONDS)
    if not is_secure:
        connection = http.client.HTTPConnection(host, port)
        connection.sock = stream
        return connection, stream
    secure = http.client.HTTPSConnection(host, port)
    secure.sock = stream = ssl.create_default_context().wrap_socket(stream, server_hostname=host)
    return secure, stream


def _resolved(host: str, port: int, allowed: Allowed) -> str:
    """Return an address of ``host``; all of them must be allowed."""
    addresses = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not addresses or not all(map(allowed, addresses)):
        raise ValueError("not a public address")
    return addresses[0]
