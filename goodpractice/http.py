"""Middleware: what every answer carries, and what no request may contain."""

import secrets
from collections.abc import Callable
from functools import wraps
from gzip import GzipFile
from io import BytesIO
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import add_never_cache_headers, patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    "Content-Security-Policy": build_policy(),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}
"""Django's middleware sets four of them too, but not on the answer to a host that it refuses itself. The policy is the
same for every page: it is put together once."""

METHODS = ["GET", "HEAD", "POST"]

GZIP_LEVEL = 2
SHORTEST_PACKED = 200
"""Bytes."""


def security_headers(get_response: GetResponse) -> GetResponse:
    """Isolate every page from other origins; forbid keeping pages of signed-in people in any cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.DEBUG and response.status_code in {404, 500}:
            # Django's pages for developers bring a style of their own.
            del response.headers["Content-Security-Policy"]
        if _is_personal(request):
            add_never_cache_headers(response)
        return response

    return middleware


def _is_personal(request: HttpRequest) -> bool:
    """Tell whether the answer is for somebody signed in, or for a session that an error kept from being looked at.

    The lazy user is asked only where a session was opened: a visitor's page costs no query for it.
    """
    session = getattr(request, "session", None)
    if session is None or not session.accessed:
        return False
    return not hasattr(request, "user") or request.user.is_authenticated


def refuse_methods(get_response: GetResponse) -> GetResponse:
    """Answer 405 to methods that no page has; views of the administration would take any, TRACE too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return get_response(request)

    return middleware


class CompressText(GZipMiddleware):
    """Compress pages, feeds and exports; pictures and documents are compressed already.

    A page of chance length, and form tokens masked anew each time, keep the size from telling secrets (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        content_type = response.headers.get("Content-Type", "").partition(";")[0]
        if not content_type.startswith("text/") and not content_type.endswith(("json", "xml")):
            return response
        if not isinstance(response, HttpResponse) or not _is_worth_packing(request, response):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = self._packed(response.content)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "gzip"
        return response

    def _packed(self, content: bytes) -> bytes:
        """Compress in a third of the time that Django takes: what many ask for is packed better by the page cache."""
        packed = BytesIO()
        name = "a" * secrets.randbelow(self.max_random_bytes)
        with GzipFile(name, "wb", GZIP_LEVEL, packed, mtime=0) as file:
            file.write(content)
        return packed.getvalue()


def _is_worth_packing(request: HttpRequest, response: HttpResponse) -> bool:
    is_plain = len(response.content) >= SHORTEST_PACKED and not response.has_header("Content-Encoding")
    return is_plain and bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))


def refuse_nul(get_response: GetResponse) -> GetResponse:
    """Answer 400 to a NUL byte in path, query or form: PostgreSQL stores none, and would fail far from the cause."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or _has_nul(request.GET.lists()) or _has_nul(request.POST.lists()):
            return HttpResponseBadRequest("Bad request: NUL byte", content_type="text/plain")
        return get_response(request)

    return middleware


def _has_nul(pairs: object) -> bool:
    return any("\0" in key or any("\0" in value for value in values) for key, values in pairs)  # type: ignore[attr-defined]


def erases_copies(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the browser erase the texts that it keeps for a form that could not be saved: the next person may sit there.

    Browsers heed the header over HTTPS and on this machine.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    return wrapper
