"""How texts are written: Markdown, lists one item a line, plain paragraphs; the same on pages and in PDFs."""

from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False, "typographer": False}).disable(
    ["heading", "lheading", "image", "link", "autolink"]
)
"""Paragraphs, lists and emphasis; raw HTML, headings, links and pictures stay text."""


def item_groups(text: str) -> list[tuple[str, list[str]]]:
    """Divide a list field: one item a line, a line that begins with "- " belongs to the item above it."""
    groups: list[tuple[str, list[str]]] = []
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("- ") and groups:
            groups[-1][1].append(line[2:])
        elif line:
            groups.append((line.removeprefix("- "), []))
    return groups


def plain_paragraphs(text: str) -> list[str]:
    """Divide plain text: a blank line stands between paragraphs."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]
