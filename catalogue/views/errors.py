"""Error pages that help: what happened, and where to go on, in the language of the address."""

import logging
import sys
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from catalogue.models import Example, Network
from catalogue.nearest import nearest, words_of
from goodpractice.outage import is_out_of_reach

logger = logging.getLogger(__name__)

SECONDS_CLOSED = 30
"""After how long browsers, crawlers and proxies are asked to come again while the database is out of reach."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _render(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _render(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without a valid token; ``reason`` is for the log. What was typed stays on screen."""
    logger.info("Form refused: %s", reason)
    return _render(
        request, 403, "403_csrf", {"typed": request.POST.get("message", ""), "form_url": request.path}
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Lead on if the address is right but for its language; else offer a search and similar records."""
    if address := _translated(request):
        return HttpResponsePermanentRedirect(address)
    language = _language_in_path(request)
    if language is None:
        return _render(request, 404)
    with override(language):
        context = {"query": words_of(request.path), "records": _nearest(request.path)}
    return _render(request, 404, context=context)


def gone(request: HttpRequest, example: Example) -> HttpResponse:
    """Say that an example was withdrawn, when and why."""
    return _render(request, 410, context={"example": example})


def too_many_requests(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """Ask for patience; ``retry_after`` in seconds."""
    response = _render(request, 429, context={"minutes": -(-retry_after // 60)})
    response.headers["Retry-After"] = str(retry_after)
    return response


def closed(request: HttpRequest) -> HttpResponse:
    """Say that the database is out of reach for the moment, and how what was typed gets there nevertheless."""
    with override(_language(request)):
        context = {"language": translation.get_language(), "is_form": request.method == "POST"}
        page = render_to_string("errors/503.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": str(SECONDS_CLOSED)})


def server_error(request: HttpRequest) -> HttpResponse:
    """Apologise without database, session or context processor: any of them may be what failed."""
    with override(_language(request)):
        try:
            if is_out_of_reach(sys.exception()):
                return closed(request)
            page: str = render_to_string("errors/500.html", {"language": translation.get_language()})
        except Exception:
            # The last resort must not fail with the templates or the style sheet's manifest.
            logger.exception("The page for errors failed as well")
            apology = escape(_("Something went wrong on our side."))  # gettext finds no words in f-strings
            page = f"<!DOCTYPE html><title>500</title><p>{apology}</p>"
    return HttpResponse(page, status=500)


def _render(
    request: HttpRequest, status: int, name: str | None = None, context: dict[str, Any] | None = None
) -> HttpResponse:
    with override(_language(request)):
        return render(request, f"errors/{name or status}.html", context, status=status)


def _language(request: HttpRequest) -> str:
    """Return the language of the address: an error may come before the middleware that sets it."""
    return get_language_from_request(request, check_path=True)


def _language_in_path(request: HttpRequest) -> str | None:
    return translation.get_language_from_path(request.path_info)


def _translated(request: HttpRequest) -> str | None:
    """Return the address in the language it begins with, if the rest is in another: ``/de/examples/``."""
    wanted = _language_in_path(request)
    if wanted is None or request.method not in {"GET", "HEAD"}:
        return None
    rest = request.path_info.removeprefix(f"/{wanted}/").rstrip("/")
    for other in (code for code, _name in settings.LANGUAGES if code != wanted):
        for ending in ("/", ""):
            address = quote(f"/{other}/{rest}{ending}")
            with override(other):
                translated = translate_url(address, wanted)
            here = {unquote(known).rstrip("/") for known in (address, request.path_info)}
            if unquote(translated).rstrip("/") not in here:
                query = request.META.get("QUERY_STRING", "")
                return f"{translated}?{query}" if query else translated
    return None


def _nearest(path: str) -> list[Example | Network]:
    """Find similar records, or none where the database does not answer: the page must not fail for them."""
    try:
        return nearest(path)
    except Error:
        return []
