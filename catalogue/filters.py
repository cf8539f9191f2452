"""The only reader of the list pages' query strings: what is asked, what is shown, the addresses around."""

import copy
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import django_filters
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue import facets, search
from catalogue.models import Example
from catalogue.query import cleaned
from catalogue.querysets import ExampleQuerySet
from catalogue.results import PAGE_SIZE, Chip, RelaxationLink, Result, SortOption, SuggestionLink
from catalogue.snapshot import Hits, Relaxation, Snapshot

MAX_PAGE = 1_000_000

SORTS: dict[str, Promise] = {
    "relevance": _("Relevance"),
    "newest": _("Newest first"),
    "title": _("Title"),
    "effort": _("Least effort"),
}


class ExampleFilterForm(forms.Form):
    """The fields of the list that are no facets."""

    q = forms.CharField(label=_("Search"), required=False, strip=True)
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=list(SORTS.items()),
        required=False,
        error_messages={"invalid_choice": _("This order is not known.")},
    )
    page = forms.IntegerField(label=_("Page"), required=False, min_value=1, max_value=MAX_PAGE)

    def clean_q(self) -> str:
        return cleaned(self.cleaned_data["q"])


class FacetField(forms.MultipleChoiceField):
    """Values of one facet, out of those that a snapshot knows.

    All forms of a snapshot share the field, choices and all: nobody changes it, and copying is slow.
    Pages draw a facet from its counts (``Result.facets``).
    """

    widget = forms.MultipleHiddenInput

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class MinimumField(FacetField):
    """The level that a criterion must reach."""

    def to_python(self, value: Any) -> list[str]:
        """Leave out what says nothing: the page's select sends an empty value for any level."""
        return [level for level in super().to_python(value) if level]


