"""The list of networks: search, facets with exact counts, chips. The only reader of that page's query string.

Networks are few (tens, not thousands), so the counts are asked of the database: one statement a facet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django.contrib.postgres.aggregates import StringAgg
from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Lower, Replace
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from catalogue.entries import Entry
from catalogue.facet import FacetCounts, ValueCount
from catalogue.maps import StateMap, networks_in, state_map
from catalogue.models import FederalState, Network, NetworkType
from catalogue.models.text import LANGUAGES
from catalogue.words import words

PAGE_SIZE = 30
PAGED_FROM = 60
MOST_WORDS = 8
SEARCHED = ["location", "coordinating_organisation"]
"""The texts in two languages that are searched beside the names of network and states."""
UNKNOWN = {
    "invalid_choice": _("There is no such choice."),
    "invalid_list": _("There is no such choice."),
    "invalid_pk_value": _("There is no such choice."),
}


@dataclass(frozen=True)
class Chip:
    """One active filter, and the query string without it."""

    facet_label: str
    label: str
    query_string: str


@dataclass(frozen=True)
class NetworkPage:
    """The networks of one page of the list."""

    networks: list[Network]
    total: int
    page: int
    pages: int
    previous: str | None
    next: str | None


class NetworkFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("Search"), max_length=200, method="with_words")
    category = django_filters.MultipleChoiceFilter(
        label=_("Category"), choices=Network.Category.choices, distinct=False, error_messages=UNKNOWN
    )
    state = django_filters.ModelMultipleChoiceFilter(
        label=_("Federal state"),
        queryset=FederalState.objects.all(),
        to_field_name="slug",
        method="in_states",
        error_messages=UNKNOWN,
    )
    type = django_filters.ModelMultipleChoiceFilter(
        label=_("Type of network"),
        queryset=NetworkType.objects.all(),
        to_field_name="slug",
        method="of_types",
        error_messages=UNKNOWN,
    )
    current = django_filters.ChoiceFilter(
        label=_("Period"),
        choices=[("1", _("only networks that exist today"))],
        method="existing",
        error_messages=UNKNOWN,
    )

    COLUMNS: ClassVar = {"category": "category", "state": "states__slug", "type": "network_type__slug"}

    class Meta:
        model = Network
        fields: ClassVar[list[str]] = []

    def with_words(self, networks: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the networks whose name, place, state or organisation contains every word, umlauts or not."""
        for word in words(value)[:MOST_WORDS]:
            networks = networks.alias(searched=_searched_text()).filter(searched__contains=word)
        return networks

    def in_states(self, networks: QuerySet[Any], name: str, value: QuerySet[Any]) -> QuerySet[Any]:
        # A subquery, not a join: a join would also multiply the counts.
        located = Network.states.through.objects.filter(federalstate__in=value)
        return networks.filter(pk__in=located.values("network")) if value else networks

    def of_types(self, networks: QuerySet[Any], name: str, value: QuerySet[Any]) -> QuerySet[Any]:
        return networks.filter(network_type__in=value) if value else networks

    def existing(self, networks: QuerySet[Any], name: str, value: str) -> Any:
        return networks.current(timezone.localdate().year) if value else networks  # type: ignore[attr-defined]

    @cached_property
    def cleaned(self) -> dict[str, Any]:
        """Return what could be read of each parameter; the rest is in ``form.errors``."""
        self.form.is_valid()
        return self.form.cleaned_data  # type: ignore[no-any-return]

    @cached_property
    def query(self) -> str:
        return str(self.cleaned.get("q") or "")

    @cached_property
    def selection(self) -> dict[str, list[str]]:
        """Return the choices in force, by parameter; what cannot be read is no choice."""
        chosen = {
            "category": list(self.cleaned.get("category") or []),
            "state": [state.slug for state in self.cleaned.get("state") or []],
            "type": [type_.slug for type_ in self.cleaned.get("type") or []],
            "current": [value for value in [self.cleaned.get("current")] if value],
        }
        return {name: values for name, values in chosen.items() if values}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or self.selection)

    @cached_property
    def facets(self) -> list[FacetCounts]:
        """Count for every value what the list would show if it were the only choice of its facet."""
        return [
            self._facet("state", [(state.slug, state.name) for state in self._terms("state")]),
            self._facet("category", Network.Category.choices),
            self._facet("type", [(type_.slug, type_.name) for type_ in self._terms("type")]),
            self._facet("current", self.filters["current"].extra["choices"]),
        ]

    @cached_property
    def chips(self) -> list[Chip]:
        chips = []
        if self.query:
            chips.append(
                Chip(pgettext("noun", "Search"), gettext("“%s”") % self.query, self.query_string(q=""))
            )
        for facet in self.facets:
            for value in facet.values:
                if value.is_selected:
                    rest = [slug for slug in self.selection[facet.name] if slug != value.value]
                    chips.append(Chip(facet.label, value.label, self.query_string(**{facet.name: rest})))
        return chips

    @cached_property
    def map(self) -> StateMap:
        """Return the counts of the facet "state" as a map; a click chooses that state alone."""
        address = reverse("catalogue:network_list")
        places = {
            value.value: Entry(
                value.value, value.label, value.count, f"{address}?{self.query_string(state=value.value)}"
            )
            for value in self.facets[0].values
        }
        return state_map(places, current=self.selection.get("state", []), text=networks_in)

    @cached_property
    def page(self) -> NetworkPage:
        """Fetch the asked page; a short list is one page, and an address beyond the last shows the last."""
        networks = self.qs.as_rows().existing_first(timezone.localdate().year)
        paginator = Paginator(networks, PAGE_SIZE)
        if paginator.count < PAGED_FROM:
            paginator.per_page = PAGED_FROM
        page: Page[Network] = paginator.get_page(self.data.get("page"))
        return NetworkPage(
            networks=list(page),
            total=paginator.count,
            page=page.number,
            pages=paginator.num_pages,
            previous=self.query_string(page=page.number - 1) if page.has_previous() else None,
            next=self.query_string(page=page.number + 1) if page.has_next() else None,
        )

    def query_string(self, **changes: str | int | list[str]) -> str:
        """Return the normalised query string with ``changes``, without "?"; no page unless given."""
        parts: dict[str, Any] = {"q": self.query, **self.selection, **changes}
        if parts.get("page") == 1:
            del parts["page"]
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def _terms(self, name: str) -> Iterable[Any]:
        return self.form.fields[name].queryset  # type: ignore[no-any-return]

    def _facet(self, name: str, choices: Iterable[tuple[str, Any]]) -> FacetCounts:
        counts = self._counts(name)
        chosen = self.selection.get(name, [])
        values = [
            ValueCount(slug, str(label), counts.get(slug, 0), slug in chosen) for slug, label in choices
        ]
        return FacetCounts(name, str(self.filters[name].label), values)

    def _counts(self, name: str) -> dict[str, int]:
        networks = self._without(name)
        if name == "current":
            return {"1": self.existing(networks, name, "1").count()}
        column = F(self.COLUMNS[name])
        return dict(networks.order_by().values_list(column).annotate(Count("pk", distinct=True)))

    def _without(self, name: str) -> Any:
        """Return the networks that all other filters leave."""
        networks = self.queryset.all()
        for other, value in self.cleaned.items():
            if other != name:
                networks = self.filters[other].filter(networks, value)
        return networks


def _searched_text() -> Any:
    """Return what is searched, in small letters: as written, then with ä as a, then with ä as ae."""
    states = (
        FederalState.objects.filter(networks=OuterRef("pk"))
        .order_by()
        .values("networks")
        .annotate(state_names=StringAgg(_joined(F("name_de"), F("name_en")), delimiter=" "))
        .values("state_names")
    )
    columns = [F("name"), *(F(f"{name}_{code}") for name in SEARCHED for code in LANGUAGES)]
    text = Replace(Lower(_joined(*columns, Subquery(states))), Value("ß"), Value("ss"))
    return _joined(text, _without_umlauts(text, ""), _without_umlauts(text, "e"))


def _joined(*texts: Any) -> Any:
    return Concat(*(part for text in texts for part in (text, Value(" "))), output_field=CharField())


def _without_umlauts(text: Any, ending: str) -> Any:
    for umlaut, letter in ("ä", "a"), ("ö", "o"), ("ü", "u"):
        text = Replace(text, Value(umlaut), Value(letter + ending))
    return text
