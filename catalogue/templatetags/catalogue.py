"""Template tags of the catalogue: texts in two languages, Markdown, lists, the beacon."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import nh3
from django import template
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from catalogue.beacon import beacon
from catalogue.drawing import HOLE, Place, kept_pieces, place
from catalogue.facet import FacetCounts, ValueCount
from catalogue.markup import MARKDOWN, in_its_language, item_groups, plain_paragraphs, truncated
from catalogue.models import Example
from catalogue.models.text import LocalText
from catalogue.rows import draw

register = template.Library()

FINE_FROM = 64
"""Pixels from which the beacon draws each level as an arc of its own."""

ALLOWED_TAGS = {"p", "ul", "ol", "li", "strong", "em", "br", "blockquote", "code", "hr"}

register.filter(truncated)


@lru_cache(maxsize=4096)
def _render(text: str) -> str:
    return nh3.clean(MARKDOWN.render(text), tags=ALLOWED_TAGS, attributes={})


@register.filter
def local(text: Any) -> SafeString:
    """Show a short text, marked with its language where that is not the page's."""
    return in_its_language(text, conditional_escape(text), "span")


@register.filter
def markdown(text: object) -> SafeString:
    """Render a long text; raw HTML, headings, links and pictures are not part of it."""
    return in_its_language(text, _render(str(text)), "div")


@register.filter
def items(text: object) -> SafeString:
    """Render a list field: one item a line, a line that begins with "- " belongs to the item above it."""
    groups = item_groups(str(text))
    html = format_html_join("", "<li>{}{}</li>", ((item, _sublist(parts)) for item, parts in groups))
    return in_its_language(text, format_html("<ul>{}</ul>", html), "div")


def _sublist(parts: list[str]) -> SafeString:
    if not parts:
        return SafeString("")
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((part,) for part in parts)))


@register.filter
def paragraphs(text: object) -> SafeString:
    """Render plain text: a blank line divides paragraphs."""
    parts = plain_paragraphs(str(text))
    return in_its_language(text, format_html_join("", "<p>{}</p>", ((part,) for part in parts)), "div")


@register.simple_tag(name="beacon")
def beacon_tag(statements: Iterable[Any] = (), size: int = 24, *, decorative: bool = False) -> SafeString:
    """Draw the mark: all full without statements (the logo), else each quarter to the level reached."""
    levels = tuple((statement.criterion, statement.level) for statement in statements)
    return _beacon(place(), levels, size, decorative=decorative)


@lru_cache(maxsize=1024)
def _beacon(_place: Place, levels: tuple[tuple[str, int], ...], size: int, *, decorative: bool) -> SafeString:
    mark = beacon(dict(levels) or None, fine=size >= FINE_FROM)
    return render_to_string("components/_beacon.html", {"mark": mark, "size": size, "decorative": decorative})


class FixedNode(template.Node):
    """Renders what stands in it once for each language."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[Place, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        here = place()
        if here not in self.drawn:
            self.drawn[here] = self.nodelist.render(context.new())
        return self.drawn[here]


@register.tag
def fixed(parser: Parser, _token: Token) -> FixedNode:
    """Keep what stands up to ``{% endfixed %}``: words and addresses only, nothing of the context."""
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist)


@register.simple_tag
def kept(template: str, **values: str | int) -> SafeString:
    """Include a template that depends on nothing but ``values`` and the language; it is rendered once."""
    (html,) = kept_pieces(template, place(), **values)
    return mark_safe(html.strip())  # noqa: S308 - rendered


class OnceNode(template.Node):
    """Renders what stands in it unless the page's ``drawn`` has it already, by its name."""

    def __init__(self, name: str, nodelist: template.NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        drawn: dict[str, SafeString] = context["drawn"]
        if self.name not in drawn:
            drawn[self.name] = self.nodelist.render(context)
        return drawn[self.name]


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:
    """Keep what stands up to ``{% endonce %}`` under a name in the dictionary ``drawn`` of the context."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(name, nodelist)


@register.simple_tag
def footer(operator: str, path: str) -> SafeString:
    """Draw the foot of each page; its form for feedback is told the ``path`` of the page."""
    before, after = kept_pieces("components/_footer.html", place(), operator=operator, path=HOLE)
    return mark_safe(f"{before}{quote(path)}{after}")  # noqa: S308 - nothing is left to escape


@register.simple_tag
def takeaway(query: str) -> SafeString:
    """Draw the links to what the list holds, in other forms."""
    pieces = kept_pieces("catalogue/_takeaway.html", place(), query=HOLE)
    return mark_safe(escape(f"?{query}" if query else "").join(pieces).strip())  # noqa: S308 - rendered, or escaped


@register.simple_tag
def facet(counts: FacetCounts) -> SafeString:
    """Draw a facet. A page has more than a hundred values, of which only the numbers change."""
    here = place()
    folded = HOLE if counts.folded else ""
    first, *others = kept_pieces(
        "catalogue/_facet.html", here, name=counts.name, label=counts.label, shown=HOLE, folded=folded
    )
    drawn = [first]
    for group, piece in zip((counts.shown, counts.folded), others, strict=False):
        for value in group:
            drawn += _facet_value(counts.name, value, here)
        drawn.append(piece)
    return mark_safe("".join(drawn))  # noqa: S308 - rendered, and numbers


@register.simple_tag
def minimum(counts: FacetCounts) -> SafeString:
    """Draw the choice of the level that one criterion must reach."""
    here = place()
    before, after = kept_pieces(
        "catalogue/_minimum.html", here, name=counts.name, label=counts.label, options=HOLE
    )
    options = [_minimum_value(value, here) for value in counts.values]
    return mark_safe("".join([before, *options, after]))  # noqa: S308 - rendered, and numbers


def _minimum_value(value: ValueCount, here: Place) -> str:
    before, after = kept_pieces(
        "catalogue/_minimum_value.html",
        here,
        value=value.value,
        label=value.label,
        is_selected=value.is_selected,
        count=HOLE,
    )
    return f"{before.strip()}{value.count}{after.strip()}"


def _facet_value(facet: str, value: ValueCount, here: Place) -> tuple[str, str, str]:
    before, after = kept_pieces(
        "catalogue/_facet_value.html",
        here,
        facet=facet,
        value=value.value,
        label=value.label,
        is_selected=value.is_selected,
        is_empty=not value.count,
        count=HOLE,
    )
    return before, str(value.count), after


@register.simple_tag
def example_row(example: Example, heading: str) -> SafeString:
    """Draw one row outside the lists that keep theirs (``catalogue.rows``)."""
    return draw(example, heading).html("")


@register.filter
def any_foreign(texts: Iterable[object]) -> bool:
    """Tell whether one of the texts is shown in the other language."""
    return any(isinstance(text, LocalText) and text.is_fallback for text in texts)


@register.filter
def plain_lines(text: object) -> SafeString:
    """Render plain language: one thought a line."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return in_its_language(
        text,
        format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))),
        "div",
    )


@register.filter
def with_language(text: object) -> str:
    """Name the language in words where it is not the page's, for places that take no markup."""
    if not (isinstance(text, LocalText) and text.is_fallback):
        return str(text)
    return f"{text} ({_('in German') if text.lang == 'de' else _('in English')})"


@register.filter
def unlocalized(number: int) -> str:
    """Show a year without a thousands separator."""
    return str(number)


@register.filter
def dial(phone: str) -> str:
    """Return a phone number as a ``tel:`` address wants it."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
