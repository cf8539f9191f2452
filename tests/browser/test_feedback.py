"""The form for messages: sent with a mistake, then right, with a script running or not."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from catalogue.models import Feedback
from tests.browser.catalogue import RELAYED_CONTACT

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(request):
    """A message of this test alone: what the server has stored, no test rolls back."""
    return f"Die Karte nennt keine Namen. <b>Größe</b> & Farbe stimmen. {request.node.name}"


def stored(text):
    return list(Feedback.objects.filter(message=text).values_list("about", "page", "email", "contact"))


def test_feedback_with_a_mistake_is_mended_and_sent(any_page, text):
    any_page.goto("/en/feedback/?page=/en/criteria/")
    message = any_page.get_by_label("Your message")
    message.fill(text)
    any_page.get_by_label("Your e-mail address").fill("kim@example")
    any_page.get_by_role("button", name="Send message").click()

    summary = any_page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(any_page).to_have_title("Error: Report a barrier or a mistake – IQ Good Practice")
    assert summary.get_by_role("link").all_inner_texts() == [
        "Choose what you are writing about.",
        "Write the e-mail address like this: name@example.org",
    ]
    expect(message).to_have_value(text)
    expect(any_page.get_by_label("Your e-mail address")).to_have_attribute("aria-invalid", "true")
    assert stored(text) == []

    summary.get_by_role("link").nth(1).click()
    expect(any_page.get_by_label("Your e-mail address")).to_be_focused()
    any_page.get_by_label("Your e-mail address").fill("kim@example.org")
    any_page.get_by_label("a barrier on this site").check()
    any_page.get_by_role("button", name="Send message").click()

    expect(any_page.get_by_role("heading", level=1)).to_have_text("Thank you: your message has arrived")
    assert stored(text) == [("barrier", "/en/criteria/", "kim@example.org", None)]
    any_page.get_by_role("link", name="Back to the page").click()
    expect(any_page).to_have_url("/en/criteria/")


def test_form_with_mistakes_is_accessible(page):
    page.goto("/de/")
    page.locator("footer a[href*='page=']").click()
    page.locator("main button").click()

    expect(page.get_by_role("alert")).to_be_focused()
    assert Axe().run(page).generate_snapshot() == ""


def test_message_reaches_a_contact_whose_address_is_not_shown(any_page, text):
    any_page.goto("/en/examples/recognition-guides/")
    assert "kim@example.org" not in any_page.content()
    any_page.get_by_role("link", name=re.compile("^Write a message ?: Kim Muster$")).click()
    any_page.get_by_label("Your message").fill(text)
    any_page.get_by_role("button", name="Send message").click()
    expect(any_page.get_by_role("alert").get_by_role("link")).to_have_text(
        "Write your e-mail address: without it nobody can answer."
    )

    any_page.get_by_label("Your e-mail address").fill("robin@example.org")
    any_page.get_by_role("button", name="Send message").click()

    expect(any_page.get_by_role("heading", level=1)).to_have_text("Thank you: your message has arrived")
    assert stored(text) == [
        ("contact", "/en/examples/recognition-guides/", "robin@example.org", RELAYED_CONTACT)
    ]
