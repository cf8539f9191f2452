"""Text search: from what a reader types to hits, marks in texts and a better spelling.

Each word stands for its German or English stem, the last one also for all that begin with it. What is
searched is written by ``catalogue.index``, what a query means is said in ``catalogue.query``.
"""

import re
import struct
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalogue.query import Term, cleaned, parse
from catalogue.snapshot import Hits, Revision, Snapshot
from catalogue.words import STOP_WORDS, WORD, bare, fold, long, stems
from goodpractice import replicas

MIN_PREFIX = 3
BEST = 400
"""How many of the newest hits in the head are ranked by ``ts_rank``: all would take 0.6 s at 100,000."""


# Finding ----------------------------------------------------------------------------------------------------


_BOTH = "(plainto_tsquery('german', %s) || plainto_tsquery('english', %s))"
_BOTH_PHRASE = "(phraseto_tsquery('german', %s) || phraseto_tsquery('english', %s))"


def _tsquery(alternatives: list[list[Term]]) -> tuple[str, list[str]]:
    """Return the SQL expression of type ``tsquery`` and its parameters."""
    parameters: list[str] = []

    def term_sql(term: Term) -> str:
        if term.is_phrase:
            parameters.extend([" ".join(term.words)] * 2)
            return _BOTH_PHRASE
        parts = []
        for number, word in enumerate(term.words, 1):
            parameters.extend([word] * 2)
            if term.is_unfinished and number == len(term.words) and len(word) >= MIN_PREFIX:
                # No parser: a folded word holds letters and digits only.
                parameters.append(f"'{word}':*")
                parts.append(f"({_BOTH} || %s::tsquery)")
            else:
                parts.append(_BOTH)
        return "(" + " && ".join(parts) + ")"

    def terms_sql(terms: list[Term]) -> str:
        return " && ".join(f"!!{term_sql(term)}" if term.is_excluded else term_sql(term) for term in terms)

    return " || ".join(f"({terms_sql(terms)})" for terms in alternatives), parameters


# The planner takes a sequential scan for common words, which reads every vector: 460 ms instead of 32 at
# 100,000 examples.
FIND = """
    SET LOCAL enable_seqscan = off;
    {explain}
    WITH query AS MATERIALIZED (SELECT {query} AS terms),
    heads AS MATERIALIZED (
        SELECT example_id, published_at, head
        FROM catalogue_exampleindex WHERE head @@ (SELECT terms FROM query)
    ),
    newest AS (SELECT * FROM heads ORDER BY published_at DESC, example_id DESC LIMIT {best}),
    ranked AS (SELECT example_id, published_at, ts_rank(head, (SELECT terms FROM query)) AS rank FROM newest)
    SELECT (SELECT string_agg(int4send(example_id::int), '')
            FROM catalogue_exampleindex WHERE body @@ (SELECT terms FROM query)),
           (SELECT string_agg(int4send(example_id::int), '') FROM heads),
           (SELECT string_agg(
                int4send(example_id::int), '' ORDER BY rank DESC, published_at DESC, example_id DESC
            ) FROM ranked);
    SET LOCAL enable_seqscan = on;
"""


def statement(alternatives: list[list[Term]], explain: str = "") -> tuple[str, list[str]]:
    """Return the search as one message, which the server runs in one transaction; and its parameters."""
    query, parameters = _tsquery(alternatives)
    return FIND.format(query=query, best=BEST, explain=explain), parameters


def find(query: str, snapshot: Snapshot) -> Hits | None:
    """Search the catalogue; ``None`` for a query without words, which filters nothing.

    One statement for a new query, none while the revision stays and the query is among the last 64.
    """
    query = cleaned(query)
    alternatives = parse(query)
    if not alternatives:
        return None
    return _found.get(query, snapshot) or _found.put(snapshot, _find(query, alternatives, snapshot))


def _find(query: str, alternatives: list[list[Term]], snapshot: Snapshot) -> Hits:
    with replicas.cursor() as cursor:
        cursor.execute(*statement(alternatives))
        while cursor.description is None:  # settings come first: ours, and those of the history
            cursor.nextset()
        body, head, best = (_ids(packed) for packed in cursor.fetchone())
    bits = snapshot.bitmap(body)
    # With a word excluded, the head alone may match where the body does not.
    ranked = (snapshot.position[example_id] for example_id in best if example_id in snapshot.position)
    return Hits(query, bits, snapshot.bitmap(head) & bits, tuple(at for at in ranked if bits >> at & 1))


def _ids(packed: bytes | None) -> Iterable[int]:
    """Unpack four bytes a hit, which cross the wire faster than an array."""
    return struct.unpack(f">{len(packed) // 4}i", packed) if packed else ()


