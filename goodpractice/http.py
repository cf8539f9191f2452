"""Middleware: what every answer carries, and what no request may contain."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.cache import add_never_cache_headers

GetResponse = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}


def security_headers(get_response: GetResponse) -> GetResponse:
    """Isolate every page from other origins; forbid keeping pages of signed-in people in any cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Asked of the lazy user only where a session was opened: a visitor's page costs no query for it.
        if (
            getattr(request, "session", None) is not None
            and request.session.accessed
            and request.user.is_authenticated
        ):
            add_never_cache_headers(response)
        return response

    return middleware


def refuse_nul(get_response: GetResponse) -> GetResponse:
    """Answer 400 to a NUL byte in path, query or form: PostgreSQL stores none, and would fail far from the cause."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or _has_nul(request.GET.lists()) or _has_nul(request.POST.lists()):
            return HttpResponseBadRequest("Bad request: NUL byte", content_type="text/plain")
        return get_response(request)

    return middleware


def _has_nul(pairs: object) -> bool:
    return any("\0" in key or any("\0" in value for value in values) for key, values in pairs)  # type: ignore[attr-defined]
