"""Texts as plain data for the typesetter, which reads nothing of them as markup: runs, and blocks of runs.

A run is ``{"text": "..."}`` with ``url``, ``style`` (a list of strong, em, code) and ``lang`` where they
apply, or ``{"break": True}``. A block has a ``type`` that ``document.typ`` knows, and ``lang`` where its
language is not the document's.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from catalogue.markup import MARKDOWN, item_groups, plain_paragraphs
from catalogue.models import LocalText

Run = dict[str, Any]
Block = dict[str, Any]

LINKED = ("https://", "http://", "mailto:")
LISTS = {"bullet_list", "ordered_list"}
_JOINERS = [0x200D, *range(0xFE00, 0xFE10)]
"""They join and vary the signs beside them, above all emoji."""
_INVISIBLE: dict[int, str] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *_JOINERS], ""),
    **dict.fromkeys(map(ord, "\t\n\r"), " "),
}


def plain(text: object) -> str:
    """Return ``text`` without characters that no font draws; line ends become spaces."""
    return str(text).translate(_INVISIBLE)


def run(text: object, *, url: str = "", style: Sequence[str] = ()) -> Run:
    """Return one run: it keeps a fallback's language, and is a link if ``url`` begins as in ``LINKED``."""
    found: Run = {"text": plain(text), **_language(text)}
    if url.startswith(LINKED):
        found["url"] = url
    if style:
        found["style"] = list(style)
    return found


def paragraph(*runs: Run) -> Block:
    return {"type": "paragraph", "runs": list(runs)}


def bullets(items: Iterable[Sequence[Block]]) -> Block:
    return {"type": "list", "ordered": False, "start": 1, "items": [list(item) for item in items]}


def subheading(text: str) -> Block:
    return {"type": "heading", "text": text}


def from_line(text: object) -> list[Block]:
    """Return a short text as one paragraph, nothing for an empty one."""
    return [paragraph(run(text))] if text else []


def from_paragraphs(text: object) -> list[Block]:
    return _in_language(text, [paragraph(run(part)) for part in plain_paragraphs(str(text))])


def from_items(text: object) -> list[Block]:
    """Return a list field with its lists of second order."""
    items = [
        [paragraph(run(item)), *([bullets([paragraph(run(part))] for part in parts)] if parts else [])]
        for item, parts in item_groups(str(text))
    ]
    return _in_language(text, [bullets(items)] if items else [])


def from_markdown(text: object) -> list[Block]:
    """Return a long text, parsed as the page parses it."""
    return _in_language(text, list(_blocks(SyntaxTreeNode(MARKDOWN.parse(str(text))).children)))


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        if node.type in LISTS:
            items = [list(_blocks(item.children)) for item in node.children]
            start = int(node.attrs.get("start", 1))
            yield {"type": "list", "ordered": node.type == "ordered_list", "start": start, "items": items}
        elif node.type == "blockquote":
            yield {"type": "quote", "blocks": list(_blocks(node.children))}
        elif node.type == "hr":
            yield {"type": "rule"}
        elif node.type in {"code_block", "fence"}:
            yield paragraph(*_lines(node.content))
        else:
            yield paragraph(*_runs(node.children))


def _runs(nodes: Iterable[SyntaxTreeNode], style: tuple[str, ...] = ()) -> Iterator[Run]:
    for node in nodes:
        if node.type in {"inline", "strong", "em"}:
            yield from _runs(node.children, style if node.type == "inline" else (*style, node.type))
        elif node.type == "hardbreak":
            yield {"break": True}
        elif node.type == "softbreak":
            yield run(" ", style=style)
        else:
            yield run(node.content, style=(*style, "code") if node.type == "code_inline" else style)


def _lines(text: str) -> Iterator[Run]:
    for number, line in enumerate(text.rstrip("\n").split("\n")):
        if number:
            yield {"break": True}
        yield run(line, style=["code"])


def _language(text: object) -> dict[str, str]:
    return {"lang": text.lang} if isinstance(text, LocalText) and text.is_fallback else {}


def _in_language(text: object, blocks: list[Block]) -> list[Block]:
    return [{**block, **_language(text)} for block in blocks]
