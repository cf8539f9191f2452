"""Measures one size of catalogue: our pages, the average project's, and the same bytes from memory and from nginx.

Contenders take turns in short rounds, so that what else the machine does meets all of them; what counts is
the median of the rounds, and of two figures their ratio within one run.
"""

import os
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.utils import timezone

from benchmarks import client, pages, servers
from benchmarks.in_process import Measuring, request
from benchmarks.prepare import prepare
from catalogue import facets, index
from catalogue.models import Example
from goodpractice.wsgi import application as served

CONNECTIONS = (1, 8)
ROUND = 40
"""Requests of one scenario in one round, at most."""
WARM_UP = 60
"""Requests of one scenario before it is measured: rows and pages of sixty examples are known then. What one costs that
nobody has asked for yet is a scenario of its own."""
WARM_UP_SECONDS = 5.0
TIMES_ASKED = 20
"""How often a page is asked for before every worker must have kept it."""


@dataclass(frozen=True)
class Effort:
    """How long to measure: rounds, and the seconds of one scenario in one round."""

    rounds: int
    seconds: float


def measure(size: int, effort: Effort) -> dict[str, Any]:
    """Return all figures of a catalogue of ``size`` examples."""
    loading = prepare(size)
    load_average = os.getloadavg()[0]
    return {
        "size": size,
        "loading": loading,
        "machine": _machine(),
        "load_average": load_average,
        "process": _in_process(size, effort),
        "http": _over_http(size, effort),
        **_refreshing(),
    }


def _machine() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gigabytes": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "postgresql": version.split()[0],
        "system": platform.system(),
        "date": timezone.localdate().isoformat(),
    }


def _processor() -> str:
    names = Path("/proc/cpuinfo")
    lines = names.read_text().splitlines() if names.exists() else []
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine()
    )


# In process -------------------------------------------------------------------------------------------------


def _in_process(size: int, effort: Effort) -> dict[str, dict[str, Any]]:
    """Return the summary of each scenario and contender; "ours" is computed, never from a cache."""
    computed = get_wsgi_application()
    contenders = {
        (scenario, name): Measuring(computed, addresses(scenario, size))
        for scenario in pages.SCENARIOS
        for name, addresses in (("ours", pages.ours), ("average", pages.average))
    }
    contenders["known", "ours"] = Measuring(served, [pages.KNOWN])
    contenders["repeat", "ours"] = Measuring(served, [pages.KNOWN], _etag())
    _take_turns(list(contenders.values()), effort)
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for (scenario, name), measuring in contenders.items():
        found[scenario][name] = measuring.samples.summary()
    return dict(found)


def _take_turns(contenders: Iterable[Measuring], effort: Effort) -> None:
    for measuring in contenders:
        measuring.run(WARM_UP, WARM_UP_SECONDS)
        measuring.forget()
    for _round in range(effort.rounds):
        for measuring in contenders:
            measuring.run(ROUND, effort.seconds)


def _etag() -> dict[str, str]:
    """Return the header of somebody who has the page already."""
    for _time in range(TIMES_ASKED):
        if tag := request(served, pages.KNOWN).headers.get("ETag"):
            return {"HTTP_IF_NONE_MATCH": tag}
    return {}


def _refreshing() -> dict[str, float]:
    """Return what a change costs: the bitmaps loaded anew (seconds), one example written (milliseconds)."""
    revision = facets.revision()
    ids = Example.objects.published().values_list("pk", flat=True)[:10]
    return {
        "bitmaps_seconds": _median_seconds(lambda: facets.load(revision, timezone.localdate()), 3),
        "publish_milliseconds": median(_seconds(lambda pk=pk: index.refresh([pk])) for pk in ids) * 1000,
    }


def _median_seconds(action: Callable[[], Any], times: int) -> float:
    return median(_seconds(action) for _time in range(times))


def _seconds(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


# Over HTTP --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Contender:
    scenario: str
    name: str
    port: int
    messages: list[bytes]


def _over_http(size: int, effort: Effort) -> dict[str, Any]:
    """Return answers a second by scenario, contender and number of connections; and memory and weight."""
    connection.close()
    with ExitStack() as stack:
        started = time.perf_counter()
        ours = stack.enter_context(servers.granian("benchmarks.wsgi:computed"))
        client.fetch(ours.port, pages.KNOWN)
        cold_start = time.perf_counter() - started
        known = stack.enter_context(servers.granian("goodpractice.wsgi:application"))
        tag = _tag(known.port)
        contenders = [*_computed(size, ours.port), *_known(known.port, tag)]
        contenders += stack.enter_context(_limits(contenders))
        return {
            "per_second": _compete(contenders, effort),
            "cold_start_seconds": cold_start,
            "worker_megabytes": ours.worker_megabytes(),
            "sends_etag": bool(tag),
        }


def _computed(size: int, port: int) -> Iterator[_Contender]:
    for scenario in pages.SCENARIOS:
        for name, addresses in (("ours", pages.ours), ("average", pages.average)):
            yield _Contender(
                scenario, name, port, [client.message(path) for path in addresses(scenario, size)]
            )


def _known(port: int, tag: str) -> Iterator[_Contender]:
    kept = {"If-None-Match": tag} if tag else {}
    yield _Contender("known", "ours", port, [client.message(pages.KNOWN)])
    yield _Contender("repeat", "ours", port, [client.message(pages.KNOWN, kept)])


def _tag(port: int) -> str:
    """Return the tag that the known page has once it is kept; empty if it is never kept."""
    headers = [client.fetch(port, pages.KNOWN)[0] for _time in range(TIMES_ASKED)]
    return headers[-1].get("etag", "")


@contextmanager
def _limits(contenders: Iterable[_Contender]) -> Iterator[list[_Contender]]:
    """Serve the first page of each of our scenarios as mere bytes, by the same server and by nginx."""
    folder = settings.DATA_DIR / "pages"
    folder.mkdir(exist_ok=True)
    ours = [one for one in contenders if one.name == "ours" and one.scenario != "repeat"]
    for one in ours:
        (folder / one.scenario).write_bytes(client.fetch(one.port, _path(one.messages[0]))[1])
    with (
        servers.granian("benchmarks.wsgi:bare", BENCHMARK_PAGES=str(folder)) as bare,
        servers.nginx(folder, settings.DATA_DIR / "nginx") as nginx,
    ):
        limits = {"bare": bare, **({"nginx": nginx} if nginx else {})}
        yield [
            _Contender(one.scenario, name, server.port, [client.message(f"/{one.scenario}")])
            for one in ours
            for name, server in limits.items()
        ]


def _path(message: bytes) -> str:
    return message.split(b" ", 2)[1].decode()


def _compete(contenders: list[_Contender], effort: Effort) -> dict[str, dict[str, dict[str, float]]]:
    for one in contenders:
        _run(one, max(CONNECTIONS), effort)
    rates: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for _round in range(effort.rounds):
        for one in contenders:
            for connections in CONNECTIONS:
                rates[one.scenario, one.name, connections].append(_run(one, connections, effort))
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for (scenario, name, connections), values in rates.items():
        found[scenario][name][str(connections)] = median(values)
    return found


def _run(one: _Contender, connections: int, effort: Effort) -> float:
    return client.run(one.port, one.messages, connections=connections, seconds=effort.seconds).per_second
