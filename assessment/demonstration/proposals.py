"""Brings made-up proposals to where they are to be, by the steps that people would take, at the time they would."""

import datetime
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from assessment import workflow
from assessment.demonstration import clock
from assessment.demonstration.people import Cast
from assessment.models import Call, Proposal, Status
from catalogue.models import Consent, ContactPerson, Example, Link, Network

LISTS = ("topics", "target_groups", "audiences", "states")
PROCESS = {
    "by", "days_before_the_end", "reaches", "finding", "ground", "explanation", "reason", "questions", "networks",
    "declared", "ballots", "begun", "comments", "passed_on", "decision", "links",
}  # fmt: skip
"""What an entry says about the way of a proposal; all else belongs to its example."""
WITH_THE_OFFICE = {Status.SUBMITTED, Status.SCREENING, Status.NEEDS_INFO}
DAYS_TO_WRITE, DAYS_TO_SCREEN, DAYS_TO_PASS_ON = 6, 2, 4


@dataclass(frozen=True)
class Way:
    """One entry of a file, and the proposal that goes its way."""

    entry: dict[str, Any]
    proposal: Proposal
    cast: Cast
    reaches: str

    @property
    def closes_at(self) -> datetime.datetime:
        return self.proposal.call.closes_at

    def after_the_end(self, days: int) -> AbstractContextManager[None]:
        """Return the clock so many days after the call closed, when people are at work."""
        day = self.closes_at + datetime.timedelta(days=days)
        return clock.at(day.replace(hour=7 + self.proposal.pk % 9, minute=7 * self.proposal.pk % 60))


def bring(call: Call, entry: dict[str, Any], cast: Cast) -> Way:
    """Write a proposal, hand it in and let the office deal with it; the board's part is ``board``'s."""
    arrived = _arrival(call, entry)
    with clock.at(arrived - datetime.timedelta(days=DAYS_TO_WRITE)):
        way = Way(entry, _draft(call, entry, cast), cast, entry["reaches"])
    if way.reaches == Status.WITHDRAWN:
        workflow.withdraw(way.proposal, by=way.proposal.submitted_by)
    elif way.reaches != Status.DRAFT:
        _hand_in(way, arrived)
        _screen(way)
    return way


def _arrival(call: Call, entry: dict[str, Any]) -> datetime.datetime:
    """Return when it arrives: some days before the end, or just now while the call is open."""
    if days := entry.get("days_before_the_end"):
        return call.closes_at - datetime.timedelta(days=days, hours=days)
    return timezone.now()


def _draft(call: Call, entry: dict[str, Any], cast: Cast) -> Proposal:
    author = cast.users[entry.get("by", "submitter@example.org")]
    network = Network.objects.filter(
        memberships__user=author, memberships__confirmed_at__isnull=False
    ).first()
    fields = {name: value for name, value in entry.items() if name not in PROCESS and name not in LISTS}
    month = timezone.localdate().replace(day=1)
    proposal = workflow.start(
        call, by=author, example=Example(network=network, status_of_information=month, **fields)
    )
    proposal.networks.set(Network.objects.filter(slug__in=entry.get("networks", [])))
    example: Any = proposal.example
    for name in LISTS:
        terms = getattr(example, name)
        terms.set(terms.model.objects.filter(slug__in=entry.get(name, [])))
    for position, link in enumerate(entry.get("links", []), start=1):
        Link.objects.create(example=example, position=position, **link)
    contact = ContactPerson.objects.create(
        example=example,
        name="Koordinierungsstelle (Demo)",
        organisation=entry["organisation"],
        email="koordinierungsstelle@example.org",
        is_published=entry["reaches"] == Status.PUBLISHED,
    )
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.PLACEHOLDER)
    return proposal


def _hand_in(way: Way, arrived: datetime.datetime) -> None:
    declaration = workflow.Declaration(tried_since=way.entry["running_since"], has_rights=True)
    with clock.at(arrived):
        workflow.submit(way.proposal, by=way.proposal.submitted_by, declaration=declaration, arrived=arrived)


def _screen(way: Way) -> None:
    """Take the office's steps, at once while the call is open and some days after its end otherwise."""
    if way.reaches == Status.SUBMITTED:
        return
    if way.reaches in WITH_THE_OFFICE:
        _question(way)
        return
    entry, office = way.entry, way.cast.office
    with way.after_the_end(DAYS_TO_SCREEN):
        workflow.begin_screening(way.proposal, by=office)
        if ground := entry.get("ground"):
            rejection = workflow.propose_rejection(
                way.proposal, by=office, ground=ground, explanation=entry["explanation"]
            )
    with way.after_the_end(DAYS_TO_PASS_ON):
        if ground:
            workflow.confirm_rejection(rejection, by=way.cast.second)
        else:
            workflow.begin_review(way.proposal, by=office, finding=entry["finding"])


def _question(way: Way) -> None:
    """Leave it with the office: a question, or a rejection that waits for its second person."""
    entry, office = way.entry, way.cast.office
    workflow.begin_screening(way.proposal, by=office)
    if way.reaches == Status.NEEDS_INFO:
        due_on = timezone.localdate() + datetime.timedelta(days=14)
        workflow.ask(
            way.proposal, by=office, questions=entry["questions"], reason=entry["reason"], due_on=due_on
        )
    if ground := entry.get("ground"):
        workflow.propose_rejection(way.proposal, by=office, ground=ground, explanation=entry["explanation"])
