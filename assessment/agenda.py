"""What waits for a member of the board: calls, proposals, and what the member has to do with each.

Nothing here is made of what others said or did: no score, no name, no count and no order of theirs (invariant I4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment import conflicts
from assessment.conflicts import Ground
from assessment.models import (
    Assessment,
    BoardSeat,
    Call,
    ConflictDeclaration,
    Proposal,
    ProposalVersion,
    Status,
)
from goodpractice.accounts.models import User


class State(models.TextChoices):
    """Where a member stands with a proposal."""

    UNDECLARED = "undeclared", _("question about conflicts to answer")
    NOT_BEGUN = "not_begun", _("to assess")
    BEGUN = "begun", _("draft saved")
    STALE = "stale", _("to confirm again: the text has changed")
    DONE = "done", pgettext_lazy("assessment", "handed in")
    BLOCKED = "blocked", _("conflict of interest")
    VOIDED = "voided", _("does not count: a conflict of interest voided it")
    MISSED = "missed", _("ended without your assessment")


IN_OWN_WORDS = {
    Ground.AUTHOR: _("You have submitted it."),
    Ground.EDITOR: _("You have written it together with others, or were invited to."),
    Ground.CONTACT: _("You are a contact person of the example."),
    Ground.MEMBERSHIP: _("You belong to a network that submits it, or did so in the last 24 months."),
    Ground.DECLARED: _("You have declared a conflict of interest."),
}
"""The grounds of a conflict, said to the member."""
TO_DO = {State.UNDECLARED, State.NOT_BEGUN, State.BEGUN, State.STALE}


@dataclass(frozen=True)
class Item:
    """One proposal, seen by one member."""

    proposal: Proposal
    state: State
    grounds: list[Ground]
    assessment: Assessment | None
    """The independent one."""

    @property
    def is_to_do(self) -> bool:
        return self.state in TO_DO

    @property
    def reasons(self) -> list[Any]:
        return [IN_OWN_WORDS[ground] for ground in self.grounds]


@dataclass(frozen=True)
class Docket:
    """All proposals of one call, seen by one member; in the order of their numbers."""

    seat: BoardSeat
    items: list[Item]

    @property
    def call(self) -> Call:
        return self.seat.call

    @property
    def blocked(self) -> list[Item]:
        return [item for item in self.items if item.state == State.BLOCKED]

    @property
    def open(self) -> list[Item]:
        """Return what the member may judge, or might have judged."""
        return [item for item in self.items if item.state != State.BLOCKED]

    @property
    def done(self) -> list[Item]:
        return [item for item in self.open if item.state == State.DONE]

    @cached_property
    def to_do(self) -> list[Item]:
        return [item for item in self.open if item.is_to_do]

    def after(self, reference: str) -> Item | None:
        """Return what comes next after a proposal, and from the beginning again once the end is reached."""
        later = [item for item in self.to_do if item.proposal.reference > reference]
        others = [item for item in self.to_do if item.proposal.reference != reference]
        return next(iter([*later, *others]), None)


def of(user: User, call: int | None = None) -> list[Docket]:
    """Return the dockets of ``user``, or that of one call: six statements, however many proposals there are.

    The call whose assessment ends first comes first; those that are over come last.
    """
    seats = BoardSeat.objects.filter(user=user.pk, ended_at=None).select_related("call", "user")
    held = {seat.call_id: seat for seat in (seats.filter(call=call) if call else seats)}
    found = Proposal.objects.judged().filter(call__in=held).with_names().order_by("reference")
    items: dict[int, list[Item]] = {key: [] for key in held}
    for item in _items(user, held, list(found)):
        items[item.proposal.call_id].append(item)
    dockets = [Docket(seat, items[key]) for key, seat in held.items()]
    return sorted(dockets, key=lambda docket: (not docket.to_do, docket.call.scoring_closes_at))


def _items(user: User, held: dict[int, BoardSeat], proposals: list[Proposal]) -> Iterable[Item]:
    grounds = conflicts.grounds_by_proposal(user, proposals)
    seats = list(held.values())
    said = ConflictDeclaration.objects.filter(seat__in=seats).values_list("proposal", flat=True)
    declared = set(said)
    own = Assessment.objects.filter(seat__in=seats, turn=Assessment.Turn.INDEPENDENT)
    assessments = {one.proposal_id: one for one in own}
    versions = ProposalVersion.objects.filter(proposal__in=grounds).order_by("number")
    newest = dict(versions.values_list("proposal", "pk"))
    for one in proposals:
        assessment = assessments.get(one.pk)
        is_open = one.status == Status.IN_REVIEW
        state = _state(assessment, newest[one.pk], is_open=is_open, is_declared=one.pk in declared)
        yield Item(one, State.BLOCKED if grounds[one.pk] else state, grounds[one.pk], assessment)


def _state(assessment: Assessment | None, newest: int, *, is_open: bool, is_declared: bool) -> State:
    if assessment is not None and assessment.voided_at is not None:
        return State.VOIDED
    if assessment is not None and assessment.handed_in_at is not None:
        return State.STALE if is_open and assessment.version_id != newest else State.DONE
    if not is_open:
        return State.MISSED
    if not is_declared:
        return State.UNDECLARED
    return State.BEGUN if assessment is not None else State.NOT_BEGUN
