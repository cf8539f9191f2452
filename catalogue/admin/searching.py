"""The office's search for examples: what is public through the text index, the few others row by row."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import QuerySet

from catalogue.models import Example, ExampleIndex
from catalogue.search import MIN_PREFIX
from catalogue.words import words
from goodpractice.admin import SEARCH_LENGTH, SEARCH_WORDS


def found(queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
    """Keep the examples that have all words of ``term``, or a short name that begins with it.

    A scan of all rows reads the whole table, most of a second at 100,000 examples; this reads what it finds.
    """
    asked = words(term[:SEARCH_LENGTH])[:SEARCH_WORDS]
    if not asked:
        return queryset
    public = ExampleIndex.objects.all()
    # Not "all but published": only a list of states is answered by the index.
    others = Example.objects.filter(status__in=[Example.Status.DRAFT, Example.Status.WITHDRAWN])
    for word in asked:
        public = public.filter(_in_index(word))
        others = others.filter(_holds(word))
    by_slug = Example.objects.filter(slug__startswith=term.strip()[:SEARCH_LENGTH])
    keys = public.values("pk").union(others.order_by().values("pk"), by_slug.order_by().values("pk"))
    return queryset.filter(pk__in=keys)


def _in_index(word: str) -> models.Q:
    """Match the beginning of a word, or a short word as it is: half of all words begin with one of a few letters."""
    mark = ":*" if len(word) >= MIN_PREFIX else ""
    query = SearchQuery(f"'{word}'{mark}", config="simple", search_type="raw")
    return models.Q(head=query) | models.Q(body=query)


def _holds(word: str) -> models.Q:
    columns = ("title_de", "title_en", "organisation", "network__name")
    return models.Q(*((f"{column}__icontains", word) for column in columns), _connector=models.Q.OR)
