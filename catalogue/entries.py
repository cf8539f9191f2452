"""Ways into the list of examples: one facet value with its count and its address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from catalogue.facets import FacetCounts


@dataclass(frozen=True)
class Entry:
    value: str
    name: str
    count: int
    url: str


def entries(facet: FacetCounts) -> list[Entry]:
    """Return every value of a facet as a link to the list filtered by it."""
    address = reverse("catalogue:example_list")
    return [
        Entry(value.value, str(value.label), value.count, f"{address}?{urlencode({facet.name: value.value})}")
        for value in facet.values
    ]
