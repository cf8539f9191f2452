"""What an approved proposal needs to be public: facts that are looked up, for the checklist and for ``workflow``.

Whether the text reads well is for a person to say; the office's form asks for that.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from assessment.models import Proposal
from catalogue import publishing


@dataclass(frozen=True)
class Check:
    """One line of the checklist; ``missing`` says what is lacking, in words, and is empty if nothing is."""

    label: Any
    missing: list[Any]

    @property
    def is_met(self) -> bool:
        return not self.missing


def checks(proposal: Proposal) -> list[Check]:
    example: Any = proposal.example
    has_alternative = example.picture_alt_de or example.picture_alt_en
    return [
        Check(_("The text is there, in one language at least"), publishing.missing_parts(example)),
        Check(
            _("A contact person has agreed to be shown"),
            [] if _has_contact(proposal) else [_("a contact person with a consent in force")],
        ),
        Check(
            _("The picture has an alternative text, or there is none"),
            [_("an alternative text of the picture")] if example.picture and not has_alternative else [],
        ),
        Check(
            _("The rights to texts and pictures are declared"),
            [] if proposal.has_rights else [_("the declaration of the rights to texts and pictures")],
        ),
    ]


def lacking(proposal: Proposal) -> list[Any]:
    """Return in words what the checklist misses; whether it is under embargo is another question."""
    return [part for check in checks(proposal) for part in check.missing]


def missing(proposal: Proposal) -> list[Any]:
    """Return in words what keeps the proposal from being public today."""
    until = embargo_of(proposal)
    embargo = [_("the end of the embargo on %(day)s") % {"day": date_format(until)}] if until else []
    return [*lacking(proposal), *embargo]


def embargo_of(proposal: Proposal) -> datetime.date | None:
    """Return the day from which the proposal may be public if that is still to come."""
    until = proposal.embargo_until
    return until if until and until > timezone.localdate() else None


def set_embargo(proposal: Proposal, until: datetime.date | None) -> None:
    """Keep an approved proposal from being public before a day, or lift that."""
    Proposal.objects.filter(pk=proposal.pk).update(embargo_until=until)


def _has_contact(proposal: Proposal) -> bool:
    contacts: Any = proposal.example.contacts
    return bool(contacts.filter(consents__isnull=False, consents__withdrawn_at=None).exists())
