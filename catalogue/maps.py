"""The map of the federal states: outlines from a data file, joined with the counts and addresses of a list.

The same counts stand beside the map as a list; the map adds nothing that only eyes can find.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from django.utils.translation import ngettext

from catalogue.models import FederalState

DATA = Path(__file__).parent / "data" / "federal_states_map.json"


class Place(Protocol):
    """One state as a way into a list (``catalogue.entries.Entry``)."""

    @property
    def name(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Outline:
    """One state's shape in the units of the view box, and a point inside it for a figure.

    A city state is too small to be hit with a finger: the circle of radius ``reach`` around that point is
    part of its link, too. For all others it is 0.
    """

    path: str
    x: float
    y: float
    reach: float


@dataclass(frozen=True)
class Outlines:
    view_box: str
    by_iso_code: Mapping[str, Outline]


@dataclass(frozen=True)
class MapState:
    """One state as the template draws it; without a place in the list, it has no ``url``."""

    outline: Outline
    text: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class StateMap:
    view_box: str
    states: list[MapState]


def examples_in(name: str, count: int) -> str:
    return ngettext("%(name)s: %(count)d example", "%(name)s: %(count)d examples", count) % {
        "name": name,
        "count": count,
    }


def networks_in(name: str, count: int) -> str:
    return ngettext("%(name)s: %(count)d network", "%(name)s: %(count)d networks", count) % {
        "name": name,
        "count": count,
    }


def state_map(
    places: Mapping[str, Place],
    *,
    current: Collection[str] = (),
    text: Callable[[str, int], str] = examples_in,
) -> StateMap:
    """Draw ``places`` (by the state's slug) in the vocabulary's order; one statement, for the ISO codes."""
    shapes = outlines()
    known = FederalState.objects.filter(iso_code__in=shapes.by_iso_code)
    # What reaches beyond its shape comes last: the neighbours would lie over it.
    states = sorted(known, key=lambda state: shapes.by_iso_code[state.iso_code].reach > 0)
    return StateMap(
        shapes.view_box,
        [
            _map_state(
                shapes.by_iso_code[state.iso_code],
                places.get(state.slug),
                str(state.name),
                state.slug in current,
                text,
            )
            for state in states
        ],
    )


def _map_state(
    outline: Outline, place: Place | None, name: str, is_current: bool, text: Callable[[str, int], str]
) -> MapState:
    count = place.count if place else 0
    return MapState(outline, text(name, count), count, place.url if place else "", is_current)


@cache
def outlines() -> Outlines:
    """Read the shapes once a process."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    return Outlines(data["viewBox"], {code: _outline(**state) for code, state in data["states"].items()})


def _outline(*, name: str, path: str, label: tuple[float, float], reach: float = 0) -> Outline:
    return Outline(path, *label, reach)
