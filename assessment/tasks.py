"""The sections of a proposal as a list of tasks: what is done, what is missing, and who was there last."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessment.completeness import Problem, is_begun, problems_of
from assessment.models import Proposal, SectionSave
from assessment.sections import SECTIONS, Section

PREFETCHED = ("topics", "target_groups", "audiences", "states", "links", "contacts", "attachments")


class State(models.TextChoices):
    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    COMPLETE = "complete", _("complete")


@dataclass(frozen=True)
class Task:
    """One section of the form of one proposal."""

    reference: str
    section: Section
    state: State
    problems: list[Problem]
    save: SectionSave | None

    @property
    def is_optional(self) -> bool:
        """Tell whether it may stay empty."""
        return self.state == State.NOT_STARTED and not self.problems

    @property
    def url(self) -> str:
        return reverse("assessment:proposal_section", args=[self.reference, self.section.key])


def tasks(proposal: Proposal) -> list[Task]:
    """Return the sections in the order of the form; the number of statements does not depend on the proposal."""
    example: Any = proposal.example
    prefetch_related_objects([example], *PREFETCHED)
    saves = {save.section: save for save in proposal.section_saves.select_related("saved_by")}
    return [_task(proposal, section, saves.get(section.key)) for section in SECTIONS]


def _task(proposal: Proposal, section: Section, save: SectionSave | None) -> Task:
    problems = problems_of(proposal, section)
    return Task(proposal.reference, section, _state(proposal, section, problems), problems, save)


def _state(proposal: Proposal, section: Section, problems: list[Problem]) -> State:
    if not is_begun(proposal, section):
        return State.NOT_STARTED
    return State.IN_PROGRESS if problems else State.COMPLETE
