"""What the form will ask: for those who prepare a proposal before they begin it."""

from dataclasses import dataclass
from typing import Any

from assessment.sections import SECTIONS, TEXTS, Section, label_of, limit_of

NOT_PREPARED = frozenset({"picture_alt", "picture_credit", "is_nationwide", "title_note"})
"""Asked beside another field; nothing that anybody has to look for."""


@dataclass(frozen=True)
class FieldOutline:
    label: str
    is_required: bool
    limit: int | None = None
    """At most so many characters."""


@dataclass(frozen=True)
class SectionOutline:
    title: Any
    lead: Any
    fields: list[FieldOutline]


def outline() -> list[SectionOutline]:
    """Return the sections of the form with their fields, in its order."""
    return [SectionOutline(section.title, section.lead, _fields(section)) for section in SECTIONS]


def _fields(section: Section) -> list[FieldOutline]:
    fields = [
        FieldOutline(label_of(field), field in section.required, limit_of(field) if field in TEXTS else None)
        for field in section.fields
        if field not in NOT_PREPARED
    ]
    return fields + [FieldOutline(label_of(name), is_required=name == "contacts") for name in section.lists]
