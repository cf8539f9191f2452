"""Which database the code that runs now reads from: by default the primary, within ``reading()`` a fit replica."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import OperationalError, connections
from django.db.backends.utils import CursorWrapper

from goodpractice.replicas.lines import Lines
from goodpractice.replicas.watch import Mark, Watch

NO_DATABASE = "No database answers that is fit to be read."


class FellBehind(OperationalError):
    """The process has gone on to a newer revision than this request's replica is known to have: begin again."""


class Choice(NamedTuple):
    """A database, and the revision that it had reached when it was chosen."""

    alias: str
    mark: Mark | None


_choice: ContextVar[Choice | None] = ContextVar("choice", default=None)
_turns = count()


@cache
def watch() -> Watch:
    return Watch(Lines().ask, settings.REPLICAS, lag=settings.REPLICA_LAG_SECONDS)


def choose() -> Choice:
    """Return a fit replica, each in turn, or else the primary."""
    state = watch().state()
    if not state.replicas:
        return Choice(PRIMARY, state.mark)
    return Choice(state.replicas[next(_turns) % len(state.replicas)], state.mark)


@contextmanager
def reading(choice: Choice | None = None) -> Iterator[None]:
    """Let everything within read from ``choice``, or from the database that is chosen now."""
    token = _choice.set(choice or (choose() if settings.REPLICAS else None))
    try:
        yield
    finally:
        _choice.reset(token)


def each(choice: Choice, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of an answer that is read while it is sent, each of them from ``choice``."""
    waiting = iter(parts)
    while True:
        with reading(choice):
            part = next(waiting, None)
        if part is None:
            return
        yield part


def alias() -> str:
    """Return the database that is read from."""
    choice = _choice.get()
    return choice.alias if choice else PRIMARY


def cursor() -> CursorWrapper:
    """Open a cursor where ``reading`` says, for statements that no model makes."""
    return connections[alias()].cursor()


def revision() -> Mark | None:
    """Return the catalogue's revision that every database in use has reached; none where there are no replicas.

    Costs no statement. What is kept under it may be used and added to by whoever has asked here.
    """
    if not settings.REPLICAS:
        return None
    mark, choice = watch().state().mark, _choice.get()
    if mark is None:
        raise OperationalError(NO_DATABASE)
    if choice and choice.alias != PRIMARY and choice.mark != mark:
        raise FellBehind
    return mark


def fitness() -> dict[str, bool]:
    """Tell of each database whether it is in use; empty where there are no replicas."""
    if not settings.REPLICAS:
        return {}
    state = watch().state()
    return {PRIMARY: state.has_primary, **{name: name in state.replicas for name in settings.REPLICAS}}


class Router:
    """Django's question for the database of a query, answered by ``reading``; whatever changes goes to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY
