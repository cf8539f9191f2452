"""What is measured over HTTP besides ``goodpractice.wsgi``: pages that no cache may answer, and mere bytes."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.wsgi import get_wsgi_application

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def __getattr__(name: str) -> Application:
    """Make only the application that the server asks for: ``bare`` is to cost what WSGI costs, and no more."""
    if name == "computed":
        return get_wsgi_application()
    if name == "bare":
        return _bare(Path(os.environ["BENCHMARK_PAGES"]))
    raise AttributeError(name)


def _bare(folder: Path) -> Application:
    """Return an application that knows each file of ``folder`` as a page, ready in memory."""
    pages = {f"/{file.name}": file.read_bytes() for file in folder.iterdir()}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        page = pages[environ["PATH_INFO"]]
        start_response(
            "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
        )
        return [page]

    return application
