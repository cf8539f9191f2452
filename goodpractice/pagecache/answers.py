"""Which answers may be kept, and a kept one: compressed once, sent as often as it is asked for."""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
from django.http import HttpResponse

MAX_PAGE_BYTES = 1024 * 1024
MAX_ACCEPT = 500
KINDS = {"text/html", "application/json", "application/atom+xml", "application/xml", "text/xml"}
OWN_WISHES = {"set-cookie", "cache-control", "expires", "etag", "content-range"}
"""Headers of an answer that is for one person, or is to be kept or named in its own way."""

Headers = tuple[tuple[str, str], ...]


class Answer:
    """What the application says about its answer, before anything is sent."""

    status: str
    headers: list[tuple[str, str]]

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
        self.status, self.headers = status, headers

    @property
    def by_name(self) -> dict[str, str]:
        """Return the headers in small letters; of those that come twice, the last."""
        return {name.lower(): value for name, value in self.headers}


def is_for_everybody(answer: Answer, response: Iterable[bytes]) -> bool:
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
    if len(accepted) > MAX_ACCEPT:
        return ""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ("br", "gzip") if weights.get(name, weights.get("*", False))), "")


def _matches(etag: str, asked: str) -> bool:
    """Compare weakly, as a proxy may have marked our tag as weak."""
    return bool(asked) and any(tag.strip().removeprefix("W/") in (etag, "*") for tag in asked.split(","))
