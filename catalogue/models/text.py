"""Texts in German and English: one column a language, and an honest fallback.

``title = translated(models.CharField(...))`` makes the columns ``title_de`` and ``title_en``; reading ``title`` gives
the text in the reader's language or, where that is empty, the other one. It is a ``LocalText`` that knows its language,
so that a page can set ``lang`` and say so.
"""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import get_language
from translated_fields import TranslatedField, to_attribute

LANGUAGES = ("de", "en")


class LocalText(str):
    """A text and the language it is written in."""

    __slots__ = ("is_fallback", "lang")
    lang: str
    is_fallback: bool

    def __new__(cls, text: str, lang: str, *, is_fallback: bool = False) -> "LocalText":
        self = super().__new__(cls, text)
        self.lang = lang
        self.is_fallback = is_fallback
        return self


def local_text(texts: dict[str, str]) -> LocalText:
    """Choose from ``{"de": ..., "en": ...}``: the reader's language first, then the other; empty if both are."""
    wanted = reader_language()
    other = LANGUAGES[1 - LANGUAGES.index(wanted)]
    if texts[wanted] or not texts[other]:
        return LocalText(texts[wanted], wanted)
    return LocalText(texts[other], other, is_fallback=True)


def reader_language() -> str:
    return "en" if (get_language() or "de").startswith("en") else "de"


def translated(field: "models.Field[Any, Any]", **kwargs: Any) -> Any:
    return TranslatedField(field, attrgetter=_local_getter, **kwargs)


def _local_getter(name: str, field: TranslatedField) -> Callable[[models.Model], LocalText]:
    columns = {code: to_attribute(name, code) for code in LANGUAGES}

    def get(instance: models.Model) -> LocalText:
        wanted = reader_language()
        # Read a hundred times for a page: the other language only where it is needed.
        if text := getattr(instance, columns[wanted]):
            return LocalText(text, wanted)
        return local_text({code: getattr(instance, column) for code, column in columns.items()})

    return get


_SPELLINGS = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "á": "a", "ç": "c", "„": "", "“": ""}
)


def sort_key(text: str) -> str:
    """Return the key that puts ``text`` where a German dictionary does (DIN 5007-1), in any collation."""
    return text.strip().casefold().translate(_SPELLINGS)
