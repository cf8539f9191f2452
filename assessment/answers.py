"""All answers of a proposal on one page: by section and field, in words, with what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assessment.completeness import problems
from assessment.forms.naming import anchor_of_name
from assessment.models import Proposal
from assessment.sections import SECTIONS, TEXTS, Section, columns_of, label_of
from assessment.summary import display
from catalogue.models import LocalText


@dataclass(frozen=True)
class Answer:
    """One field: ``texts`` are one a language, or one line a record of a list."""

    label: str
    texts: list[Any]


@dataclass(frozen=True)
class SectionAnswers:
    section: Section
    url: str
    answers: list[Answer]


def answers(proposal: Proposal) -> list[SectionAnswers]:
    """Return what was written, in the order of the form."""
    return [
        SectionAnswers(
            section,
            _url(proposal, section.key),
            list(_answers(proposal, section)),
        )
        for section in SECTIONS
    ]


@dataclass(frozen=True)
class Missing:
    """What is missing, and where it is filled in."""

    message: Any
    url: str


def missing(proposal: Proposal) -> list[Missing]:
    """Return what keeps ``proposal`` from being handed in, with the way to the field."""
    return [
        Missing(
            problem.message,
            f"{_url(proposal, problem.section)}#{anchor_of_name(problem.section, problem.field)}",
        )
        for problem in problems(proposal)
    ]


def _url(proposal: Proposal, section: str) -> str:
    return reverse("assessment:proposal_section", args=[proposal.reference, section])


def _answers(proposal: Proposal, section: Section) -> Iterator[Answer]:
    for field in section.fields:
        texts = [
            LocalText(text, column[-2:], is_fallback=True) if field in TEXTS else text
            for column in columns_of(field)
            if (text := display(proposal, field, column))
        ]
        yield Answer(label_of(field), texts)
    for name in section.lists:
        records: Any = getattr(proposal.example, name)
        yield Answer(label_of(name), [_record(record) for record in records.all()])


def _record(record: Any) -> str:
    more = getattr(record, "url", "") or getattr(record, "email", "")
    return f"{record} – {more}" if more and more != str(record) else str(record)
