"""Which examples and proposals resemble a proposal: a hint for the office, never a verdict.

Published examples come from the search index, those that share rare words first seen there; received proposals are
compared one by one, the newest ones. Both are bounded, so the cost does not grow with the catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, pairwise
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from assessment.models import Proposal
from catalogue.models import Example, ExampleIndex
from catalogue.words import STOP_WORDS, fold, stems, words

MOST_SHOWN = 5
MOST_CANDIDATES, MOST_PROPOSALS = 200, 1000
TITLE_WORDS, SUMMARY_WORDS = 5, 8
"""So many words, the longest ones, are looked up: long words are rare ones, in German above all."""
SHORTEST = 4
COMPARED = ["title_de", "title_en", "summary_de", "summary_en"]
SIMILAR_TITLE, SHARED_WORDS, SHARED_SUMMARY = 80, 0.5, 0.6

Words = frozenset[Any]


@dataclass(frozen=True)
class Similar:
    """A published example, or the proposal of one that is not published, and in what it resembles."""

    example: Example
    proposal: Proposal | None
    reason: Any
    likeness: float


def similar_to(proposal: Proposal) -> list[Similar]:
    """Return up to five, the most similar first."""
    text = _Text(proposal.example)
    found = [_compare(text, example, None) for example in _published(proposal.example)]
    found += [
        _compare(text, other.example, other, is_earlier=other.pk == proposal.previous_id)
        for other in _received(proposal)
    ]
    alike = [similar for similar in found if similar]
    return sorted(alike, key=lambda similar: -similar.likeness)[:MOST_SHOWN]


class _Text:
    """What is compared: titles as they are written, and the stems of titles and summaries."""

    def __init__(self, example: Any) -> None:
        self.titles = [fold(title) for title in (example.title_de, example.title_en) if title.strip()]
        self.title_words = [_stems(title) for title in self.titles]
        self.summaries = [_stems(text) for text in (example.summary_de, example.summary_en) if text.strip()]


def _compare(
    text: _Text, example: Example, proposal: Proposal | None, *, is_earlier: bool = False
) -> Similar | None:
    other = _Text(example)
    title = max((fuzz.token_sort_ratio(a, b) for a in text.titles for b in other.titles), default=0)
    shared = _most(_jaccard, text.title_words, other.title_words)
    summary = _most(_jaccard, text.summaries, other.summaries)
    reasons = [
        (1.0 if is_earlier else 0, 1, _("the earlier proposal of the same example")),
        (shared, SHARED_WORDS, _("same words in the title")),
        (title / 100, SIMILAR_TITLE / 100, _("similar title")),
        (summary, SHARED_SUMMARY, _("much the same summary")),
    ]
    fitting = [(value, reason) for value, bound, reason in reasons if value >= bound]
    if not fitting:
        return None
    return Similar(example, proposal, fitting[0][1], max(value for value, _reason in fitting))


def _stems(text: str) -> Words:
    """Return what stands for the words of ``text``, in whatever form they are inflected."""
    return frozenset(
        min(stems(word)) for word in words(text) if word not in STOP_WORDS and len(word) >= SHORTEST
    )


def _most(measure: Any, ours: list[Words], theirs: list[Words]) -> float:
    return max((measure(a, b) for a in ours for b in theirs), default=0.0)


def _jaccard(a: Words, b: Words) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def _published(example: Any) -> Iterable[Example]:
    """Return public examples that share two of the rare words with ``example``, the newest first."""
    titles = f"{example.title_de} {example.title_en}"
    summaries = f"{example.summary_de} {example.summary_en}"
    longest = _longest(summaries, SUMMARY_WORDS)
    pairs: set[tuple[str, ...]] = {
        *combinations(_longest(titles, TITLE_WORDS), 2),
        *pairwise(longest),
    }
    if not pairs:
        return []
    query = reduce(or_, (_all_of(pair) for pair in sorted(pairs)))
    found = ExampleIndex.objects.filter(head=query).exclude(pk=example.pk).order_by("-published_at")
    keys = found.values_list("pk", flat=True)[:MOST_CANDIDATES]
    return Example.objects.published().filter(pk__in=list(keys)).only("slug", *COMPARED)


def _longest(text: str, most: int) -> list[str]:
    known = {word for word in words(text) if len(word) >= SHORTEST and word not in STOP_WORDS}
    return sorted(known, key=lambda word: (-len(word), word))[:most]


def _all_of(pair: tuple[str, ...]) -> Any:
    """Match texts that hold all of the words, in whatever form they are inflected."""
    return SearchQuery(" ".join(pair), config="german") | SearchQuery(" ".join(pair), config="english")


def _received(proposal: Proposal) -> Iterable[Proposal]:
    others = (
        Proposal.objects.received()
        .exclude(pk=proposal.pk)
        .exclude(example__status=Example.Status.PUBLISHED)
        .order_by("-pk")
        .select_related("example")
        .only("reference", "status", *(f"example__{field}" for field in ("slug", *COMPARED)))
    )
    return others[:MOST_PROPOSALS]
