"""How scores become figures, splits and a recommendation (``assessment.md``, "Scoring"). Pure functions, no database.

Points go from 1 (not shown) to 5 (exemplary). "Cannot assess from the text" is ``None``: it counts in no figure,
neither as zero nor as the middle. Everything is compared unrounded, as fractions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

CRITERIA = ("transferable", "innovative", "sustainable", "efficient")
LOW, HIGH = 2, 4
"""Points up to and from which a member clearly rejects or supports."""
SPLIT_RANGE = 3
CAMP = 2
"""So many members on each side make a split."""
CANNOT_ASSESS_LIMIT = 2
"""So many members who cannot assess a criterion send the proposal back to the submitter with a question."""

Points = int | None
Ballot = Mapping[str, Points]
"""What one member gave, criterion by criterion."""


class Recommendation(StrEnum):
    """What the rule recommends; the board decides."""

    RECOMMENDED = "recommended"
    OPEN = "open"
    NOT_RECOMMENDED = "not_recommended"


class Advice(StrEnum):
    """What one member recommends in the whole."""

    APPROVE = "approve"
    APPROVE_WITH_CHANGES = "approve_with_changes"
    REJECT = "reject"


@dataclass(frozen=True)
class Thresholds:
    """From where on a proposal is recommended; they belong to a version of the rubric."""

    median: Fraction = Fraction(3)
    overall: Fraction = Fraction(7, 2)


@dataclass(frozen=True)
class Figures:
    """One criterion of one proposal over all members that count; ``points`` are sorted."""

    criterion: str
    points: tuple[int, ...]
    cannot_assess: int

    @property
    def n(self) -> int:
        return len(self.points)

    @property
    def mean(self) -> Fraction | None:
        return Fraction(sum(self.points), self.n) if self.points else None

    @property
    def median(self) -> Fraction | None:
        if not self.points:
            return None
        upper = self.n // 2
        lower = upper if self.n % 2 else upper - 1
        return Fraction(self.points[lower] + self.points[upper], 2)

    @property
    def range(self) -> int:
        return self.points[-1] - self.points[0] if self.points else 0

    @property
    def is_split(self) -> bool:
        low = sum(point <= LOW for point in self.points)
        high = sum(point >= HIGH for point in self.points)
        return self.range >= SPLIT_RANGE or (low >= CAMP and high >= CAMP)


@dataclass(frozen=True)
class Result:
    """All of one proposal: the figures by criterion, whether the members are split, and what the rule recommends."""

    figures: tuple[Figures, ...]
    overall: Fraction | None
    is_split: bool
    recommendation: Recommendation


def result(ballots: Sequence[Ballot], advice: Iterable[str], thresholds: Thresholds | None = None) -> Result:
    """Return the result of the ballots that count (handed in, not voided, not stale)."""
    figures = tuple(_figures(criterion, ballots) for criterion in CRITERIA)
    total = overall(figures)
    return Result(
        figures=figures,
        overall=total,
        is_split=any(one.is_split for one in figures) or advice_is_split(advice),
        recommendation=recommend(figures, total, thresholds or Thresholds()),
    )


def overall(figures: Sequence[Figures]) -> Fraction | None:
    """Return the mean of the criteria's means; ``None`` unless every criterion has one."""
    means = [one.mean for one in figures]
    known = [mean for mean in means if mean is not None]
    return sum(known, Fraction(0)) / len(known) if known and len(known) == len(means) else None


def recommend(figures: Sequence[Figures], total: Fraction | None, thresholds: Thresholds) -> Recommendation:
    medians = [one.median for one in figures]
    if any(median is not None and median < thresholds.median for median in medians):
        return Recommendation.NOT_RECOMMENDED
    if total is None or None in medians or total < thresholds.overall:
        return Recommendation.OPEN
    return Recommendation.RECOMMENDED


def advice_is_split(advice: Iterable[str]) -> bool:
    """Tell whether some would approve as it is and others reject."""
    return {Advice.APPROVE, Advice.REJECT} <= set(advice)


def needs_information(figures: Sequence[Figures]) -> bool:
    """Tell whether too many could not assess a criterion from the text."""
    return any(one.cannot_assess >= CANNOT_ASSESS_LIMIT for one in figures)


def quorum(eligible: int) -> int:
    """Return how many assessments a decision needs: half of the eligible, rounded up, and never fewer than three."""
    return max(3, -(-eligible // 2))


def _figures(criterion: str, ballots: Sequence[Ballot]) -> Figures:
    given = [ballot[criterion] for ballot in ballots if criterion in ballot]
    points = sorted(point for point in given if point is not None)
    return Figures(criterion, tuple(points), cannot_assess=len(given) - len(points))
