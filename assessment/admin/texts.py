"""A version of a proposal, ready to be shown: section by section, and what differs from another version."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessment.models import Proposal, ProposalVersion
from assessment.rules import rows
from assessment.sections import PROPOSAL_FIELDS, SECTIONS, Section, columns_of, label_of
from catalogue.admin.history import Difference, word_difference
from catalogue.models import Example, Link, Network
from catalogue.models.text import local_text
from goodpractice.admin import LANGUAGE_NAMES

RECORDED_LISTS = ("links", "attachments")
"""Lists that a version holds; contact persons are not among them."""


@dataclass(frozen=True)
class Passage:
    """One field in one language."""

    label: str
    language: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """One section of the form with what was filled in."""

    key: str
    title: Any
    passages: list[Passage]


class Reading:
    """Puts versions into words; the names of terms and networks are fetched once for all of them."""

    def __init__(self, versions: Iterable[ProposalVersion]) -> None:
        self.names = _names([version.content for version in versions])

    def chapters(self, version: ProposalVersion) -> list[Chapter]:
        chapters = [
            Chapter(section.key, section.title, list(self._passages(version.content, section)))
            for section in SECTIONS
        ]
        return [chapter for chapter in chapters if chapter.passages]

    def differences(self, old: ProposalVersion, new: ProposalVersion) -> list[Difference]:
        return [
            Difference(_label(field, column), word_difference(before, after), _language(field, column))
            for field, column in _columns()
            if (before := self._words(old.content, column)) != (after := self._words(new.content, column))
        ]

    def text_of(self, version: ProposalVersion, field: str) -> str:
        """Return the first language of one field or list that is filled in."""
        texts = (self._words(version.content, column) for column in columns_of(field))
        return next(filter(None, texts), "")

    def _passages(self, content: Mapping[str, Any], section: Section) -> Iterator[Passage]:
        for field in (*section.fields, *section.lists):
            for column in columns_of(field):
                if text := self._words(content, column):
                    yield Passage(_label(field, column), _language(field, column), text)

    def _words(self, content: Mapping[str, Any], column: str) -> str:
        value = content.get(column)
        if column in RECORDED_LISTS:
            return "\n".join(_record(row) for row in value or [])
        if value in (None, "", False, []):
            return ""
        if value is True:
            return _("Yes")
        if column == "picture":
            return PurePosixPath(value).name
        if column == "staff_fte":
            return number_format(value)
        known = self.names[column] if column in self.names else _choices(column)
        parts = value if isinstance(value, list) else [value]
        return ", ".join(str(known.get(part, part)) for part in parts)


def _columns() -> Iterator[tuple[str, str]]:
    """Yield each field with each of its columns, lists too, in the order of the form."""
    for section in SECTIONS:
        for field in (*section.fields, *(name for name in section.lists if name in RECORDED_LISTS)):
            for column in columns_of(field):
                yield field, column


def _language(field: str, column: str) -> str:
    return column[-2:] if column != field else ""


def _label(field: str, column: str) -> str:
    language = _language(field, column)
    return f"{label_of(field)} – {LANGUAGE_NAMES[language]}" if language else label_of(field)


def _choices(column: str) -> dict[Any, Any]:
    source: Any = Example._meta.get_field(column)
    return dict(source.flatchoices)


def _record(row: Mapping[str, Any]) -> str:
    """Write a link or an attachment as one line."""
    title = row["title_de"] or row["title_en"]
    if "url" not in row:
        return f"{title} ({PurePosixPath(row['file']).name})"
    purpose = Link.Purpose(row["purpose"]).label
    return f"{purpose}: {title} – {row['url']}" if title else f"{purpose}: {row['url']}"


def _names(contents: list[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the names behind short names, by column: one statement for all vocabularies and networks that occur."""
    asked: list[tuple[str, str, str, list[str]]] = []
    networks = {content["network"] for content in contents if content.get("network")}
    for source in [*Example._meta.many_to_many, *Proposal._meta.many_to_many]:
        slugs = {slug for content in contents for slug in content.get(source.name) or []}
        if source.name in PROPOSAL_FIELDS:
            networks |= slugs
        elif slugs and source.related_model:
            asked.append(
                (source.name, source.related_model._meta.db_table, "name_de, name_en", sorted(slugs))
            )
    asked.append(("network", Network._meta.db_table, "name, name", sorted(networks)))
    names: dict[str, dict[str, str]] = {column: {} for column, *_rest in asked}
    one = "SELECT '{}' AS kind, slug, {} FROM {} WHERE slug = ANY(%s)"
    statement = " UNION ALL ".join(one.format(column, words, table) for column, table, words, _slugs in asked)
    for column, slug, german, english in rows(statement, *(slugs for *_rest, slugs in asked)):
        names[column][slug] = local_text({"de": german, "en": english})
    return {**names, "networks": names["network"]}
