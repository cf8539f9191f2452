"""What can be done about contact persons besides writing them down: ask for consent, take over the network's own."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment import drafting
from assessment.drafting import NotWritable, StaleVersion
from assessment.forms.lists import ContactRows
from assessment.models import Proposal
from catalogue import consenting
from catalogue.consenting import AskingRefused, LinkVoid
from catalogue.models import ContactPerson
from goodpractice.accounts.models import User

if TYPE_CHECKING:
    from goodpractice.accounts.views import AuthenticatedHttpRequest

SECTION = "contacts"
GONE = gettext_lazy("This contact is not in the list any more.")
ASK, TAKE = "ask:", "take:"
TAKEN = ("name", "role_de", "role_en", "organisation", "email", "phone", "is_email_shown")


def context(user: User, proposal: Proposal) -> dict[str, Any]:
    """Return what the page offers: the contacts of the network, and for the own ones the page to agree at."""
    own = ContactPerson.objects.filter(example=proposal.example_id, email__iexact=user.email)
    return {
        "offered": offered(proposal),
        "own_answers": {
            contact.pk: reverse("catalogue:consent_answer", args=[consenting.answer_token(contact)])
            for contact in own
            if user.email
        },
    }


def offered(proposal: Proposal) -> "QuerySet[ContactPerson]":
    """Return the public contacts of the proposing network that the example does not name yet."""
    named = ContactPerson.objects.filter(example=proposal.example_id)
    found: QuerySet[ContactPerson] = ContactPerson.objects.published().filter(
        network=proposal.example.network_id
    )
    if proposal.example.network_id is None or named.count() >= ContactRows.most:
        return found.none()
    return found.exclude(name__in=named.values("name"))


def act(request: "AuthenticatedHttpRequest", proposal: Proposal, then: str) -> bool:
    """Do what the pressed button says; return whether it was one of these."""
    if then.startswith(ASK):
        _ask(request, _chosen(ContactPerson.objects.filter(example=proposal.example_id), then))
        return True
    if then.startswith(TAKE):
        _take(request, proposal, _chosen(offered(proposal), then))
        return True
    return False


def _chosen(contacts: "QuerySet[ContactPerson]", then: str) -> ContactPerson | None:
    number = then.partition(":")[2]
    return next((contact for contact in contacts if str(contact.pk) == number), None)


def _ask(request: "AuthenticatedHttpRequest", contact: ContactPerson | None) -> None:
    if contact is None:
        messages.error(request, GONE)
        return
    try:
        consenting.ask(contact)
    except LinkVoid:
        messages.error(request, GONE)
    except AskingRefused as refused:
        messages.error(request, str(refused))
    else:
        text = _("The question was sent to %(address)s. You see here when it was answered.")
        messages.success(request, text % {"address": contact.email})


def _take(request: "AuthenticatedHttpRequest", proposal: Proposal, contact: ContactPerson | None) -> None:
    if contact is None:
        messages.error(request, GONE)
        return
    try:
        drafting.save(
            proposal,
            SECTION,
            by=request.user,
            seen=drafting.version_of(proposal, SECTION),
            write=lambda: _add(proposal, contact),
        )
    except (NotWritable, StaleVersion):
        messages.error(request, _("Somebody else has just changed this. Please try once more."))
    else:
        messages.success(
            request, _("“%(name)s” was added. Please ask for the consent now.") % {"name": contact.name}
        )


def _add(proposal: Proposal, contact: ContactPerson) -> None:
    """Copy the contact; the consent is not copied: it was given for the page of the network."""
    last = ContactPerson.objects.filter(example=proposal.example_id).aggregate(Max("position"))[
        "position__max"
    ]
    values = {name: getattr(contact, name) for name in TAKEN}
    ContactPerson.objects.create(example_id=proposal.example_id, position=(last or 0) + 1, **values)
