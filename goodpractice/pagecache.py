"""Whole pages of the public catalogue, kept in the process and answered before Django sees the request.

Which requests may be answered from here is decided by ``_address``, which answers may be kept by
``_is_for_everybody``, and for how long by ``Editions``: a page holds for one revision of the catalogue, one
day, and until a call opens or closes. What is not certain goes to Django as if this layer were not there.

A page is found by scheme, host, path and the query string exactly as they were sent, so no page is ever given
to another question. It is kept only if its query is written as our own links write it: other spellings of the
same question take no room. And it is kept only when it is asked for the second time, and replaces only what
was asked for less: a crawler, or thousands of made-up searches, push nothing useful out.
"""

import datetime
import gzip
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from django.conf import settings
from django.core.handlers.wsgi import get_str_from_wsgi
from django.db import Error, connection
from django.http import HttpResponse, QueryDict
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from assessment.models import Call
from catalogue import facets
from catalogue.filters import ExampleFilter
from catalogue.models import Network
from catalogue.network_filters import NetworkFilter

logger = logging.getLogger(__name__)

MAX_PAGE_BYTES = 1024 * 1024
MAX_QUERY = 500
STALE_SECONDS = 5 * 60
"""For how long known pages are served while the database does not answer."""
RETRY_SECONDS = 5
KINDS = {"text/html", "application/json", "application/atom+xml", "application/xml", "text/xml"}
OWN_WISHES = {"set-cookie", "cache-control", "expires", "etag", "content-range"}
"""Headers of an answer that is for one person, or is to be kept or named in its own way."""

Headers = tuple[tuple[str, str], ...]


# Which request --------------------------------------------------------------------------------------------


class Address(NamedTuple):
    """What is asked for: all that a public page depends on, besides the catalogue and the day."""

    scheme: str
    host: str
    prefix: str
    path: str
    query: str


LANGUAGE_PATHS = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
ADMIN_PATHS = tuple(f"{path}admin/" for path in LANGUAGE_PATHS)
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages"}
"""Cookies that Django reads for a page without a form. The one against forged requests is for forms alone."""


def _address(environ: WSGIEnvironment) -> Address | None:
    """Return what a visitor asks for, or ``None`` if the request is not to be answered from here."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or not path.startswith(LANGUAGE_PATHS)
        or path.startswith(ADMIN_PATHS)
        or len(query) > MAX_QUERY
        or _is_personal(environ)
    ):
        return None
    host = environ.get("HTTP_HOST", "")
    if not _is_ours(host):
        return None
    return Address(_scheme(environ), host, environ.get("SCRIPT_NAME", ""), path, query)


def _is_personal(environ: WSGIEnvironment) -> bool:
    if "HTTP_AUTHORIZATION" in environ or environ.get("CONTENT_LENGTH") not in (None, "", "0"):
        return True
    cookies = get_str_from_wsgi(environ, "HTTP_COOKIE", "")
    return bool(cookies) and not PERSONAL_COOKIES.isdisjoint(parse_cookie(cookies))


def _is_ours(host: str) -> bool:
    """Tell whether Django would take the host, as it does; capitals are left to it."""
    domain, _port = split_domain_port(host)
    return bool(domain) and host == host.lower() and validate_host(domain, settings.ALLOWED_HOSTS)


def _scheme(environ: WSGIEnvironment) -> str:
    """Return the scheme as ``HttpRequest.scheme`` does."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if (value := environ.get(name)) is not None:
            return "https" if value.split(",", 1)[0].strip() == secure else "http"
    return str(environ["wsgi.url_scheme"])


# Which query ----------------------------------------------------------------------------------------------


def _example_query(data: QueryDict) -> str:
    found = ExampleFilter(data, facets.current())
    return found.query_string(page=found.page)


def _network_query(data: QueryDict) -> str:
    found = NetworkFilter(data, Network.objects.published())
    return found.query_string(page=found.page.page)


QUERIES: dict[str, Callable[[QueryDict], str]] = {
    "catalogue:example_list": _example_query,
    "catalogue:example_feed": _example_query,
    "catalogue:network_list": _network_query,
}
"""How the pages that take a query write it in their links. To all others a query means nothing."""


def _is_as_we_write_it(address: Address) -> bool:
    if not address.query:
        return True
    try:
        with translation.override(address.path.split("/")[1]):
            write = QUERIES.get(resolve(address.path).view_name)
    except Resolver404:
        return False
    return write is not None and write(QueryDict(address.query)) == address.query


# Which answer ---------------------------------------------------------------------------------------------


