"""For how long a kept page holds: one revision of the catalogue, one day, and until a call opens or closes."""

import datetime
import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone

from assessment.models import Call
from catalogue import facets
from goodpractice import replicas

logger = logging.getLogger(__name__)

STALE_SECONDS = 5 * 60
"""For how long known pages are served while the database does not answer."""
RETRY_SECONDS = 5


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
        is_due = now >= self._next or self._has_been_overtaken()
        if is_due and self._reading.acquire(blocking=False):
            if self.is_certain:
                self._renew(now)
            else:
                threading.Thread(target=self._renew, args=(now,), daemon=True).start()
        return self._known if now - self._known_at <= STALE_SECONDS else None

    def _has_been_overtaken(self) -> bool:
        """Tell whether the watch of replicas knows another revision: it asks at moments of its own."""
        try:
            mark = replicas.revision()
        except Error:
            return False
        return bool(
            mark and self._known and (self._known.revision.number, self._known.revision.writer) != mark
        )

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


def read_edition() -> Edition:
    """Read the edition outside a request: nobody else would give the connection back.

    The time is taken first: a page made under this edition shows the calls of that moment or of a later one.
    """
    now = timezone.now()
    try:
        revision = facets.revision()
        with replicas.reading():
            turns = Call.objects.openings_and_closings_until(now)
        return Edition(revision, timezone.localdate(now), turns)
    finally:
        close_old_connections()
