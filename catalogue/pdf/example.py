"""An example as a document: what its page says, without contacts and without what belongs to the moment."""

import io
import logging
from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from catalogue.example_page import TEXTS, ExamplePage
from catalogue.models.text import reader_language
from catalogue.pdf.blocks import Block, Run, from_items, from_line, from_markdown, paragraph, run, subheading
from catalogue.pdf.document import (
    Absolute,
    Document,
    arcs,
    is_foreign,
    joined,
    section,
    sources,
    status_of_information,
    whom_to_ask,
)

LONGEST_SIDE = 1600
"""Pixels of the picture that are kept: about 250 an inch on the page."""
QUALITY = 88
PAPER = (255, 255, 255)
MORE_TEXTS = [
    "transfer_adaptable",
    "transfer_fixed",
    "transfer_statutory",
    "picture_alt",
    "award",
    "title_note",
]

logger = logging.getLogger(__name__)


def example_document(page: ExamplePage, absolute: Absolute) -> Document:
    """Set the example that ``page`` shows; ``absolute`` makes a full address of a path."""
    example: Any = page.example
    address = absolute(example.get_absolute_url())
    changed = _("Last changed on %(date)s") % {
        "date": date_format(localtime(example.changed_at), "DATE_FORMAT")
    }
    picture = _picture(example)
    return Document(
        title=example.title,
        author=example.organisation or str(example.shown_network or ""),
        kind=str(example.get_kind_display()),
        address=address,
        is_demo=example.is_demo,
        lead=example.benefit,
        summary=from_line(example.summary),
        lines=[[run(example.title_note)]] if example.title_note else [],
        note=_foreign_note() if is_foreign(_texts(example)) else "",
        picture=picture,
        picture_alt=example.picture_alt,
        picture_credit=example.picture_credit,
        body=_body(page, address, absolute),
        edition=" · ".join(filter(None, [status_of_information(example), changed])),
        dated=example.changed_at,
    )


def _body(page: ExamplePage, address: str, absolute: Absolute) -> list[Block]:
    example: Any = page.example
    missing = _(
        "More about this example is not documented here yet. "
        "The sources below lead to what its makers have published."
    )
    return [
        {"type": "table", "heading": _("At a glance"), "rows": glance(example, absolute)},
        *(block for part in page.sections for block in section(part.heading, from_markdown(part.text))),
        *([] if page.sections else from_line(missing)),
        *section(_("Transfer: what you need"), _transfer(example), tone="tint"),
        *section(_("Lessons learnt"), from_markdown(example.lessons)),
        _board(example),
        *section(_("Taken over by"), _transfers(example)),
        *sources(example.links.all(), example.attachments.all(), absolute),
        *whom_to_ask(example.shown_contacts, address),
        *section(_("Cite"), from_line(page.citation(address, as_of=localtime(example.changed_at).date()))),
    ]


def glance(example: Any, absolute: Absolute) -> list[dict[str, Any]]:
    """Return the rows of the table; what is not known has no row."""
    rows = [
        (_("Kind"), _runs(example.get_kind_display())),
        (_("Topics"), _names(example.topics)),
        (_("For whom"), _names(example.audiences)),
        (_("Target groups"), _names(example.target_groups)),
        (_("Network"), _network(example, absolute)),
        (_("Organisation"), _runs(example.organisation)),
        (_("Subproject"), _runs(example.subproject)),
        (_("Where"), _runs(_("nationwide")) if example.is_nationwide else _names(example.states)),
        (_("Running"), _runs(_running(example.running_since, example.running_until))),
        (_("Regular service"), _runs(example.is_regular_service and _("yes, it has become part of one"))),
        *_effort(example),
    ]
    return [{"label": label, "blocks": [paragraph(*joined(runs, "; "))]} for label, runs in rows if runs]


def _effort(example: Any) -> Iterable[tuple[str, list[Run]]]:
    if example.staff_fte is not None:
        fte = number_format(example.staff_fte.normalize(), use_l10n=True)
        yield _("Staff"), _runs(_("%(fte)s full-time equivalents") % {"fte": fte})
    if example.setup_weeks is not None:
        weeks = ngettext("%(weeks)s week", "%(weeks)s weeks", example.setup_weeks)
        yield _("Set-up time"), _runs(weeks % {"weeks": example.setup_weeks})
    if example.cost_band:
        yield _("Cost of the first year"), _runs(example.get_cost_band_display(), _("without own staff"))


