"""All that the office's page of one proposal shows, in a number of queries that does not depend on its rows."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from assessment.admin.forms import AskForm
from assessment.admin.steps import Step, possible
from assessment.admin.texts import Reading
from assessment.duplicates import Similar, similar_to
from assessment.models import (
    FormalRejection,
    InformationRequest,
    Proposal,
    ProposalVersion,
    RequestedField,
    Transition,
)
from assessment.sections import SECTION_OF, Section, label_of
from catalogue.models import Attachment, Consent, Link
from goodpractice.accounts.models import User


@dataclass(frozen=True)
class ContactState:
    """A contact person, and whether they have agreed to be shown."""

    contact: Any
    consent: Consent | None

    @property
    def has_agreed(self) -> bool:
        return self.consent is not None and self.consent.withdrawn_at is None


class ProposalPage:
    def __init__(self, proposal: Proposal, user: User, query: QueryDict) -> None:
        self.proposal: Any = proposal
        self.user = user
        self.today = timezone.localdate()
        self.versions: list[ProposalVersion] = list(self.proposal.versions.select_related("created_by"))
        self.version = _chosen(self.versions, query.get("version", "")) or self.versions[-1]
        older = [version for version in self.versions if version.number < self.version.number]
        self.compared = _chosen(self.versions, query.get("with", "")) or (older[-1] if older else None)
        self.reading = Reading(self.versions)

    def context(self) -> dict[str, Any]:
        rejection = open_rejection(self.proposal)
        return {
            "page": self,
            "proposal": self.proposal,
            "example": self.proposal.example,
            "rejection": rejection,
            "is_own_rejection": rejection is not None and rejection.proposed_by_id == self.user.pk,
            "steps": self.steps(rejection),
            "transitions": self.transitions,
            "chapters": self.reading.chapters(self.version),
            "differences": self.differences,
            "contacts": self.contacts,
            "editors": self.proposal.editors.select_related("user"),
            "preview_url": reverse("assessment:proposal_preview", args=[self.proposal.reference]),
            "requests": self.requests,
            "rejections": self.proposal.formal_rejections.select_related(
                "proposed_by", "confirmed_by", "dismissed_by"
            ),
            "similar": self.similar,
        }

    def steps(self, rejection: FormalRejection | None) -> list[Step]:
        return possible(self.proposal, rejection, self.user)

    @property
    def differences(self) -> list[Any]:
        if self.compared is None or self.compared == self.version:
            return []
        return self.reading.differences(self.compared, self.version)

    @property
    def transitions(self) -> QuerySet[Transition]:
        return self.proposal.transitions.select_related("by", "version")  # type: ignore[no-any-return]

    @property
    def contacts(self) -> list[ContactState]:
        consents = Prefetch("consents", Consent.objects.order_by("-given_at"), to_attr="latest_first")
        contacts = self.proposal.example.contacts.prefetch_related(consents)
        return [ContactState(one, next(iter(one.latest_first), None)) for one in contacts]

    @property
    def requests(self) -> list[tuple[InformationRequest, list[tuple[str, RequestedField]]]]:
        """Return each request with its questions, named as the form names the fields."""
        requests = self.proposal.information_requests.select_related("asked_by").prefetch_related("fields")
        return [(request, [(_name(one.field), one) for one in request.fields.all()]) for request in requests]

    @property
    def similar(self) -> list[Similar]:
        return similar_to(self.proposal)

    @property
    def minutes_late(self) -> int:
        """Return the minutes between the end of the call and the first attempt, begun ones too."""
        late = self.proposal.first_attempt_at - self.proposal.call.closes_at
        return -(-late // datetime.timedelta(minutes=1)) if self.proposal.is_late else 0

    @property
    def evidence(self) -> list[Link]:
        return list(self.proposal.example.links.filter(purpose=Link.Purpose.EVIDENCE))

    @property
    def attachments(self) -> list[tuple[Attachment, str]]:
        """Return each with the address that hands it out to those who may see the proposal."""
        reference = self.proposal.reference
        return [
            (one, reverse("assessment:attachment_download", args=[reference, one.pk]))
            for one in self.proposal.example.attachments.all()
        ]

    def questions(self, form: AskForm) -> list[tuple[Section, list[tuple[BoundField, str]], bool]]:
        """Return each section with its fields and what was handed in; open if something is written in it."""
        return [
            (
                section,
                [(field, self.reading.text_of(self.version, name)) for name, field in fields],
                any(field.value() or field.errors for _name, field in fields),
            )
            for section, fields in form.sections
        ]


def _name(field: str) -> str:
    """Return the label of a field, or what was asked for if the form has it no more."""
    return label_of(field) if field in SECTION_OF else field


def open_rejection(proposal: Proposal) -> FormalRejection | None:
    rejections: Any = proposal.formal_rejections
    found = rejections.filter(confirmed_at=None, dismissed_at=None).select_related("proposed_by")
    return found.first()  # type: ignore[no-any-return]


def _chosen(versions: list[ProposalVersion], number: str) -> ProposalVersion | None:
    return next((version for version in versions if str(version.number) == number), None)
