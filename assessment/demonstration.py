"""Made-up proposals for the demonstration (``fixtures/demo_proposals.yaml``), brought to their states by real steps."""

import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assessment import workflow
from assessment.models import Call, Proposal, Status
from catalogue.models import Consent, ContactPerson, Example, Link, Network
from goodpractice.accounts.models import User

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo_proposals.yaml"
LISTS = ("topics", "target_groups", "audiences", "states")
NOT_OF_THE_EXAMPLE = {*LISTS, "links", "reaches", "reason", "questions", "ground", "explanation"}
OPEN_FOR = datetime.timedelta(days=21)


@transaction.atomic
def load(*, submitter: User, office: User) -> bool:
    """Create the demonstration's open call with its proposals unless it is there; tell whether it was not.

    The call stays open: each start of the demonstration moves its dates on.
    """
    content = yaml.safe_load(FILE.read_text())
    call, is_new = Call.objects.update_or_create(
        slug=content["call"]["slug"], defaults=_dates(timezone.now()), create_defaults=_call(content["call"])
    )
    if is_new:
        for entry in content["proposals"]:
            _bring(_draft(call, entry, submitter), entry, office)
    return is_new


def _dates(now: datetime.datetime) -> dict[str, Any]:
    closes = (now + OPEN_FOR).replace(hour=22, minute=59, second=0, microsecond=0)
    return {
        "opens_at": now - OPEN_FOR,
        "closes_at": closes,
        "scoring_closes_at": closes + OPEN_FOR,
        "outcome_on": (closes + 2 * OPEN_FOR).date(),
    }


def _call(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, **_dates(timezone.now()), "is_demo": True}


def _draft(call: Call, entry: dict[str, Any], submitter: User) -> Proposal:
    fields = {name: value for name, value in entry.items() if name not in NOT_OF_THE_EXAMPLE}
    network = Network.objects.filter(
        memberships__user=submitter, memberships__confirmed_at__isnull=False
    ).first()
    proposal = workflow.start(call, by=submitter, example=Example(network=network, **fields))
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
    )
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.PLACEHOLDER)
    return proposal


def _bring(proposal: Proposal, entry: dict[str, Any], office: User) -> None:
    """Take the steps that lead to where the proposal is to be."""
    goal, submitter = Status(entry["reaches"]), proposal.submitted_by
    if goal == Status.WITHDRAWN:
        workflow.withdraw(proposal, by=submitter)
    if goal in {Status.DRAFT, Status.WITHDRAWN}:
        return
    declaration = workflow.Declaration(tried_since=entry["running_since"], has_rights=True)
    workflow.submit(proposal, by=submitter, declaration=declaration, arrived=timezone.now())
    if goal == Status.SUBMITTED:
        return
    workflow.begin_screening(proposal, by=office)
    if goal == Status.NEEDS_INFO:
        due_on = timezone.localdate() + datetime.timedelta(days=14)
        questions, reason = entry["questions"], entry["reason"]
        workflow.ask(proposal, by=office, questions=questions, reason=reason, due_on=due_on)
    if goal == Status.IN_REVIEW:
        finding = "Erprobt seit mehreren Jahren, mit Bericht belegt."
        workflow.begin_review(proposal, by=office, finding=finding)
    if ground := entry.get("ground"):
        workflow.propose_rejection(proposal, by=office, ground=ground, explanation=entry["explanation"])
