"""What a text query means: words, "phrases", -exclusions and OR.

``websearch_to_tsquery`` reads a query as a whole in one language: "Anerkennung recognition" would find
nothing and "-Bildungen" exclude nothing. So it is taken apart here, and ``catalogue.search`` asks each word
in both languages.
"""

import re
from dataclasses import dataclass

from catalogue.words import STOP_WORDS, words

MAX_LENGTH = 200
MAX_WORDS = 20


def cleaned(text: str) -> str:
    """Return a query as it is shown and kept: one line, cut, empty if without a word."""
    query = " ".join(text.split())[:MAX_LENGTH].strip()
    return query if words(query) else ""


@dataclass(frozen=True)
class Term:
    """One part of a query: folded words that must all occur, side by side in this order if it is a phrase."""

    words: tuple[str, ...]
    is_phrase: bool = False
    is_excluded: bool = False
    is_unfinished: bool = False
    """The last word may go on."""


_PARTS = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')

_OR = ("OR", "or", "ODER")


def parse(query: str) -> list[list[Term]]:
    """Return the alternatives of a query, each a list of terms that must all be met."""
    alternatives: list[list[Term]] = [[]]
    left = MAX_WORDS
    for part in _PARTS.finditer(query[:MAX_LENGTH]):
        is_phrase = part["phrase"] is not None
        if part["word"] in _OR and alternatives[-1] and part.end() < len(query):
            alternatives.append([])
            continue
        found = tuple(words(part["phrase"] if is_phrase else part["word"])[:left])
        left -= len(found)
        if found:
            is_excluded, is_last = bool(part["minus"]), part.end() == len(query)
            alternatives[-1].append(
                Term(found, is_phrase, is_excluded, is_last and not is_phrase and not is_excluded)
            )
    return _without_stop_words([terms for terms in alternatives if terms])


def _without_stop_words(alternatives: list[list[Term]]) -> list[list[Term]]:
    """Leave out what has no meaning of its own, in either language; keep everything if nothing is left."""
    kept = [
        [term for term in terms if term.is_phrase or not STOP_WORDS.issuperset(term.words)]
        for terms in alternatives
    ]
    return [terms for terms in kept if terms] or alternatives
