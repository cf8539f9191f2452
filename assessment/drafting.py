"""Writing a draft: the only code that saves the text of a proposal. Nothing typed is lost, nothing overwritten unseen.

Each section of the form has a version. Who saves has seen one; if another was stored meanwhile (a second tab, a
co-editor), the save is refused and both texts are shown. Two people in two sections do not meet.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessment.models import Proposal, SectionSave
from goodpractice.accounts.models import User


class NotWritable(Exception):
    """It is not the submitter's turn (any more): the proposal was handed in, withdrawn or decided."""


class StaleVersion(Exception):
    """Somebody stored another version of this section meanwhile; ``current`` is it."""

    def __init__(self, current: SectionSave) -> None:
        super().__init__(f"{current.section}: version {current.version}")
        self.current = current


def version_of(proposal: Proposal, section: str) -> int:
    """Return the version of the section that is stored; 0 before the first."""
    found = SectionSave.objects.filter(proposal=proposal, section=section).values_list("version", flat=True)
    return found.first() or 0


@transaction.atomic
def save(proposal: Proposal, section: str, *, by: User, seen: int, write: Callable[[], Any]) -> SectionSave:
    """Call ``write``, which stores the section, if ``seen`` is the version stored, and count it one up."""
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not locked.is_writable:
        raise NotWritable
    return count_up(locked, section, by=by, seen=seen, write=write)


def count_up(locked: Proposal, section: str, *, by: User, seen: int, write: Callable[[], Any]) -> SectionSave:
    """Do what ``save`` does, for callers who hold the row of the proposal and have judged whether it is writable."""
    current = SectionSave.objects.filter(proposal=locked, section=section).first()
    if current is not None and current.version != seen:
        raise StaleVersion(current)
    write()
    if current is None:
        return SectionSave.objects.create(proposal=locked, section=section, saved_by=by)
    current.version, current.saved_at, current.saved_by = current.version + 1, timezone.now(), by
    current.save(update_fields=["version", "saved_at", "saved_by"])
    return current
