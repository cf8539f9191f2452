"""What has happened to a proposal, as those who propose may know it: nothing of the board before its announcement."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessment.models import Decision, Status, Transition
from assessment.progress import OUTCOMES


@dataclass(frozen=True)
class Step:
    """One step that submitters are told of. ``by`` is a name only where one of them acted."""

    at: datetime.datetime
    words: Any
    by: str
    reason: str = ""


THE_OFFICE = _("the office")
THE_BOARD = _("the advisory board")
STEPS: dict[tuple[str, str], Any] = {
    ("", Status.DRAFT): _("Begun"),
    (Status.DRAFT, Status.SUBMITTED): _("Handed in"),
    (Status.SUBMITTED, Status.SCREENING): _("Check begun"),
    (Status.SCREENING, Status.NEEDS_INFO): _("Question asked"),
    (Status.NEEDS_INFO, Status.SCREENING): _("Question answered"),
    (Status.SCREENING, Status.IN_REVIEW): _("Passed on to the advisory board"),
    (Status.IN_REVIEW, Status.SCREENING): _("Taken back for another check"),
    (Status.SCREENING, Status.REJECTED): _("Not accepted on formal grounds"),
    (Status.APPROVED, Status.PUBLISHED): _("Published"),
    (Status.PUBLISHED, Status.UNPUBLISHED): _("Taken from the public"),
    (Status.UNPUBLISHED, Status.PUBLISHED): _("Published again"),
}
"""All others belong to the board: it is told by its outcome, once that is announced."""
BY_AUTHORS = {
    ("", Status.DRAFT),
    (Status.DRAFT, Status.SUBMITTED),
    (Status.NEEDS_INFO, Status.SCREENING),
}


def of(transitions: Iterable[Transition], announced: Iterable[Decision] = ()) -> list[Step]:
    """Return the steps that submitters may know of, the first one first; ``announced`` are decisions."""
    steps = [step for transition in transitions if (step := _step(transition))]
    outcomes = [
        Step(decision.announced_at, OUTCOMES[decision.outcome].label, str(THE_BOARD))
        for decision in announced
        if decision.announced_at
    ]
    return sorted([*steps, *outcomes], key=lambda step: step.at)


def _step(transition: Transition) -> Step | None:
    way = (transition.source, transition.target)
    if transition.target == Status.WITHDRAWN:
        return Step(transition.at, _("Withdrawn"), str(transition.by or ""), transition.reason)
    if way not in STEPS:
        return None
    if not transition.source and transition.reason:
        return Step(transition.at, _("Begun from a deferred proposal"), str(THE_OFFICE))
    is_asked = transition.target == Status.NEEDS_INFO
    by = str(transition.by or "") if way in BY_AUTHORS else str(THE_OFFICE)
    return Step(transition.at, STEPS[way], by, transition.reason if is_asked else "")
