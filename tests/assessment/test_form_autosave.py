"""What is saved while somebody writes: the same form, the same rules, answered as data."""

import pytest
from django.test import Client

from assessment.completeness import problems_of
from assessment.models import ProposalEditor
from assessment.sections import BY_KEY
from catalogue.models import Attachment, Example, Link
from tests.assessment.factories import draft, submitted
from tests.assessment.form import co_editor, signed_in, typed, url_of, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal():
    return draft()


@pytest.fixture
def client(proposal):
    return signed_in(proposal.submitted_by)


def autosave(client, proposal, sent, key="basics", **more):
    return client.post(url_of(proposal, key, "proposal_autosave"), sent, **more)


def test_autosave_stores_and_says_what_is_missing(proposal, client):
    response = autosave(client, proposal, typed(client, proposal, summary_de="Getippt."))

    answer = response.json()
    proposal.example.refresh_from_db()
    assert (response.status_code, answer["version"], answer["errors"]) == (200, 1, [])
    assert answer["problems"] == [str(problem.message) for problem in problems_of(proposal, BY_KEY["basics"])]
    assert Example.objects.get(pk=proposal.example_id).summary_de == "Getippt."


def test_autosave_twice_counts_one_version(proposal, client):
    sent = typed(client, proposal, summary_de="Getippt.")
    autosave(client, proposal, sent)

    response = autosave(client, proposal, {**sent, "version": "0"})

    assert (response.status_code, response.json()["version"], version_of(proposal)) == (200, 1, 1)


def test_autosave_with_an_impossible_value_stores_the_others(proposal, client):
    response = autosave(
        client,
        proposal,
        typed(client, proposal, "organisation", running_since="3000", organisation="Musterbüro"),
        "organisation",
    )

    assert response.status_code == 422
    assert [error["anchor"] for error in response.json()["errors"]] == ["id_running_since"]
    assert Example.objects.get(pk=proposal.example_id).organisation == "Musterbüro"


def test_autosave_of_an_old_tab_answers_with_the_stored_text_and_changes_nothing(proposal, client):
    old_tab = typed(client, proposal, summary_de="Alt.")
    autosave(client, proposal, typed(client, proposal, summary_de="Neu."))

    response = autosave(client, proposal, old_tab)

    answer = response.json()
    assert (response.status_code, answer["stored"], answer["version"]) == (409, {"summary_de": "Neu."}, 1)
    assert answer["by"] == str(proposal.submitted_by)
    assert Example.objects.get(pk=proposal.example_id).summary_de == "Neu."


def test_autosave_of_an_emptied_old_tab_blanks_nothing(proposal, client):
    old_tab = typed(client, proposal, title_de="")
    autosave(client, proposal, typed(client, proposal, summary_de="Neu."))

    response = autosave(client, proposal, old_tab)

    assert response.status_code == 409
    assert Example.objects.get(pk=proposal.example_id).title_de == "Titel"


def test_autosave_after_the_handing_in_is_refused(proposal, client):
    sent = typed(client, proposal, summary_de="Zu spät.")
    submitted(proposal)

    response = autosave(client, proposal, sent)

    assert (response.status_code, response.json()["reason"]) == (409, "not_writable")
    assert Example.objects.get(pk=proposal.example_id).summary_de == "Text zu summary."


def test_autosave_of_a_signed_out_person_is_refused_with_a_token(proposal, client):
    response = autosave(Client(), proposal, typed(client, proposal, summary_de="Getippt."))

    assert (response.status_code, response.json()["reason"]) == (403, "signed_out")
    assert response.json()["token"]
    assert version_of(proposal) is None


def test_autosave_with_an_old_token_gets_a_new_one(proposal):
    client = signed_in(proposal.submitted_by, enforce_csrf_checks=True)
    sent = typed(client, proposal, summary_de="Getippt.", csrfmiddlewaretoken="x" * 64)
    ours = {"HTTP_ORIGIN": "http://testserver"}

    response = autosave(client, proposal, sent, **ours)

    assert (response.status_code, response.json()["reason"]) == (403, "old_token")
    again = {**sent, "csrfmiddlewaretoken": response.json()["token"]}
    assert autosave(client, proposal, again, **ours).status_code == 200


def test_autosave_is_refused_to_readers_and_strangers(proposal, client):
    sent = typed(client, proposal, summary_de="Fremd.")
    reader = signed_in(co_editor(proposal, ProposalEditor.Right.VIEW))
    stranger = signed_in(draft().submitted_by)

    answers = [autosave(person, proposal, sent) for person in (reader, stranger)]

    assert [(answer.status_code, answer.json()["reason"]) for answer in answers] == [
        (403, "not_allowed"),
        (404, "not_found"),
    ]
    assert version_of(proposal) is None


def test_autosave_is_posted_only(proposal, client):
    assert client.get(url_of(proposal, view="proposal_autosave")).status_code == 405


def test_autosave_of_a_new_row_answers_with_its_number_and_stores_it_once(proposal, client):
    sent = typed(client, proposal, "success", **{"links-0-url": "https://www.example.org/a"})

    first = autosave(client, proposal, sent, "success")
    lost = autosave(client, proposal, sent, "success")

    number = str(Link.objects.get(example=proposal.example).pk)
    assert first.json()["rows"] == lost.json()["rows"] == {"links": [number]}
    assert (first.status_code, lost.status_code) == (200, 200)


def test_autosave_leaves_new_attachments_to_the_button(proposal, client):
    sent = typed(client, proposal, "attachments", **{"attachments-0-title_de": "Leitfaden"})

    response = autosave(client, proposal, sent, "attachments")

    assert (response.status_code, response.json()["waits"]) == (200, True)
    assert not Attachment.objects.exists()


def test_autosave_of_a_part_of_the_form_says_so(proposal, client):
    response = autosave(client, proposal, {"version": "0", "summary_de": "Getippt."})

    assert response.status_code == 422
    example = Example.objects.get(pk=proposal.example_id)
    assert (example.summary_de, example.title_de) == ("Getippt.", "Titel")
