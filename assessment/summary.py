"""A proposal as plain text: for the mail that confirms it, so that everybody keeps a copy of their own."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessment.models import Proposal
from assessment.sections import PROPOSAL_FIELDS, SECTIONS, columns_of, label_of
from catalogue.models import Example
from goodpractice.admin import LANGUAGE_NAMES


def as_text(proposal: Proposal) -> str:
    """Return all that was written, section by section, in the current language's words for the fields."""
    parts = []
    for section in SECTIONS:
        lines = [line for field in section.fields for line in _lines(proposal, field)]
        lines += [line for name in section.lists for line in _list_lines(proposal.example, name)]
        if lines:
            parts.append("\n".join([str(section.title).upper(), *lines]))
    return "\n\n".join(parts)


def display(proposal: Proposal, field: str, column: str) -> str:
    """Return the value of one column in words; empty if nothing is filled in."""
    owner: Any = proposal if field in PROPOSAL_FIELDS else proposal.example
    value = getattr(owner, column)
    if hasattr(value, "all"):
        return ", ".join(str(one) for one in value.all())
    if value in (None, "", False):
        return ""
    if value is True:
        return _("Yes")
    if isinstance(value, Decimal):
        return number_format(value)
    chosen = getattr(owner, f"get_{column}_display", None)
    return str(chosen() if chosen else value)


def _lines(proposal: Proposal, field: str) -> Iterator[str]:
    columns = columns_of(field)
    for column in columns:
        if text := display(proposal, field, column):
            label = label_of(field)
            if len(columns) > 1:
                label = f"{label} ({LANGUAGE_NAMES[column[-2:]]})"
            yield f"{label}: {text}"


def _list_lines(example: Example, name: str) -> Iterator[str]:
    records: Any = getattr(example, name)
    for record in records.all():
        more = getattr(record, "url", "") or getattr(record, "email", "")
        yield f"{label_of(name)}: {record}" + (f" – {more}" if more else "")