class _Answer:
    """What the application says about its answer, before anything is sent."""

    status: str
    headers: list[tuple[str, str]]

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
        self.status, self.headers = status, headers

    @property
    def by_name(self) -> dict[str, str]:
        """Return the headers in small letters; of those that come twice, the last."""
        return {name.lower(): value for name, value in self.headers}


def _is_for_everybody(answer: _Answer, response: Iterable[bytes]) -> bool:
    """Tell whether the answer is a whole page that does not depend on who asks; compressed or not."""
    if answer.status != "200 OK" or not isinstance(response, HttpResponse):
        return False
    headers = answer.by_name
    vary = {name.strip().lower() for name in headers.get("vary", "").split(",")}
    return (
        OWN_WISHES.isdisjoint(headers)
        and vary <= {"", "accept-encoding"}
        and headers.get("content-type", "").partition(";")[0] in KINDS
        and len(response.content) <= MAX_PAGE_BYTES
    )


# A page ---------------------------------------------------------------------------------------------------


class Page:
    """One page, compressed once. Who cannot read that gets it unpacked."""

    __slots__ = ("_bodies", "_digest", "_headers", "hits", "size")

    OVERHEAD = 1000
    """Bytes for what Python adds: objects, address, place in the dictionary; rather too many than too few."""

    def __init__(self, headers: list[tuple[str, str]], body: bytes) -> None:
        self._headers = _shared(
            tuple((name, value) for name, value in headers if name.lower() not in ("content-length", "vary"))
        )
        self._digest = blake2b(body, digest_size=12).hexdigest()
        self._bodies = {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0)}
        self.size = self.OVERHEAD + sum(map(len, self._bodies.values()))
        self.hits = 0

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        packing = _packing(environ.get("HTTP_ACCEPT_ENCODING", ""))
        etag = f'"{self._digest}-{packing or "plain"}"'
        ours = [("ETag", etag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding")]
        if _matches(etag, environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 Not Modified", ours)
            return []
        body = self._bodies[packing] if packing else gzip.decompress(self._bodies["gzip"])
        if packing:
            ours.append(("Content-Encoding", packing))
        start_response("200 OK", [*self._headers, *ours, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@lru_cache(maxsize=64)
def _shared(headers: Headers) -> Headers:
    """Return one object for all equal headers: nearly all pages have the same."""
    return headers


@lru_cache(maxsize=256)
def _packing(accepted: str) -> str:
    """Return the best encoding of ``Accept-Encoding`` that we have; empty for none."""
    if len(accepted) > MAX_QUERY:
        return ""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ("br", "gzip") if weights.get(name, weights.get("*", False))), "")


def _matches(etag: str, asked: str) -> bool:
    """Compare weakly, as a proxy may have marked our tag as weak."""
    return bool(asked) and any(tag.strip().removeprefix("W/") in (etag, "*") for tag in asked.split(","))


# Its edition ----------------------------------------------------------------------------------------------


class Edition(NamedTuple):
    """What every page depends on: the catalogue, the day by which facts are old, and which calls are open."""

    revision: facets.Revision
    day: datetime.date
    turns: int = 0
    """How often a call has opened or closed so far."""


class Editions:
    """The edition in force, asked of the database at most once in ``REVISION_SECONDS`` by one thread.

    While the database does not answer, the last one counts for ``STALE_SECONDS`` (``is_certain`` is false then): what
    was public a moment ago is worth more to a reader than an error. Only one request waits for a dead
    database; after that a thread of its own tries again.
    """

    def __init__(self, read: Callable[[], Edition], clock: Callable[[], float] = time.monotonic) -> None:
        self.is_certain = True
        self._read = read
        self._clock = clock
        self._known: Edition | None = None
        self._known_at = self._next = clock()
        self._reading = threading.Lock()

    def current(self) -> Edition | None:
        now = self._clock()
        if now >= self._next and self._reading.acquire(blocking=False):
            if self.is_certain:
                self._renew(now)
            else:
                threading.Thread(target=self._renew, args=(now,), daemon=True).start()
        return self._known if now - self._known_at <= STALE_SECONDS else None

    def _renew(self, now: float) -> None:
        try:
            self._known = self._read()
            self._known_at, self._next = now, now + settings.REVISION_SECONDS
            self.is_certain = True
        except (Error, TypeError) as error:  # TypeError: there is no row, the migrations have not run
            if self.is_certain:
                logger.warning("The catalogue's revision cannot be read: %s", error)
            self._next = self._clock() + RETRY_SECONDS
            self.is_certain = False
        finally:
            self._reading.release()


def _edition() -> Edition:
    """Read the edition outside a request: nobody else would give the connection back.

    The time is taken first: a page made under this edition shows the calls of that moment or of a later one.
    """
    now = timezone.now()
    try:
        return Edition(
            facets.revision(), timezone.localdate(now), Call.objects.openings_and_closings_until(now)
        )
    finally:
        connection.close_if_unusable_or_obsolete()


# All of them ----------------------------------------------------------------------------------------------


class Pages:
    """The pages of one edition, in at most ``max_bytes``; a new edition starts empty.

    What is asked for often stays: a new page takes the place of the one that is there longest, but only if
    nobody has asked for that since its last turn. Each turn halves what was counted.
    """

    TURNS = 8
    MOST_HITS = 15
    ASKED = 8192
    """Addresses that are remembered, of every edition, to tell the second request from the first."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._edition: Edition | None = None
        self._pages: OrderedDict[Address, Page] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, edition: Edition, address: Address) -> Page | None:
        with self._lock:
            page = self._pages.get(address) if edition == self._edition else None
            if page:
                page.hits = min(page.hits + 1, self.MOST_HITS)
            return page

    def was_asked(self, address: Address) -> bool:
        with self._lock:
            return hash(address) in self._asked

    def note(self, address: Address) -> None:
        with self._lock:
            self._asked[hash(address)] = None
            if len(self._asked) > self.ASKED:
                self._asked.popitem(last=False)

    def put(self, edition: Edition, address: Address, page: Page) -> None:
        page.size += sum(map(len, address))
        with self._lock:
            if edition != self._edition:
                self._edition = edition
                self._pages.clear()
                self.bytes = 0
            self._drop(address)
            if self._make_room(page.size):
                self._pages[address] = page
                self.bytes += page.size

    def _make_room(self, size: int) -> bool:
        for _turn in range(self.TURNS):
            if self.bytes + size <= self.max_bytes:
                return True
            if not self._pages:
                return False
            address, oldest = next(iter(self._pages.items()))
            if oldest.hits:
                oldest.hits //= 2
                self._pages.move_to_end(address)
            else:
                self._drop(address)
        return self.bytes + size <= self.max_bytes

    def _drop(self, address: Address) -> None:
        if page := self._pages.pop(address, None):
            self.bytes -= page.size


class PageCache:
    """The WSGI application: known pages from memory, everything else from ``application``."""

    def __init__(self, application: WSGIApplication, max_bytes: int) -> None:
        self.pages = Pages(max_bytes)
        self._application = application
        self._editions = Editions(_edition)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        address = _address(environ)
        edition = self._editions.current() if address else None
        if address is None or edition is None:
            return self._application(environ, start_response)
        if page := self.pages.get(edition, address):
            return page.send(environ, start_response)
        if environ["REQUEST_METHOD"] != "GET" or not self._editions.is_certain:
            return self._application(environ, start_response)
        if self.pages.was_asked(address) and self._may_keep(edition, address):
            return self._make(edition, address, environ, start_response)
        return self._pass_on(address, environ, start_response)

    def _may_keep(self, edition: Edition, address: Address) -> bool:
        """Tell whether a page made now shows ``edition`` at least, and whether its query is worth room.

        Lists come from the process's snapshot, which may be a second older than the revision known here.
        Asked before the page is made: a snapshot only ever gets newer.
        """
        try:
            snapshot = facets.current()
            return (snapshot.revision, snapshot.day) == edition[:2] and _is_as_we_write_it(address)
        except Error:
            return False
        finally:
            connection.close_if_unusable_or_obsolete()

    def _pass_on(
        self, address: Address, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let Django answer, and note the address if the page could be kept the next time."""
        answer = _Answer()
        response = self._application(environ, answer.start)
        if _is_for_everybody(answer, response):
            self.pages.note(address)
        start_response(answer.status, answer.headers)
        return response

    def _make(
        self, edition: Edition, address: Address, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let Django make the page, uncompressed; keep it if it is for everybody."""
        answer = _Answer()
        plain = {name: value for name, value in environ.items() if name != "HTTP_ACCEPT_ENCODING"}
        response = self._application(plain, answer.start)
        if not _is_for_everybody(answer, response) or "content-encoding" in answer.by_name:
            start_response(answer.status, answer.headers)
            return response
        body = b"".join(response)
        response.close()  # type: ignore[attr-defined]  # gives the database's connection back
        page = Page(answer.headers, body)
        if edition == self._editions.current():
            self.pages.put(edition, address, page)
        return page.send(environ, start_response)
