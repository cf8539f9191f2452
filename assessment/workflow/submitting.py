"""The submitter's steps: begin, hand in, answer, withdraw."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from assessment import completeness, notifications
from assessment.completeness import Problem
from assessment.models import Call, Proposal, ReferenceCounter, Status, Transition
from assessment.workflow.moving import check, keep_version, locked, move
from catalogue.models import Example, Network
from goodpractice.accounts.models import Membership, User


class CallClosed(Exception):
    """The call does not accept proposals at this moment; the text stays as a draft."""


class Incomplete(Exception):
    """The proposal lacks something; ``problems`` says what and where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.field for problem in problems))
        self.problems = problems


class NotAMember(Exception):
    """The submitter's membership in the proposing network is not confirmed (yet)."""


class AnswerMissing(Exception):
    """Each question of the office needs an answer; ``fields`` names those without."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True)
class Declaration:
    """What the submitter declares when handing in: since when it is tried and tested, and the rights."""

    tried_since: int
    has_rights: bool


@transaction.atomic
def start(
    call: Call, *, by: User, example: Example, previous: Proposal | None = None, owner: User | None = None
) -> Proposal:
    """Begin a proposal with ``example``, which is saved here: a draft that only the process publishes.

    It belongs to ``owner``, by default to who begins it. Where the office does so for somebody, the step's reason says
    from which proposal.
    """
    reference = ReferenceCounter.objects.next(timezone.localdate().year)
    example.slug, example.is_proposed = reference.lower(), True
    example.is_demo = call.is_demo
    example.save()
    proposal = Proposal.objects.create(
        reference=reference, call=call, example=example, submitted_by=owner or by, previous=previous
    )
    reason = previous.reference if previous and owner not in {None, by} else ""
    Transition.objects.create(proposal=proposal, source="", target=Status.DRAFT, by=by, reason=reason)
    return proposal


def attempt(proposal: Proposal, *, arrived: datetime.datetime) -> None:
    """Note when the first attempt to hand in arrived, whether or not it succeeds: lateness is judged by it."""
    waiting = Proposal.objects.filter(pk=proposal.pk, status=Status.DRAFT, first_attempt_at=None)
    if proposal.call.accepts(arrived, arrived):
        waiting.update(first_attempt_at=arrived)


@transaction.atomic
def submit(proposal: Proposal, *, by: User, declaration: Declaration, arrived: datetime.datetime) -> Proposal:
    """Hand in: everything is checked, the text is locked and kept as a version; by mail everybody gets a copy."""
    proposal = locked(proposal)
    check(proposal, Status.SUBMITTED)
    attempted = proposal.first_attempt_at or arrived
    if not proposal.call.accepts(attempted, arrived):
        raise CallClosed
    if missing := completeness.problems(proposal):
        raise Incomplete(missing)
    _check_membership(proposal, by)
    proposal.first_attempt_at, proposal.submitted_at = attempted, arrived
    proposal.is_late = attempted >= proposal.call.closes_at
    proposal.tried_since, proposal.has_rights = declaration.tried_since, declaration.has_rights
    proposal.save(update_fields=["first_attempt_at", "submitted_at", "is_late", "tried_since", "has_rights"])
    move(proposal, Status.SUBMITTED, by=by, version=keep_version(proposal, by=by))
    notifications.received(proposal)
    return proposal


@transaction.atomic
def answer(proposal: Proposal, *, by: User, answers: Mapping[str, str]) -> Proposal:
    """Answer the office's questions, ``{field: answer}``; the text as it is now becomes a new version."""
    proposal = locked(proposal)
    check(proposal, Status.SCREENING, source=Status.NEEDS_INFO)
    request = proposal.information_requests.get(answered_at=None)
    fields = list(request.fields.all())
    if missing := [one.field for one in fields if not answers.get(one.field, "").strip()]:
        raise AnswerMissing(missing)
    if lacking := completeness.problems(proposal):
        raise Incomplete(lacking)
    for one in fields:
        one.answer = answers[one.field].strip()
        one.save(update_fields=["answer"])
    request.answered_at = timezone.now()
    request.save(update_fields=["answered_at"])
    move(proposal, Status.SCREENING, by=by, version=keep_version(proposal, by=by))
    notifications.answered(proposal)
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User, reason: str = "") -> Proposal:
    """Take a proposal back before it is decided; the text stays as a record."""
    proposal = locked(proposal)
    check(proposal, Status.WITHDRAWN)
    proposal.information_requests.filter(answered_at=None).update(answered_at=timezone.now())
    move(proposal, Status.WITHDRAWN, by=by, reason=reason)
    notifications.withdrawn(proposal)
    return proposal


def _check_membership(proposal: Proposal, by: User) -> None:
    """Hold that the network proposes through one of its own: the submitter or whoever hands in."""
    network: Network | None = proposal.example.network
    members = Membership.objects.confirmed().on(timezone.localdate()).filter(network=network)
    if network is None or not members.filter(user__in=[by.pk, proposal.submitted_by_id]).exists():
        raise NotAMember