class FacetFilter(django_filters.Filter):  # type: ignore[misc]
    """Any number of values of one facet, each as a parameter of its own."""

    field_class = FacetField
    UNKNOWN = _("This filter knows no such value. It was left out.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            error_messages={"invalid_choice": self.UNKNOWN, "invalid_list": self.UNKNOWN}, **kwargs
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        clone = copy.copy(self)
        clone.extra = {**self.extra}
        return clone


class MinimumFilter(FacetFilter):
    """At least one level of a criterion; where an address names several, the lowest decides."""

    field_class = MinimumField


_form_classes: WeakKeyDictionary[Snapshot, type[forms.Form]] = WeakKeyDictionary()


class ExampleFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The list of examples as a query string asks for it.

    Choices, counts and pages come from ``snapshot``; only a new text query asks the database (``result``).
    A parameter with bad input has its message in ``form.errors`` and filters nothing.
    """

    topic = FacetFilter(label=facets.LABELS["topic"])
    kind = FacetFilter(label=facets.LABELS["kind"])
    audience = FacetFilter(label=facets.LABELS["audience"])
    target_group = FacetFilter(label=facets.LABELS["target_group"])
    state = FacetFilter(label=facets.LABELS["state"])
    network = FacetFilter(label=facets.LABELS["network"])
    transferable = MinimumFilter(label=facets.LABELS["transferable"])
    innovative = MinimumFilter(label=facets.LABELS["innovative"])
    sustainable = MinimumFilter(label=facets.LABELS["sustainable"])
    efficient = MinimumFilter(label=facets.LABELS["efficient"])
    cost = FacetFilter(label=facets.LABELS["cost"])
    setup = FacetFilter(label=facets.LABELS["setup"])
    freshness = FacetFilter(label=facets.LABELS["freshness"])
    year = FacetFilter(label=facets.LABELS["year"])

    class Meta:
        form = ExampleFilterForm

    def __init__(self, data: Mapping[str, Any], snapshot: Snapshot) -> None:
        super().__init__(data, queryset=Example.objects.all())
        self.snapshot = snapshot

    def get_form_class(self) -> type[forms.Form]:
        """Return the form with the snapshot's choices; made once a snapshot, because that is most of the work."""
        if self.snapshot not in _form_classes:
            for facet in self.snapshot.facets:
                self.filters[facet.name].extra["choices"] = facet.choices
            _form_classes[self.snapshot] = super().get_form_class()
        return _form_classes[self.snapshot]

    @cached_property
    def _asked(self) -> dict[str, Any]:
        """Return the values that are in order."""
        self.form.is_valid()
        asked: dict[str, Any] = self.form.cleaned_data
        return asked

    @property
    def query(self) -> str:
        """Return the text to search for; empty if none, or none with a word in it."""
        return self._asked.get("q") or ""

    @cached_property
    def selection(self) -> dict[str, tuple[str, ...]]:
        """Return the values chosen in each facet with a choice, in the order of the page."""
        chosen = {}
        for facet in self.snapshot.facets:
            wanted = set(self._asked.get(facet.name) or ())
            if values := tuple(value.slug for value in facet.values if value.slug in wanted):
                chosen[facet.name] = values[:1] if facet.is_minimum else values
        return chosen

    @property
    def sort(self) -> str:
        return _sort(self._asked.get("sort") or "", self.query)

    @property
    def chosen_sort(self) -> str:
        """Return the order that the form must hand on; empty for the one that holds without saying."""
        return "" if self.sort == _sort("", self.query) else self.sort

    @property
    def page(self) -> int:
        """Return the page asked for, from 1; it may lie beyond the last one."""
        return self._asked.get("page") or 1

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or self.selection)

    @cached_property
    def hits(self) -> Hits | None:
        """Return what the text query finds; one statement if it is new."""
        return search.find(self.query, self.snapshot) if self.query else None

    @cached_property
    def bits(self) -> int:
        """Return the examples that match, as a bitmap of the snapshot."""
        return self.snapshot.matching(self.selection, self.hits)

    def filter_queryset(self, queryset: ExampleQuerySet) -> ExampleQuerySet:
        """Keep the examples that match; for exports and feeds (``qs``), which then choose their order."""
        return queryset.published().filter(pk__in=self.snapshot.ids(self.bits))

    @cached_property
    def result(self) -> Result:
        total = self.bits.bit_count()
        ids = self.snapshot.page(self.bits, self.sort, self.page, PAGE_SIZE, self.hits)
        return Result(
            total=total,
            page=self.page,
            ids=ids,
            facets=self.snapshot.counts(self.selection, self.hits),
            previous=self.query_string(page=self.page - 1) if ids and self.page > 1 else None,
            next=self.query_string(page=self.page + 1) if self.page * PAGE_SIZE < total else None,
            relaxations=[] if total else self._relaxations(),
            did_you_mean=self._suggestion(),
        )

    def _relaxations(self) -> list[RelaxationLink]:
        found = self.snapshot.relaxations(self.selection, self.hits)
        return [
            RelaxationLink(
                self._left_out(relaxation), relaxation.count, self.query_string(**{relaxation.parameter: ""})
            )
            for relaxation in found
        ]

    def _left_out(self, relaxation: Relaxation) -> str:
        if not relaxation.values:
            return gettext("“%s”") % self.query
        facet = self.snapshot.facet(relaxation.parameter)
        return ", ".join(facet.in_words(value.slug) for value in relaxation.values)

    def _suggestion(self) -> SuggestionLink | None:
        if self.hits is None or self.hits.bits:
            return None
        text = search.did_you_mean(self.query, self.snapshot)
        return SuggestionLink(text, self.query_string(q=text)) if text else None

    # Addresses

    @property
    def chips(self) -> list[Chip]:
        """Return the active conditions, the text query first."""
        chips = [Chip("q", self.query, "", self.query, self.query_string(q=""))] if self.query else []
        for name, chosen in self.selection.items():
            facet = self.snapshot.facet(name)
            for value in chosen:
                rest = [other for other in chosen if other != value]
                named = "" if facet.is_minimum else facet.label
                query_string = self.query_string(**{name: rest})
                chips.append(Chip(name, value, named, facet.in_words(value), query_string))
        return chips

    @property
    def conditions(self) -> str:
        """Return what is asked for in words, for the title of the page."""
        return ", ".join(
            gettext("“%s”") % chip.label if chip.parameter == "q" else chip.label for chip in self.chips
        )

    @property
    def sorts(self) -> list[SortOption]:
        """Return the orders to choose from; relevance only where there is a query."""
        return [
            SortOption(name, str(label), self.query_string(sort=name), name == self.sort)
            for name, label in SORTS.items()
            if name != "relevance" or self.query
        ]

    def query_string(self, **changes: str | int | Iterable[str]) -> str:
        """Return this list's address after the "?", normalised, with some parameters replaced.

        Known parameters with valid values only, always in one order; the default order and page 1 are left
        out, and so is the page unless it is among ``changes``.
        """
        asked: dict[str, Any] = {
            "q": self.query,
            **self.selection,
            "sort": self._asked.get("sort") or "",
            **changes,
        }
        asked["sort"] = _sort(asked["sort"], asked["q"])
        if asked["sort"] == _sort("", asked["q"]):
            del asked["sort"]
        if asked.get("page") == 1:
            del asked["page"]
        names = ("q", *facets.NAMES, "sort", "page")
        return urlencode([(name, asked[name]) for name in names if asked.get(name)], doseq=True)


def _sort(asked: str, query: str) -> str:
    """Return the order in force: by relevance if there is a query and nothing else is asked."""
    if query:
        return asked or "relevance"
    return asked if asked and asked != "relevance" else "newest"