def _network(example: Any, absolute: Absolute) -> list[Run]:
    network = example.shown_network
    return [run(network.name, url=absolute(network.get_absolute_url()))] if network else []


def _running(since: int | None, until: int | None) -> str:
    if since and until:
        return f"{since}–{until}"
    if since:
        return _("since %(year)s") % {"year": since}
    return _("until %(year)s") % {"year": until} if until else ""


def _names(terms: Any) -> list[Run]:
    return _runs(*(term.name for term in terms.all()))


def _runs(*texts: object) -> list[Run]:
    return [run(text) for text in texts if text]


def _transfer(example: Any) -> list[Block]:
    parts = [
        ("", from_markdown(example.transfer)),
        (_("You may change"), from_items(example.transfer_adaptable)),
        (_("Keep as it is"), from_items(example.transfer_fixed)),
        (
            _("For employment agencies, job centres and other statutory institutions"),
            from_markdown(example.transfer_statutory),
        ),
    ]
    return [
        block
        for heading, blocks in parts
        if blocks
        for block in [*([subheading(heading)] if heading else []), *blocks]
    ]


def _board(example: Any) -> Block:
    """Return what the board published: the beacon and a table, or one sentence where nobody assessed it here."""
    statements = example.statements_in_order
    unknown = _(
        "This example was not assessed in this catalogue. "
        "There are therefore no levels and no reasons for the four criteria."
    )
    return {
        "type": "board",
        "heading": _("What the advisory board says"),
        "columns": [_("Criterion"), _("Level"), _("Reason")],
        "beacon": arcs({s.criterion: s.level for s in statements}) if statements else None,
        "statements": [
            {
                "criterion": s.criterion,
                "name": s.get_criterion_display(),
                "level": s.get_level_display(),
                "blocks": from_line(s.sentence),
            }
            for s in statements
        ],
        "blocks": [
            *([] if statements else from_line(unknown)),
            *from_line(example.award),
            *(from_line(_decided(example)) if example.decided_on else []),
        ],
    }


def _decided(example: Any) -> str:
    return _("Decided on %(day)s, by version %(version)s of the rubric.") % {
        "day": date_format(example.decided_on, "DATE_FORMAT"),
        "version": example.rubric_version,
    }


def _transfers(example: Any) -> list[Block]:
    blocks: list[Block] = []
    for transfer in example.confirmed_transfers:
        place = f", {transfer.place}" if transfer.place else ""
        adapted = [{"break": True}, run(transfer.adaptation)] if transfer.adaptation else []
        head = [run(transfer.institution, style=["strong"]), run(f"{place} ({transfer.year})")]
        blocks.append(paragraph(*head, *adapted))
    return blocks


def _picture(example: Any) -> bytes:
    """Return the picture as JPEG, or nothing where its file is missing or broken: the rest remains."""
    if not example.picture:
        return b""
    try:
        with example.picture.open("rb") as file, Image.open(file) as picture:
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            colours = picture.convert("RGBA")
            ground = Image.new("RGB", colours.size, PAPER)
            ground.paste(colours, mask=colours.getchannel("A"))
    except (OSError, ValueError, Image.DecompressionBombError):
        logger.exception("The picture of example %s cannot be read", example.pk)
        return b""
    jpeg = io.BytesIO()
    ground.save(jpeg, "JPEG", quality=QUALITY, optimize=True)
    return jpeg.getvalue()


def _texts(example: Any) -> list[object]:
    return [
        *(getattr(example, name) for name in TEXTS + MORE_TEXTS),
        *(statement.sentence for statement in example.board_statements.all()),
        *(transfer.adaptation for transfer in example.confirmed_transfers),
        *(source.title for source in [*example.links.all(), *example.attachments.all()]),
    ]


def _foreign_note() -> str:
    if reader_language() == "en":
        return _("Parts of this example exist in German only; they are shown in German.")
    return _("Parts of this example exist in English only; they are shown in English.")
