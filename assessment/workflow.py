"""The state machine of proposals: the only code that writes ``Proposal.status`` and the lock of the text.

One function per transition. Each is one transaction that locks the row, checks the table, changes the status with its
``Transition`` and puts the mails into the outbox. The functions do not ask who may (``permissions`` does), but hold
what binds everybody. The database holds status and transitions together once more, also against raw SQL.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessment import completeness, notifications
from assessment.completeness import Problem
from assessment.content import as_content
from assessment.models import (
    LOCKING,
    TRANSITIONS,
    Call,
    FormalRejection,
    InformationRequest,
    Proposal,
    ProposalVersion,
    ReferenceCounter,
    RequestedField,
    Status,
    Transition,
)
from catalogue.models import Example, Network
from goodpractice.accounts.models import Membership, User


class TransitionNotAllowed(Exception):
    """The proposal is not in a state from which this is possible; somebody else may have been quicker."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"{source} -> {target}")


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


class SamePerson(Exception):
    """A second person has to confirm what the first one proposed."""


@dataclass(frozen=True)
class Declaration:
    """What the submitter declares when handing in: since when it is tried and tested, and the rights."""

    tried_since: int
    has_rights: bool


# The submitter's steps ----------------------------------------------------------------------------------------------


@transaction.atomic
def start(call: Call, *, by: User, example: Example, previous: Proposal | None = None) -> Proposal:
    """Begin a proposal with ``example``, which is saved here: a draft that only the process publishes."""
    reference = ReferenceCounter.objects.next(timezone.localdate().year)
    example.slug, example.is_proposed = reference.lower(), True
    example.is_demo = call.is_demo
    example.save()
    proposal = Proposal.objects.create(
        reference=reference, call=call, example=example, submitted_by=by, previous=previous
    )
    Transition.objects.create(proposal=proposal, source="", target=Status.DRAFT, by=by)
    return proposal


def attempt(proposal: Proposal, *, arrived: datetime.datetime) -> None:
    """Note when the first attempt to hand in arrived, whether or not it succeeds: lateness is judged by it."""
    waiting = Proposal.objects.filter(pk=proposal.pk, status=Status.DRAFT, first_attempt_at=None)
    if proposal.call.accepts(arrived, arrived):
        waiting.update(first_attempt_at=arrived)


@transaction.atomic
def submit(proposal: Proposal, *, by: User, declaration: Declaration, arrived: datetime.datetime) -> Proposal:
    """Hand in: everything is checked, the text is locked and kept as a version; by mail everybody gets a copy."""
    proposal = _locked(proposal)
    _check(proposal, Status.SUBMITTED)
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
    _move(proposal, Status.SUBMITTED, by=by, version=_keep_version(proposal, by=by))
    notifications.received(proposal)
    return proposal


@transaction.atomic
def answer(proposal: Proposal, *, by: User, answers: Mapping[str, str]) -> Proposal:
    """Answer the office's questions, ``{field: answer}``; the text as it is now becomes a new version."""
    proposal = _locked(proposal)
    _check(proposal, Status.SCREENING, source=Status.NEEDS_INFO)
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
    _move(proposal, Status.SCREENING, by=by, version=_keep_version(proposal, by=by))
    notifications.answered(proposal)
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User, reason: str = "") -> Proposal:
    """Take a proposal back before it is decided; the text stays as a record."""
    proposal = _locked(proposal)
    _check(proposal, Status.WITHDRAWN)
    proposal.information_requests.filter(answered_at=None).update(answered_at=timezone.now())
    _move(proposal, Status.WITHDRAWN, by=by, reason=reason)
    notifications.withdrawn(proposal)
    return proposal


# The office's steps -------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_screening(proposal: Proposal, *, by: User) -> Proposal:
    """Take up a proposal that has arrived."""
    proposal = _locked(proposal)
    _check(proposal, Status.SCREENING, source=Status.SUBMITTED)
    return _move(proposal, Status.SCREENING, by=by)


@transaction.atomic
def ask(
    proposal: Proposal, *, by: User, questions: Mapping[str, str], reason: str, due_on: datetime.date
) -> InformationRequest:
    """Ask the submitter, ``{field: question}``; it is their turn to write until they answer."""
    proposal = _locked(proposal)
    _check(proposal, Status.NEEDS_INFO)
    request = InformationRequest.objects.create(proposal=proposal, asked_by=by, reason=reason, due_on=due_on)
    RequestedField.objects.bulk_create(
        RequestedField(request=request, field=field, question=question)
        for field, question in questions.items()
    )
    _dismiss_rejections(proposal, by=by)
    _move(proposal, Status.NEEDS_INFO, by=by, reason=reason)
    notifications.asked(request)
    return request


