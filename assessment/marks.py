"""What a member says in an assessment, and what it lacks before it can be handed in; nothing here is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessment.models import Assessment
from catalogue.models import Criterion

COMMENTED = {1, 2, 5}
"""Points that need a comment."""


@dataclass(frozen=True)
class Mark:
    """What a member says about one criterion."""

    points: int | None = None
    cannot_assess: bool = False
    comment: str = ""
    comment_to_submitter: str = ""

    @property
    def needs_comment(self) -> bool:
        return self.cannot_assess or self.points in COMMENTED


@dataclass(frozen=True)
class Draft:
    """All that the form of an assessment holds."""

    marks: Mapping[str, Mark]
    advice: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Problem:
    """What is missing before it can be handed in; ``field`` is a criterion, ``advice`` or ``reason``."""

    field: str
    message: Any


class IncompleteAssessment(Exception):
    """Four criteria, comments where they are needed, and a recommendation; ``problems`` says what is missing."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.field for problem in problems))
        self.problems = problems


def problems(draft: Draft, turn: int) -> list[Problem]:
    """Return what keeps a draft from being handed in."""
    found = [problem for criterion in Criterion for problem in _problems_of(criterion, draft)]
    if not draft.advice:
        found.append(Problem("advice", _("Choose a recommendation.")))
    if turn == Assessment.Turn.AFTER_THE_REVEAL and not draft.reason.strip():
        found.append(Problem("reason", _("Say why you score again.")))
    return found


def _problems_of(criterion: Criterion, draft: Draft) -> list[Problem]:
    mark = draft.marks.get(criterion, Mark())
    if mark.points is None and not mark.cannot_assess:
        return [Problem(criterion, _("Choose a level, or that it cannot be assessed from the text."))]
    if mark.needs_comment and not (mark.comment.strip() or mark.comment_to_submitter.strip()):
        return [Problem(criterion, _("This level needs a comment: what led you to it?"))]
    return []
