"""What the tests of the office's pages share: people of the office, proposals in each state, addresses."""

import datetime

from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.utils import timezone

from assessment import workflow
from assessment.models import FormalRejection
from goodpractice.accounts.models import User
from tests.assessment.factories import pass_on, submitted
from tests.goodpractice.signing_in import signed_in

INBOX = "/en/admin/assessment/proposal/"
CALLS = "/en/admin/assessment/call/"
TODAY = datetime.timedelta()
DAY = datetime.timedelta(days=1)
RIGHTS = ["add_call", "change_call", "view_call", "view_proposal", "screen_proposal"]
DUPLICATE = FormalRejection.Ground.DUPLICATE


def office_person(email="office@example.org", name="Olga Office"):
    """Return a member of the office, with the rights of that role on calls and proposals."""
    group, created = Group.objects.get_or_create(name="office")
    if created:
        group.permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    person = User.objects.create_user(email, name=name, is_staff=True)
    person.groups.add(group)
    return person


def colleague():
    return office_person("colleague@example.org", "Conny Colleague")


def root():
    return signed_in(User.objects.create_superuser("root@example.org", name="Root"))


def screening(person, **values):
    """Return a proposal that ``person`` has taken up."""
    return workflow.begin_screening(submitted(**values), by=person)


def asked(person, due_in=14, **values):
    proposal = screening(person, **values)
    due_on = timezone.localdate() + datetime.timedelta(days=due_in)
    workflow.ask(proposal, by=person, questions={"success": "Which?"}, reason="Success", due_on=due_on)
    proposal.refresh_from_db()
    return proposal


def rejection_proposed(person, **values):
    proposal = screening(person, **values)
    return workflow.propose_rejection(proposal, by=person, ground=DUPLICATE, explanation="Twice.")


def in_review(person, **values):
    return pass_on(screening(person, **values))


def page_of(proposal, step=""):
    return f"{INBOX}{proposal.reference}/{step and step.replace('_', '-') + '/'}"


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def status_of(proposal):
    return type(proposal).objects.get(pk=proposal.pk).status
