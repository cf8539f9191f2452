"""A new proposal that begins with the text of an earlier one: in an open call, linked to it.

Copied is what was written; not the declaration, which holds for one handing in, not the co-editors, who are invited
anew, and not the consent of contact persons, who agreed to the other one.
"""

import datetime
import secrets
from contextlib import ExitStack
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from assessment import notifications, progress, workflow
from assessment.models import Call, Proposal, Status
from assessment.sections import PROPOSAL_FIELDS, SECTIONS
from catalogue.models import Attachment, ContactPerson, Example, Link
from goodpractice.accounts.models import Membership, User

FILES = {"picture"}
COLUMNS = [column for section in SECTIONS for column in section.columns if column not in PROPOSAL_FIELDS]
LISTS = [name for name in COLUMNS if Example._meta.get_field(name).many_to_many]
VALUES = [name for name in COLUMNS if name not in {*LISTS, *FILES, "network"}]
CONTACT = ["position", "name", "role_de", "role_en", "organisation", "email", "phone", "is_email_shown"]
LINK = ["position", "purpose", "title_de", "title_en", "url"]
ATTACHMENT = ["position", "title_de", "title_en"]


class NotCopyable(Exception):
    """The proposal is still on its way, or has been published."""


class CopiedAlready(Exception):
    """The same person has copied it into the same call before; ``copy`` is the other proposal."""

    def __init__(self, copy: Proposal) -> None:
        super().__init__(copy.reference)
        self.copy = copy


def copy(proposal: Proposal, *, call: Call, by: User, now: datetime.datetime) -> Proposal:
    """Begin a proposal in ``call`` with the text of ``proposal``; files that are lost are left out."""
    with ExitStack() as stored:
        with transaction.atomic():
            source = _source(proposal, owner=by, now=now)
            if not call.is_open(now):
                raise workflow.CallClosed
            new = _copy(source, call=call, owner=by, by=by, stored=stored)
        stored.pop_all()
    return new


def carry_over(proposal: Proposal, *, call: Call, by: User, now: datetime.datetime) -> Proposal:
    """Begin a proposal in a later call with the text of a deferred one, for its submitter, who is told.

    The call may open later. It is the submitter who checks the text and hands it in.
    """
    owner = proposal.submitted_by
    with ExitStack() as stored:
        with transaction.atomic():
            source = _source(proposal, owner=owner, now=now)
            if source.announced_outcome != Status.DEFERRED:
                raise NotCopyable
            if call.pk == source.call_id or call.closes_at <= now:
                raise workflow.CallClosed
            new = _copy(source, call=call, owner=owner, by=by, stored=stored)
            notifications.carried_over(new)
        stored.pop_all()
    return new


def _source(proposal: Proposal, *, owner: User, now: datetime.datetime) -> Any:
    """Return the proposal, locked, if its text may be copied as far as ``owner`` may know."""
    Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    found = Proposal.objects.with_progress(owner).get(pk=proposal.pk)
    if not progress.is_copyable(progress.of(found, now)):
        raise NotCopyable
    return found


def _copy(source: Any, *, call: Call, owner: User, by: User, stored: ExitStack) -> Proposal:
    copies = source.later.filter(call=call, submitted_by=owner).exclude(status=Status.WITHDRAWN)
    if other := copies.first():
        raise CopiedAlready(other)
    old = source.example
    example = Example(**{name: getattr(old, name) for name in VALUES}, network=_network(old, owner))
    new = workflow.start(call, by=by, owner=owner, example=example, previous=source)
    new.networks.set(source.networks.all())
    _copy_lists(old, example, stored)
    return new


def _network(example: Example, by: User) -> Any:
    """Return the network if ``by`` works there; else it is to be chosen anew."""
    memberships = Membership.objects.on(timezone.localdate()).filter(user=by, network=example.network_id)
    return example.network if example.network_id and memberships.exists() else None


def _copy_lists(old: Any, new: Any, stored: ExitStack) -> None:
    for name in LISTS:
        getattr(new, name).set(getattr(old, name).all())
    Link.objects.bulk_create(Link(example=new, **_values(link, LINK)) for link in old.links.all())
    ContactPerson.objects.bulk_create(
        ContactPerson(example=new, **_values(contact, CONTACT)) for contact in old.contacts.all()
    )
    for attachment in old.attachments.all():
        copied = Attachment(example=new, **_values(attachment, ATTACHMENT))
        if _copy_file(attachment.file, copied.file, stored):
            copied.save()
    if _copy_file(old.picture, new.picture, stored):
        new.save(update_fields=["picture", "changed_at"])


def _values(record: Any, names: list[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _copy_file(source: FieldFile, target: FieldFile, stored: ExitStack) -> bool:
    """Store the file once more under a name of its own; it goes again if the copy fails as a whole."""
    try:
        with source.open() as file:
            content = ContentFile(file.read())
    except (FileNotFoundError, ValueError):  # lost, or never stored
        return False
    target.save(f"{secrets.token_hex(16)}{PurePath(source.name or '').suffix}", content, save=False)
    stored.callback(target.delete, save=False)
    return True
