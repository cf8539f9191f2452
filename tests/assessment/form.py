"""What tests of the form share: who is signed in, and what a browser would send of a page of the form."""

import time
from html.parser import HTMLParser

from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from assessment.models import ProposalEditor, SectionSave
from tests.assessment.factories import UserFactory


def signed_in(person, **options):
    """Return a client of somebody who signed in just now."""
    client = Client(**options)
    client.force_login(person)
    session = client.session
    session["signed_in_at"] = time.time()
    session.save()
    assert SESSION_KEY in session
    return client


def url_of(proposal, key="basics", view="proposal_section"):
    return reverse(f"assessment:{view}", args=[proposal.reference, key])


def page_of(proposal, view):
    return reverse(f"assessment:{view}", args=[proposal.reference])


def co_editor(proposal, right=ProposalEditor.Right.EDIT):
    person = UserFactory()
    ProposalEditor.objects.create(
        proposal=proposal,
        email=person.email,
        user=person,
        right=right,
        invited_by=proposal.submitted_by,
        accepted_at=proposal.created_at,
    )
    return person


def version_of(proposal, key="basics"):
    return (
        SectionSave.objects.filter(proposal=proposal, section=key).values_list("version", flat=True).first()
    )


BOXES = ("radio", "checkbox")


class _Fields(HTMLParser):
    """Collects what the form ``section-form`` would send, without pressing a button."""

    def __init__(self):
        super().__init__()
        self.sent = {}
        self.is_inside = False
        self.area = self.select = None

    def add(self, name, value):
        self.sent.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.is_inside = attrs.get("id") == "section-form"
        name, kind = attrs.get("name"), attrs.get("type")
        if tag == "option" and self.select and "selected" in attrs:
            self.add(self.select, attrs["value"])
        if not self.is_inside or not name:
            return
        if tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "input" and kind != "file" and (kind not in BOXES or "checked" in attrs):
            self.add(name, attrs.get("value", "on" if kind in BOXES else ""))

    def handle_data(self, data):
        if self.area:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.add(self.area, self.text.removeprefix("\n"))
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.is_inside = False


def fields_of(response):
    """Return what a browser would send of the shown form: ``{name: value}``, lists where there are several."""
    parser = _Fields()
    parser.feed(response.content.decode())
    single = {name: values[0] if len(values) == 1 else values for name, values in parser.sent.items()}
    single.pop("csrfmiddlewaretoken", None)
    return single


def typed(client, proposal, key="basics", **values):
    """Return the fields of the page as it is shown now, with ``values`` typed into it; ``None`` takes one out."""
    sent = fields_of(client.get(url_of(proposal, key))) | values
    return {name: value for name, value in sent.items() if value is not None}
