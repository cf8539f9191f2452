"""A reader's shortlist, the same as a document, and a few examples side by side. Each is its address."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue import comparison, facets
from catalogue.filters import ExampleFilter
from catalogue.models import Example
from catalogue.models.text import reader_language
from catalogue.pdf.document import Document
from catalogue.pdf.rendering import kept
from catalogue.pdf.rendering import render as typeset
from catalogue.pdf.shortlist import shortlist_document
from catalogue.shortlist import COMPARED, Shortlist
from catalogue.views.errors import too_many_requests
from catalogue.views.pdf import DOWNLOADS

OFFERED = 8
"""Hits of the search on the shortlist itself."""


@dataclass(frozen=True)
class Entry:
    """An example, and the address of the list with it or without it."""

    example: Example
    address: str
    is_ticked: bool = False


@require_safe
def shortlist(request: HttpRequest) -> HttpResponse:
    asked = Shortlist.read(request.GET)
    chosen = asked.current
    found = ExampleFilter(request.GET, facets.current())
    ids = found.result.ids if found.query and not chosen.is_full else []
    offered = [hit for hit in Example.objects.published().as_cards(ids) if hit.slug not in chosen.slugs]
    examples = chosen.examples(Example.objects.published().select_related("network"))
    context = {
        "section": "examples",
        "chosen": chosen,
        "missing": asked.missing,
        "entries": [
            Entry(example, chosen.without(example.slug).address(), number in range(COMPARED.stop - 1))
            for number, example in enumerate(examples)
        ],
        "pdf_address": chosen.address("shortlist_pdf"),
        "query": found.query,
        "offered": [Entry(hit, chosen.adding(hit.slug).address(q=found.query)) for hit in offered[:OFFERED]],
    }
    return render(request, "catalogue/shortlist.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    chosen = Shortlist.read(request.GET).current
    shown = chosen.first(COMPARED.stop - 1)
    examples = shown.examples(Example.objects.published().with_facts())
    context = {
        "section": "examples",
        "chosen": chosen,
        "is_cut": chosen != shown,
        "entries": [Entry(example, shown.without(example.slug).address("compare")) for example in examples],
        "shortlist_address": chosen.address(),
        "groups": comparison.groups(examples) if len(examples) in COMPARED else [],
    }
    return render(request, "catalogue/compare.html", context)


@require_safe
def shortlist_pdf(request: HttpRequest) -> HttpResponse:
    if not DOWNLOADS.spend(request):
        return too_many_requests(request, retry_after=DOWNLOADS.seconds)
    chosen = Shortlist.read(request.GET).current
    if not chosen.slugs:
        raise Http404

    def document() -> Document:
        examples = chosen.examples(Example.objects.published().with_facts())
        return shortlist_document(examples, address, request.build_absolute_uri)

    language = reader_language()
    address = request.build_absolute_uri(chosen.address())
    key = (Shortlist, chosen.slugs, language, address, facets.revision())
    pdf = kept.get(key, lambda: typeset(document()))
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="good-practice-{language}.pdf"'
    return response
