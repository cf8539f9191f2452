"""Which requests may be answered from memory, and what is asked for in them."""

from collections.abc import Callable
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import get_str_from_wsgi
from django.http import QueryDict
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils import translation

from catalogue import facets
from catalogue.filters import ExampleFilter
from catalogue.models import Network
from catalogue.network_filters import NetworkFilter

MAX_QUERY = 500


class Address(NamedTuple):
    """What is asked for: all that a public page depends on, besides the catalogue and the day."""

    scheme: str
    host: str
    prefix: str
    path: str
    query: str


LANGUAGE_PATHS = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
ADMIN_PATHS = tuple(f"{path}admin/" for path in LANGUAGE_PATHS)
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages"}
"""Cookies that Django reads for a page without a form. The one against forged requests is for forms alone."""


def address_of(environ: WSGIEnvironment) -> Address | None:
    """Return what a visitor asks for, or ``None`` if the request is not to be answered from here."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or not path.startswith(LANGUAGE_PATHS)
        or path.startswith(ADMIN_PATHS)
        or len(query) > MAX_QUERY
        or _is_personal(environ)
    ):
        return None
    host = environ.get("HTTP_HOST", "")
    if not _is_ours(host):
        return None
    return Address(_scheme(environ), host, environ.get("SCRIPT_NAME", ""), path, query)


def _is_personal(environ: WSGIEnvironment) -> bool:
    if "HTTP_AUTHORIZATION" in environ or environ.get("CONTENT_LENGTH") not in (None, "", "0"):
        return True
    cookies = get_str_from_wsgi(environ, "HTTP_COOKIE", "")
    return bool(cookies) and not PERSONAL_COOKIES.isdisjoint(parse_cookie(cookies))


def _is_ours(host: str) -> bool:
    """Tell whether Django would take the host, as it does; capitals are left to it."""
    domain, _port = split_domain_port(host)
    return bool(domain) and host == host.lower() and validate_host(domain, settings.ALLOWED_HOSTS)


def _scheme(environ: WSGIEnvironment) -> str:
    """Return the scheme as ``HttpRequest.scheme`` does."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if (value := environ.get(name)) is not None:
            return "https" if value.split(",", 1)[0].strip() == secure else "http"
    return str(environ["wsgi.url_scheme"])


def _example_query(data: QueryDict) -> str:
    found = ExampleFilter(data, facets.current())
    return found.query_string(page=found.page)


def _network_query(data: QueryDict) -> str:
    found = NetworkFilter(data, Network.objects.published())
    return found.query_string(page=found.page.page)


QUERIES: dict[str, Callable[[QueryDict], str]] = {
    "catalogue:example_list": _example_query,
    "catalogue:example_feed": _example_query,
    "catalogue:network_list": _network_query,
}
"""How the pages that take a query write it in their links. To all others a query means nothing."""


def is_as_we_write_it(address: Address) -> bool:
    if not address.query:
        return True
    try:
        with translation.override(address.path.split("/")[1]):
            write = QUERIES.get(resolve(address.path).view_name)
    except Resolver404:
        return False
    return write is not None and write(QueryDict(address.query)) == address.query
