"""What the page of one example shows beyond its columns: headings by kind, contents, relatives, citation, JSON-LD."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.drawing import Place
from catalogue.facets import Snapshot
from catalogue.keeping import KeptBySnapshot
from catalogue.models import Example, LocalText
from catalogue.shortlist import Shortlist

SOLUTION_HEADINGS = {
    Example.Kind.PRODUCT: gettext_lazy("Practical solution: the product"),
    Example.Kind.TOOL: gettext_lazy("Practical solution: implementation of the tool"),
    Example.Kind.CONCEPT: gettext_lazy("Practical solution: implementation of the concept"),
    Example.Kind.MEASURE: gettext_lazy("Practical solution: implementation of the measure"),
    Example.Kind.EVENT_FORMAT: gettext_lazy("Practical solution: implementation of the event format"),
}
NAMED = """
    SELECT id, slug, title_de, title_en FROM catalogue_example WHERE id = ANY(%s) AND status = 'published'
"""
TEXTS = ["title", "benefit", "summary", "need", "solution", "success", "transfer", "lessons"]
JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Section:
    """One heading of the page; ``text`` is empty for those that have a partial of their own."""

    id: str
    heading: str
    text: LocalText | str = ""


@dataclass(frozen=True)
class RelatedExample:
    example: Example
    reason: str


class ExamplePage:
    """The page of one example, from the parts that ``with_page_parts`` fetched; one statement more for relatives."""

    def __init__(self, example: Example, snapshot: Snapshot) -> None:
        self.example = example
        self.snapshot = snapshot

    @cached_property
    def sections(self) -> list[Section]:
        example = self.example
        parts = [
            Section("need", _("Need for action"), example.need),
            Section("solution", str(SOLUTION_HEADINGS[Example.Kind(example.kind)]), example.solution),
            Section("success", _("Proven success"), example.success),
        ]
        return [part for part in parts if part.text]

    @cached_property
    def has_transfer(self) -> bool:
        example = self.example
        return any(
            [example.transfer, example.transfer_adaptable, example.transfer_fixed, example.transfer_statutory]
        )

    @cached_property
    def contents(self) -> list[Section]:
        example: Any = self.example
        rest = [
            (self.has_transfer, Section("transfer", _("Transfer: what you need"))),
            (example.lessons, Section("lessons", _("Lessons learnt"))),
            (True, Section("board", _("What the advisory board says"))),
            (example.shown_contacts, Section("contacts", _("Whom to ask"))),
            (example.confirmed_transfers, Section("transfers", _("Taken over by"))),
            (
                example.links.all() or example.attachments.all(),
                Section("sources", _("Sources and downloads")),
            ),
        ]
        return self.sections + [section for is_there, section in rest if is_there]

    @cached_property
    def related(self) -> list[RelatedExample]:
        found = self.snapshot.related(self.example.pk)
        named = Example.objects.raw(NAMED, [[entry.example_id for entry in found]]) if found else []
        by_id = {example.pk: example for example in named}
        return [RelatedExample(by_id[e.example_id], str(e.reason)) for e in found if e.example_id in by_id]

    def citation(self, url: str, *, as_of: date | None = None) -> str:
        """Return the reference; ``as_of`` is today unless given."""
        example = self.example
        author = example.organisation or str(example.shown_network or "IQ Good Practice")
        return _("%(author)s: %(title)s. In: IQ Good Practice. %(url)s (as of %(date)s).") % {
            "author": author,
            "title": example.title,
            "url": url,
            "date": date_format(as_of or localdate(), "DATE_FORMAT"),
        }

    def json_ld(self, url: str, picture: str | None) -> SafeString:
        """Describe the example for search engines (schema.org); without contacts."""
        example = self.example
        data = {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": example.title,
            "description": example.benefit or example.summary,
            "inLanguage": example.title.lang,
            "url": url,
            "image": picture,
            "datePublished": example.published_at and example.published_at.isoformat(),
            "dateModified": example.changed_at.isoformat(),
            "author": {"@type": "Organization", "name": example.organisation}
            if example.organisation
            else None,
            "publisher": {"@type": "Organization", "name": example.shown_network.name}
            if example.shown_network
            else None,
            "keywords": [str(topic.name) for topic in example.topics.all()],
        }
        text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
        return mark_safe(text.translate(JSON_ESCAPES))  # noqa: S308 - no character left that could end the element

    def context(self, absolute: Callable[[str], str]) -> dict[str, Any]:
        """Return the context of the template; ``absolute`` makes a full address of a path."""
        example: Any = self.example
        url = absolute(example.get_absolute_url())
        picture = absolute(example.picture.url) if example.picture else None
        return {
            "example": example,
            "sections": self.sections,
            "has_transfer": self.has_transfer,
            "contents": self.contents,
            "related": self.related,
            "foreign": any(getattr(example, name).is_fallback for name in TEXTS)
            or any(statement.sentence.is_fallback for statement in example.board_statements.all()),
            "citation": self.citation(url),
            "json_ld": self.json_ld(url, picture),
            "picture_url": picture,
            "shortlist_url": Shortlist((example.slug,)).address(),
            "breadcrumbs": [
                (reverse("catalogue:home"), _("Home")),
                (reverse("catalogue:example_list"), _("Examples")),
            ],
        }


Address = tuple[str, str, Place]
"""The example's slug, the site's own address (both in the page's links), and the page's place."""
MAX_BYTES = 8 * 1024 * 1024
"""For the pages of one snapshot, 20 to 50 kB each."""
pages: KeptBySnapshot[Address, dict[str, SafeString]] = KeptBySnapshot(
    MAX_BYTES, lambda drawn: 500 + sum(map(sys.getsizeof, drawn.values()))
)
"""What the tag "once" drew of public pages: the same for everybody, also signed in or with a query of their own."""