class _Found:
    """The hits of the last queries; those of older revisions are pushed out with time."""

    SIZE = 64

    def __init__(self) -> None:
        self._hits: OrderedDict[tuple[Revision, str], Hits] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, query: str, snapshot: Snapshot) -> Hits | None:
        with self._lock:
            hits = self._hits.get((snapshot.revision, query))
            if hits:
                self._hits.move_to_end((snapshot.revision, query))
            return hits

    def put(self, snapshot: Snapshot, hits: Hits) -> Hits:
        with self._lock:
            self._hits[snapshot.revision, hits.query] = hits
            if len(self._hits) > self.SIZE:
                self._hits.popitem(last=False)
        return hits


_found = _Found()


# Marking ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Marks:
    """How a word of a text is recognised as one of the query."""

    stems: frozenset[str]
    initials: frozenset[str]
    """First letters without dots: a word that begins otherwise need not be stemmed, which is slow."""
    beginning: str

    def has(self, word: str) -> bool:
        if bare(word[0]) not in self.initials:
            return False
        if self.beginning and any(form.startswith(self.beginning) for form in (word, bare(word), long(word))):
            return True
        return not self.stems.isdisjoint(stems(word))


@lru_cache(maxsize=64)
def _marks(query: str) -> _Marks:
    terms = [term for terms in parse(cleaned(query)) for term in terms if not term.is_excluded]
    wanted = [word for term in terms for word in term.words if word not in STOP_WORDS or len(term.words) == 1]
    unfinished = [
        term.words[-1] for term in terms if term.is_unfinished and len(term.words[-1]) >= MIN_PREFIX
    ]
    return _Marks(
        stems=frozenset(stem for word in wanted for stem in stems(word)),
        initials=frozenset(bare(word[0]) for word in wanted),
        beginning=unfinished[-1] if unfinished else "",
    )


def highlight(text: str, query: str) -> SafeString:
    """Return plain ``text`` (a ``LocalText`` too) escaped, with ``<mark>`` around the words asked for."""
    if not query:
        return escape(text)
    return mark_safe("".join(_marked(str(text), _marks(query))))  # noqa: S308 - each piece is escaped


def _marked(text: str, marks: _Marks) -> Iterator[str]:
    end = 0
    for found in WORD.finditer(text):
        if marks.has(fold(found[0])):
            yield escape(text[end : found.start()])
            yield f"<mark>{escape(found[0])}</mark>"
            end = found.end()
    yield escape(text[end:])


# Did you mean? ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Dictionary:
    """The words of titles, leads and names, the most frequent first, and their ``keys`` with long umlauts."""

    revision: Revision
    words: list[str]
    keys: list[str]
    known: frozenset[str]

    def correct(self, word: str) -> str:
        """Return the nearest word that occurs, or ``word`` itself if it does, or if nothing is near."""
        key = long(word)
        if key in self.known:
            return word
        near: Any = process.extractOne(key, self.keys, scorer=OSA.distance, score_cutoff=_tolerance(key))
        return self.words[near[2]] if near else word


def _tolerance(word: str) -> int:
    """Return how many letters may be wrong."""
    return min(len(word) // 4, 3)


_WORDS = """
    SELECT word FROM catalogue_exampleindex CROSS JOIN unnest(words) AS word
    GROUP BY word ORDER BY count(*) DESC, word
"""


class _Dictionaries:
    """The dictionary of the latest revision that was asked for."""

    def __init__(self) -> None:
        self._latest: _Dictionary | None = None

    def get(self, revision: Revision) -> _Dictionary:
        latest = self._latest
        if latest is None or latest.revision != revision:
            with replicas.cursor() as cursor:
                cursor.execute(_WORDS)
                known = [word for (word,) in cursor.fetchall()]
            keys = [long(word) for word in known]
            latest = self._latest = _Dictionary(revision, known, keys, frozenset(keys))
        return latest


_dictionaries = _Dictionaries()


def did_you_mean(query: str, snapshot: Snapshot) -> str | None:
    """Return the query with its unknown words replaced by the nearest that occur, if that finds something.

    At most two statements: the words of the catalogue, once a revision, and the search for the result.
    """
    dictionary = _dictionaries.get(snapshot.revision)

    def correct(found: re.Match[str]) -> str:
        word = fold(found[0])
        nearest = dictionary.correct(word)
        if nearest == word:
            return found[0]
        return nearest.capitalize() if found[0][0].isupper() else nearest

    query = cleaned(query)
    suggestion = WORD.sub(correct, query)
    if suggestion == query:
        return None
    hits = find(suggestion, snapshot)
    return suggestion if hits and hits.bits else None
