"""One facet of the catalogue: its values with the examples that have each, and what a page shows of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

from catalogue.models.text import reader_language

FOLD_FROM, SHOWN = 8, 6
"""A facet with more values than the first shows as many as the second, and folds the rest."""


@dataclass(frozen=True)
class Value:
    """One value of a facet: as it stands in the address, and its name in each language."""

    slug: str
    names: Mapping[str, str]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.names[reader_language()]


@dataclass(frozen=True)
class Facet:
    """One facet: its values in the order of the page, and a bitmap for each."""

    name: str
    title: Promise
    values: tuple[Value, ...]
    bits: Mapping[str, int]
    is_minimum: bool = False
    """Each value holds what the ones after it hold: one is chosen, and of several the first says it all."""

    @property
    def label(self) -> str:
        return str(self.title)

    @cached_property
    def choices(self) -> list[tuple[str, Value]]:
        """Return what a form field takes; the labels follow the reader's language."""
        return [(value.slug, value) for value in self.values]

    @cached_property
    def by_slug(self) -> dict[str, Value]:
        return {value.slug: value for value in self.values}

    def in_words(self, value: str) -> str:
        """Return what choosing ``value`` means; a level says nothing without its criterion."""
        label = self.by_slug[value].label
        return f"{self.label}: {label}" if self.is_minimum else label

    def any_of(self, values: Iterable[str]) -> int:
        """Return the examples that have one of ``values``; unknown ones have none."""
        found = 0
        for value in values:
            found |= self.bits.get(value, 0)
        return found


@dataclass(slots=True)  # not frozen: that takes twice the time, for more than a hundred on a page
class ValueCount:
    """How many examples the list shows with ``value`` as the only choice of its facet."""

    value: str
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True)
class FacetCounts:
    name: str
    label: str
    values: list[ValueCount]
    is_minimum: bool = False

    @property
    def is_active(self) -> bool:
        return any(value.is_selected for value in self.values)

    @cached_property
    def shown(self) -> list[ValueCount]:
        """Return the values that stand open: all of a short facet; of a long one, chosen and non-empty values first."""
        return [value for value in self.values if value.value in self._open]

    @cached_property
    def folded(self) -> list[ValueCount]:
        """Return the other values, in their order."""
        return [value for value in self.values if value.value not in self._open]

    @cached_property
    def _open(self) -> set[str]:
        if len(self.values) <= FOLD_FROM:
            return {value.value for value in self.values}
        useful = sorted(self.values, key=lambda value: (not value.is_selected, not value.count))
        chosen = sum(value.is_selected for value in self.values)
        return {value.value for value in useful[: max(SHOWN, chosen)]}

    @cached_property
    def by_value(self) -> dict[str, ValueCount]:
        return {value.value: value for value in self.values}
