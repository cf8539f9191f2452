"""The same pages on paper and in forced colours."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.pages import address

pytestmark = pytest.mark.django_db

ALIKE = 40
"""Pixels whose channels differ by less are the same colour to the eye here; edges are blurred."""


def colours(element):
    """Return how many clearly different colours a picture of the element has."""
    picture = Image.open(BytesIO(element.screenshot())).convert("RGB")
    return len({tuple(channel // ALIKE for channel in colour) for _, colour in picture.getcolors(2**16)})


@pytest.mark.parametrize("name", ["home", "list", "example", "networks", "network", "criteria"])
def test_print_is_dark_on_white_and_drops_what_only_a_screen_needs(page, name):
    page.goto(address("en", name))
    on_screen = page.locator("h1").inner_text()

    page.emulate_media(media="print", color_scheme="dark")

    for part in (".masthead nav", "footer.footer", ".skip", ".facets", ".breadcrumbs", ".contents", ".pager"):
        assert [one for one in page.locator(part).all() if one.is_visible()] == []
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("h1").inner_text() == on_screen
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(20, 38, 61)"


def test_print_of_an_example_has_its_sections_and_its_contact(page):
    page.goto(address("en", "example"))
    page.emulate_media(media="print")

    expect(page.get_by_role("link", name="koordination@example.org")).to_be_visible()
    assert page.locator("main h2:visible").all_inner_texts() == [
        "Need for action",
        "Practical solution: implementation of the measure",
        "Proven success",
        "Transfer: what you need",
        "Lessons learnt",
        "What the advisory board says",
        "Whom to ask",
        "Taken over by",
        "Sources and downloads",
        "Related examples",
        "Cite and take along",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_beacon_map_and_focus_visible(page, scheme):
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(address("en", "example"))

    assert colours(page.locator(".board .beacon")) > 3
    assert colours(page.locator(".brand .beacon")) > 3
    unfocused = page.locator(".masthead").screenshot()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".brand")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.locator(".masthead").screenshot() != unfocused

    page.goto(address("en", "networks"))
    state = page.locator(".map a").first
    assert colours(page.locator(".map")) > 1
    state.focus()
    assert colours(page.locator(".map")) > 2
