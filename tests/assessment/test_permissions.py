"""Who may see and do what with a proposal, as one table for each state: person by question."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from assessment import permissions, workflow
from assessment.models import Proposal, Status
from assessment.models.status import BEFORE_A_DECISION, WRITABLE
from goodpractice.accounts.models import User
from tests.assessment.factories import (
    DAY,
    UserFactory,
    co_editor,
    draft,
    member_of,
    office_member,
    proposal_in,
)
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db


def board_member(proposal):
    """Return a person without any right: a seat comes with the assessment."""
    return UserFactory()


def former_editor(proposal, user=None):
    return co_editor(proposal, user=user, removed_at=timezone.now())


def invited(proposal):
    """Return a person who was invited, but has not accepted."""
    user = UserFactory()
    proposal.editors.create(email=user.email, invited_by=proposal.submitted_by)
    return user


def inactive_office(proposal):
    return office_member(is_active=False)


def superuser(proposal):
    return UserFactory(is_superuser=True, is_staff=True)


PEOPLE = {
    "submitter": lambda proposal: proposal.submitted_by,
    "co-editor who writes": co_editor,
    "co-editor who reads": lambda proposal: co_editor(proposal, right="view"),
    "former co-editor": former_editor,
    "invited": invited,
    "stranger": lambda proposal: UserFactory(),
    "member of the network": lambda proposal: member_of(proposal.example.network),
    "board": board_member,
    "office": lambda proposal: office_member(),
    "office, switched off": inactive_office,
    "office and co-editor": lambda proposal: co_editor(proposal, user=office_member(), right="view"),
    "office, co-editor before": lambda proposal: former_editor(proposal, user=office_member()),
    "superuser": superuser,
}
WRITERS = {"submitter", "co-editor who writes"}
READERS = {*WRITERS, "co-editor who reads", "office and co-editor"}
OFFICE = {"office", "office and co-editor", "office, co-editor before", "superuser"}
SCREENERS = {"office", "superuser"}
INVOLVED = {*READERS, "former co-editor", "office, co-editor before"}


@pytest.mark.parametrize("status", Status, ids=str)
def test_permissions_of_everybody_in_each_state(status):
    proposal, found = proposal_in(status), {}

    for who, person in PEOPLE.items():
        with transaction.atomic():
            found[who] = rights(person(proposal), proposal)
            transaction.set_rollback(True)

    assert found == {who: expected_rights(who, status) for who in PEOPLE}


SEEMS_UNDECIDED = {*BEFORE_A_DECISION, Status.APPROVED, Status.DEFERRED}
"""These were decided by the board, which has not announced it; the one rejected was so on formal grounds."""


def rights(user, proposal):
    return {
        "sees": Proposal.objects.visible_to(user).filter(pk=proposal.pk).exists(),
        "is involved": permissions.is_involved(user, proposal),
        "edits": permissions.can_edit(user, proposal),
        "submits": permissions.can_submit(user, proposal),
        "withdraws": permissions.can_withdraw(user, proposal),
        "invites": permissions.can_invite(user, proposal),
        "screens": permissions.can_screen(user, proposal),
    }


def expected_rights(who, status):
    return {
        "sees": who in READERS or (who in OFFICE and status != Status.DRAFT),
        "is involved": who in INVOLVED,
        "edits": who in WRITERS and status in WRITABLE,
        "submits": who in WRITERS and status in WRITABLE,
        "withdraws": who in WRITERS and status in SEEMS_UNDECIDED,
        "invites": who == "submitter" and status in SEEMS_UNDECIDED,
        "screens": who in SCREENERS,
    }


def test_office_does_not_see_what_was_withdrawn_as_a_draft():
    proposal = draft()
    workflow.withdraw(proposal, by=proposal.submitted_by)

    assert list(Proposal.objects.visible_to(office_member())) == []


def test_visible_to_keeps_each_proposal_once():
    """Several co-editors, and an office member who is one of them, do not multiply the rows."""
    office = office_member()
    received, own = proposal_in(Status.SUBMITTED), draft(by=office)
    for _number in range(3):
        co_editor(received)
    co_editor(received, user=office)

    assert list(Proposal.objects.visible_to(office)) == [own, received]
    assert list(Proposal.objects.of(office)) == [own, received]
    assert Proposal.objects.visible_to(office).count() == 2


def test_visitors_see_nothing():
    proposal_in(Status.PUBLISHED)

    assert list(Proposal.objects.visible_to(AnonymousUser())) == []


@pytest.mark.parametrize(
    ("since", "until", "may"),
    [
        (None, None, False),
        (-10, None, True),
        (0, None, True),
        (1, None, False),
        (-10, 0, True),
        (-10, -1, False),
    ],
    ids=["no network", "open", "from today", "from tomorrow", "until today", "until yesterday"],
)
def test_can_propose_with_a_network_named_for_today(since, until, may):
    """It need not be confirmed yet: that is asked when the proposal is handed in."""
    user, today = UserFactory(), timezone.localdate()
    if since is not None:
        user.memberships.create(
            network=NetworkFactory(),
            since=today + datetime.timedelta(days=since),
            until=None if until is None else today + until * DAY,
        )

    assert permissions.can_propose(User.objects.get(pk=user.pk)) is may
