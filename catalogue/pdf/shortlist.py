"""A shortlist as a document: for each example what a reader compares, and where its page is."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.pdf.blocks import Block, from_items, from_line, from_markdown, paragraph, run
from catalogue.pdf.document import Absolute, Document
from catalogue.pdf.example import glance


def shortlist_document(examples: Sequence[Any], address: str, absolute: Absolute) -> Document:
    """Set ``examples`` in their order; ``address`` leads back to the list."""
    count = len(examples)
    changed = max(example.changed_at for example in examples)
    return Document(
        title=_("Shortlist"),
        kind=ngettext("%(count)s Good Practice example", "%(count)s Good Practice examples", count)
        % {"count": count},
        address=address,
        is_demo=any(example.is_demo for example in examples),
        body=[_part(example, absolute) for example in examples],
        edition="",
        dated=changed,
    )


def _part(example: Any, absolute: Absolute) -> Block:
    page = absolute(example.get_absolute_url())
    rows: list[tuple[str, list[Block]]] = [
        (_("Benefit"), from_line(example.benefit)),
        (_("Summary"), from_line(example.summary)),
        *((row["label"], row["blocks"]) for row in glance(example, absolute)),
        (_("Transfer: what you need"), from_markdown(example.transfer)),
        (_("You may change"), from_items(example.transfer_adaptable)),
        (_("Keep as it is"), from_items(example.transfer_fixed)),
        (_("Page with contact persons"), [paragraph(run(page, url=page))]),
    ]
    return {
        "type": "table",
        "heading": example.title,
        "rows": [{"label": label, "blocks": blocks} for label, blocks in rows if blocks],
    }
