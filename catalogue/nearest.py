"""Which records resemble an address that leads nowhere: a mistyped, shortened or guessed one."""

import re
from pathlib import PurePosixPath

from rapidfuzz import fuzz, process

from catalogue.models import Example, Network
from catalogue.models.text import sort_key

MOST_EXAMPLES, MOST_NETWORKS = 2000, 500
"""How many records are compared at most, however large the catalogue is."""
SHORTEST, LONGEST = 3, 100
SIMILAR = 75
MOST_SHOWN = 3


def words_of(path: str) -> str:
    """Return the words of the last part of ``path`` without its ending; empty if too short or too long."""
    words = re.sub(r"[\W_]+", " ", PurePosixPath(path[-200:]).stem).strip()
    return words if SHORTEST <= len(words) <= LONGEST else ""


def nearest(path: str) -> list[Example | Network]:
    """Return up to three published records whose address or title resembles ``path``, most similar first."""
    words = words_of(path)
    if not words:
        return []
    records: list[Example | Network] = [
        *Example.objects.published().only("slug", "title_de", "title_en")[:MOST_EXAMPLES],
        *Network.objects.published().only("slug", "name")[:MOST_NETWORKS],
    ]
    names = [sort_key(record.slug.replace("-", " ")) for record in records] + [
        sort_key(str(record)) for record in records
    ]
    hits = process.extract(
        sort_key(words), names, scorer=fuzz.WRatio, score_cutoff=SIMILAR, limit=2 * MOST_SHOWN
    )
    found = dict.fromkeys(position % len(records) for _, _, position in hits)
    return [records[position] for position in found][:MOST_SHOWN]
