"""Dot plots: how many members gave which level of one criterion, as shapes to draw and as a text that says the same."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.scoring import Figures
from catalogue.models.record import Level

STEP, RADIUS, EDGE, BASE, HEAD = 28, 5, 16, 12, 8
"""Units of the drawing: between two levels, of a dot, at both sides, below the dots, and above them."""
FEWEST_ROWS = 5
"""So that drawings side by side stand on one line, at least with a small board."""
TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Dot:
    x: int
    y: int


@dataclass(frozen=True)
class Plot:
    """One criterion in a drawing of ``width`` by ``height``; each dot is one member."""

    dots: list[Dot]
    ticks: list[int]
    median: str
    """Where the mark of the median stands; written with a point in every language."""
    width: int
    height: int
    radius: int
    text: str

    @property
    def floor(self) -> int:
        """Return the height of the line on which the dots stand."""
        return self.height - BASE


def plot(figures: Figures) -> Plot:
    counts = Counter(figures.points)
    height = HEAD + max([FEWEST_ROWS, *counts.values()]) * 2 * (RADIUS + 1) + BASE
    floor = height - BASE
    median = figures.median
    return Plot(
        dots=[
            Dot(_place(level), floor - (2 * row + 1) * (RADIUS + 1) + 1)
            for level in sorted(counts)
            for row in range(counts[level])
        ],
        ticks=[_place(level) for level in Level.values],
        median="" if median is None else f"{EDGE + float(median - 1) * STEP:g}",
        width=2 * EDGE + (len(Level) - 1) * STEP,
        height=height,
        radius=RADIUS,
        text=in_words(figures),
    )


def in_words(figures: Figures) -> str:
    """Return "1 × weak, 3 × convincing", the lowest first."""
    counts = Counter(figures.points)
    parts = [f"{counts[level]}{TIMES}{Level(level).label}" for level in sorted(counts)]
    if figures.cannot_assess:
        parts.append(f"{figures.cannot_assess}{TIMES}{_('cannot be assessed from the text')}")
    return ", ".join(parts) or _("no points")


def _place(level: int) -> int:
    return EDGE + (level - 1) * STEP
