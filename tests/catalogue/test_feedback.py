"""Messages from readers: stored once, limited, refused politely, and never lost on the way."""

import re

import pytest
from django.test import Client

from catalogue.forms import LONGEST_MESSAGE, local_path
from catalogue.models import Consent, ContactPerson, Feedback
from tests.factories import ContactPersonFactory, ExampleFactory, NetworkFactory

FORM = "/en/feedback/"
THANKS = "/en/feedback/thanks/"
MESSAGE = {"about": "barrier", "message": "The map has no names.", "page": "/en/networks/"}
FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "///evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "http:/evil.example",
    "/" + 500 * "a",
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(db):
    return published_contact(example=ExampleFactory(published=True))


def published_contact(**fields):
    contact = ContactPersonFactory(is_email_shown=False, **fields)
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.WRITTEN)
    contact.is_published = True
    contact.save()
    return contact


def test_feedback_create_stores_the_message_and_says_thanks(client):
    sent = MESSAGE | {"name": "Kim", "email": "kim@example.org"}

    response = client.post(FORM, sent)

    assert (response.status_code, response.url) == (302, f"{THANKS}?page=%2Fen%2Fnetworks%2F")
    stored = Feedback.objects.values("about", "page", "message", "name", "email", "contact", "handled_at")
    assert list(stored) == [sent | {"contact": None, "handled_at": None}]


def test_feedback_create_needs_neither_name_nor_address_nor_page(client):
    response = client.post(FORM, {"about": "other", "message": "Hello"})

    assert response.url == THANKS
    assert Feedback.objects.count() == 1


def test_feedback_create_names_the_page_it_came_from(client):
    html = client.get(f"{FORM}?page=/en/criteria/&about=correction").content.decode()

    assert '<input type="hidden" name="page" value="/en/criteria/" id="id_page">' in html
    assert '<a href="/en/criteria/">/en/criteria/</a>' in html
    assert re.findall(r'value="(\w+)"[^>]*checked', html) == ["correction"]


def test_feedback_create_offers_no_question_to_a_contact(client):
    html = client.get(FORM).content.decode()

    assert re.findall(r'type="radio" name="about" value="(\w+)"', html) == ["barrier", "correction", "other"]
    assert client.post(FORM, MESSAGE | {"about": "contact"}).status_code == 200
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize("page", FOREIGN)
def test_feedback_create_never_links_or_redirects_to_a_foreign_page(client, page):
    shown = client.get(FORM, {"page": page}).content.decode()
    response = client.post(FORM, MESSAGE | {"page": page})

    assert 'name="page" id="id_page"' in shown
    assert response.url == THANKS
    assert Feedback.objects.get().page == ""


@pytest.mark.parametrize("page", FOREIGN)
def test_feedback_thanks_never_links_to_a_foreign_page(client, page):
    with_page, without = client.get(THANKS, {"page": page}), client.get(THANKS)

    assert "Back to the page" not in with_page.content.decode()
    assert "Back to the page" not in without.content.decode()


def test_feedback_thanks_links_back(client):
    html = client.get(THANKS, {"page": "/en/criteria/?a=1&b=2"}).content.decode()

    assert 'href="/en/criteria/?a=1&amp;b=2"' in html


@pytest.mark.parametrize("path", ["/", "/en/examples/?q=a b&topic=x#c", "/de/beispiele/ä/"])
def test_local_path_keeps_a_path_of_this_site(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"message": ""}, {"message": ["Write your message."]}),
        ({"message": "  \n "}, {"message": ["Write your message."]}),
        ({"about": ""}, {"about": ["Choose what you are writing about."]}),
        ({"email": "kim"}, {"email": ["Write the e-mail address like this: name@example.org"]}),
        ({"message": "x" * (LONGEST_MESSAGE + 2)}, {"message": ["Your message is 2 characters too long."]}),
    ],
)
def test_feedback_create_shows_what_is_wrong_and_keeps_what_was_typed(client, wrong, errors):
    response = client.post(FORM, MESSAGE | {"name": "Kim"} | wrong)

    html = response.content.decode()
    (field,) = errors
    target = "id_about_0" if field == "about" else f"id_{field}"
    assert response.context["form"].errors == errors
    assert 'role="alert" aria-labelledby="error-summary-title" tabindex="-1" autofocus' in html
    assert f'<a href="#{target}">{errors[field][0]}</a>' in html
    assert f'id="{target}"' in html
    assert f'id="id_{field}_error"' in html
    assert 'value="Kim"' in html
    assert Feedback.objects.count() == 0


def test_feedback_create_accepts_the_longest_message_whatever_its_line_ends(client):
    lines = ["x" * 1999, "x" * (LONGEST_MESSAGE - 2000)]

    client.post(FORM, MESSAGE | {"message": "\r\n".join(lines)})

    assert Feedback.objects.get().message == "\n".join(lines)


def test_feedback_create_refuses_what_fills_in_the_hidden_field_but_keeps_the_text(client):
    response = client.post(FORM, MESSAGE | {"website": "https://spam.example/"})

    html = response.content.decode()
    assert Feedback.objects.count() == 0
    assert "This looked like a message from a program." in html
    assert MESSAGE["message"] in html
    assert "spam.example" not in html


def test_feedback_create_keeps_the_trap_out_of_the_way_of_people(client):
    html = client.get(FORM).content.decode()

    assert re.search(r'<div class="trap" aria-hidden="true">.*name="website"[^>]*tabindex="-1"', html)


