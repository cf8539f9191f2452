"""What axe objects to (WCAG 2.2 AA and best practice), and who reads on a narrow screen or in large letters."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import RequestFactory

from catalogue.views import errors
from tests.browser.pages import NAMES, OWN_TEXT, STATUS, address

pytestmark = pytest.mark.django_db

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""All that can differ between the light and the dark scheme."""

RUN = """options => axe.run(document, options).then(result => result.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target}`)))"""
TOO_WIDE = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.body.querySelectorAll("*")]
        .filter(element => element.getBoundingClientRect().right > root.clientWidth + 1)
        .map(element => `${element.tagName} ${element.className.baseVal ?? element.className}`);
}"""


def violations(page, width, scheme, only):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    return page.evaluate(RUN, {"runOnly": only, "resultTypes": ["violations"], "preload": False})


def violations_everywhere(page, widths=(360, 1280)):
    """Return what axe finds at each width and in each scheme; the page is loaded once."""
    page.evaluate(Axe().axe_script)
    found = {}
    for width in widths:
        found[width, "light"] = violations(page, width, "light", {"type": "tag", "values": TAGS})
        found[width, "dark"] = violations(page, width, "dark", {"type": "rule", "values": COLOURS})
    return {place: faults for place, faults in found.items() if faults}


def violations_at_both_ends(page):
    """Return what axe finds on a phone in the light and on a wide screen in the dark: half the time."""
    page.evaluate(Axe().axe_script)
    only = {"type": "tag", "values": TAGS}
    return violations(page, 360, "light", only) + violations(page, 1280, "dark", only)


def too_wide(page, width, text_size="100%"):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", text_size)
    return page.evaluate(TOO_WIDE)


def visit(page, problems, language, name):
    page.goto(address(language, name))
    if name in STATUS:
        problems.clear()


@pytest.mark.parametrize("name", NAMES)
def test_page_is_accessible_and_fits_narrow_screens_and_large_letters(page, problems, name):
    visit(page, problems, "de", name)

    assert violations_everywhere(page) == {}
    assert too_wide(page, 320) == []
    assert too_wide(page, 640, text_size="200%") == []


@pytest.mark.parametrize("name", OWN_TEXT)
def test_english_text_is_accessible_as_well(page, problems, name):
    visit(page, problems, "en", name)

    assert violations_everywhere(page, widths=[1280]) == {}


@pytest.mark.parametrize(
    ("status", "view"),
    [
        (403, lambda request: errors.forbidden(request, PermissionError())),
        (403, errors.csrf_failure),
        (429, lambda request: errors.too_many_requests(request, retry_after=60)),
        (500, errors.server_error),
        (503, errors.closed),
    ],
    ids=["forbidden", "csrf_failure", "too_many_requests", "server_error", "closed"],
)
def test_error_page_is_accessible_and_fits(page, problems, status, view):
    body = view(RequestFactory().post("/de/", {"message": "Was ich schrieb."})).content
    answer = {"status": status, "body": body, "content_type": "text/html; charset=utf-8"}
    page.route("**/de/", lambda route: route.fulfill(**answer), times=1)
    page.goto("/de/")
    problems.clear()

    assert violations_everywhere(page) == {}
    assert too_wide(page, 320) == []
