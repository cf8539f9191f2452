"""Whose requests are read from a replica, what is closed while the primary is silent, and the second attempt."""

import logging
from typing import Any, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import close_old_connections
from django.http import FileResponse, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from catalogue.views.errors import closed
from goodpractice.http import GetResponse
from goodpractice.outage import is_cut_short, is_out_of_reach
from goodpractice.replicas.choosing import Choice, FellBehind, choose, each, reading, watch

logger = logging.getLogger(__name__)

PUBLIC = {
    "catalogue:about",
    "catalogue:accessibility",
    "catalogue:attachment_download",
    "catalogue:compare",
    "catalogue:criteria",
    "catalogue:data",
    "catalogue:example_detail",
    "catalogue:example_feed",
    "catalogue:example_json",
    "catalogue:example_list",
    "catalogue:example_list_csv",
    "catalogue:example_list_json",
    "catalogue:example_pdf",
    "catalogue:home",
    "catalogue:imprint",
    "catalogue:network_detail",
    "catalogue:network_list",
    "catalogue:network_pdf",
    "catalogue:plain_language",
    "catalogue:privacy",
    "catalogue:search_help",
    "catalogue:shortlist",
    "catalogue:shortlist_pdf",
    "catalogue:sign_language",
    "assessment:call_list",
    "assessment:call_detail",
    "django.contrib.sitemaps.views.index",
    "django.contrib.sitemaps.views.sitemap",
}
"""Pages that write nothing and show nothing but what the catalogue's revision counts. All others read the primary."""
WITHOUT_DATABASE = {"choose_language", "healthz", "picture", "readyz", "robots"}
"""What is answered without a database, or tells of it."""
SAFE = {"GET", "HEAD"}


class ReadFromReplicas:
    """Let visitors' public pages be read from a replica; a page that fails with its database is made once more.

    While the primary is silent, people who are signed in read public pages as visitors do, and everything else
    is closed. Stands before the sessions, which it keeps from being looked for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponse:
        name = _name(request)
        if name in WITHOUT_DATABASE:
            return self.get_response(request)
        is_public = name in PUBLIC and request.method in SAFE
        response = self._answer(request, is_public=is_public)
        if is_public and hasattr(request, "database_error"):
            close_old_connections()  # the thread would go on with the broken one
            response = self._answer(request, is_public=is_public)
        return response

    def _answer(self, request: WSGIRequest, *, is_public: bool) -> HttpResponse:
        choice = _choice(request, is_public=is_public)
        if choice is None:
            return closed(request)
        vars(request).pop("database_error", None)
        with reading(choice):
            response: Any = self.get_response(request)
        if error := getattr(request, "database_error", None):
            logger.warning("Database %s: %s", choice.alias, error)
            if not isinstance(error, FellBehind):
                watch().report(choice.alias)
        if response.streaming and not isinstance(response, FileResponse):
            response.streaming_content = each(choice, response.streaming_content)
        return cast("HttpResponse", response)

    def process_exception(self, request: WSGIRequest, exception: Exception) -> HttpResponse | None:
        if not is_out_of_reach(exception) and not is_cut_short(exception):
            return None
        request.database_error = exception  # type: ignore[attr-defined]
        return closed(request)


def _name(request: WSGIRequest) -> str:
    """Return the name of the page; that of a public one where there is none, as the page for errors reads as well."""
    with translation.override(translation.get_language_from_path(request.path_info)):
        try:
            return resolve(request.path_info).view_name
        except Resolver404:
            return "catalogue:home"


def _choice(request: WSGIRequest, *, is_public: bool) -> Choice | None:
    """Choose the database of a request; none if it has to wait. Who is signed in sees each own change at once."""
    state = watch().state()
    is_person = settings.SESSION_COOKIE_NAME in request.COOKIES
    if state.has_primary and (is_person or not is_public):
        return Choice(PRIMARY, None)
    if not is_public or state.mark is None:
        return None
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    return choose()
