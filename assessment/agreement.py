"""How far the members of a board agree: Krippendorff's alpha for ordinal data, with a bootstrap interval.

Source: K. Krippendorff, Content Analysis (4th ed. 2019), chapter 12; A. F. Hayes, K. Krippendorff, "Answering the call
for a standard reliability measure for coding data", Communication Methods and Measures 1 (2007), 77-89.
1 is full agreement, 0 what chance alone would bring. It is said of a call and a criterion, never of a person.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

FEWEST_PROPOSALS = 10
"""Below this the interval would be so wide that the figure says nothing."""
DRAWS = 1000
LEVEL = 0.95

Unit = Sequence[int]
"""The points that one proposal got; those who could not assess it are left out."""


@dataclass(frozen=True)
class Agreement:
    """Alpha and the borders between which it lies in 95 of 100 draws."""

    alpha: float
    low: float
    high: float


@dataclass(frozen=True)
class _Columns:
    """What alpha needs of each unit, by column: units are drawn a thousand times, and only sums are needed then."""

    counts: list[list[int]]
    """How often each unit has a value, the lowest value first; a unit with one value alone counts for nothing."""
    weights: dict[tuple[int, int], list[float]]
    """For each pair of different values its coincidences in each unit."""

    @classmethod
    def of(cls, units: Sequence[Unit]) -> "_Columns":
        values = sorted({value for unit in units for value in unit})
        found = [Counter(unit) if len(unit) > 1 else Counter[int]() for unit in units]
        pairs = list(combinations(range(len(values)), 2))
        return cls(
            counts=[[one[value] for one in found] for value in values],
            weights={
                (low, high): [
                    2 * one[values[low]] * one[values[high]] / (one.total() - 1) if one else 0.0
                    for one in found
                ]
                for low, high in pairs
            },
        )

    def alpha(self, drawn: Sequence[int]) -> float | None:
        """Return alpha over the units at these places."""
        totals = [sum(map(column.__getitem__, drawn)) for column in self.counts]
        number = sum(totals)
        distances = {pair: _distance(*pair, totals) for pair in self.weights}
        expected = 2 * sum(totals[low] * totals[high] * distances[low, high] for low, high in distances)
        if number <= 1 or not expected:
            return None
        observed = sum(
            sum(map(column.__getitem__, drawn)) * distances[pair] for pair, column in self.weights.items()
        )
        return 1 - (number - 1) * observed / expected


def alpha(units: Sequence[Unit]) -> float | None:
    """Return ordinal alpha; ``None`` if it is not defined: fewer than two points a unit, or all points equal."""
    return _Columns.of(units).alpha(range(len(units)))


def agreement(units: Sequence[Unit], *, seed: int = 0) -> Agreement | None:
    """Return alpha with its interval, from ten proposals on; the same seed gives the same interval."""
    columns, places = _Columns.of(units), range(len(units))
    point = columns.alpha(places)
    if point is None or len(units) < FEWEST_PROPOSALS:
        return None
    draw = random.Random(seed)  # noqa: S311 - statistics, not a secret
    draws = sorted(
        found
        for _ in range(DRAWS)
        if (found := columns.alpha(draw.choices(places, k=len(units)))) is not None
    )
    cut = int(len(draws) * (1 - LEVEL) / 2)
    return Agreement(point, draws[cut], draws[-1 - cut])


def _distance(low: int, high: int, totals: Sequence[int]) -> float:
    """Return the squared ordinal distance: how many points lie between the two, half of each end's counted."""
    return float((sum(totals[low : high + 1]) - (totals[low] + totals[high]) / 2) ** 2)
