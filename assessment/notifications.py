"""Mails about proposals, put into the outbox in the transaction of what they tell.

No mail holds a score, and none before the announcement holds an outcome.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override

from assessment import conflicts, outcomes
from assessment.models import Decision, FormalRejection, InformationRequest, Proposal, ProposalEditor
from assessment.querysets import OFFICE
from assessment.summary import as_text
from goodpractice.accounts.models import User
from goodpractice.addresses import absolute
from goodpractice.outbox import letters


@dataclass(frozen=True)
class Preview:
    """A mail as it would be sent."""

    to: User
    subject: str
    text: str


def received(proposal: Proposal) -> None:
    """Confirm with reference number and the full text, to everybody who works on it."""
    _to_the_authors("proposal_received", proposal, text=lambda: as_text(proposal))
    _to_the_office("proposal_arrived", proposal)


def asked(request: InformationRequest) -> None:
    _to_the_authors("proposal_question", request.proposal, request=lambda: request)


def answered(proposal: Proposal) -> None:
    _to_the_office("proposal_answered", proposal)


def rejected(rejection: FormalRejection) -> None:
    _to_the_authors("proposal_rejected", rejection.proposal, rejection=lambda: rejection)


def withdrawn(proposal: Proposal) -> None:
    _to_the_authors("proposal_withdrawn", proposal)
    if proposal.submitted_at:
        _to_the_office("proposal_taken_back", proposal)


def announced(decision: Decision) -> None:
    """Tell the submitters the outcome with its reasons, and the board the outcome."""
    for kind, user, context in _outcome(decision):
        letters.send(kind, to=user, context=context)


def preview_announced(decision: Decision) -> list[Preview]:
    """Return the mails that ``announced`` would send."""
    return [
        Preview(user, *letters.preview(kind, user, context)) for kind, user, context in _outcome(decision)
    ]


def published(proposal: Proposal) -> None:
    """Tell the submitters the address, which was made a moment ago."""
    proposal.example.refresh_from_db(fields=["slug"])
    _to_the_authors(
        "proposal_published", proposal, page=lambda: absolute(proposal.example.get_absolute_url())
    )


def not_published(proposal: Proposal, missing: list[Any]) -> None:
    """Tell the office that what was released cannot be public by itself, and what it lacks."""
    _to_the_office("proposal_not_published", proposal, missing=lambda: [str(part) for part in missing])


def carried_over(proposal: Proposal) -> None:
    """Tell the submitter of a deferred proposal that a draft in another call begins with its text."""
    _to_the_authors("proposal_carried_over", proposal)


def unpublished(proposal: Proposal) -> None:
    """Tell the submitters, with the reason that the address gives."""
    proposal.example.refresh_from_db(fields=["withdrawal_reason_de", "withdrawal_reason_en"])
    _to_the_authors("proposal_unpublished", proposal)


def invited(editor: ProposalEditor, *, path: str) -> None:
    """Write to somebody who may have no account yet, in the language of the person who invites."""
    letters.send(
        "proposal_invitation",
        to=editor.email,
        language=get_language() or settings.LANGUAGE_CODE,
        context={"editor": editor, "proposal": editor.proposal, "url": absolute(path)},
        is_secret=True,
    )


def authors(proposal: Proposal) -> list[User]:
    """Return the submitter and the co-editors."""
    editors = proposal.editors.active().select_related("user")
    return [proposal.submitted_by, *(editor.user for editor in editors)]


def office() -> list[User]:
    """Return the active members of the office."""
    return [user for user in User.objects.filter(is_active=True, is_staff=True) if user.has_perm(OFFICE)]


def _outcome(decision: Decision) -> Iterator[tuple[str, User, dict[str, Any]]]:
    """Yield kind, receiver and context of each mail. Members with a conflict of interest get none."""
    proposal = decision.proposal
    context = {"proposal": proposal, "decision": decision, "replaced": outcomes.replaced_by(decision)}
    for user in authors(proposal):
        with override(user.language):
            url = absolute(proposal.get_absolute_url())
        yield "proposal_outcome", user, {**context, "reasons": outcomes.reasons_of(decision), "url": url}
    grounds = conflicts.grounds_by_seat(proposal)
    for seat in proposal.call.seats.filter(ended_at=None).select_related("user"):
        if not grounds[seat.pk]:
            yield "board_outcome", seat.user, context


def _to_the_authors(kind: str, proposal: Proposal, **more: Any) -> None:
    """Send to each; what is in ``more`` is made in the language of the receiver."""
    for user in authors(proposal):
        with override(user.language):
            context = {name: make() for name, make in more.items()}
            letters.send(
                kind,
                to=user,
                context={
                    "proposal": proposal,
                    "url": absolute(proposal.get_absolute_url()),
                    **context,
                },
            )


def _to_the_office(kind: str, proposal: Proposal, **more: Any) -> None:
    """Send to each; what is in ``more`` is made in the language of the receiver."""
    for user in office():
        with override(user.language):
            url = absolute(reverse("admin:assessment_proposal_detail", args=[proposal.reference]))
            context = {name: make() for name, make in more.items()}
        letters.send(kind, to=user, context={"proposal": proposal, "url": url, **context})
