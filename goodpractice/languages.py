"""The same page in the other languages: for the language switch, ``hreflang`` and the canonical address."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import get_script_prefix, translate_url
from django.utils.translation import get_language

NAMES = {"de": "Deutsch", "en": "English"}


@dataclass(frozen=True)
class Alternate:
    """One language's address of a page: ``url`` with the query, ``path_url`` without; both absolute."""

    language: str
    name: str
    url: str
    path_url: str
    is_current: bool


def alternates(request: HttpRequest) -> list[Alternate]:
    """Return this page's address in every language, or nothing for an address without a page or language of its own."""
    if not request.resolver_match or not request.path.startswith(f"/{get_language()}/"):
        return []
    query = request.META.get("QUERY_STRING", "")
    found = []
    for code, name in NAMES.items():
        address = request.build_absolute_uri(_translated(request.path, code, get_script_prefix()))
        found.append(
            Alternate(code, name, f"{address}?{query}" if query else address, address, code == get_language())
        )
    return found


@lru_cache(maxsize=512)
def _translated(path: str, language: str, _prefix: str) -> str:
    """Return the path of the same page in ``language``: resolved and reversed, which is slow, once."""
    return translate_url(path, language)
