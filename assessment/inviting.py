"""Co-editors: how somebody comes to work on a proposal, and stops. The rows stay, for conflicts of interest.

The link in the mail names the row and is signed with its address: it opens nothing but this one invitation, for this
one address, and no longer than ``LINK_LIFE``. Who may invite is asked by the callers.
"""

import datetime
from dataclasses import dataclass

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from assessment import notifications
from assessment.models import Proposal, ProposalEditor
from goodpractice.accounts.models import User

LINK_LIFE = datetime.timedelta(days=14)
MOST_EDITORS = 10
"""Of one proposal: more people do not write one text."""
MOST_INVITATIONS = 5
DAY = datetime.timedelta(days=1)
"""So often one address is written to in a day, whoever asks: nobody is pestered through this site."""
LONGEST_KEY = 18
"""Digits: more than any key has, few enough for every number to be read."""


class InvitationRefused(Exception):
    """Base of the reasons why somebody is not invited."""


class IsSubmitter(InvitationRefused):
    """The address is that of the submitter."""


class InvitedAlready(InvitationRefused):
    """The address, or the person, is a co-editor or is asked to be one."""


class TooManyEditors(InvitationRefused):
    """The proposal has as many co-editors as it may have."""


class TooMany(InvitationRefused):
    """The address was written to too often."""


class LinkForged(Exception):
    """The link was not made here, or not for this address."""


class LinkUsed(Exception):
    """The invitation was taken back or is too old, or it was accepted before."""


class OtherPerson(Exception):
    """The invitation is for another address than the person's."""


@transaction.atomic
def invite(proposal: Proposal, *, email: str, right: str, by: User) -> ProposalEditor:
    """Ask somebody by mail to work on the proposal."""
    locked = (
        Proposal.objects.select_for_update(of=("self",)).select_related("submitted_by").get(pk=proposal.pk)
    )
    if locked.submitted_by.email.casefold() == email.casefold():
        raise IsSubmitter
    here = locked.editors.invited()
    if here.filter(email__iexact=email).exists() or here.filter(user__email__iexact=email).exists():
        raise InvitedAlready
    if here.count() >= MOST_EDITORS:
        raise TooManyEditors
    if _was_pestered(email):
        raise TooMany
    editor = ProposalEditor.objects.create(proposal=locked, email=email, right=right, invited_by=by)
    notifications.invited(editor, path=reverse("assessment:invitation_accept", args=[token(editor)]))
    return editor


def _was_pestered(email: str) -> bool:
    since = timezone.now() - DAY
    invitations = ProposalEditor.objects.filter(email__iexact=email, invited_at__gt=since)
    return invitations.count() >= MOST_INVITATIONS


@transaction.atomic
def change_right(editor: ProposalEditor, *, right: str) -> None:
    ProposalEditor.objects.invited().filter(pk=editor.pk).update(right=right)


@transaction.atomic
def remove(editor: ProposalEditor) -> None:
    """End somebody's work on the proposal, or take the invitation back; the first end counts."""
    ProposalEditor.objects.invited().filter(pk=editor.pk).update(removed_at=timezone.now())


@dataclass(frozen=True)
class Invitation:
    """What a link opens. The first end counts: taken back, accepted, expired."""

    editor: ProposalEditor
    has_expired: bool

    @property
    def problem(self) -> str:
        """Say why nobody can accept it any more; empty if somebody can."""
        if self.editor.removed_at is not None:
            return "removed"
        if self.editor.accepted_at is not None:
            return "used"
        return "expired" if self.has_expired else ""

    def is_for(self, user: User) -> bool:
        """Tell whether it went to the person's address: a forwarded mail lets nobody in."""
        return self.editor.email.casefold() == user.email.casefold()

    def is_done_for(self, user: User) -> bool:
        """Tell whether the person works on the proposal already: by this invitation, or as the submitter."""
        is_in = user.pk in {self.editor.user_id, self.editor.proposal.submitted_by_id}
        return is_in and self.editor.removed_at is None


# The link -----------------------------------------------------------------------------------------------------------


def token(editor: ProposalEditor) -> str:
    return _signer(editor.email).sign(str(editor.pk))


def found(token: str) -> Invitation:
    """Return the invitation that the link names, whatever its state, or raise ``LinkForged``."""
    key = token.partition(":")[0]
    rows = ProposalEditor.objects.select_related(
        "proposal", "proposal__example", "proposal__submitted_by", "proposal__call", "invited_by"
    )
    is_number = key.isdecimal() and key.isascii() and len(key) <= LONGEST_KEY
    editor: ProposalEditor | None = rows.filter(pk=key).first() if is_number else None
    if editor is None:
        raise LinkForged
    try:
        _signer(editor.email).unsign(token, max_age=LINK_LIFE)
    except SignatureExpired:
        return Invitation(editor, has_expired=True)
    except BadSignature:
        raise LinkForged from None
    return Invitation(editor, has_expired=False)


def _signer(email: str) -> TimestampSigner:
    return TimestampSigner(salt=f"assessment.invitation:{email.casefold()}")


def expires_at(editor: ProposalEditor) -> datetime.datetime:
    return editor.invited_at + LINK_LIFE


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> None:
    """Let ``by`` work on the proposal; who accepts first is the one."""
    rows = ProposalEditor.objects.select_for_update(of=("self",)).select_related("proposal")
    locked = rows.get(pk=invitation.editor.pk)
    now = Invitation(locked, invitation.has_expired)
    if not now.is_for(by):
        raise OtherPerson
    if now.problem or now.is_done_for(by):
        raise LinkUsed
    locked.user, locked.accepted_at = by, timezone.now()
    try:
        with transaction.atomic():
            locked.save(update_fields=["user", "accepted_at"])
    except IntegrityError:  # the person works on it already, through another invitation
        raise LinkUsed from None
