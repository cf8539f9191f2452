"""A selection of the list to take along: the same query string, as a table or as data. Contacts are not part of it."""

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from catalogue import facets
from catalogue.exports import CSV_HEADER, as_csv_row, as_json
from catalogue.filters import ExampleFilter

BATCH = 200


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


@require_safe
def example_list_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Answer one line an example, in the reader's language, with the byte order mark that spreadsheets look for."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(CSV_HEADER)
        for example in _selection(request):
            yield writer.writerow(as_csv_row(example, request.build_absolute_uri))

    return _download(lines(), "text/csv; charset=utf-8", "examples.csv")


@require_safe
def example_list_json(request: HttpRequest) -> StreamingHttpResponse:
    """Answer a JSON list of the same records that each example offers alone."""
    return _download(
        _json_list(_selection(request), request.build_absolute_uri), "application/json", "examples.json"
    )


def _json_list(examples: Iterator[Any], absolute: Callable[[str], str]) -> Iterator[str]:
    yield "["
    for number, example in enumerate(examples):
        yield (",\n" if number else "\n") + json.dumps(as_json(example, absolute), ensure_ascii=False)
    yield "\n]\n"


def _selection(request: HttpRequest) -> Iterator[Any]:
    found = ExampleFilter(request.GET, facets.current())
    yield from found.qs.order_by("-published_at", "-pk").with_page_parts().iterator(chunk_size=BATCH)


def _download(parts: Iterator[str], content_type: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(parts, content_type=content_type, headers=headers)
