"""What is asked: the same pages of the catalogue and of the average project, always in the same order."""

import random
from collections.abc import Sequence
from urllib.parse import urlencode

from benchmarks import generator
from catalogue.results import PAGE_SIZE

KNOWN = "/de/beispiele/"
"""The page that is asked again and again."""
SCENARIOS = ("list", "filter", "search", "detail", "first", "deep")
"""A page of the list, with conditions, with a query that is new, an example of sixty, one that nobody asked for yet,
the last pages of the list."""
FILTERED_BY = {
    "topic": "topic",
    "kind": "",
    "target_group": "targetgroup",
    "state": "federalstate",
    "audience": "audience",
}
QUERIES = 150
"""More than the process remembers the hits of, so that each is new when its turn comes again."""
FIRST = 1_000
"""More examples than two processes keep the pages of, so that each must be drawn when its turn comes again."""


def queries(scenario: str, count: int) -> list[str]:
    """Return the query strings (for examples: the short names) of ``scenario`` in a catalogue of ``count``."""
    chance = random.Random(f"pages of {scenario}")
    last = -(-count // PAGE_SIZE)
    if scenario == "list":
        return [f"?page={number}" for number in range(1, min(last, 40) + 1)]
    if scenario == "deep":
        return [f"?page={number}" for number in range(last, max(last - 20, 0), -1)]
    if scenario == "filter":
        return [f"?{urlencode(_selection(chance), doseq=True)}" for _number in range(60)]
    if scenario == "search":
        return [f"?{urlencode({'q': query})}" for query in generator.queries(QUERIES)]
    if scenario == "first":
        chosen = chance.sample(range(count), min(FIRST, count))
    else:
        chosen = [chance.randrange(count) for _number in range(60)]
    return [generator.record(number).fields["slug"] for number in chosen]


def ours(scenario: str, count: int) -> list[str]:
    return _paths(scenario, "/de/beispiele/", queries(scenario, count))


def average(scenario: str, count: int) -> list[str]:
    return _paths(scenario, "/average/", queries(scenario, count))


def _paths(scenario: str, root: str, queries: Sequence[str]) -> list[str]:
    is_example = scenario in {"detail", "first"}
    return [f"{root}{query}/" if is_example else f"{root}{query}" for query in queries]


def _selection(chance: random.Random) -> dict[str, list[str]]:
    """Return one to three facets with one or two values each, frequent ones more often."""
    names = chance.sample(sorted(FILTERED_BY), chance.randint(1, 3))
    return {name: sorted(set(_values(chance, name))) for name in names}


def _values(chance: random.Random, name: str) -> Sequence[str]:
    number = chance.randint(1, 2)
    if name == "kind":
        return chance.choices(generator.KINDS, k=number)
    return generator.names()[FILTERED_BY[name]].draw(chance, number)
