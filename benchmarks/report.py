"""The page that a run writes: figures, ratios, and which goals are met."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Found = dict[str, Any]
TITLES = {
    "list": "list",
    "filter": "list with conditions",
    "search": "search, a new query",
    "detail": "example",
    "first": "example, asked for the first time",
    "deep": "last pages of the list",
    "known": "a page asked again",
    "repeat": "the same, kept by the browser",
}
CONTENDERS = {"ours": "ours", "average": "average Django", "bare": "bare WSGI", "nginx": "nginx"}
BUSY = 3.0

_INTRODUCTION = """# Speed

Written by `python -m benchmarks` (`--large` adds 100,000 examples); do not edit.

{machine}. {date}.{caption}

The records are made up by `benchmarks/generator.py`, in German and English, with the lengths and word frequencies
of real ones. Contenders took turns in rounds; figures are medians. "Average Django" shows the same records by
django-filter, a stored and indexed search vector and one aggregate for each of its eight facets (ours counts ten).
"Bare WSGI" and nginx send the bytes of our page from memory or file: no computed page can be faster.

![Time of one page by number of examples](pictures/growth.svg)
"""


def page(found: Sequence[Found]) -> str:
    """Return the Markdown page of a run."""
    parts = [_introduction(found)]
    for one in found:
        parts += [f"## {one['size']:,} examples", _http_table(one), _process_table(one), _others(one)]
    parts += ["## Goals", _goals_table(found)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _introduction(found: Sequence[Found]) -> str:
    machine = found[0]["machine"]
    text = (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gigabytes']} GB, {machine['system']}, "
        f"Python {machine['python']}, PostgreSQL {machine['postgresql']}; granian with two workers of two threads"
    )
    load = max(one["load_average"] for one in found)
    caption = (
        f" **The machine was busy with other work (load average {load:.0f}): figures are noisy, and only the ratios "
        "of one run count.**"
    )
    return _INTRODUCTION.format(machine=text, date=machine["date"], caption=caption if load > BUSY else "")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _http_table(one: Found) -> str:
    """Return answers a second over HTTP, at 1 and at 8 connections, with the ratios."""
    rates = one["http"]["per_second"]
    names = [name for name in CONTENDERS if any(name in rates[scenario] for scenario in rates)]
    head = ["answers a second, 1 / 8 connections", *(CONTENDERS[name] for name in names)]
    rows = [
        [_title(one, scenario), *(_rates(rates[scenario], name) for name in names)]
        for scenario in TITLES
        if scenario in rates
    ]
    return _table(
        [*head, "ours : average"], [[*row, _ratios(rates[s])] for row, s in zip(rows, rates, strict=True)]
    )


def _title(one: Found, scenario: str) -> str:
    if scenario == "repeat":
        return f"{TITLES[scenario]} ({'304' if one['http']['sends_etag'] else 'answers 200: no ETag yet'})"
    return TITLES[scenario]


def _rates(rates: Found, name: str) -> str:
    return " / ".join(_number(rate) for rate in rates[name].values()) if name in rates else "–"


def _ratios(rates: Found) -> str:
    if "average" not in rates:
        return "–"
    return " / ".join(_number(rates["ours"][key] / rates["average"][key]) for key in rates["ours"])


def _process_table(one: Found) -> str:
    head = [
        "one request without HTTP",
        "p50 ms",
        "p99 ms",
        "SQL statements",
        "CPU ms: application",
        "PostgreSQL",
    ]
    head += ["average Django: p50 ms", "SQL statements"]
    return _table(head, (_process_row(one, scenario) for scenario in TITLES if scenario in one["process"]))


def _process_row(one: Found, scenario: str) -> list[str]:
    measured = one["process"][scenario]
    columns = ("p50", "p99", "statements", "cpu", "database_cpu")
    ours = [_number(measured["ours"][column]) for column in columns]
    average = measured.get("average")
    others = [_number(average[column]) if average else "–" for column in ("p50", "statements")]
    return [_title(one, scenario), *ours, *others]


def _others(one: Found) -> str:
    loading, http = one["loading"], one["http"]
    each = loading["seconds"] / one["size"] * 1000
    return (
        f"Loading: {each:.1f} ms an example ({loading['seconds']:.0f} s in all; of these, "
        f"{loading['cpu_seconds']:.0f} s CPU of the loader), memory {loading['memory_at_first']:.0f} MB after the "
        f"first batch and {loading['memory_at_last']:.0f} MB after the last. "
        f"Bitmaps loaded in {one['bitmaps_seconds']:.2f} s. "
        f"One example published in {one['publish_milliseconds']:.0f} ms. "
        f"A worker holds {http['worker_megabytes']:.0f} MB of its own. "
        f"From the start of the server to its first page: {http['cold_start_seconds']:.1f} s."
    )


def _number(value: float) -> str:
    if value >= 100:  # noqa: PLR2004 - digits that mean something
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004


# Goals ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Goal:
    """One goal of ours: ``reached`` takes the figures of a size, and perhaps those of the smallest."""

    text: str
    figure: Callable[[Found, Found], float]
    bound: float
    at_most: bool = False

    def row(self, one: Found, smallest: Found) -> list[str]:
        value = self.figure(one, smallest)
        is_met = value <= self.bound if self.at_most else value >= self.bound
        sign = "≤" if self.at_most else "≥"
        return [self.text, f"{sign} {self.bound:g}", _number(value), "met" if is_met else "missed"]


def _to_average(scenario: str) -> Callable[[Found, Found], float]:
    def ratio(one: Found, _smallest: Found) -> float:
        rates = one["http"]["per_second"][scenario]
        return float(rates["ours"]["1"] / rates["average"]["1"])

    return ratio


def _cpu(scenario: str) -> Callable[[Found, Found], float]:
    def total(one: Found, _smallest: Found) -> float:
        ours = one["process"][scenario]["ours"]
        return float(ours["cpu"] + ours["database_cpu"])

    return total


def _to_limit(name: str) -> Callable[[Found, Found], float]:
    def ratio(one: Found, _smallest: Found) -> float:
        rates = one["http"]["per_second"]["known"]
        return float(rates["ours"]["8"] / rates[name]["8"])

    return ratio


def _tail(scenario: str) -> Callable[[Found, Found], float]:
    def ratio(one: Found, _smallest: Found) -> float:
        ours = one["process"][scenario]["ours"]
        return float(ours["p99"] / ours["p50"])

    return ratio


def _growth(scenario: str) -> Callable[[Found, Found], float]:
    def ratio(one: Found, smallest: Found) -> float:
        return float(one["process"][scenario]["ours"]["p50"] / smallest["process"][scenario]["ours"]["p50"])

    return ratio


GOALS = (
    Goal("list: times the average Django page", _to_average("list"), 20),
    Goal("list with conditions: times the average", _to_average("filter"), 20),
    Goal("search: times the average", _to_average("search"), 8),
    Goal("example: times the average", _to_average("detail"), 8),
    Goal("list: CPU, ms", _cpu("list"), 5, at_most=True),
    Goal("list with conditions: CPU, ms", _cpu("filter"), 5, at_most=True),
    Goal("search: CPU, ms", _cpu("search"), 7, at_most=True),
    Goal("example: CPU, ms", _cpu("detail"), 2.5, at_most=True),
    Goal("kept by the browser: CPU, ms", _cpu("repeat"), 0.15, at_most=True),
    Goal("asked again: share of bare WSGI, 8 connections", _to_limit("bare"), 0.8),
    Goal("list: p99 in p50", _tail("list"), 3, at_most=True),
    Goal("search: p99 in p50", _tail("search"), 3, at_most=True),
    Goal("example: p99 in p50", _tail("detail"), 4, at_most=True),
    Goal("list: p50 in that of the smallest size", _growth("list"), 1.5, at_most=True),
    Goal("list with conditions: the same", _growth("filter"), 1.5, at_most=True),
    Goal("search: the same", _growth("search"), 3, at_most=True),
    Goal("bitmaps loaded, seconds", lambda one, _smallest: float(one["bitmaps_seconds"]), 0.6, at_most=True),
    Goal(
        "memory of a worker, MB",
        lambda one, _smallest: float(one["http"]["worker_megabytes"]),
        120,
        at_most=True,
    ),
    Goal(
        "loading: ms an example",
        lambda one, _smallest: float(one["loading"]["seconds"] / one["size"] * 1000),
        1.8,
        at_most=True,
    ),
)
OF_NGINX = Goal("asked again: share of nginx, 8 connections", _to_limit("nginx"), 0.4)


def _goals_table(found: Sequence[Found]) -> str:
    """Return the goals with the figures of the largest size of this run."""
    smallest, largest = found[0], found[-1]
    rows = (goal.row(largest, smallest) for goal in _goals(largest))
    return _table([f"at {largest['size']:,} examples", "goal", "measured", ""], rows)


def _goals(one: Found) -> Iterator[Goal]:
    yield from GOALS
    if "nginx" in one["http"]["per_second"]["known"]:
        yield OF_NGINX
