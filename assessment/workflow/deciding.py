"""From assessments to a decision, its announcement and publication: the board's part of the state machine.

A decision takes quorum, two persons without a conflict, a reason for each criterion, and one more where it departs
from what the rule recommends. The database holds all of it but the last (``board_guards``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from assessment import conflicts, notifications, publication, standing
from assessment.models import Decision, DecisionReason, Proposal, Status
from assessment.scoring import Recommendation
from assessment.standing import Standing
from assessment.workflow.moving import SamePerson, TransitionNotAllowed, check, locked, move
from catalogue import publishing
from catalogue.models import BoardStatement, Criterion, Example
from catalogue.models.example import ExampleFormerSlug
from goodpractice.accounts.models import User

EXPECTED = {
    Recommendation.RECOMMENDED: Decision.Outcome.APPROVED,
    Recommendation.NOT_RECOMMENDED: Decision.Outcome.REJECTED,
}
"""The outcome that the rule leads to; where it is open, every outcome is as it should be."""
SLUG_LENGTH = 80


class NoQuorum(Exception):
    """Too few assessments count, or one side of the board is missing; ``standing`` says where it stands."""

    def __init__(self, found: Standing) -> None:
        super().__init__(f"{len(found.counting)} of {found.quorum}")
        self.standing = found


class DecisionConflict(Exception):
    """Who proposes or confirms the decision has a conflict of interest."""


class AlreadyProposed(Exception):
    """A decision waits for its second person; until that one has answered there is no other."""


class ReasonsMissing(Exception):
    """Each criterion needs a reason, and a departure from the recommendation its own; ``fields`` names them."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class NotReady(Exception):
    """The example cannot be public yet; ``missing`` says what is lacking, in words."""

    def __init__(self, missing: Sequence[object]) -> None:
        super().__init__(", ".join(str(part) for part in missing))
        self.missing = list(missing)


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
    if not found.has_quorum:
        raise NoQuorum(found)
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
    _check_decidable(proposal, waiting.outcome, in_force(proposal))
    if waiting.proposed_by_id == by.pk:
        raise SamePerson
    _check_decider(proposal, waiting.proposed_by)
    _check_decider(proposal, by)
    found = standing.of(proposal)
    if not found.has_quorum:
        raise NoQuorum(found)
    waiting.confirmed_by, waiting.decided_at = by, timezone.now()
    waiting.eligible, waiting.counted = len(found.eligible), len(found.counting)
    waiting.conflicted = len(found.conflicted)
    waiting.save(update_fields=["confirmed_by", "decided_at", "eligible", "counted", "conflicted"])
    return move(proposal, Status(waiting.outcome), by=by, reason=waiting.summary)


@transaction.atomic
def dismiss_decision(decision: Decision, *, by: User) -> None:
    """Disagree with a proposed decision, or take the own one back; what it was to supersede is free again."""
    proposal = locked(decision.proposal)
    done = Decision.objects.filter(pk=decision.pk, decided_at=None, dismissed_at=None)
    if not done.update(dismissed_at=timezone.now(), supersedes=None):
        raise TransitionNotAllowed(proposal.status, proposal.status)


@transaction.atomic
def announce(decisions: Sequence[Decision], *, by: User) -> int:
    """Tell submitters and board the outcome; returns how many were announced, each once."""
    count = 0
    for decision in decisions:
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
    if proposal.status == outcome or (latest is None and proposal.status != Status.DECISION_PENDING):
        raise TransitionNotAllowed(proposal.status, outcome)
    check(proposal, Status(outcome))


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
    if EXPECTED.get(recommendation, draft.outcome) != draft.outcome and not draft.deviation.strip():
        missing.append("deviation")
    if missing:
        raise ReasonsMissing(missing)


# Publication ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(proposal: Proposal, *, by: User) -> Proposal:
    """Make an announced, approved example public, with what the board said about each criterion."""
    proposal = locked(proposal)
    check(proposal, Status.PUBLISHED, source=Status.APPROVED)
    decision = in_force(proposal)
    if decision is None or decision.announced_at is None:
        raise TransitionNotAllowed(proposal.status, Status.PUBLISHED)
    example = proposal.example
    if missing := publication.missing(proposal):
        raise NotReady(missing)
    move(proposal, Status.PUBLISHED, by=by)
    Example.objects.filter(pk=example.pk).update(is_proposed=False, slug=_slug(example))
    for reason in decision.reasons.values("criterion", "level", "sentence_de", "sentence_en"):
        BoardStatement.objects.update_or_create(
            example=example, criterion=reason["criterion"], defaults={**reason}
        )
    with pghistory.context(reference=proposal.reference):
        publishing.publish(example, by=by, reason=decision.summary)
    notifications.published(proposal)
    return proposal


@transaction.atomic
def unpublish(proposal: Proposal, *, by: User, reason_de: str, reason_en: str) -> Proposal:
    """Take a published example from the public; its address says when and why."""
    proposal = locked(proposal)
    check(proposal, Status.UNPUBLISHED)
    publishing.withdraw(proposal.example, by=by, reason_de=reason_de, reason_en=reason_en)
    move(proposal, Status.UNPUBLISHED, by=by, reason=reason_de or reason_en)
    notifications.unpublished(proposal)
    return proposal


@transaction.atomic
def republish(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Make an example public again that was taken from the public."""
    proposal = locked(proposal)
    check(proposal, Status.PUBLISHED, source=Status.UNPUBLISHED)
    publishing.republish(proposal.example, by=by, reason=reason)
    move(proposal, Status.PUBLISHED, by=by, reason=reason)
    notifications.published(proposal)
    return proposal


def _slug(example: Example) -> str:
    """Return an address made of the title that no example has or had; with a number where it is taken."""
    stem = slugify(example.title)[:SLUG_LENGTH] or example.slug
    taken = set(Example.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= set(ExampleFormerSlug.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbers = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbers if slug not in taken)
