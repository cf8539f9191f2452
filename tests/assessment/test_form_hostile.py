"""Bad inputs by the hundred (``BAD_INPUTS`` sets how many): whatever is sent to the form, the answer is a page."""

import os
import random

import pytest

from assessment.sections import SECTIONS
from catalogue.models import Example
from tests.assessment.factories import draft
from tests.assessment.form import signed_in, typed, url_of

pytestmark = pytest.mark.django_db

AT_ONCE, AFRESH = 5, 30
ROUNDS = int(os.environ.get("BAD_INPUTS", "500")) // AT_ONCE // len(SECTIONS)
VALUES = [
    "",
    " ",
    "\r\n",
    "0",
    "-1",
    "1e999",
    "NaN",
    "Infinity",
    "9" * 400,
    "²",
    "٣",
    "true",
    "on",
    "null",
    "{}",
    "'; DROP TABLE catalogue_example; --",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "%(limit)d %s {0}",
    "javascript:alert(1)",
    "http://[::1",
    "http://\u2028.example",
    "a@b",
    "\ud7ff\ue000\uffff",
    "\u202egnp.exe",
    "\ufeff",
    "x" * 20_000,
    "../../etc/passwd",
    "2026-13-45",
    "💥" * 300,
]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_bad_inputs_are_answered_with_a_page(section):
    proposal = draft()
    client = signed_in(proposal.submitted_by)
    chance = random.Random(section.key)
    sent = {}
    for number in range(ROUNDS):
        if number % AFRESH == 0:
            sent = typed(client, proposal, section.key)
        names = [*sent, "choice-title_de", "choice-links", "links-99-url", "contacts-0-row", "then", "x"]
        bad = sent | {chance.choice(names): chance.choice(VALUES) for _input in range(AT_ONCE)}
        view = chance.choice(["proposal_section", "proposal_autosave"])

        response = client.post(url_of(proposal, section.key, view), bad)

        assert response.status_code in (200, 302, 409, 422), bad


def test_million_characters_are_refused_and_shown_again():
    proposal = draft()
    client = signed_in(proposal.submitted_by)

    response = client.post(
        url_of(proposal), typed(client, proposal, summary_de="ä" * 1_000_000, title_en="Guides")
    )

    assert response.status_code == 200
    assert [error.anchor for error in response.context["problems"]] == ["id_summary_de"]
    example = Example.objects.get(pk=proposal.example_id)
    assert (example.summary_de, example.title_en) == ("", "Guides")


@pytest.mark.parametrize("name", ["summary_de", "version", "links-0-url"])
def test_nul_byte_is_refused(name):
    proposal = draft()
    client = signed_in(proposal.submitted_by)

    assert client.post(url_of(proposal), {name: "a\0b"}).status_code == 400


def test_too_many_fields_and_too_many_bytes_are_refused():
    proposal = draft()
    client = signed_in(proposal.submitted_by)

    assert client.post(url_of(proposal), {f"x{number}": "" for number in range(2001)}).status_code == 400
    assert client.post(url_of(proposal), {"summary_de": "x" * 2_100_000}).status_code in (400, 413)
