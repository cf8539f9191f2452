"""What a list page shows around its rows: numbers, neighbours, conditions and ways out of an empty result."""

from dataclasses import dataclass

from catalogue.facet import FacetCounts

PAGE_SIZE = 20


@dataclass(frozen=True)
class Chip:
    """One active condition, and the query string without it; the parameter of the text query is "q"."""

    parameter: str
    value: str
    facet_label: str
    label: str
    query_string: str


@dataclass(frozen=True)
class SortOption:
    name: str
    label: str
    query_string: str
    is_current: bool


@dataclass(frozen=True)
class RelaxationLink:
    """What is left out ("Bremen, Berlin", "“query”"), and how many examples that shows."""

    label: str
    count: int
    query_string: str


@dataclass(frozen=True)
class SuggestionLink:
    """A better spelling of the query, with the rest of the selection kept."""

    text: str
    query_string: str


@dataclass(frozen=True)
class Result:
    """One page of the list, with all that surrounds its rows."""

    total: int
    page: int
    ids: list[int]
    """The examples of this page in their order; empty beyond the last page."""
    facets: list[FacetCounts]
    previous: str | None
    next: str | None
    """Query strings of the pages around this one."""
    relaxations: list[RelaxationLink]
    """What to leave out, if there is no result."""
    did_you_mean: SuggestionLink | None
    """Only if the query finds nothing in the whole catalogue."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first(self) -> int:
        """Return the number of the first record shown, from 1; 0 if there is none."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.ids else 0

    @property
    def last(self) -> int:
        return self.first + len(self.ids) - 1 if self.ids else 0
