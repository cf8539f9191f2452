"""The list of examples and the page of one."""

from collections.abc import Mapping
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalogue import facets
from catalogue.downloads import attachment_response
from catalogue.drawing import place
from catalogue.example_page import ExamplePage, pages
from catalogue.exports import as_json
from catalogue.filters import ExampleFilter
from catalogue.models import Attachment, Example
from catalogue.rows import rows
from catalogue.snapshot import Snapshot
from catalogue.views.errors import gone
from catalogue.whole import whole

PAGE = "catalogue/example_detail.html"


@require_safe
def example_list(request: HttpRequest) -> HttpResponse:
    found = ExampleFilter(request.GET, facets.current())
    result = found.result
    if result.page > result.pages:
        raise Http404
    context = {
        "section": "examples",
        "found": found,
        "result": result,
        "rows": rows(found.snapshot, result.ids, query=found.query, selectable=True),
    }
    return render(request, "catalogue/example_list.html", context)


@require_safe
def example_detail(request: HttpRequest, slug: str) -> HttpResponse:
    snapshot, address = facets.current(), (slug, request.build_absolute_uri("/"), place())
    if drawn := pages.get(snapshot, address):
        return render(request, PAGE, {"section": "examples", "drawn": drawn})
    example = whole(slug)
    if example is None:
        return _redirect_former(slug, "catalogue:example_detail")
    if example.status == Example.Status.WITHDRAWN:
        return gone(request, example)
    if example.status != Example.Status.PUBLISHED:
        raise Http404
    drawn = {}
    response = render_example(request, example, snapshot=snapshot, more={"drawn": drawn})
    pages.put(snapshot, address, drawn)
    return response


def render_example(
    request: HttpRequest,
    example: Example,
    *,
    snapshot: Snapshot | None = None,
    preview: bool = False,
    template: str = PAGE,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render the page of one example: the public's, and the same as a preview of what is not public yet.

    A ``template`` of one's own extends the page; it gets ``more``. Relatives come from ``snapshot``, by default
    the one in use.
    """
    page = ExamplePage(example, snapshot or facets.current())
    context: dict[str, Any] = {
        "section": "examples",
        "preview": preview,
        "drawn": {},
        **page.context(request.build_absolute_uri),
        **(more or {}),
    }
    return render(request, template, context)


@require_safe
def example_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the same record as data; contacts are not part of it (trust.md)."""
    example = Example.objects.published().with_page_parts().filter(slug=slug).first()
    if example is None:
        return _redirect_former(slug, "catalogue:example_json")
    return JsonResponse(
        as_json(example, request.build_absolute_uri), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )


@require_safe
def attachment_download(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """Hand out a file of a published example."""
    attachments = Attachment.objects.filter(example__status=Example.Status.PUBLISHED, example__slug=slug)
    attachment = get_object_or_404(attachments.select_related("example"), pk=pk)
    return attachment_response(attachment)


def _redirect_former(slug: str, view: str) -> HttpResponse:
    """Lead from an address that an example had before to the one it has now, or raise 404."""
    now = Example.objects.filter(former_slugs__slug=slug).values_list("slug", flat=True).first()
    if now is None:
        raise Http404
    return redirect(view, now, permanent=True)
