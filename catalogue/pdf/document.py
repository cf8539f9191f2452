"""One document as data: what ``document.typ`` sets, and the parts that examples and networks share."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.beacon import beacon
from catalogue.models import LocalText
from catalogue.models.text import reader_language
from catalogue.pdf.blocks import Block, Run, bullets, paragraph, plain, run

Absolute = Callable[[str], str]
"""Makes a full address of a path."""


@dataclass(frozen=True)
class Document:
    """A record, ready to be set; the same fields give the same bytes."""

    title: str
    kind: str
    address: str
    body: list[Block]
    edition: str
    """How old it is, in words, for the foot of each page."""
    dated: datetime.datetime | None
    """The date that the file carries; none rather than the day it was asked for."""
    author: str = ""
    lead: str = ""
    summary: list[Block] = field(default_factory=list)
    lines: list[list[Run]] = field(default_factory=list)
    """Small lines under the title."""
    note: str = ""
    is_demo: bool = False
    picture: bytes = b""
    picture_alt: str = ""
    picture_credit: str = ""

    def data(self) -> dict[str, Any]:
        """Return everything but the picture's bytes, for JSON."""
        return {
            "language": reader_language(),
            "title": run(self.title if plain(self.title).strip() else self.address),
            "kind": plain(self.kind),
            "name": "Good Practice",
            "publisher": _("Network “Integration through Qualification (IQ)”"),
            "author": plain(self.author),
            "is_dated": self.dated is not None,
            "mark": _("Demo – made up") if self.is_demo else "",
            "logo": arcs(None),
            "lead": [run(self.lead)] if self.lead else [],
            "summary": self.summary,
            "lines": self.lines,
            "note": self.note,
            "picture": {"alt": run(self.picture_alt), "credit": plain(self.picture_credit)}
            if self.picture
            else None,
            "body": self.body,
            "address": self.address,
            "edition": self.edition,
            "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
            "continued": _("continued"),
        }


def arcs(levels: dict[str, int] | None) -> dict[str, Any]:
    """Return the beacon to draw and the text that says the same; ``None`` is the logo."""
    mark = beacon(levels, fine=levels is not None)
    drawn = [
        {"criterion": a.criterion, "path": a.path, "width": a.width, "filled": a.is_filled} for a in mark.arcs
    ]
    return {"arcs": drawn, "text": mark.text}


def section(heading: str, blocks: Iterable[Block], *, tone: str = "") -> list[Block]:
    """Return the section, nothing if it says nothing."""
    content = list(blocks)
    return [{"type": "section", "heading": heading, "tone": tone, "blocks": content}] if content else []


def sources(links: Iterable[Any], attachments: Iterable[Any], absolute: Absolute) -> list[Block]:
    """Return attachments and sources; each with its address in full, because paper has no links."""
    entries = [
        [paragraph(run(file.title, url=absolute(file.get_absolute_url())), run(f" ({file.kind.label})"))]
        for file in attachments
    ]
    for link in links:
        dead = [run(f" · {_('not reachable when last checked')}")] if link.health == link.Health.DEAD else []
        title = [run(link.title), {"break": True}] if link.title else []
        entries.append([paragraph(*title, run(link.url, url=link.url), *dead)])
    return section(_("Sources and downloads"), [bullets(entries)] if entries else [])


def whom_to_ask(contacts: Iterable[Any], address: str) -> list[Block]:
    """Lead to the page: contact persons agreed to be shown there, not in files that stay around."""
    if not contacts:
        return []
    text = run(_("The contact persons are on the page, which is kept up to date:") + " ")
    return section(_("Whom to ask"), [paragraph(text, run(address, url=address))])


def joined(parts: Iterable[Run], divider: str = ", ") -> list[Run]:
    """Return the runs with ``divider`` between them."""
    runs: list[Run] = []
    for part in parts:
        runs += [run(divider), part] if runs else [part]
    return runs


def status_of_information(record: Any) -> str:
    """Return the month that the facts are from, in words; empty if it is not known."""
    if not record.status_of_information:
        return ""
    return f"{_('Status of information:')} {date_format(record.status_of_information, 'F Y')}"


def is_foreign(texts: Iterable[object]) -> bool:
    return any(isinstance(text, LocalText) and text.is_fallback for text in texts)