def test_feedback_create_stops_the_sixth_message_of_an_hour_and_keeps_its_text(client):
    for number in range(5):
        assert client.post(FORM, MESSAGE | {"message": f"Message {number}"}).status_code == 302

    response = client.post(FORM, MESSAGE | {"message": "Message 6"})

    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "Message 6</textarea>" in response.content.decode()
    assert "Please send this one again in an hour." in response.content.decode()
    assert Feedback.objects.count() == 5


def test_limit_counts_each_connection_apart(client):
    for _ in range(6):
        client.post(FORM, MESSAGE, REMOTE_ADDR="192.0.2.1")

    assert client.post(FORM, MESSAGE, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_limit_takes_an_ipv6_network_as_one_connection(client):
    for number in range(5):
        client.post(FORM, MESSAGE, REMOTE_ADDR=f"2001:db8::{number + 1}")

    assert client.post(FORM, MESSAGE, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert client.post(FORM, MESSAGE, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def test_limit_ignores_a_forged_header_without_a_proxy(client):
    for number in range(5):
        client.post(FORM, MESSAGE, headers={"X-Forwarded-For": f"192.0.2.{number}"})

    assert client.post(FORM, MESSAGE, headers={"X-Forwarded-For": "192.0.2.99"}).status_code == 429


def test_limit_reads_the_last_address_behind_a_proxy(client, settings):
    settings.BEHIND_PROXY = True
    for number in range(5):
        client.post(FORM, MESSAGE, headers={"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"})

    assert client.post(FORM, MESSAGE, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 429
    assert client.post(FORM, MESSAGE, headers={"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}).status_code == 302


def test_limit_does_not_count_what_was_refused(client):
    for _ in range(8):
        client.post(FORM, MESSAGE | {"message": ""})

    assert client.post(FORM, MESSAGE).status_code == 302


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_feedback_create_refuses_other_methods(client, method):
    assert getattr(client, method)(FORM).status_code == 405


def test_feedback_thanks_refuses_other_methods(client):
    assert client.post(THANKS).status_code == 405


def test_feedback_create_refuses_a_form_without_token_and_gives_the_text_back():
    response = Client(enforce_csrf_checks=True).post(FORM, MESSAGE | {"message": "Long & <b>dear</b>"})

    assert response.status_code == 403
    assert "Long &amp; &lt;b&gt;dear&lt;/b&gt;</textarea>" in response.content.decode()
    assert Feedback.objects.count() == 0


def test_feedback_create_accepts_a_form_with_its_token():
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(FORM).content.decode())[1]

    assert client.post(FORM, MESSAGE | {"csrfmiddlewaretoken": token}).status_code == 302


def test_feedback_create_sets_the_cookie_of_the_form_only(client):
    assert list(client.get(FORM).cookies) == ["csrftoken"]
    assert dict(client.get(THANKS).cookies) == {}


def test_contact_message_stores_a_question_for_the_office_to_pass_on(client, contact):
    message = {"message": "How many hours?", "email": "kim@example.org"}

    response = client.post(f"/en/contact/{contact.pk}/", message | {"page": "/en/examples/tandem/"})

    stored = Feedback.objects.get()
    assert response.status_code == 302
    assert (stored.about, stored.contact, stored.message) == ("contact", contact, "How many hours?")
    assert stored.email == "kim@example.org"


def test_contact_message_does_not_show_the_address(client, contact):
    html = client.get(f"/en/contact/{contact.pk}/").content.decode()

    assert contact.name in html
    assert str(contact.example.title_en) in html
    assert contact.email not in html


def test_contact_message_needs_an_address_to_answer_to(client, contact):
    response = client.post(f"/en/contact/{contact.pk}/", {"message": "How many hours?"})

    assert response.context["form"].errors == {
        "email": ["Write your e-mail address: without it nobody can answer."]
    }
    assert Feedback.objects.count() == 0


def test_contact_message_shares_the_limit(client, contact):
    for _ in range(5):
        client.post(FORM, MESSAGE)

    response = client.post(f"/en/contact/{contact.pk}/", {"message": "Hello", "email": "kim@example.org"})

    assert response.status_code == 429
    assert "Hello</textarea>" in response.content.decode()


def test_contact_message_reaches_the_contact_of_a_network(client):
    contact = published_contact(example=None, network=NetworkFactory())

    assert contact.network.name in client.get(f"/en/contact/{contact.pk}/").content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"is_published": False},
        {"is_email_shown": True},
        {"email": "", "phone": "+49 30 0000"},
    ],
)
def test_contact_message_is_not_found_for_a_contact_without_relay(client, contact, fields):
    ContactPerson.objects.filter(pk=contact.pk).update(**fields)

    address = f"/en/contact/{contact.pk}/"

    assert client.get(address).status_code == 404
    assert client.post(address, {"message": "x", "email": "a@example.org"}).status_code == 404


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_contact_message_is_not_found_for_a_record_that_is_not_public(client, state):
    example = ExampleFactory(withdrawn=True) if state == "withdrawn" else ExampleFactory()

    contact = published_contact(example=example)

    assert client.get(f"/en/contact/{contact.pk}/").status_code == 404


def test_contact_message_is_not_found_for_an_impossible_number(client):
    assert client.get(f"/en/contact/{10**30}/").status_code == 404


def test_contact_message_refuses_a_form_without_token(contact):
    response = Client(enforce_csrf_checks=True).post(f"/en/contact/{contact.pk}/", {"message": "Dear office"})

    assert response.status_code == 403
    assert "Dear office</textarea>" in response.content.decode()
