"""Records as PDF: the address of the page with ``.pdf`` instead of the last slash."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from catalogue import facets
from catalogue.example_page import ExamplePage
from catalogue.models import Example, Network
from catalogue.models.text import reader_language
from catalogue.network_page import NetworkPage
from catalogue.pdf.document import Document
from catalogue.pdf.example import example_document
from catalogue.pdf.network import network_document
from catalogue.pdf.rendering import kept, render
from catalogue.views.errors import gone, too_many_requests
from goodpractice.limits import Limit

DOWNLOADS = Limit("pdf", times=30, seconds=60)


@require_safe
def example_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    if not DOWNLOADS.spend(request):
        return too_many_requests(request, retry_after=DOWNLOADS.seconds)
    example = Example.objects.filter(slug=slug).first()
    if example is None:
        former = Example.objects.filter(former_slugs__slug=slug)
        return _redirect_to(former.values_list("slug", flat=True).first(), "catalogue:example_pdf")
    if example.status == Example.Status.WITHDRAWN:
        return gone(request, example)
    if example.status != Example.Status.PUBLISHED:
        raise Http404

    def document() -> Document:
        parts = Example.objects.with_page_parts().get(pk=example.pk)
        return example_document(ExamplePage(parts, facets.current()), request.build_absolute_uri)

    return _answer(request, example, document)


@require_safe
def network_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    if not DOWNLOADS.spend(request):
        return too_many_requests(request, retry_after=DOWNLOADS.seconds)
    published = Network.objects.published()
    network = published.filter(slug=slug).first()
    if network is None:
        former = published.filter(former_slugs__slug=slug)
        return _redirect_to(former.values_list("slug", flat=True).first(), "catalogue:network_pdf")

    def document() -> Document:
        parts = Network.objects.with_profile_parts().get(pk=network.pk)
        return network_document(NetworkPage(parts), request.build_absolute_uri)

    return _answer(request, network, document)


def _answer(
    request: HttpRequest, record: Example | Network, document: Callable[[], Document]
) -> HttpResponse:
    language = reader_language()
    address = request.build_absolute_uri(record.get_absolute_url())
    key = (type(record), record.pk, language, address, facets.revision())
    response = HttpResponse(kept.get(key, lambda: render(document())), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="good-practice-{record.slug}-{language}.pdf"'
    response.headers["Link"] = f'<{address}>; rel="canonical"'
    return response


def _redirect_to(slug: str | None, view: str) -> HttpResponse:
    """Lead from an address that a record had before to the one it has now, or raise 404."""
    if slug is None:
        raise Http404
    return redirect(view, slug, permanent=True)
