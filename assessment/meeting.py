"""What is known of the proposals of one call, and to whom.

``permissions.sight`` says how much of each (invariants I3 and I4). Page, minutes, statistics, order and counts take
their rows from here, so that nothing hidden can be read from the place of a row, a number or a gap.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404

from assessment import conflicts, standing
from assessment.conflicts import Ground
from assessment.models import Attendance, BoardSeat, Call, Decision, Proposal, Status, Transition
from assessment.permissions import Sight, is_office, sight
from assessment.scoring import Result
from assessment.standing import Standing
from goodpractice.accounts.models import User


@dataclass(frozen=True)
class Row:
    """One proposal as one person is shown it."""

    standing: Standing
    sight: Sight
    grounds: list[Ground]
    """Conflicts of interest of the person who looks."""
    decision: Decision | None
    """The one in force."""
    proposed: Decision | None
    """One that waits for a second person."""
    dismissed: list[Decision]
    """Those with which a second person disagreed, or that were taken back."""
    discussion: str | None
    """What came of it when the board talked about a split; none if it has not."""

    @property
    def proposal(self) -> Any:
        return self.standing.proposal

    @property
    def result(self) -> Result:
        return self.standing.result

    @property
    def is_decided(self) -> bool:
        return self.decision is not None

    @property
    def is_split(self) -> bool:
        return self.result.is_split

    @property
    def is_discussed(self) -> bool:
        return self.discussion is not None and self.proposal.status != Status.DISCUSSION


def seat_in(seats: Sequence[BoardSeat], user: User) -> BoardSeat | None:
    return next((seat for seat in seats if seat.user_id == user.pk), None)


def rows_of(call: Call, user: User, proposals: Sequence[Proposal]) -> list[Row]:
    """Return a row for each proposal of ``call``, with a number of statements that does not grow with them."""
    own_grounds = conflicts.grounds_by_proposal(user, proposals)
    seen = sight(user, proposals)
    decided, proposed, dismissed = _decisions(proposals)
    discussed = _discussions(proposals)
    return [
        Row(
            standing=one,
            sight=seen[one.proposal.pk],
            grounds=own_grounds[one.proposal.pk],
            decision=decided.get(one.proposal.pk),
            proposed=proposed.get(one.proposal.pk),
            dismissed=dismissed.get(one.proposal.pk, []),
            discussion=discussed.get(one.proposal.pk),
        )
        for one in standing.of_each(call, proposals)
    ]


def row_or_404(user: User, reference: str) -> Row:
    proposals = Proposal.objects.judged().with_names().with_continuation().select_related("call__rubric")
    proposal = get_object_or_404(proposals, reference=reference)
    return rows_of(proposal.call, user, [proposal])[0]


class Meeting:
    """A call as ``user`` is shown it when the board meets."""

    def __init__(self, call: Call, user: User) -> None:
        self.call: Any = call
        self.user = user
        self.seats: list[BoardSeat] = list(self.call.seats.filter(ended_at=None).select_related("user"))
        self.seat = seat_in(self.seats, user)
        self.is_office = is_office(user)

    @cached_property
    def rows(self) -> list[Row]:
        judged = Proposal.objects.judged().filter(call=self.call)
        proposals = judged.with_names().with_continuation().select_related("call__rubric")
        return rows_of(self.call, self.user, list(proposals.order_by("reference")))

    @property
    def is_open(self) -> bool:
        """Tell whether the person may look: the office, and members who have judged all that they may."""
        return self.is_office if self.seat is None else not self.to_judge

    @cached_property
    def to_judge(self) -> list[Row]:
        """Return what waits for the own assessment."""
        return [
            row
            for row in self.rows
            if row.proposal.status == Status.IN_REVIEW and self.seat in row.standing.waiting_for
        ]

    @cached_property
    def ranked(self) -> list[tuple[int, Row]]:
        """Return what is shown with figures: open splits first, then by overall mean; each with its rank."""
        shown = [row for row in self.rows if row.sight == Sight.FIGURES]
        from_the_best = sorted(-_overall(row) for row in shown)
        return [(1 + bisect_left(from_the_best, -_overall(row)), row) for row in sorted(shown, key=_order)]

    @property
    def in_progress(self) -> list[Row]:
        return [row for row in self.rows if row.sight == Sight.PROGRESS]

    @property
    def withheld(self) -> list[Row]:
        """Return those of which only the title is shown, in an order that tells nothing."""
        return [row for row in self.rows if row.sight == Sight.TITLE]

    @cached_property
    def present(self) -> set[int]:
        """Return the keys of the seats that were present."""
        seats = Attendance.objects.filter(call=self.call)
        return set(seats.values_list("seat_id", flat=True))

    @property
    def to_announce(self) -> list[Decision]:
        """Return the decisions in force that nobody was told of yet, as far as the person may see them."""
        decisions = [row.decision for _rank, row in self.ranked if row.decision]
        return [decision for decision in decisions if decision.announced_at is None]


def _order(row: Row) -> tuple[bool, bool, Any, str]:
    needs_talk = row.is_split and not row.is_decided
    return not needs_talk, row.is_decided, -_overall(row), row.proposal.reference


def _overall(row: Row) -> Any:
    return row.result.overall or 0


def _decisions(
    proposals: Sequence[Proposal],
) -> tuple[dict[int, Decision], dict[int, Decision], dict[int, list[Decision]]]:
    """Return by proposal the decision in force, one that waits for a second person, and those that came to nothing."""
    decisions = Decision.objects.filter(proposal__in=proposals)
    people = decisions.select_related(
        "proposed_by", "confirmed_by", "announced_by", "dismissed_by", "supersedes"
    )
    decided: dict[int, Decision] = {}
    proposed: dict[int, Decision] = {}
    dismissed: dict[int, list[Decision]] = {}
    for decision in people.prefetch_related("reasons").order_by("pk"):
        if decision.dismissed_at:
            dismissed.setdefault(decision.proposal_id, []).append(decision)
        else:
            (decided if decision.decided_at else proposed)[decision.proposal_id] = decision
    return decided, proposed, dismissed


def _discussions(proposals: Sequence[Proposal]) -> dict[int, str]:
    """Return by proposal what came of each discussion of a split."""
    steps = Transition.objects.filter(
        proposal__in=proposals, source=Status.DISCUSSION, target=Status.DECISION_PENDING
    )
    found: dict[int, str] = {}
    for key, reason in steps.order_by("pk").values_list("proposal", "reason"):
        found[key] = "\n".join(filter(None, [found.get(key), reason]))
    return found
