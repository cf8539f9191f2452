"""The rows of lists as HTML, drawn once: a list page costs what is different about it, not twenty templates.

A row is the same for every reader of a language, but for the marks around the words that were searched. So its
template is rendered with holes where these texts stand, and kept with the snapshot that listed it
(``catalogue.keeping``).
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from catalogue.drawing import HOLE, Place, pieces, place
from catalogue.keeping import KeptBySnapshot
from catalogue.markup import in_its_language, truncated
from catalogue.models import Example, LocalText
from catalogue.search import highlight
from catalogue.snapshot import Snapshot

MAX_BYTES = 8 * 1024 * 1024
"""For the rows of one snapshot: some 5,000 of them, 250 pages."""
LEAD_LENGTH = 180


@dataclass(frozen=True, slots=True)
class Row:
    """One row in one language: HTML, every second piece of it one of the texts in which words are marked."""

    pieces: tuple[str, ...]
    texts: tuple[LocalText, ...]

    @property
    def size(self) -> int:
        """Return the bytes it takes, rather too many than too few."""
        return 500 + sum(map(sys.getsizeof, (*self.pieces, *self.texts)))

    def html(self, query: str) -> SafeString:
        """Return the row with the words of ``query`` marked."""
        pieces = list(self.pieces)
        if query:
            pieces[1::2] = (_marked(text, query) for text in self.texts)
        return mark_safe("".join(pieces))  # noqa: S308 - escaped by the template and by highlight()


def _marked(text: LocalText, query: str) -> str:
    return in_its_language(text, highlight(text, query), "span")


def draw(example: Example, heading: str, *, selectable: bool = False) -> Row:
    """Render the template of one row; ``example`` comes from ``as_cards``, ``heading`` is "h2" or "h3".

    A ``selectable`` one has a box to tick, of the form that the page calls "pick".
    """
    lead: Any = example.benefit or truncated(example.summary, LEAD_LENGTH)
    texts = (example.title, lead) if lead else (example.title,)
    around = pieces(
        "components/_example_row.html",
        example=example,
        heading=heading,
        title=HOLE,
        lead=lead and HOLE,
        selectable=selectable,
    )
    html = [around[0]]
    for text, piece in zip(texts, around[1:], strict=True):
        html += _marked(text, ""), piece
    return Row(tuple(html), texts)


def rows(
    snapshot: Snapshot, ids: Sequence[int], *, query: str = "", heading: str = "h2", selectable: bool = False
) -> list[SafeString]:
    """Return the rows of the published examples among ``ids``, in their order, with the words of ``query`` marked.

    Three statements if some of them are not known yet, whatever their number, otherwise none.
    """
    manner = (heading, selectable, place())
    found = {pk: _kept.get(snapshot, (pk, manner)) for pk in ids}
    if missing := [pk for pk, row in found.items() if row is None]:
        for example in Example.objects.published().as_cards(missing):
            row = draw(example, heading, selectable=selectable)
            found[example.pk] = _kept.put(snapshot, (example.pk, manner), row)
    return [row.html(query) for row in found.values() if row]


_Key = tuple[int, tuple[str, bool, Place]]
"""An example, the heading of its row, whether it can be ticked, and its place."""
_kept: KeptBySnapshot[_Key, Row] = KeptBySnapshot(MAX_BYTES, lambda row: row.size)
