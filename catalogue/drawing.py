"""Parts of pages that are the same again and again: their templates are rendered once and kept as text.

Templates are nearly all that a list page costs: it is put together from more than two hundred of them. Most
say the same on every page; where one value differs (a count, an address), it is left open: a hole.
"""

from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

HOLE = mark_safe("\0")
"""What no text holds: PostgreSQL refuses it."""
KEPT = 8192
"""Parts that are kept, some 500 bytes each: all values of all facets in their states, in both languages, and more."""

Place = tuple[str | None, str]


def place() -> Place:
    """Return what every part depends on: its language, and where the site is mounted (its addresses)."""
    return get_language(), get_script_prefix()


def pieces(template: str, **values: Any) -> tuple[str, ...]:
    """Return the rendered template, cut where the values that are ``HOLE`` stand."""
    return tuple(render_to_string(template, values).split(HOLE))


# Typed, because escaped and unescaped text may be equal.
@lru_cache(maxsize=KEPT, typed=True)
def kept_pieces(template: str, _place: Place, **values: str | int) -> tuple[str, ...]:
    """Return the same, rendered once: the template depends on nothing but ``values`` and its place."""
    return pieces(template, **values)
