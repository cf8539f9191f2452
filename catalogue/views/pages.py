"""Pages of text. The body is a template of its own for each language; only what is short is translated."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import facets
from catalogue.filters import SORTS
from catalogue.models import BoardStatement, Criterion
from catalogue.models.record import Level
from catalogue.models.text import reader_language
from catalogue.statement import ACCESSIBILITY_STATEMENT_DATE

INVENTED_LEVELS = {
    Criterion.TRANSFERABLE: Level.EXEMPLARY,
    Criterion.INNOVATIVE: Level.ADEQUATE,
    Criterion.SUSTAINABLE: Level.CONVINCING,
    Criterion.EFFICIENT: Level.WEAK,
}
"""For the figure that explains the beacon; no example's real levels."""


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    body = f"catalogue/pages/_{name}.{reader_language()}.html"
    breadcrumbs = [(reverse("catalogue:home"), _("Home"))]
    return render(
        request, f"catalogue/pages/{name}.html", {"body": body, "breadcrumbs": breadcrumbs, **context}
    )


@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    sample = [
        BoardStatement(criterion=criterion, level=level) for criterion, level in INVENTED_LEVELS.items()
    ]
    return _page(request, "criteria", section="criteria", sample=sample, Criterion=Criterion, Level=Level)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return _page(request, "about", section="about")


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    return _page(request, "imprint", section="about")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, "privacy", section="about")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _page(request, "accessibility", section="about", checked_on=ACCESSIBILITY_STATEMENT_DATE)


@require_safe
def plain_language(request: HttpRequest) -> HttpResponse:
    return _page(request, "plain_language", section="about")


@require_safe
def sign_language(request: HttpRequest) -> HttpResponse:
    return _page(request, "sign_language", section="about")


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    named = [{"name": name, "label": label} for name, label in facets.LABELS.items()]
    return _page(request, "data", section="examples", facets=named, sorts=list(SORTS))


@require_safe
def search_help(request: HttpRequest) -> HttpResponse:
    return _page(request, "search_help", section="examples")
