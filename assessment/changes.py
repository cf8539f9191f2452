"""What differs between two contents of a proposal (``content.as_content``), field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessment.sections import SECTIONS, TEXTS, columns_of, label_of
from goodpractice.languages import NAMES


@dataclass(frozen=True)
class Change:
    """One column that differs; ``before`` and ``after`` are empty where a list has changed."""

    field: str
    label: str
    before: str = ""
    after: str = ""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what differs, in the order of the form."""
    return [
        change
        for section in SECTIONS
        for field in (*section.fields, *section.lists)
        for change in _changes_of(field, before, after)
    ]


def _changes_of(field: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for column in columns_of(field):
        old, new = before.get(column), after.get(column)
        if old == new:
            continue
        label = label_of(field)
        if field in TEXTS:
            label = f"{label} ({NAMES[column[-2:]]})"
        is_text = isinstance(old, str) and isinstance(new, str) and field in TEXTS
        yield Change(field, label, str(old), str(new)) if is_text else Change(field, label)
