"""A form that cannot be taken: signed out, an old session, an old token. Every time the text is shown again."""

import time

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from catalogue.models import Example
from goodpractice.accounts.models import User
from tests.assessment.factories import draft
from tests.assessment.form import co_editor, fields_of, signed_in, typed, url_of

pytestmark = pytest.mark.django_db

OURS = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def proposal():
    return draft()


@pytest.fixture
def sent(proposal):
    return typed(signed_in(proposal.submitted_by), proposal, summary_de="Lange getippt.", then="overview")


def texts_of(response):
    return {text.name: text.value for text in response.context["texts"]}


def sent_again(response):
    """Return what the page of kept text would send."""
    form = response.content.decode().replace('class="form kept"', 'id="section-form"')
    response.content = form.encode()
    return fields_of(response)


def stored(proposal):
    return Example.objects.get(pk=proposal.example_id).summary_de


def test_signed_out_person_keeps_the_text_and_sends_it_again_after_signing_in(proposal, sent, client):
    response = client.post(url_of(proposal), sent)

    assert (response.status_code, texts_of(response)["summary_de"]) == (403, "Lange getippt.")
    assert f"{reverse('account_login')}?next=" in response.context["sign_in"]
    assert stored(proposal) == ""
    again = sent_again(response)
    assert {name: again[name] for name in sent} == sent

    response = signed_in(proposal.submitted_by).post(url_of(proposal), again)

    assert (response.status_code, response.url, stored(proposal)) == (
        302,
        proposal.get_absolute_url(),
        "Lange getippt.",
    )


def test_session_of_more_than_twelve_hours_keeps_the_text(proposal, sent):
    client = signed_in(proposal.submitted_by)
    session = client.session
    session["signed_in_at"] = time.time() - 13 * 3600
    session.save()

    response = client.post(url_of(proposal), sent)

    assert (response.status_code, response.context["reason"]) == (403, "signed_out")
    assert texts_of(response)["summary_de"] == "Lange getippt."
    assert (stored(proposal), "_auth_user_id" in client.session) == ("", False)


def test_member_of_the_office_without_second_factor_keeps_the_text(proposal, sent):
    User.objects.filter(pk=proposal.submitted_by_id).update(is_staff=True)
    person = User.objects.get(pk=proposal.submitted_by_id)
    person.user_permissions.add(Permission.objects.get(codename="screen_proposal"))

    response = signed_in(person).post(url_of(proposal), sent)

    assert (response.status_code, response.context["reason"]) == (403, "signed_out")
    assert (texts_of(response)["summary_de"], stored(proposal)) == ("Lange getippt.", "")


def test_old_token_keeps_the_text_and_the_next_one_is_taken(proposal, sent):
    client = signed_in(proposal.submitted_by, enforce_csrf_checks=True)
    client.get(url_of(proposal))

    response = client.post(url_of(proposal), {**sent, "csrfmiddlewaretoken": "x" * 64}, **OURS)

    assert (response.status_code, response.context["reason"]) == (403, "old_token")
    assert (texts_of(response)["summary_de"], stored(proposal)) == ("Lange getippt.", "")
    token = str(response.context["csrf_token"])

    response = client.post(url_of(proposal), {**sent_again(response), "csrfmiddlewaretoken": token}, **OURS)

    assert (response.status_code, stored(proposal)) == (302, "Lange getippt.")


@pytest.mark.parametrize("origin", [{}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}])
def test_form_of_somebody_else_is_refused_and_its_text_not_shown(proposal, sent, origin):
    client = signed_in(proposal.submitted_by, enforce_csrf_checks=True)

    response = client.post(url_of(proposal), sent, **origin)

    assert (response.status_code, response.templates[0].name) == (403, "errors/403_csrf.html")
    assert "Lange getippt." not in response.content.decode()
    assert stored(proposal) == ""


def test_somebody_else_who_signs_in_keeps_the_text_and_changes_nothing(proposal, sent):
    response = signed_in(draft().submitted_by).post(url_of(proposal), sent)

    assert (response.status_code, texts_of(response)["summary_de"]) == (404, "Lange getippt.")
    assert stored(proposal) == ""


def test_removed_co_editor_keeps_the_text(proposal):
    person = co_editor(proposal)
    client = signed_in(person)
    sent = typed(client, proposal, summary_de="Lange getippt.")
    proposal.editors.update(removed_at=proposal.created_at)

    response = client.post(url_of(proposal), sent)

    assert (response.status_code, texts_of(response)["summary_de"]) == (404, "Lange getippt.")


def test_kept_text_is_escaped(proposal, client):
    response = client.post(
        url_of(proposal), {"summary_de": "</textarea><script>alert(1)</script>", '"><b>': "<i>"}
    )

    assert "<script>alert" not in response.content.decode()
    assert '"><b>' not in response.content.decode()


def test_rows_of_lists_are_kept_with_their_names(proposal, client):
    row = {"links-0-url": "https://www.example.org/", "links-0-row": "7", "links-0-purpose": "evidence"}

    response = client.post(url_of(proposal, "success"), {"links-TOTAL_FORMS": "1", **row})

    assert texts_of(response) == {"links-0-url": "https://www.example.org/"}
    assert ("links-0-row", "7") in response.context["others"]


def test_page_of_the_form_asks_to_sign_in_and_leads_back(proposal, client):
    response = client.get(url_of(proposal))

    assert (response.status_code, response.url) == (
        302,
        f"{reverse('account_login')}?next={url_of(proposal)}",
    )


def test_pages_of_the_form_are_kept_in_no_cache(proposal):
    response = signed_in(proposal.submitted_by).get(url_of(proposal))

    assert "no-store" in response.headers["Cache-Control"]
