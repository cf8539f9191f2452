"""What the state of a proposal means to those who propose: in plain words, what happens next, who acts, by when.

Pure functions of a few facts. What the board has decided is not told before it is announced: neither in words nor by
what can be done, nor by the order of a list. ``timeline`` says what has happened.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.models import Call, Decision, Status
from assessment.models.call import GRACE
from assessment.moments import day, moment


class Stage(models.TextChoices):
    """The states as submitters see them: fewer than those that office and board work with."""

    DRAFT = "draft", pgettext_lazy("of a proposal", "Draft")
    RECEIVED = "received", pgettext_lazy("of a proposal", "Received")
    QUESTION = "question", pgettext_lazy("of a proposal", "Question to you")
    REVIEW = "review", pgettext_lazy("of a proposal", "Under review")
    NOT_ACCEPTED = "not_accepted", pgettext_lazy("of a proposal", "Not accepted")
    APPROVED = "approved", pgettext_lazy("of a proposal", "Approved")
    REJECTED = "rejected", pgettext_lazy("of a proposal", "Rejected")
    DEFERRED = "deferred", pgettext_lazy("of a proposal", "Deferred to the next call")
    PUBLISHED = "published", pgettext_lazy("of a proposal", "Published")
    UNPUBLISHED = "unpublished", pgettext_lazy("of a proposal", "Taken from the public")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a proposal", "Withdrawn")


class Turn(IntEnum):
    """Who has to act; in the order of a list."""

    YOU = 1
    WRITERS = 2
    OFFICE = 3
    BOARD = 4
    NOBODY = 5

    @property
    def label(self) -> Any:
        return TURNS[self]


TURNS = {
    Turn.YOU: _("You"),
    Turn.WRITERS: _("Those who write the proposal"),
    Turn.OFFICE: _("The office"),
    Turn.BOARD: _("The advisory board"),
    Turn.NOBODY: _("Nobody: there is nothing to do"),
}

STAGES: dict[str, Stage] = {
    Status.DRAFT: Stage.DRAFT,
    Status.SUBMITTED: Stage.RECEIVED,
    Status.SCREENING: Stage.RECEIVED,
    Status.NEEDS_INFO: Stage.QUESTION,
    Status.IN_REVIEW: Stage.REVIEW,
    Status.DISCUSSION: Stage.REVIEW,
    Status.DECISION_PENDING: Stage.REVIEW,
    Status.APPROVED: Stage.REVIEW,
    Status.REJECTED: Stage.REVIEW,
    Status.DEFERRED: Stage.REVIEW,
    Status.PUBLISHED: Stage.PUBLISHED,
    Status.UNPUBLISHED: Stage.UNPUBLISHED,
    Status.WITHDRAWN: Stage.WITHDRAWN,
}
OUTCOMES: dict[str, Stage] = {
    Decision.Outcome.APPROVED: Stage.APPROVED,
    Decision.Outcome.REJECTED: Stage.REJECTED,
    Decision.Outcome.DEFERRED: Stage.DEFERRED,
}


def stage(status: str, last_source: str, announced: str = "") -> Stage:
    """Return what submitters see; ``last_source`` is where the last transition came from.

    The office's rejection on formal grounds is known at once. That of the board is under embargo: what counts is the
    outcome that was ``announced`` last, even if there is another one by now.
    """
    if status == Status.REJECTED and last_source == Status.SCREENING:
        return Stage.NOT_ACCEPTED
    if status in OUTCOMES:
        return OUTCOMES.get(announced, Stage.REVIEW)
    return STAGES[status]


@dataclass(frozen=True)
class Progress:
    """Where a proposal stands. ``by`` is the end of what is awaited, in words, and ``by_label`` what ends then."""

    stage: Stage
    turn: Turn
    next_step: Any
    by_label: Any = ""
    by: str = ""
    due: datetime.datetime | None = None
    is_overdue: bool = False

    @property
    def label(self) -> Any:
        if self.stage == Stage.QUESTION and self.turn != Turn.YOU:
            return _("Question of the office")
        return self.stage.label


@dataclass(frozen=True)
class Facts:
    """All that the words depend on. ``writes``: whether the reader may write the text."""

    status: str
    call: Call
    last_source: str = ""
    announced: str = ""
    """The outcome that was announced last."""
    is_continued: bool = False
    """Whether the text goes on in another proposal."""
    due_on: datetime.date | None = None
    first_attempt_at: datetime.datetime | None = None
    writes: bool = True


def of(proposal: Any, now: datetime.datetime) -> Progress:
    """Return the progress of a proposal that ``with_progress`` has fetched."""
    facts = Facts(
        status=proposal.status,
        call=proposal.call,
        last_source=proposal.last_source or "",
        announced=proposal.announced_outcome or "",
        is_continued=proposal.is_continued,
        due_on=proposal.due_on,
        first_attempt_at=proposal.first_attempt_at,
        writes=proposal.is_writer,
    )
    return progress(facts, now)


def progress(facts: Facts, now: datetime.datetime) -> Progress:
    found = stage(facts.status, facts.last_source, facts.announced)
    if found == Stage.DRAFT:
        return _draft(facts, now)
    if found == Stage.QUESTION:
        return _question(facts, now)
    turn, next_step = ELSEWHERE[found]
    if found == Stage.DEFERRED and facts.is_continued:
        turn, next_step = Turn.NOBODY, _("The text has gone into another call. See the proposal there.")
    outcome_on = facts.call.outcome_on
    if found not in BEFORE_THE_OUTCOME or outcome_on is None or outcome_on < timezone.localdate(now):
        return Progress(found, turn, next_step)
    return Progress(found, turn, next_step, _("Outcome by"), day(outcome_on), _end_of(outcome_on))


BEFORE_THE_OUTCOME = {Stage.RECEIVED, Stage.REVIEW}
ELSEWHERE = {
    Stage.RECEIVED: (
        Turn.OFFICE,
        _(
            "The office checks whether the practice is tried and tested and nothing is missing. It writes to you."
        ),
    ),
    Stage.REVIEW: (
        Turn.BOARD,
        _("The advisory board judges the proposal against the four criteria. You hear the outcome by mail."),
    ),
    Stage.NOT_ACCEPTED: (
        Turn.NOBODY,
        _("The office gives its reason. If that can be mended, copy the text into an open call."),
    ),
    Stage.APPROVED: (
        Turn.OFFICE,
        _("The office prepares the publication. It writes to you as soon as the example is public."),
    ),
    Stage.REJECTED: (
        Turn.NOBODY,
        _(
            "Nothing is published, and the text is kept. If the reasons can be mended, copy it into an open call."
        ),
    ),
    Stage.DEFERRED: (
        Turn.OFFICE,
        _("The office takes the text into the next call and writes to you: check it then, and hand it in."),
    ),
    Stage.PUBLISHED: (
        Turn.NOBODY,
        _("Readers find the example in the catalogue. Contact persons, links and picture can be corrected."),
    ),
    Stage.UNPUBLISHED: (
        Turn.NOBODY,
        _("Readers do not find the example any more. If you have questions, please write to the office."),
    ),
    Stage.WITHDRAWN: (
        Turn.NOBODY,
        _("The proposal was taken back. Its text is kept; it can be copied into an open call."),
    ),
}


def _draft(facts: Facts, now: datetime.datetime) -> Progress:
    turn = Turn.YOU if facts.writes else Turn.WRITERS
    call = facts.call
    if now < call.opens_at:
        step = _("Go on writing. The proposal can be handed in as soon as the call opens.")
        return Progress(Stage.DRAFT, turn, step, _("Opens"), moment(call.opens_at), call.opens_at)
    if now < call.closes_at:
        step = _("Fill in all sections, check your answers and hand the proposal in.")
        return Progress(Stage.DRAFT, turn, step, _("Hand in by"), moment(call.closes_at), call.closes_at)
    attempted = facts.first_attempt_at or now
    if call.accepts(attempted, now):
        end = max(call.closes_at, facts.first_attempt_at or call.closes_at) + GRACE
        step = _(
            "The call has closed. For some minutes the proposal can still be handed in; it is marked as late."
        )
        return Progress(Stage.DRAFT, turn, step, _("Hand in by"), moment(end), end)
    step = _("The call has closed. The text is kept; it can be copied into an open call.")
    return Progress(Stage.DRAFT, Turn.NOBODY, step)


def _question(facts: Facts, now: datetime.datetime) -> Progress:
    turn = Turn.YOU if facts.writes else Turn.WRITERS
    step = _("Answer the questions of the office. Until then the text can be changed as well.")
    if facts.due_on is None:
        return Progress(Stage.QUESTION, turn, step)
    is_overdue = facts.due_on < timezone.localdate(now)
    if is_overdue:
        step = _("The day for the answer has passed. Please answer the office as soon as you can.")
    return Progress(
        Stage.QUESTION, turn, step, _("Answer by"), day(facts.due_on), _end_of(facts.due_on), is_overdue
    )


def _end_of(date: datetime.date) -> datetime.datetime:
    last = datetime.datetime.combine(date, datetime.time(23, 59))
    return timezone.make_aware(last, timezone.get_default_timezone())


def by_turn(proposals: Iterable[Any], now: datetime.datetime) -> list[tuple[Any, Progress]]:
    """Return each proposal with its progress: first what waits for the reader, then what ends soonest."""
    pairs = [(proposal, of(proposal, now)) for proposal in proposals]
    never = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    return sorted(pairs, key=lambda pair: (pair[1].turn, pair[1].due or never, -pair[0].pk))


# What can be done with the text, as far as the reader may know -------------------------------------------------------


def is_copyable(found: Progress) -> bool:
    """Tell whether the text may begin a new proposal: this one has visibly come to an end without being published."""
    ended = found.stage in {Stage.WITHDRAWN, Stage.NOT_ACCEPTED, Stage.REJECTED, Stage.DEFERRED}
    return ended or (found.stage == Stage.DRAFT and found.turn == Turn.NOBODY)