@transaction.atomic
def propose_rejection(
    proposal: Proposal, *, by: User, ground: FormalRejection.Ground, explanation: str
) -> FormalRejection:
    """Propose to reject on formal grounds; it needs a second person, so the status stays."""
    proposal = _locked(proposal)
    if proposal.status != Status.SCREENING or _open_rejections(proposal).exists():
        raise TransitionNotAllowed(proposal.status, Status.REJECTED)
    return FormalRejection.objects.create(
        proposal=proposal, ground=ground, explanation=explanation, proposed_by=by
    )


@transaction.atomic
def confirm_rejection(rejection: FormalRejection, *, by: User) -> Proposal:
    """Reject on formal grounds, as the second person."""
    proposal = _locked(rejection.proposal)
    _check(proposal, Status.REJECTED, source=Status.SCREENING)
    open_one = _open_rejections(proposal).filter(pk=rejection.pk).first()
    if open_one is None:
        raise TransitionNotAllowed(proposal.status, Status.REJECTED)
    if open_one.proposed_by_id == by.pk:
        raise SamePerson
    open_one.confirmed_by, open_one.confirmed_at = by, timezone.now()
    open_one.save(update_fields=["confirmed_by", "confirmed_at"])
    _move(proposal, Status.REJECTED, by=by, reason=open_one.explanation)
    notifications.rejected(open_one)
    return proposal


@transaction.atomic
def dismiss_rejection(rejection: FormalRejection, *, by: User) -> None:
    """Disagree with a proposed rejection, or take the own one back."""
    proposal = _locked(rejection.proposal)
    if not _open_rejections(proposal).filter(pk=rejection.pk).exists():
        raise TransitionNotAllowed(proposal.status, proposal.status)
    _dismiss_rejections(proposal, by=by)


@transaction.atomic
def begin_review(proposal: Proposal, *, by: User, finding: str) -> Proposal:
    """Pass on to the board; ``finding`` says why it is tried and tested (the entry condition of seed 000)."""
    proposal = _locked(proposal)
    _check(proposal, Status.IN_REVIEW)
    if _open_rejections(proposal).exists():
        raise TransitionNotAllowed(proposal.status, Status.IN_REVIEW)
    return _move(proposal, Status.IN_REVIEW, by=by, reason=finding)


@transaction.atomic
def return_to_screening(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Take a proposal back from the board."""
    proposal = _locked(proposal)
    _check(proposal, Status.SCREENING, source=Status.IN_REVIEW)
    return _move(proposal, Status.SCREENING, by=by, reason=reason)


# What they share ----------------------------------------------------------------------------------------------------


def _locked(proposal: Proposal) -> Proposal:
    """Return the row as it is now, held until the end of the transaction.

    Two statements: one alone, if it had to wait, would join the example with the text from before the wait.
    """
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    rows = Proposal.objects.select_related("example", "call", "submitted_by")
    return rows.get(pk=proposal.pk)  # type: ignore[no-any-return]


def _check(proposal: Proposal, target: Status, *, source: Status | None = None) -> None:
    """Refuse what the table does not know; ``source`` where several lead to ``target``."""
    if target not in TRANSITIONS[proposal.status] or (source and proposal.status != source):
        raise TransitionNotAllowed(proposal.status, target)


def _move(
    proposal: Proposal,
    target: Status,
    *,
    by: User | None,
    reason: str = "",
    version: ProposalVersion | None = None,
) -> Proposal:
    source, proposal.status = proposal.status, target
    proposal.save(update_fields=["status"])
    Transition.objects.create(
        proposal=proposal,
        source=source,
        target=target,
        by=by,
        reason=reason,
        version=version or proposal.versions.order_by("-number").first(),
    )
    Example.objects.filter(pk=proposal.example_id).update(is_locked=target in LOCKING)
    return proposal


def _keep_version(proposal: Proposal, *, by: User) -> ProposalVersion:
    latest = proposal.versions.order_by("-number").first()
    return ProposalVersion.objects.create(
        proposal=proposal,
        number=latest.number + 1 if latest else 1,
        content=as_content(proposal),
        created_by=by,
    )


def _check_membership(proposal: Proposal, by: User) -> None:
    """Hold that the network proposes through one of its own: the submitter or whoever hands in."""
    network: Network | None = proposal.example.network
    members = Membership.objects.confirmed().on(timezone.localdate()).filter(network=network)
    if network is None or not members.filter(user__in=[by.pk, proposal.submitted_by_id]).exists():
        raise NotAMember


def _open_rejections(proposal: Proposal) -> Any:
    return proposal.formal_rejections.filter(confirmed_at=None, dismissed_at=None)


def _dismiss_rejections(proposal: Proposal, *, by: User) -> None:
    _open_rejections(proposal).update(dismissed_by=by, dismissed_at=timezone.now())
