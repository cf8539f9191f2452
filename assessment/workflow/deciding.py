"""From assessments to a decision and its announcement: the board's part of the state machine.

A decision takes quorum, two persons without a conflict, a reason for each criterion, and one more where it departs
from what the rule recommends; and each split was talked about. The database holds all of it but the deviation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from assessment import conflicts, notifications, standing
from assessment.models import Decision, DecisionReason, Proposal, Status
from assessment.scoring import Recommendation
from assessment.second_person import SamePerson
from assessment.standing import Standing
from assessment.workflow.moving import TransitionNotAllowed, check, locked, move
from catalogue.models import Criterion
from goodpractice.accounts.models import User

EXPECTED = {
    Recommendation.RECOMMENDED: Decision.Outcome.APPROVED,
    Recommendation.NOT_RECOMMENDED: Decision.Outcome.REJECTED,
}
"""The outcome that the rule leads to; where it is open, every outcome is as it should be."""


class NoQuorum(Exception):
    """Too few assessments count, or one side of the board is missing; ``standing`` says where it stands."""

    def __init__(self, found: Standing) -> None:
        super().__init__(f"{len(found.counting)} of {found.quorum}")
        self.standing = found


class SplitNotDiscussed(Exception):
    """Members are split, and the board has not talked about it since the last of them handed in."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(proposal.reference)
        self.proposal = proposal


class DecisionConflict(Exception):
    """Who proposes or confirms the decision has a conflict of interest."""


class AlreadyProposed(Exception):
    """A decision waits for its second person; until that one has answered there is no other."""


class ReasonsMissing(Exception):
    """Each criterion needs a reason, and a departure from the recommendation its own; ``fields`` names them."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True)
class Reason:
    """What will be published about one criterion."""

    level: int
    sentence_de: str = ""
    sentence_en: str = ""


@dataclass(frozen=True)
class DecisionDraft:
    """A decision as it is proposed."""

    outcome: Decision.Outcome
    summary: str
    reasons: Mapping[str, Reason]
    deviation: str = ""


# When everybody has handed in, or the time is over -------------------------------------------------------------------


@transaction.atomic
def conclude_review(proposal: Proposal, *, is_over: bool = False) -> Proposal:
    """End the assessment if all eligible have handed in or it ``is_over``; without quorum it stays as it is."""
    proposal = locked(proposal)
    check(proposal, Status.DECISION_PENDING, source=Status.IN_REVIEW)
    found = standing.of(proposal)
    if not found.has_quorum or (found.waiting_for and not is_over):
        return proposal
    target = Status.DISCUSSION if found.result.is_split else Status.DECISION_PENDING
    return move(proposal, target, by=None)


@transaction.atomic
def reopen_discussion(proposal: Proposal) -> Proposal:
    """Lead back to the discussion if members who scored again are split now; otherwise it stays as it is."""
    proposal = locked(proposal)
    check(proposal, Status.DISCUSSION, source=Status.DECISION_PENDING)
    if not has_undiscussed_split(standing.of(proposal)):
        return proposal
    return move(proposal, Status.DISCUSSION, by=None)


@transaction.atomic
def note_discussed(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Note that the board has talked about a split; ``reason`` is what came of it."""
    proposal = locked(proposal)
    check(proposal, Status.DECISION_PENDING, source=Status.DISCUSSION)
    return move(proposal, Status.DECISION_PENDING, by=by, reason=reason)


# The decision ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_decision(proposal: Proposal, *, by: User, draft: DecisionDraft) -> Decision:
    """Propose a decision; nothing changes until a second person confirms it."""
    proposal = locked(proposal)
    latest = in_force(proposal)
    _check_decidable(proposal, draft.outcome, latest)
    _check_decider(proposal, by)
    if proposal.decisions.filter(decided_at=None, dismissed_at=None).exists():
        raise AlreadyProposed
    found = standing.of(proposal)
    _check_ripe(found, latest)
    _check_reasons(draft, found.result.recommendation)
    decision = Decision.objects.create(
        proposal=proposal,
        version=proposal.versions.latest("number"),
        outcome=draft.outcome,
        summary=draft.summary,
        deviation=draft.deviation,
        supersedes=latest,
        proposed_by=by,
    )
    DecisionReason.objects.bulk_create(
        DecisionReason(
            decision=decision,
            criterion=criterion,
            level=reason.level,
            sentence_de=reason.sentence_de,
            sentence_en=reason.sentence_en,
        )
        for criterion, reason in draft.reasons.items()
    )
    return decision


