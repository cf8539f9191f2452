"""What a proposal still lacks before it can be handed in. Asked on the server, whatever the browser has checked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessment.models import Proposal
from assessment.sections import PROPOSAL_FIELDS, SECTIONS, TEXTS, Section, columns_of, label_of
from catalogue.models import Link


@dataclass(frozen=True)
class Problem:
    """What is missing, and the field of which section it is to be mended at."""

    section: str
    field: str
    message: Any


def problems(proposal: Proposal) -> list[Problem]:
    """Return what keeps ``proposal`` from being handed in, in the order of the form."""
    return [problem for section in SECTIONS for problem in problems_of(proposal, section)]


def problems_of(proposal: Proposal, section: Section) -> list[Problem]:
    missing = [
        Problem(section.key, field, _("%(field)s: please fill this in.") % {"field": label_of(field)})
        for field in section.fields
        if field in section.required and not is_filled(proposal, field)
    ]
    return missing + _MORE.get(section.key, _nothing)(proposal)


def is_begun(proposal: Proposal, section: Section) -> bool:
    """Tell whether anything in ``section`` is filled in."""
    lists: Any = proposal.example
    return any(is_filled(proposal, field) for field in section.fields) or any(
        getattr(lists, name).exists() for name in section.lists
    )


def is_filled(proposal: Proposal, field: str) -> bool:
    if field == "states":
        return proposal.example.is_nationwide or proposal.example.states.exists()
    owner: Any = proposal if field in PROPOSAL_FIELDS else proposal.example
    values = [getattr(owner, column) for column in columns_of(field)]
    if field in TEXTS:
        return any(value.strip() for value in values)
    (value,) = values
    if hasattr(value, "exists"):
        return bool(value.exists())
    return value is not None and value != "" and value is not False and bool(str(value))


def _nothing(proposal: Proposal) -> list[Problem]:
    return []


def _evidence(proposal: Proposal) -> list[Problem]:
    example: Any = proposal.example
    if example.links.filter(purpose=Link.Purpose.EVIDENCE).exists() or example.attachments.exists():
        return []
    message = _("Sources: give at least one source for the success, as a link or an attachment.")
    return [Problem("success", "links", message)]


def _contacts(proposal: Proposal) -> list[Problem]:
    contacts: Any = proposal.example.contacts
    if not contacts.exists():
        return [Problem("contacts", "contacts", _("Contact persons: name at least one."))]
    if not contacts.filter(consents__withdrawn_at=None, consents__isnull=False).exists():
        message = _("Contact persons: at least one has to agree first, by the link in the mail to them.")
        return [Problem("contacts", "contacts", message)]
    return []


def _alternative_text(proposal: Proposal) -> list[Problem]:
    if not proposal.example.picture or is_filled(proposal, "picture_alt"):
        return []
    return [Problem("picture", "picture_alt", _("Describe the picture for those who do not see it."))]


_MORE: dict[str, Callable[[Proposal], list[Problem]]] = {
    "success": _evidence,
    "contacts": _contacts,
    "picture": _alternative_text,
}
