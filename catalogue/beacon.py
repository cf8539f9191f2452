"""The beacon: a round mark of four quarter rings, one per criterion, filled outward to the level reached (1 to 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin

from django.utils.translation import gettext as _

from catalogue.models.record import Criterion, Level

CENTRE, LAMP, INNER, OUTER, GAP_DEGREES, LEVELS = 50, 9, 15, 48, 7, 5
STEP = (OUTER - INNER) / LEVELS


@dataclass(frozen=True)
class Arc:
    """One quarter arc in a view box of 100 by 100."""

    criterion: str
    path: str
    width: float
    is_filled: bool


@dataclass(frozen=True)
class Beacon:
    """The arcs to draw and the text that says the same."""

    arcs: list[Arc]
    text: str
    is_logo: bool


def beacon(levels: Mapping[str, int] | None, *, fine: bool) -> Beacon:
    """Build the mark; ``fine`` draws each level as an arc of its own, otherwise one broad arc a criterion."""
    arcs: list[Arc] = []
    for quarter, criterion in enumerate(Criterion.values):
        level = LEVELS if levels is None else levels.get(criterion, 0)
        arcs += _fine(criterion, quarter, level) if fine else _broad(criterion, quarter, level)
    return Beacon(arcs, _("Good Practice") if levels is None else _in_words(levels), is_logo=levels is None)


def _fine(criterion: str, quarter: int, level: int) -> list[Arc]:
    radii = [INNER + STEP * (step + 0.5) for step in range(LEVELS)]
    return [
        Arc(criterion, _arc(quarter, r), round(STEP * 0.66, 2), step < level) for step, r in enumerate(radii)
    ]


def _broad(criterion: str, quarter: int, level: int) -> list[Arc]:
    track = Arc(criterion, _arc(quarter, (INNER + OUTER) / 2), OUTER - INNER, is_filled=False)
    filled = Arc(criterion, _arc(quarter, INNER + STEP * level / 2), round(STEP * level, 2), is_filled=True)
    return [track, filled] if 0 < level < LEVELS else [filled if level else track]


def _arc(quarter: int, radius: float) -> str:
    """Return the path of one quarter, clockwise from the top; the gap between quarters is the same at every radius."""
    gap = GAP_DEGREES / 2 * (OUTER + INNER) / 2 / radius
    start, end = (pi / 180 * (quarter * 90 - 90 + offset) for offset in (gap, 90 - gap))
    x1, y1, x2, y2 = (
        round(CENTRE + radius * value, 2) for value in (cos(start), sin(start), cos(end), sin(end))
    )
    return f"M{x1} {y1}A{radius:.4g} {radius:.4g} 0 0 1 {x2} {y2}"


def _in_words(levels: Mapping[str, int]) -> str:
    return ", ".join(
        f"{criterion.label}: {Level(levels[criterion.value]).label}"
        for criterion in Criterion
        if criterion.value in levels
    )
