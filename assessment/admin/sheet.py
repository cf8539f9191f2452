"""What the page of an assessment shows: the text as it was handed in, and the rubric beside the form."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.forms import BoundField

from assessment.admin.texts import Chapter, Passage, Reading
from assessment.forms.scoring import CANNOT, ScoringForm
from assessment.models import Proposal, ProposalVersion, Rubric, RubricCriterion
from catalogue.admin.history import Difference
from catalogue.models import Criterion

OF_THE_OFFICE = {"contacts", "attachments"}
"""Chapters that are not shown as text: files are offered for download instead."""


@dataclass(frozen=True)
class Choice:
    """One radio button, the word first, and what it means for this criterion."""

    radio: Any
    meaning: Any


@dataclass(frozen=True)
class Part:
    """One criterion of the form."""

    criterion: str
    prompts: list[str]
    field: BoundField
    levels: list[Choice]
    cannot: Any
    comment: BoundField
    passed_on: BoundField


@dataclass(frozen=True)
class Line:
    """A passage; ``language`` where the other language says the same, so that one of them may be hidden."""

    passage: Passage
    language: str


class JudgedText:
    """One proposal's newest version, and what changed since an older one."""

    def __init__(self, proposal: Proposal, *, since: ProposalVersion | None = None) -> None:
        versions: Any = proposal.versions
        self.version: ProposalVersion = versions.select_related(None).latest("number")
        self.since = since if since is not None and since.number < self.version.number else None
        self.reading = Reading([self.version, self.since] if self.since else [self.version])
        self.attachments = list(proposal.example.attachments.all())

    @property
    def chapters(self) -> list[tuple[Chapter, list[Line]]]:
        chapters = self.reading.chapters(self.version)
        return [(one, list(_lines(one))) for one in chapters if one.key not in OF_THE_OFFICE]

    @property
    def is_bilingual(self) -> bool:
        return any(line.language for _chapter, lines in self.chapters for line in lines)

    @property
    def differences(self) -> list[Difference]:
        return self.reading.differences(self.since, self.version) if self.since else []


def rubric_of(proposal: Proposal) -> list[RubricCriterion]:
    """Return the criteria of the call's rubric in its order; of the newest one where the call names none."""
    rubrics = Rubric.objects.prefetch_related("criteria__anchors")
    rubric: Any = (
        rubrics.filter(pk=proposal.call.rubric_id).first() if proposal.call.rubric_id else rubrics.first()
    )
    return list(rubric.criteria.all()) if rubric else []


def parts(form: ScoringForm, proposal: Proposal) -> list[Part]:
    asked = {one.criterion: one for one in rubric_of(proposal)}
    order = [*asked, *(criterion for criterion in Criterion.values if criterion not in asked)]
    return [_part(form, criterion, asked.get(criterion)) for criterion in order]


def _part(form: ScoringForm, criterion: str, asked: Any) -> Part:
    field = form[criterion]
    meanings = {str(anchor.level): anchor.sentence for anchor in asked.anchors.all()} if asked else {}
    radios = {radio.data["value"]: radio for radio in field}
    return Part(
        criterion=criterion,
        prompts=str(asked.prompts).splitlines() if asked else [],
        field=field,
        levels=[Choice(radio, meanings.get(value, "")) for value, radio in radios.items() if value != CANNOT],
        cannot=radios[CANNOT],
        comment=form[f"{criterion}_comment"],
        passed_on=form[f"{criterion}_passed_on"],
    )


def _lines(chapter: Chapter) -> Iterator[Line]:
    paired = set()
    for number, (one, other) in enumerate(pairwise(chapter.passages)):
        if (one.language, other.language) == ("de", "en") and _stem(one) == _stem(other):
            paired |= {number, number + 1}
    for number, passage in enumerate(chapter.passages):
        yield Line(passage, passage.language if number in paired else "")


def _stem(passage: Passage) -> str:
    return passage.label.rpartition(" – ")[0]
