"""The WSGI layer that joins it all: a known page from memory, everything else from Django."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.db import Error, close_old_connections

from catalogue import facets
from goodpractice import replicas
from goodpractice.pagecache.addresses import Address, address_of, is_as_we_write_it
from goodpractice.pagecache.answers import Answer, Page, is_for_everybody
from goodpractice.pagecache.editions import Edition, Editions, read_edition
from goodpractice.pagecache.store import Pages


class PageCache:
    """The WSGI application: known pages from memory, everything else from ``application``."""

    def __init__(self, application: WSGIApplication, max_bytes: int) -> None:
        self.pages = Pages(max_bytes)
        self._application = application
        self._editions = Editions(read_edition)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        address = address_of(environ)
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
            with replicas.reading():
                snapshot = facets.current()
                return (snapshot.revision, snapshot.day) == edition[:2] and is_as_we_write_it(address)
        except Error:
            return False
        finally:
            close_old_connections()

    def _pass_on(
        self, address: Address, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let Django answer, and note the address if the page could be kept the next time."""
        answer = Answer()
        response = self._application(environ, answer.start)
        if is_for_everybody(answer, response):
            self.pages.note(address)
        start_response(answer.status, answer.headers)
        return response

    def _make(
        self, edition: Edition, address: Address, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let Django make the page, uncompressed; keep it if it is for everybody."""
        answer = Answer()
        plain = {name: value for name, value in environ.items() if name != "HTTP_ACCEPT_ENCODING"}
        response = self._application(plain, answer.start)
        if not is_for_everybody(answer, response) or "content-encoding" in answer.by_name:
            start_response(answer.status, answer.headers)
            return response
        body = b"".join(response)
        response.close()  # type: ignore[attr-defined]  # gives the database's connection back
        page = Page(answer.headers, body)
        if edition == self._editions.current():
            self.pages.put(edition, address, page)
        return page.send(environ, start_response)
