"""How texts are written: Markdown, lists one item a line, plain paragraphs; the same on pages and in PDFs."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from catalogue.models.text import LocalText

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


def in_its_language(text: object, html: str, tag: str) -> SafeString:
    """Wrap the escaped ``html`` of ``text`` in an element that names its language where it is not the page's."""
    if isinstance(text, LocalText) and text.is_fallback:
        return format_html('<{0} lang="{1}">{2}</{0}>', tag, text.lang, mark_safe(html))  # noqa: S308 - escaped by the callers
    return mark_safe(html)  # noqa: S308


def truncated(text: object, length: int) -> object:
    """Shorten to at most ``length`` characters, at a word's end; the language of the text stays known."""
    whole = " ".join(str(text).split())
    short = whole if len(whole) <= length else f"{whole[:length].rpartition(' ')[0] or whole[: length - 1]}…"
    return LocalText(short, text.lang, is_fallback=text.is_fallback) if isinstance(text, LocalText) else short
