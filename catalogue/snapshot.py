"""The published catalogue at one moment, as bitmaps: exact counts, pages, relaxations and relatives.

One Python integer for each value of each facet; bit *i* is the *i*-th example, newest first. Values of
one facet are combined by "or", facets by "and". A ``Snapshot`` never changes and asks the database nothing;
``catalogue.facets`` makes it.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.bitmaps import ONE, in_order, positions
from catalogue.facet import Facet, FacetCounts, Value, ValueCount
from catalogue.models.text import reader_language

Selection = Mapping[str, Sequence[str]]
"""Facet name -> the values chosen in it. A facet without a choice is left out or empty."""


@dataclass(frozen=True)
class Revision:
    """The catalogue's state: its number, and who wrote it: a number that was rolled back comes again."""

    number: int
    writer: str


@dataclass(frozen=True)
class Hits:
    """What a text query finds: all hits, those in the head, and the positions of the best."""

    query: str
    bits: int
    head: int
    best: tuple[int, ...]


@dataclass(frozen=True)
class Relaxation:
    """How many examples are shown without one facet's choice, or without the query ("q", no values)."""

    parameter: str
    values: tuple[Value, ...]
    count: int


REASONS: dict[tuple[str, ...], Promise] = {
    ("target_group", "topic", "kind"): _("Same target group, topic and kind"),
    ("target_group", "topic"): _("Same target group and topic"),
    ("target_group", "kind"): _("Same target group and kind"),
    ("topic", "kind"): _("Same topic and kind"),
    ("target_group",): _("Same target group"),
    ("topic",): _("Same topic"),
}
"""What two related examples may share, closest first. The same kind alone relates nothing."""


@dataclass(frozen=True)
class Related:
    """An example close to another one, and the facets in which they share a value."""

    example_id: int
    shared: tuple[str, ...]

    @property
    def reason(self) -> str:
        return str(REASONS[self.shared])


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The published examples at one revision and on one day (how fresh an example is depends on the day)."""

    revision: Revision
    day: datetime.date
    example_ids: Sequence[int]
    """Newest first; the index is the position that all bitmaps speak of."""
    facets: tuple[Facet, ...]
    orders: Mapping[str, Sequence[int]]
    """Positions in the order of ``title_de``, ``title_en`` and ``effort``."""

    @cached_property
    def position(self) -> dict[int, int]:
        """Return each example's position by its id."""
        return {example_id: position for position, example_id in enumerate(self.example_ids)}

    @cached_property
    def _by_name(self) -> dict[str, Facet]:
        return {facet.name: facet for facet in self.facets}

    @property
    def count(self) -> int:
        return len(self.example_ids)

    @property
    def everything(self) -> int:
        return (1 << self.count) - 1

    def facet(self, name: str) -> Facet:
        return self._by_name[name]

    def matching(self, selection: Selection | None = None, hits: Hits | None = None) -> int:
        """Return the bitmap of the examples that the list shows; ``.bit_count()`` is their number."""
        found = self.everything if hits is None else hits.bits
        for name, values in (selection or {}).items():
            if values:
                found &= self.facet(name).any_of(values)
        return found

    def counts(self, selection: Selection | None = None, hits: Hits | None = None) -> list[FacetCounts]:
        """Count each value of each facet: integer arithmetic, no statement."""
        chosen = {name: values for name, values in (selection or {}).items() if values}
        all_chosen = self.matching(chosen, hits)
        language = reader_language()
        counted = []
        for facet in self.facets:
            own = chosen.get(facet.name, ())
            others = self.matching({**chosen, facet.name: ()}, hits) if own else all_chosen
            values = [
                ValueCount(
                    value.slug,
                    value.names[language],
                    (others & facet.bits[value.slug]).bit_count(),
                    value.slug in own,
                )
                for value in facet.values
            ]
            counted.append(FacetCounts(facet.name, facet.label, values, facet.is_minimum))
        return counted

    def ids(self, bits: int) -> list[int]:
        """Return the ids of all examples in ``bits``, newest first."""
        return [self.example_ids[position] for position in positions(bits)]

    def newest(self, size: int) -> list[int]:
        return list(self.example_ids[:size])

    def page(self, bits: int, sort: str, number: int, size: int, hits: Hits | None = None) -> list[int]:
        """Return the ids of page ``number`` (from 1) of ``bits``; empty beyond the last page.

        Titles are ordered in the reader's language. Relevance without ``hits`` is the same as newest.
        """
        start = (number - 1) * size
        ordered = self._ordered(bits, sort, start, start + size, hits)
        return [self.example_ids[position] for position in ordered]

    def _ordered(self, bits: int, sort: str, start: int, stop: int, hits: Hits | None) -> Iterable[int]:
        if sort == "relevance" and hits:
            return _by_relevance(bits, hits, start, stop)
        if sort == "title":
            return in_order(bits, self.orders[f"title_{reader_language()}"], start, stop)
        if sort == "effort":
            return in_order(bits, self.orders["effort"], start, stop)
        return positions(bits, start, stop)

    def relaxations(self, selection: Selection, hits: Hits | None = None, limit: int = 4) -> list[Relaxation]:
        """Return what leaving out one facet's choice or the query would show, most first; never nothing.

        A facet is left out as a whole: where its values together find nothing, neither does one of them.
        """
        found = []
        for facet in self.facets:
            if own := selection.get(facet.name):
                left = self.matching({**selection, facet.name: ()}, hits).bit_count()
                found.append(Relaxation(facet.name, tuple(facet.by_slug[value] for value in own), left))
        if hits is not None:
            found.append(Relaxation("q", (), self.matching(selection).bit_count()))
        found = [relaxation for relaxation in found if relaxation.count]
        return sorted(found, key=lambda relaxation: -relaxation.count)[:limit]

    def related(self, example_id: int, limit: int = 3) -> list[Related]:
        """Return the examples that share most with a published one: closest reason first, then newest."""
        own = self.position.get(example_id)
        if own is None:
            return []
        shared = {name: self._sharing(name, own) for name in ("target_group", "topic", "kind")}
        left = self.everything & ~(1 << own)
        found: list[Related] = []
        for names in REASONS:
            tier = left
            for name in names:
                tier &= shared[name]
            left &= ~tier
            found += [Related(self.example_ids[at], names) for at in positions(tier, 0, limit - len(found))]
        return found

    def _sharing(self, name: str, position: int) -> int:
        """Return the examples that have a value of facet ``name`` in common with the one at ``position``."""
        facet = self.facet(name)
        return facet.any_of(value for value, bits in facet.bits.items() if bits >> position & 1)

    def bitmap(self, example_ids: Iterable[int]) -> int:
        """Return the bitmap of ``example_ids``; those that this snapshot does not know are left out."""
        digits = bytearray(b"0") * (self.count + 1)
        for example_id in example_ids:
            position = self.position.get(example_id)
            if position is not None:
                digits[self.count - position] = ONE
        return int(digits, 2)


def _by_relevance(bits: int, hits: Hits, start: int, stop: int) -> Iterator[int]:
    """Yield the best hits as ranked, then the other hits in the head, then the rest, newest first."""
    best = [position for position in hits.best if bits >> position & 1]
    left = bits & ~sum(1 << position for position in best)
    sections = [(left & hits.head), left & ~hits.head]
    yield from best[start:stop]
    passed = len(best)
    for section in sections:
        yield from positions(section, max(start - passed, 0), max(stop - passed, 0))
        passed += section.bit_count()
