"""Mails about proposals, put into the outbox in the transaction of what they tell.

No mail holds a score, and none before the announcement holds an outcome.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override

from assessment.models import FormalRejection, InformationRequest, Proposal, ProposalEditor
from assessment.querysets import OFFICE
from assessment.summary import as_text
from goodpractice.accounts.models import User
from goodpractice.addresses import absolute
from goodpractice.outbox import letters


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


def _to_the_office(kind: str, proposal: Proposal) -> None:
    for user in office():
        with override(user.language):
            url = absolute(reverse("admin:assessment_proposal_detail", args=[proposal.reference]))
        letters.send(kind, to=user, context={"proposal": proposal, "url": url})
