"""The sections of the form, in their order: which fields each has, and which of them must be filled in.

Everything that walks through the form reads this: forms, task list, completeness, questions of the office.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from assessment.models import Proposal
from catalogue.models import Example

TEXTS = frozenset(
    {
        "title",
        "title_note",
        "benefit",
        "summary",
        "plain_summary",
        "need",
        "solution",
        "success",
        "lessons",
        "transfer",
        "transfer_adaptable",
        "transfer_fixed",
        "transfer_statutory",
        "picture_alt",
    }
)
"""Fields of the example with a German and an English column; one of the two languages is enough."""
LIMITS = {
    "plain_summary": 2000,
    "need": 3000,
    "solution": 5000,
    "success": 4000,
    "lessons": 3000,
    "transfer": 4000,
    "transfer_adaptable": 2000,
    "transfer_fixed": 2000,
    "transfer_statutory": 2000,
}
"""Characters of the long texts, in each language: what a reader takes in. The others are limited by their column."""
PROPOSAL_FIELDS = frozenset({"networks"})
"""Fields of the proposal; all others belong to the example."""


@dataclass(frozen=True)
class Section:
    """One page of the form. ``lists`` are kinds of records of the example: links, contacts, attachments."""

    key: str
    title: Any
    lead: Any
    fields: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    lists: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns: texts have one a language."""
        return [column for field in self.fields for column in columns_of(field)]


SECTIONS = [
    Section(
        "basics",
        _("What it is"),
        _("Title, kind and the gist in a few sentences: that is what readers see in the list."),
        ("title", "title_note", "kind", "benefit", "summary", "plain_summary"),
        frozenset({"title", "kind", "benefit", "summary"}),
    ),
    Section(
        "audience",
        _("For whom and where"),
        _("Readers find the example by these words."),
        ("topics", "target_groups", "audiences", "is_nationwide", "states"),
        frozenset({"topics", "target_groups", "audiences", "states"}),
    ),
    Section(
        "organisation",
        _("Who runs it"),
        _("The network that proposes it, and the organisation that has done it."),
        (
            "network",
            "networks",
            "organisation",
            "subproject",
            "running_since",
            "running_until",
            "is_regular_service",
        ),
        frozenset({"network", "organisation", "running_since"}),
    ),
    Section(
        "solution",
        _("Need and solution"),
        _("Where did you start from, and what did you do about it?"),
        ("need", "solution"),
        frozenset({"need", "solution"}),
    ),
    Section(
        "success",
        _("Success and evidence"),
        _("Good Practice is tried and tested: what did you see happen, and where can it be looked up?"),
        ("success", "lessons"),
        frozenset({"success"}),
        ("links",),
    ),
    Section(
        "transfer",
        _("Transfer"),
        _("What would another institution need, and what may it change?"),
        ("transfer", "transfer_adaptable", "transfer_fixed", "transfer_statutory"),
        frozenset({"transfer"}),
    ),
    Section(
        "effort",
        _("Effort"),
        _("Figures that readers compare by. A careful estimate is better than none."),
        ("staff_fte", "setup_weeks", "cost_band"),
        frozenset({"staff_fte", "setup_weeks", "cost_band"}),
    ),
    Section(
        "contacts",
        _("Contact persons"),
        _("Whom may readers call? An office with an address of its own stays reachable when people change."),
        lists=("contacts",),
    ),
    Section(
        "picture",
        _("Picture"),
        _("One picture, if you have one, with a description for those who do not see it."),
        ("picture", "picture_alt", "picture_credit"),
    ),
    Section(
        "attachments",
        _("Attachments"),
        _("Working aids, templates, evaluations: what helps others to begin."),
        lists=("attachments",),
    ),
]
BY_KEY = {section.key: section for section in SECTIONS}
SECTION_OF = {field: section for section in SECTIONS for field in (*section.fields, *section.lists)}
"""Which section a field or list belongs to."""
LIST_LABELS = {
    "links": _("Sources"),
    "contacts": _("Contact persons"),
    "attachments": _("Attachments"),
}


def columns_of(field: str) -> list[str]:
    return [f"{field}_de", f"{field}_en"] if field in TEXTS else [field]


def label_of(field: str) -> str:
    """Return the name of a field or list as the form shows it."""
    if field in LIST_LABELS:
        return str(LIST_LABELS[field])
    model = Proposal if field in PROPOSAL_FIELDS else Example
    column: Any = model._meta.get_field(columns_of(field)[0])
    return capfirst(str(column.verbose_name))


def limit_of(field: str) -> int | None:
    """Return how many characters a text may have in each language; nothing where that is no matter of length."""
    if field in PROPOSAL_FIELDS or field in LIST_LABELS:
        return None
    column: Any = Example._meta.get_field(columns_of(field)[0])
    is_short_text = isinstance(column, models.CharField) and not column.choices
    return LIMITS.get(field) or (column.max_length if is_short_text else None)
