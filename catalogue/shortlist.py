"""What a reader has put aside: the examples that an address names. The address is the list; nothing is stored.

Who has the address sees the same list, so it can be kept as a bookmark and passed on.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from django.core.validators import slug_re
from django.http import QueryDict
from django.urls import reverse

from catalogue.models import Example

PARAMETER = "example"
LONGEST = 20
"""Examples on one list: what fits into an address and on a few sheets of paper."""
COMPARED = range(2, 5)
"""How many examples stand side by side."""


@dataclass(frozen=True)
class Shortlist:
    """Short names of examples in the reader's order, each once; they may be former ones, or nobody's."""

    slugs: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Return what a query string names; what cannot be a short name is left out."""
        asked = [slug for slug in data.getlist(PARAMETER) if slug_re.match(slug)]
        return cls(tuple(dict.fromkeys(asked))[:LONGEST])

    @cached_property
    def current(self) -> "Shortlist":
        """Return the same list under today's short names, without what is not public; two statements at most."""
        return replace(self, slugs=tuple(Example.objects.published().current_slugs(self.slugs)))

    @property
    def missing(self) -> int:
        """Return how many of the names lead to no public example."""
        return len(self.slugs) - len(self.current.slugs)

    @property
    def is_full(self) -> bool:
        return len(self.slugs) >= LONGEST

    def address(self, view: str = "shortlist", **more: str) -> str:
        """Return the address of this list on one of its pages: ``shortlist``, ``compare``, ``shortlist_pdf``."""
        named = [*((PARAMETER, slug) for slug in self.slugs), *more.items()]
        return reverse(f"catalogue:{view}") + (f"?{urlencode(named)}" if named else "")

    def adding(self, slug: str) -> Self:
        return replace(self, slugs=tuple(dict.fromkeys([*self.slugs, slug])))

    def without(self, slug: str) -> Self:
        return replace(self, slugs=tuple(other for other in self.slugs if other != slug))

    def first(self, number: int) -> Self:
        return replace(self, slugs=self.slugs[:number])

    def examples(self, parts: Any) -> list[Any]:
        """Return the examples in the list's order, out of the queryset ``parts``."""
        by_slug = {example.slug: example for example in parts.filter(slug__in=self.slugs)}
        return [by_slug[slug] for slug in self.slugs if slug in by_slug]