@transaction.atomic
def confirm_decision(decision: Decision, *, by: User) -> Proposal:
    """Decide, as the second person; nothing is announced yet."""
    proposal = locked(decision.proposal)
    waiting = Decision.objects.filter(pk=decision.pk, decided_at=None, dismissed_at=None).first()
    if waiting is None:
        raise TransitionNotAllowed(proposal.status, decision.outcome)
    latest = in_force(proposal)
    _check_decidable(proposal, waiting.outcome, latest)
    if waiting.proposed_by_id == by.pk:
        raise SamePerson
    _check_decider(proposal, waiting.proposed_by)
    _check_decider(proposal, by)
    found = standing.of(proposal)
    _check_ripe(found, latest)
    if _departs(waiting.outcome, found.result.recommendation) and not waiting.deviation.strip():
        raise ReasonsMissing(["deviation"])
    waiting.confirmed_by, waiting.decided_at = by, timezone.now()
    waiting.eligible, waiting.counted = len(found.eligible), len(found.counting)
    waiting.conflicted = len(found.conflicted)
    waiting.save(update_fields=["confirmed_by", "decided_at", "eligible", "counted", "conflicted"])
    # Whoever went through the checklist did so for the decision of then.
    proposal.released_at = proposal.released_by = None
    proposal.save(update_fields=["released_at", "released_by"])
    if proposal.status == waiting.outcome:  # other reasons for the same outcome
        return proposal
    return move(proposal, Status(waiting.outcome), by=by, reason=waiting.summary)


@transaction.atomic
def dismiss_decision(decision: Decision, *, by: User) -> None:
    """Disagree with a proposed decision, or take the own one back; what it was to supersede is free again."""
    proposal = locked(decision.proposal)
    done = Decision.objects.filter(pk=decision.pk, decided_at=None, dismissed_at=None)
    if not done.update(dismissed_at=timezone.now(), dismissed_by=by, supersedes=None):
        raise TransitionNotAllowed(proposal.status, proposal.status)


@transaction.atomic
def announce(decisions: Sequence[Decision], *, by: User) -> int:
    """Tell submitters and board the outcome; returns how many were announced, each once."""
    count = 0
    # In one order always: two who announce at once wait for each other, never both.
    for decision in sorted(decisions, key=lambda one: one.proposal_id):
        proposal = locked(decision.proposal)
        current = in_force(proposal)
        if current is None or current.pk != decision.pk or current.announced_at is not None:
            continue
        current.announced_at, current.announced_by = timezone.now(), by
        current.save(update_fields=["announced_at", "announced_by"])
        notifications.announced(current)
        count += 1
    return count


def in_force(proposal: Proposal) -> Decision | None:
    """Return the decision that holds: decided, and not superseded by a later one."""
    decided = proposal.decisions.filter(decided_at__isnull=False)
    return decided.exclude(superseded_by__decided_at__isnull=False).order_by("-id").first()


def _check_decidable(proposal: Proposal, outcome: str, latest: Decision | None) -> None:
    """Hold that it is to be decided, or decided anew: with another outcome, or with other reasons for the same one."""
    if latest is None and proposal.status != Status.DECISION_PENDING:
        raise TransitionNotAllowed(proposal.status, outcome)
    if proposal.status != outcome:
        check(proposal, Status(outcome))


def _check_ripe(found: Standing, latest: Decision | None) -> None:
    """Hold that there is a quorum, and no split that nobody has talked about; after a decision scores are frozen."""
    if not found.has_quorum:
        raise NoQuorum(found)
    if latest is None and has_undiscussed_split(found):
        raise SplitNotDiscussed(found.proposal)


def has_undiscussed_split(found: Standing) -> bool:
    """Tell whether the board is split and has not talked about it since the last one that counts was handed in."""
    if not found.result.is_split:
        return False
    last = max(one.handed_in_at for one in found.counting if one.handed_in_at)
    talks = found.proposal.transitions.filter(source=Status.DISCUSSION, target=Status.DECISION_PENDING)
    return not talks.filter(at__gte=last).exists()


def _check_decider(proposal: Proposal, user: User) -> None:
    if conflicts.grounds(user, proposal):
        raise DecisionConflict


def _check_reasons(draft: DecisionDraft, recommendation: Recommendation) -> None:
    missing = [
        criterion
        for criterion in Criterion.values
        if criterion not in draft.reasons
        or not (draft.reasons[criterion].sentence_de.strip() or draft.reasons[criterion].sentence_en.strip())
    ]
    if not draft.summary.strip():
        missing.append("summary")
    if _departs(draft.outcome, recommendation) and not draft.deviation.strip():
        missing.append("deviation")
    if missing:
        raise ReasonsMissing(missing)


def _departs(outcome: str, recommendation: Recommendation) -> bool:
    return EXPECTED.get(recommendation, outcome) != outcome
