"""Where a proposal stands in the board: who may judge it, whose assessments count, quorum, figures, recommendation.

Everything that shows or uses a figure asks here, and nothing of it is stored: no column could give it away. Whom a page
may show it to is a matter of ``permissions``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from assessment import conflicts, scoring
from assessment.conflicts import Ground
from assessment.models import Assessment, BoardSeat, Call, Proposal, ProposalVersion
from assessment.scoring import Result, Thresholds

FEDERAL = {BoardSeat.Constituency.MINISTRY, BoardSeat.Constituency.DISSEMINATION}
REGIONAL = {BoardSeat.Constituency.REGIONAL_NETWORK, BoardSeat.Constituency.COMPETENCE_CENTRE}
FEWEST_ELIGIBLE = 3


@dataclass(frozen=True)
class Standing:
    """One proposal seen by its board: from its seats, their conflicts, and the assessments that were handed in."""

    proposal: Proposal
    seats: list[BoardSeat]
    grounds: dict[int, list[Ground]]
    assessments: list[Assessment]
    """Handed in and not voided, of every turn, with their scores."""
    version: int | None
    """The key of the newest version of the text."""

    @cached_property
    def eligible(self) -> list[BoardSeat]:
        return [seat for seat in self.seats if not self.grounds[seat.pk]]

    @cached_property
    def conflicted(self) -> list[BoardSeat]:
        return [seat for seat in self.seats if self.grounds[seat.pk]]

    @cached_property
    def counting(self) -> list[Assessment]:
        """Return one assessment a member: the later turn where there is one; stale and abstaining ones are out."""
        eligible = {seat.pk for seat in self.eligible}
        latest = {
            one.seat_id: one
            for one in sorted(self.assessments, key=lambda one: one.turn)
            if one.seat_id in eligible and one.version_id == self.version
        }
        return [one for one in latest.values() if any(score.points for score in one.scores.all())]

    @cached_property
    def waiting_for(self) -> list[BoardSeat]:
        """Return the eligible members who have not handed in for the newest version, and still can.

        Whose account is closed can not. Whose assessment is void, because of a conflict since withdrawn, assesses anew.
        """
        done = {one.seat_id for one in self.assessments if one.version_id == self.version}
        return [seat for seat in self.eligible if seat.pk not in done and seat.user.is_active]

    @property
    def quorum(self) -> int:
        return scoring.quorum(len(self.eligible))

    @property
    def has_quorum(self) -> bool:
        sides = {one.seat.constituency for one in self.counting}
        return (
            len(self.eligible) >= FEWEST_ELIGIBLE
            and len(self.counting) >= self.quorum
            and bool(sides & FEDERAL)
            and bool(sides & REGIONAL)
        )

    @cached_property
    def result(self) -> Result:
        rubric = self.proposal.call.rubric
        limits = (
            Thresholds(Fraction(rubric.median_threshold), Fraction(rubric.overall_threshold))
            if rubric
            else Thresholds()
        )
        ballots = [
            {
                score.criterion: score.points
                for score in one.scores.all()
                if score.points or score.cannot_assess
            }
            for one in self.counting
        ]
        return scoring.result(ballots, [one.advice for one in self.counting], limits)


def of(
    proposal: Proposal, assessments: list[Assessment] | None = None, version: int | None = None
) -> Standing:
    """Return the standing of ``proposal``: five statements, whatever the size of the board.

    Two where a page has fetched what was handed in and not voided, with members and scores, and the newest version.
    """
    seats = list(BoardSeat.objects.filter(call=proposal.call_id, ended_at=None).select_related("user"))
    if assessments is None:
        handed_in = Assessment.objects.handed_in().filter(proposal=proposal)
        assessments = list(handed_in.select_related("seat__user").prefetch_related("scores"))
    if version is None:
        version = proposal.versions.order_by("-number").values_list("pk", flat=True).first()
    return Standing(proposal, seats, conflicts.grounds_by_seat(proposal), assessments, version)


def of_each(call: Call, proposals: Sequence[Proposal]) -> list[Standing]:
    """Return the standing of several proposals of ``call``: six statements, however many there are."""
    seats = list(BoardSeat.objects.filter(call=call, ended_at=None).select_related("user"))
    grounds = conflicts.grounds_by_proposal_and_seat(call.pk, proposals)
    assessments: dict[int, list[Assessment]] = {proposal.pk: [] for proposal in proposals}
    handed_in = Assessment.objects.handed_in().filter(proposal__in=assessments)
    for one in handed_in.select_related("seat__user").prefetch_related("scores"):
        assessments[one.proposal_id].append(one)
    versions = ProposalVersion.objects.filter(proposal__in=assessments).order_by("number")
    newest = dict(versions.values_list("proposal_id", "pk"))
    return [
        Standing(one, seats, grounds[one.pk], assessments[one.pk], newest.get(one.pk)) for one in proposals
    ]
