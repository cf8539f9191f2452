"""Corrections after publication: contact persons, links and picture, by those who proposed. Title and texts stay.

What was judged is not touched; so neither proposal nor decision are asked again. It goes live at once and is kept in
the history of the example, with who and why.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import transaction

from assessment import drafting
from assessment.models import Proposal, SectionSave, Status
from assessment.sections import BY_KEY, Section
from catalogue import consenting, publishing
from catalogue.consenting import AskingRefused
from catalogue.models import ContactPerson
from goodpractice.accounts.models import User

KEY = "correction"
"""Corrections have versions like a section: who saves has seen what is stored."""


class NotPublished(Exception):
    """The example is not public: there is nothing to correct for readers."""


PICTURE = BY_KEY["picture"]
CORRECTABLE = Section(PICTURE.key, PICTURE.title, PICTURE.lead, PICTURE.fields, lists=("links", "contacts"))
"""All that can be corrected, as one page of the form."""


@transaction.atomic
def correct(proposal: Proposal, *, by: User, seen: int, reason: str, write: Callable[[], Any]) -> SectionSave:
    """Call ``write``, which stores the corrections; ask new contact persons for their consent; show it all."""
    locked = Proposal.objects.select_for_update(of=("self",)).select_related("example").get(pk=proposal.pk)
    if locked.status != Status.PUBLISHED:
        raise NotPublished
    with pghistory.context(reason=reason, user=by.pk):
        saved = drafting.count_up(locked, KEY, by=by, seen=seen, write=write)
        publishing.changed(locked.example)
    _ask_those_named_now(locked)
    return saved


def _ask_those_named_now(proposal: Proposal) -> None:
    """Ask new people for their consent; who cannot be asked is shown on the page as waiting."""
    new = ContactPerson.objects.filter(
        example=proposal.example_id, is_published=False, asked_at=None, declined_at=None
    )
    for contact in new:
        with contextlib.suppress(AskingRefused):
            consenting.ask(contact)
