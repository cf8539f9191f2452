"""The language switch, and what tells machines that a page exists in two languages."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.catalogue import COMPLETE, COMPLETE_NETWORK

pytestmark = pytest.mark.django_db

PAIRS = {
    "home": ("/de/", "/en/"),
    "list": (
        "/de/beispiele/?q=pflege&kind=tool&kind=concept",
        "/en/examples/?q=pflege&kind=tool&kind=concept",
    ),
    "example": (f"/de/beispiele/{COMPLETE}/", f"/en/examples/{COMPLETE}/"),
    "networks": ("/de/netzwerke/?state=sachsen-anhalt", "/en/networks/?state=sachsen-anhalt"),
    "network": (f"/de/netzwerke/{COMPLETE_NETWORK}/", f"/en/networks/{COMPLETE_NETWORK}/"),
    "criteria": ("/de/kriterien/", "/en/criteria/"),
}


def path(page):
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.mark.parametrize(("german", "english"), PAIRS.values(), ids=PAIRS)
def test_switch_stays_on_the_page_and_keeps_its_query(page, german, english):
    page.goto(german)

    page.get_by_role("link", name="English").click()
    assert path(page) == english
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_role("link", name="Deutsch").click()
    assert path(page) == german
    expect(page.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.parametrize(("german", "english"), PAIRS.values(), ids=PAIRS)
def test_page_names_itself_in_both_languages(page, home, german, english):
    for own in (german, english):
        page.goto(own)
        links = page.locator("head link[hreflang]").all()
        named = {link.get_attribute("hreflang"): link.get_attribute("href") for link in links}
        assert named == {"de": home + german, "en": home + english}


def test_switch_follows_a_selection_that_was_swapped_in(page):
    page.goto("/de/beispiele/")
    page.locator("#kind-tool").check()
    expect(page.locator("#count")).to_have_text(re.compile(r"^4\b"))

    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(re.compile(r"/en/examples/\?(q=&)?kind=tool$"))
    expect(page.locator("#kind-tool")).to_be_checked()


@pytest.mark.parametrize(("asked", "led_to"), [("de-AT", "/de/"), ("en-GB", "/en/"), ("fr-FR", "/de/")])
def test_first_page_goes_by_the_browser(open_page, asked, led_to):
    assert path(open_page("/", locale=asked)) == led_to
