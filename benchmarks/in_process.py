"""Whole requests without HTTP: time, SQL statements, and CPU of this process and of the database."""

import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from wsgiref.util import setup_testing_defaults

import psutil
from django.db import connection

from benchmarks import client
from benchmarks.wsgi import Application


class RequestFailed(Exception):
    """A page that should be measured answers something else than 200 or 304."""


@dataclass
class Samples:
    """The requests of one scenario so far."""

    milliseconds: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    cpu_seconds: float = 0.0
    database_cpu_seconds: float = 0.0

    def summary(self) -> dict[str, float]:
        number = len(self.milliseconds)
        return {
            "p50": median(self.milliseconds),
            "p99": quantiles([*self.milliseconds, self.milliseconds[-1]], n=100, method="inclusive")[98],
            "statements": median(self.statements),
            "most_statements": max(self.statements),
            "cpu": self.cpu_seconds / number * 1000,
            "database_cpu": self.database_cpu_seconds / number * 1000,
        }


def request(application: Application, address: str, headers: dict[str, str] | None = None) -> "Answer":
    """Ask for one page and read it to its end."""
    path, _mark, query = address.partition("?")
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_ENCODING": client.ACCEPTED,
        "wsgi.input": io.BytesIO(),
        **(headers or {}),
    }
    setup_testing_defaults(environ)
    started: list[Any] = []
    body = application(environ, lambda *answer: started.extend(answer[:2]))
    try:
        content = b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()
    return Answer(int(started[0][:3]), dict(started[1]), content)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes


class Measuring:
    """One contender's pages; ``run`` is called once a round."""

    def __init__(
        self, application: Application, addresses: Sequence[str], headers: dict[str, str] | None = None
    ) -> None:
        self.application, self.addresses, self.headers = application, addresses, headers
        self.samples = Samples()
        self._asked = 0

    def forget(self) -> None:
        """Leave out what was measured so far: it was the warm-up."""
        self.samples = Samples()

    def run(self, number: int, seconds: float) -> None:
        """Ask for the next ``number`` pages, or for fewer if that would take longer than ``seconds``."""
        database = database_process()
        cpu, database_cpu = time.process_time(), _cpu(database)
        deadline = time.perf_counter() + seconds
        for _time in range(number):
            self._measure(self.addresses[self._asked % len(self.addresses)])
            self._asked += 1
            if time.perf_counter() > deadline:
                break
        self.samples.cpu_seconds += time.process_time() - cpu
        self.samples.database_cpu_seconds += _cpu(database) - database_cpu

    def _measure(self, address: str) -> None:
        with counting() as count:
            start = time.perf_counter()
            answer = request(self.application, address, self.headers)
            self.samples.milliseconds.append((time.perf_counter() - start) * 1000)
        self.samples.statements.append(count())
        if answer.status not in (200, 304):
            raise RequestFailed(f"{answer.status} {address}")


@contextmanager
def counting() -> Iterator[Callable[[], int]]:
    """Count the SQL statements of the block."""
    number = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal number
        number += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield lambda: number


def database_process() -> psutil.Process | None:
    """Return the PostgreSQL server that runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    connection.close()
    return psutil.Process(number).parent() if psutil.pid_exists(number) else None


def _cpu(server: psutil.Process | None) -> float:
    """Return the seconds that the server's processes have used, those that have ended included."""
    if server is None:
        return 0.0
    total = sum(server.cpu_times()[:4])
    for child in server.children():
        try:
            total += sum(child.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return total
