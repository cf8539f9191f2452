"""Which databases may be read: all are asked, at most once a second, whether they live and what they have."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS as PRIMARY

logger = logging.getLogger(__name__)

SECONDS = 1.0
"""For how long an answer counts."""
PATIENCE = 3.0
"""For how long a request waits for answers; who is not done by then is silent, and nobody waits for it any more.

A dead database refuses at once. Long enough that a busy one is not taken for dead.
"""


class Mark(NamedTuple):
    """The catalogue's revision, as its one row says it: the number, and who wrote it."""

    number: int
    writer: str


class Answer(NamedTuple):
    """What a database says of itself."""

    mark: Mark
    position: int
    """How far it has come in the log of all changes, in bytes."""
    is_copying: bool
    """Whether it follows another server; one that was made a primary does not."""

    def has_reached(self, other: Mark) -> bool:
        return self.mark == other or self.mark.number > other.number


@dataclass(frozen=True)
class State:
    """What may be read for the next second."""

    mark: Mark | None
    """What every database in use has reached; none if no database answers."""
    replicas: tuple[str, ...]
    has_primary: bool


class Watch:
    """The state of all databases. One thread asks, the others wait for it: that takes a millisecond.

    ``ask`` puts the question to one database and returns its answer, or none.
    """

    def __init__(
        self,
        ask: Callable[[str], Answer | None],
        replicas: Sequence[str],
        *,
        lag: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._replicas, self._lag, self._clock = ask, replicas, lag, clock
        self._lock = threading.Lock()
        self._next = clock()
        self._questions: dict[str, _Question] = {}
        self._silent: set[str] = set()
        self._known: Mark | None = None
        self._positions: deque[tuple[float, int]] = deque()
        """When the primary was asked, and where it was; from the last one before the permitted lag on."""
        self._state = State(None, (), has_primary=False)

    def state(self) -> State:
        with self._lock:
            now = self._clock()
            if now >= self._next:
                before, self._state = self._state, self._judged(self._answers(), now)
                self._next = now + SECONDS
                if self._state.has_primary != before.has_primary or self._state.replicas != before.replicas:
                    logger.warning("Databases in use: %s", ", ".join(self._in_use()) or "none")
            return self._state

    def report(self, alias: str) -> None:
        """Take note that a page could not be read: leave a replica out until it is asked again.

        The primary, or the last replica that is left, is asked at once: there is nobody to turn to meanwhile.
        """
        with self._lock:
            others = tuple(other for other in self._state.replicas if other != alias)
            if alias == PRIMARY or not (others or self._state.has_primary):
                self._next = self._clock()
            else:
                self._state = replace(self._state, replicas=others)

    def _in_use(self) -> list[str]:
        return [*([PRIMARY] if self._state.has_primary else []), *self._state.replicas]

    def _answers(self) -> dict[str, Answer]:
        """Ask all, but wait for those only that answered the last time."""
        for alias in (PRIMARY, *self._replicas):
            last = self._questions.get(alias)
            if last is None or not last.is_alive():
                if last and last.answer:
                    self._silent.discard(alias)
                self._questions[alias] = _Question(self._ask, alias)
        deadline = time.monotonic() + PATIENCE
        answers = {}
        for alias in self._questions.keys() - self._silent:
            self._questions[alias].join(max(0, deadline - time.monotonic()))
            if answer := self._questions[alias].answer:
                answers[alias] = answer
            else:
                self._silent.add(alias)
        return answers

    def _judged(self, answers: dict[str, Answer], now: float) -> State:
        primary = answers.pop(PRIMARY, None)
        if primary:
            self._known, due = primary.mark, self._due(primary.position, now)
            fit = [
                alias
                for alias, answer in answers.items()
                if answer.is_copying and answer.has_reached(primary.mark) and answer.position >= due
            ]
        else:
            most = max((answer.mark for answer in answers.values()), default=None)
            if most is None or (self._known and most.number < self._known.number):
                return State(None, (), has_primary=False)
            self._known = most
            fit = [alias for alias, answer in answers.items() if answer.mark == most]
        return State(self._known, tuple(sorted(fit)), has_primary=primary is not None)

    def _due(self, position: int, now: float) -> int:
        """Return how far a replica must have come: where the primary was before the permitted lag."""
        self._positions.append((now, position))
        while len(self._positions) > 1 and self._positions[1][0] <= now - self._lag:
            self._positions.popleft()
        asked_at, due = self._positions[0]
        return due if asked_at <= now - self._lag else 0


class _Question(threading.Thread):
    """One question to one database; it may never be answered, so it is asked beside the request."""

    def __init__(self, ask: Callable[[str], Answer | None], alias: str) -> None:
        super().__init__(name=f"question to {alias}", daemon=True)
        self.answer: Answer | None = None
        self._put, self._alias = ask, alias
        self.start()

    def run(self) -> None:
        self.answer = self._put(self._alias)
