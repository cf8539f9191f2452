"""The pages as an average Django project has them: django-filter, a stored search vector, one aggregate a facet.

Nothing is done badly on purpose: the vector is indexed, rows and facets fetch what they show, pages are cut by
Django's paginator. It reads the catalogue's own tables, so both sides show the same examples.
"""

from typing import Any

import django_filters
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue.models import Audience, Example, FederalState, Network, TargetGroup, Topic
from catalogue.results import PAGE_SIZE

FACETS = {
    "topic": "topics__name_de",
    "kind": "kind",
    "audience": "audiences__name_de",
    "target_group": "target_groups__name_de",
    "state": "states__name_de",
    "network": "network__name",
    "cost": "cost_band",
    "year": "running_since",
}
"""Facet -> what it counts by; the catalogue has two more, which are computed from columns."""


def _several(model: Any, field: str) -> django_filters.ModelMultipleChoiceFilter:
    return django_filters.ModelMultipleChoiceFilter(
        queryset=model.objects.all(), field_name=f"{field}__slug", to_field_name="slug"
    )


class ExampleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search")
    topic = _several(Topic, "topics")
    kind = django_filters.MultipleChoiceFilter(choices=Example.Kind.choices)
    audience = _several(Audience, "audiences")
    target_group = _several(TargetGroup, "target_groups")
    state = _several(FederalState, "states")
    network = _several(Network, "network")
    cost = django_filters.MultipleChoiceFilter(choices=Example.CostBand.choices, field_name="cost_band")
    year = django_filters.NumberFilter(field_name="running_since")

    def search(self, queryset: QuerySet[Example], _name: str, text: str) -> QuerySet[Example]:
        query = SearchQuery(text, config="german", search_type="websearch")
        found = queryset.filter(index__body=query).annotate(rank=SearchRank(F("index__body"), query))
        return found.order_by("-rank", "-published_at")


@require_safe
def example_list(request: HttpRequest) -> HttpResponse:
    found = ExampleFilter(request.GET, Example.objects.published()).qs
    rows = found.select_related("network").prefetch_related("states", "board_statements")
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "facets": {name: _counts(found, column) for name, column in FACETS.items()},
    }
    return render(request, "average/example_list.html", context)


def _counts(found: QuerySet[Example], column: str) -> list[tuple[Any, int]]:
    counted = found.order_by().values(column).annotate(count=Count("pk", distinct=True)).order_by("-count")
    return [(row[column], row["count"]) for row in counted if row[column] not in (None, "")]


@require_safe
def example_detail(request: HttpRequest, slug: str) -> HttpResponse:
    example = get_object_or_404(Example.objects.published().select_related("network"), slug=slug)
    return render(request, "average/example_detail.html", {"example": example})
