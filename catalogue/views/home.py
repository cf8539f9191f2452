"""The home page: what this is, and three ways in - words, needs, institutions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import facets
from catalogue.entries import entries
from catalogue.maps import state_map
from catalogue.rows import rows

NEWEST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    snapshot = facets.current()
    counts = {facet.name: facet for facet in snapshot.counts()}
    states = entries(counts["state"])
    context = {
        "section": "home",
        "example_queries": [_("recognition in the job centre"), _("nursing"), _("language at work")],
        "topics": entries(counts["topic"]),
        "audiences": entries(counts["audience"]),
        "states": states,
        "map": state_map({entry.value: entry for entry in states}),
        "newest": rows(snapshot, snapshot.newest(NEWEST), heading="h3"),
        "total": snapshot.count,
    }
    return render(request, "catalogue/home.html", context)
