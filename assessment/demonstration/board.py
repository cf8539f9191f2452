"""The board's part of a made-up call: declarations, assessments, the meeting, decisions, announcement, publication."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from assessment import attending, judging, workflow
from assessment.demonstration.proposals import Way
from assessment.marks import COMMENTED, Draft, Mark
from assessment.models import BoardSeat, Decision, Proposal
from catalogue.models import Criterion

DECIDED = {"published": "approved", "rejected": "rejected", "deferred": "deferred"}
DAYS_TO_DECLARE, DAYS_TO_ASSESS, DAYS_TO_CONCLUDE = 5, 6, 20
DAYS_TO_MEET, DAYS_TO_ANNOUNCE, DAYS_TO_PUBLISH = 30, 37, 44


class Ballot(NamedTuple):
    """What one member gives: a digit for each criterion, in their order; a draft may lack some."""

    key: str
    points: str
    advice: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.advice)


class Comments:
    """The sentences that members write where the form asks for one; of each kind, one after the other."""

    def __init__(self, sentences: Mapping[str, Mapping[int, list[str]]]) -> None:
        self._sentences = sentences
        self._given: Counter[tuple[str, int]] = Counter()

    def next(self, criterion: str, points: int) -> str:
        if points not in COMMENTED:
            return ""
        sentences = self._sentences[criterion][points]
        self._given[criterion, points] += 1
        return sentences[(self._given[criterion, points] - 1) % len(sentences)]


def assess(way: Way, seats: Mapping[str, BoardSeat], comments: Comments) -> None:
    """Let the members of the entry declare, assess, and hand in or only begin; then see whether all have."""
    with way.after_the_end(DAYS_TO_DECLARE):
        for key, explanation in way.entry.get("declared", {}).items():
            judging.declare(seats[key], way.proposal, has_conflict=True, explanation=explanation)
    for place, ballot in enumerate(_ballots(way.entry)):
        with way.after_the_end(DAYS_TO_ASSESS + 2 * place + way.proposal.pk % 2):
            _write(ballot, seats[ballot.key], way.proposal, _marks(way, ballot, comments))
    with way.after_the_end(DAYS_TO_CONCLUDE):
        workflow.conclude_review(way.proposal)


def _ballots(entry: Mapping[str, Any]) -> Iterator[Ballot]:
    for key, said in entry["ballots"].items():
        yield Ballot(key, *said.split())
    for key, points in entry.get("begun", {}).items():
        yield Ballot(key, points)


def _write(ballot: Ballot, seat: BoardSeat, proposal: Proposal, marks: Mapping[str, Mark]) -> None:
    judging.declare(seat, proposal, has_conflict=False)
    begun = judging.begin(seat, proposal)
    store = judging.hand_in if ballot.is_whole else judging.save
    store(begun, Draft(marks, ballot.advice), seen=begun.saves)


def _marks(way: Way, ballot: Ballot, comments: Comments) -> dict[str, Mark]:
    """Return what the member says about each criterion; its own words win over the stock of sentences."""
    own = way.entry.get("comments", {}).get(ballot.key, {})
    passed_on = way.entry.get("passed_on", {}).get(ballot.key, {})
    return {
        criterion: Mark(
            points=int(digit),
            comment=own.get(criterion) or comments.next(criterion, int(digit)),
            comment_to_submitter=passed_on.get(criterion, ""),
        )
        for criterion, digit in zip(Criterion.values, ballot.points, strict=False)
    }


def decide(ways: list[Way], seats: Mapping[str, BoardSeat]) -> None:
    """Hold the meeting over a finished call: two persons decide, the office announces and publishes."""
    decided = [(way, _decide(way)) for way in ways if way.reaches in DECIDED]
    if not decided:
        return
    first, office = decided[0][0], decided[0][0].cast.office
    with first.after_the_end(DAYS_TO_MEET):
        attending.note(first.proposal.call, list(seats.values()), by=office)
    with first.after_the_end(DAYS_TO_ANNOUNCE):
        workflow.announce([decision for _way, decision in decided], by=office)
    with first.after_the_end(DAYS_TO_PUBLISH):
        for way, _decision in decided:
            if way.reaches == "published":
                workflow.publish(way.proposal, by=office)


def _decide(way: Way) -> Decision:
    said: dict[str, Any] = way.entry["decision"]
    reasons = {criterion: workflow.Reason(*reason) for criterion, reason in said["reasons"].items()}
    with way.after_the_end(DAYS_TO_MEET):
        decision = workflow.propose_decision(
            way.proposal,
            by=way.cast.office,
            draft=workflow.DecisionDraft(
                outcome=Decision.Outcome(DECIDED[way.reaches]),
                summary=said["summary"],
                reasons=reasons,
                deviation=said.get("deviation", ""),
            ),
        )
        workflow.confirm_decision(decision, by=way.cast.second)
    return decision
