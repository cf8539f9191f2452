"""What waits for a member of the board: calls, proposals, and what the member has to do with each.

Nothing here is made of what others said or did: no score, no name, no count and no order of theirs (invariant I4).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

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
    Decision,
    Proposal,
    ProposalVersion,
    Status,
)
from catalogue.models.text import LocalText, local_text
from goodpractice.accounts.models import User


class State(models.TextChoices):
    """Where a member stands with a proposal."""

    UNDECLARED = "undeclared", _("question about conflicts to answer")
    NOT_BEGUN = "not_begun", _("to assess")
    BEGUN = "begun", _("draft saved")
    ANEW = "anew", _("to assess anew: the conflict of interest was withdrawn")
    STALE = "stale", _("to confirm again: the text has changed")
    DONE = "done", pgettext_lazy("assessment", "handed in")
    BLOCKED = "blocked", _("conflict of interest")
    VOIDED = "voided", _("does not count: a conflict of interest voided it")
    MISSED = "missed", _("ended without your assessment")
    RETURNED = "returned", _("back with the office, which clears a question; it will come to you again")
    WITHDRAWN = "withdrawn", _("withdrawn by those who submitted it")
    REJECTED = "rejected", _("rejected by the office on formal grounds")


IN_OWN_WORDS = {
    Ground.AUTHOR: _("You have submitted it."),
    Ground.EDITOR: _("You have written it together with others, or were invited to."),
    Ground.CONTACT: _("You are a contact person of the example."),
    Ground.MEMBERSHIP: _("You belong to a network that submits it, or did so in the last 24 months."),
    Ground.DECLARED: _("You have declared a conflict of interest."),
}
"""The grounds of a conflict, said to the member."""
TO_DO = {State.UNDECLARED, State.NOT_BEGUN, State.BEGUN, State.ANEW, State.STALE}
GONE = {
    Status.SCREENING: State.RETURNED,
    Status.NEEDS_INFO: State.RETURNED,
    Status.WITHDRAWN: State.WITHDRAWN,
    Status.REJECTED: State.REJECTED,
}
"""What became of those that the board had once and that it neither assesses nor has decided."""
NO_LONGER = set(GONE.values())


class Matter(NamedTuple):
    """What a member is told of a proposal before the text opens; columns, not records: a board may have hundreds."""

    pk: int
    call_id: int
    reference: str
    status: str
    was_decided: bool
    title_de: str
    title_en: str
    network: str | None

    @property
    def title(self) -> LocalText:
        return local_text({"de": self.title_de, "en": self.title_en})


class Own(NamedTuple):
    """What the list needs of a member's own assessment."""

    proposal_id: int
    version_id: int
    saved_at: datetime.datetime
    handed_in_at: datetime.datetime | None
    voided_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal, seen by one member."""

    proposal: Matter
    state: State
    grounds: list[Ground]
    assessment: Own | None
    """The independent one."""
    decision: Decision | None
    """The one that was announced last."""

    @property
    def is_to_do(self) -> bool:
        return self.state in TO_DO

    @property
    def is_gone(self) -> bool:
        return self.state in NO_LONGER

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

    @cached_property
    def open(self) -> list[Item]:
        """Return what the member may judge, or might have judged."""
        return [item for item in self.items if item.state != State.BLOCKED and not item.is_gone]

    @property
    def gone(self) -> list[Item]:
        """Return what the board had once, and does not have now."""
        return [item for item in self.items if item.is_gone]

    @cached_property
    def done(self) -> list[Item]:
        return [item for item in self.open if item.state == State.DONE]

    @cached_property
    def to_do(self) -> list[Item]:
        return [item for item in self.open if item.is_to_do]

    @property
    def may_meet(self) -> bool:
        """Tell whether the page of the meeting is open to the member, who has judged all that there is to judge."""
        return bool(self.open) and not self.to_do

    def after(self, reference: str) -> Item | None:
        """Return what comes next after a proposal, and from the beginning again once the end is reached."""
        later = [item for item in self.to_do if item.proposal.reference > reference]
        others = [item for item in self.to_do if item.proposal.reference != reference]
        return next(iter([*later, *others]), None)


def of(user: User, call: int | None = None) -> list[Docket]:
    """Return the dockets of ``user``, or that of one call: seven statements, however many proposals there are.

    The call whose assessment ends first comes first; those that are over come last.
    """
    seats = BoardSeat.objects.filter(user=user.pk, ended_at=None).select_related("call", "user")
    held = {seat.call_id: seat for seat in (seats.filter(call=call) if call else seats)}
    items: dict[int, list[Item]] = {key: [] for key in held}
    for item in _items(user, held):
        items[item.proposal.call_id].append(item)
    dockets = [Docket(seat, items[key]) for key, seat in held.items()]
    return sorted(dockets, key=lambda docket: (not docket.to_do, docket.call.scoring_closes_at))


def _items(user: User, held: dict[int, BoardSeat]) -> Iterable[Item]:
    matters = _matters(held)
    grounds = conflicts.grounds_by_key(user, [one.pk for one in matters])
    seats = list(held.values())
    declared = set(ConflictDeclaration.objects.filter(seat__in=seats).values_list("proposal", flat=True))
    own = Assessment.objects.filter(seat__in=seats, turn=Assessment.Turn.INDEPENDENT)
    # Of several the one that holds, which is the last: before it there are only voided ones.
    assessments = {row[0]: Own(*row) for row in own.order_by("pk").values_list(*Own._fields)}
    versions = ProposalVersion.objects.filter(proposal__call__in=held).order_by("number")
    newest = dict(versions.values_list("proposal", "pk"))
    told = Decision.objects.filter(proposal__call__in=held, announced_at__isnull=False).order_by("pk")
    decisions = {one.proposal_id: one for one in told.only("proposal", "outcome", "announced_at")}
    for one in matters:
        if grounds[one.pk]:
            yield Item(one, State.BLOCKED, grounds[one.pk], None, None)
        else:
            assessment = assessments.get(one.pk)
            state = _state(one, assessment, newest[one.pk], is_declared=one.pk in declared)
            yield Item(one, state, [], assessment, decisions.get(one.pk))


def _matters(calls: Iterable[int]) -> list[Matter]:
    found = Proposal.objects.ever_judged().filter(call__in=calls).order_by("reference")
    columns = ("pk", "call_id", "reference", "status", "was_decided")
    texts = ("example__title_de", "example__title_en", "example__network__name")
    return [Matter(*row) for row in found.values_list(*columns, *texts)]


def _state(proposal: Matter, assessment: Own | None, newest: int, *, is_declared: bool) -> State:
    if proposal.status in GONE and not proposal.was_decided:
        return GONE[Status(proposal.status)]
    is_open = proposal.status == Status.IN_REVIEW
    if assessment is not None and assessment.voided_at is not None:
        return State.ANEW if is_open else State.VOIDED
    if assessment is not None and assessment.handed_in_at is not None:
        return State.STALE if is_open and assessment.version_id != newest else State.DONE
    if not is_open:
        return State.MISSED
    if not is_declared:
        return State.UNDECLARED
    return State.BEGUN if assessment is not None else State.NOT_BEGUN
