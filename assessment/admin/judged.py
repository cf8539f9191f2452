"""The text that a member judges: the newest version as it was handed in, and what changed since an older one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from assessment.admin.texts import Chapter, Passage, Reading
from assessment.models import Proposal, ProposalVersion
from catalogue.admin.history import Difference

OF_THE_OFFICE = {"contacts", "attachments"}
"""Chapters that are not shown as text: files are offered for download instead."""


@dataclass(frozen=True)
class Line:
    """A passage; ``language`` where the other language says the same, so that one of them may be hidden."""

    passage: Passage
    language: str

    @property
    def has_address(self) -> bool:
        """Tell whether there is a link to be made: looking for one in each word of a long text takes its time."""
        return "://" in self.passage.text or "www." in self.passage.text


class JudgedText:
    """One proposal's newest version, and what changed since an older one."""

    def __init__(self, proposal: Proposal, *, since: ProposalVersion | None = None) -> None:
        versions: Any = proposal.versions
        self.version: ProposalVersion = versions.select_related(None).latest("number")
        self.since = since if since is not None and since.number < self.version.number else None
        self.reading = Reading([self.version, self.since] if self.since else [self.version])
        self.attachments = list(proposal.example.attachments.all())

    @cached_property
    def chapters(self) -> list[tuple[Chapter, list[Line]]]:
        chapters = self.reading.chapters(self.version)
        return [(one, list(_lines(one))) for one in chapters if one.key not in OF_THE_OFFICE]

    @property
    def is_bilingual(self) -> bool:
        return any(line.language for _chapter, lines in self.chapters for line in lines)

    @property
    def differences(self) -> list[Difference]:
        return self.reading.differences(self.since, self.version) if self.since else []


def _lines(chapter: Chapter) -> Iterator[Line]:
    paired = set()
    for number, (one, other) in enumerate(pairwise(chapter.passages)):
        if (one.language, other.language) == ("de", "en") and _stem(one) == _stem(other):
            paired |= {number, number + 1}
    for number, passage in enumerate(chapter.passages):
        yield Line(passage, passage.language if number in paired else "")


def _stem(passage: Passage) -> str:
    return passage.label.rpartition(" – ")[0]
