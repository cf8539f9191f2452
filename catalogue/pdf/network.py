"""The profile of a network as a document in the form of seed 002: four parts, each a table of two columns."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models.text import reader_language
from catalogue.network_page import LICENCES, Field, NetworkPage
from catalogue.pdf.blocks import Block, Run, bullets, from_items, from_line, from_paragraphs, paragraph, run
from catalogue.pdf.document import (
    Absolute,
    Document,
    joined,
    section,
    sources,
    status_of_information,
    whom_to_ask,
)


def network_document(page: NetworkPage, absolute: Absolute) -> Document:
    """Set the profile that ``page`` shows; ``absolute`` makes a full address of a path."""
    network = page.network
    address = absolute(network.get_absolute_url())
    body = [
        *(_table(f"{part.number}. {part.heading}", part.fields) for part in page.parts),
        *([paragraph(run(_("More is not documented yet.")))] if page.is_bare else []),
        *_examples(page, absolute),
        *sources(network.links.all(), [], absolute),
        *whom_to_ask(network.shown_contacts, address),
        *section(_("Licence and funding"), _licence(network)),
    ]
    status = network.status_of_information
    return Document(
        title=network.name,
        author=network.name,
        kind=f"{_('Network profile')} · {network.get_category_display()}",
        address=address,
        is_demo=network.is_demo,
        lines=_lines(network, absolute),
        note=_foreign_note() if page.is_foreign else "",
        body=body,
        edition=status_of_information(network),
        dated=status and datetime.datetime.combine(status, datetime.time(), datetime.UTC),
    )


def _table(heading: str, fields: list[Field]) -> Block:
    rows = [{"label": field.label, "blocks": _value(field)} for field in fields]
    return {"type": "table", "heading": heading, "rows": rows}


def _value(field: Field) -> list[Block]:
    value = field.value
    match field.form:
        case "items":
            return from_items(value)
        case "paragraphs":
            return from_paragraphs(value)
        case "terms":
            return [paragraph(*joined((run(term.name) for term in value), "; "))]
        case "links":
            return [paragraph(*joined(run(address.text, url=address.url) for address in value))]
        case "addresses":
            return [
                bullets(
                    [paragraph(run(f"{address.platform}: "), run(address.text, url=address.url))]
                    for address in value
                )
            ]
    return from_line(value)


def _lines(network: Any, absolute: Absolute) -> list[list[Run]]:
    """Return the status of information, when the network existed, and what came before and after it."""
    lines = [
        [run(status_of_information(network))],
        [run(_period(network))],
        _others(_("Continued by:"), network.successors.all(), absolute),
        _others(_("Continues the work of:"), network.predecessors.all(), absolute),
        [run(network.remark)],
    ]
    return [line for line in lines if any(part["text"] for part in line)]


def _period(network: Any) -> str:
    """Say when it existed without asking what year it is now: the same record gives the same document."""
    first, last = network.valid_from, network.valid_until
    if last is None:
        return _("This network has existed since %(from)s.") % {"from": first} if first else ""
    span = f"{first}–{last}" if first else _("until %(year)s") % {"year": last}
    return " ".join([_("Period:"), span])  # gettext finds no words in f-strings


def _others(label: str, networks: Any, absolute: Absolute) -> list[Run]:
    runs: list[Run] = []
    for other in networks:
        runs += [run(", " if runs else f"{label} "), run(other.name, url=absolute(other.get_absolute_url()))]
    return runs


def _examples(page: NetworkPage, absolute: Absolute) -> list[Block]:
    entries = [
        [paragraph(run(example.title, url=absolute(example.get_absolute_url())))] for example in page.examples
    ]
    blocks = [bullets(entries)] if entries else []
    if page.example_list_url:
        blocks.append(paragraph(run(_("All examples of this network"), url=absolute(page.example_list_url))))
    return section(_("Good Practice examples of this network"), blocks)


def _licence(network: Any) -> list[Block]:
    blocks = from_paragraphs(network.funding_acknowledgement)
    if url := LICENCES.get(network.licence):
        licence = run(network.get_licence_display(), url=url)
        blocks.insert(0, paragraph(run(_("This profile is licensed under") + " "), licence, run(".")))
    return blocks


def _foreign_note() -> str:
    if reader_language() == "en":
        return _("Parts of this profile exist in German only; they are shown in German.")
    return _("Parts of this profile exist in English only; they are shown in English.")
