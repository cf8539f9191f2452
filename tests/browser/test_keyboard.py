"""The keyboard alone: every stop is seen, none is a trap, and it is enough to find an example and its contact."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.catalogue import COMPLETE
from tests.browser.pages import address

pytestmark = pytest.mark.django_db

MOST_STOPS = 200
STOP = """() => {
    const stop = document.activeElement;
    if (!stop || stop === document.body) return null;
    const box = stop.getBoundingClientRect(), shape = stop.querySelector("path") ?? stop;
    const marks = () => [stop, shape].map(part => {
        const style = getComputedStyle(part);
        return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.fill, style.stroke].join();
    }).join();
    const clamp = (value, most) => Math.min(Math.max(value, 0), most - 1);
    const top = document.elementFromPoint(
        clamp(box.x + box.width / 2, innerWidth), clamp(box.y + box.height / 2, innerHeight));
    const marked = marks();
    stop.blur();
    const unmarked = marks();
    stop.focus({preventScroll: true});
    const labels = [...(stop.labels ?? [])];
    return {
        html: stop.outerHTML.slice(0, 100),
        isNew: !stop.dataset.stop && (stop.dataset.stop = "seen"),
        isInSight: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        isCovered: !(top && [stop, ...labels].some(part => part.contains(top) || top.contains(part))),
        isMarked: marked !== unmarked,
    };
}"""
FORGOTTEN = """() => [...document.querySelectorAll(
        "a[href], button, input:not([type=radio]), select, textarea, summary")]
    .filter(element => element.checkVisibility({visibilityProperty: true}) && element.tabIndex >= 0)
    .filter(element => !element.dataset.stop).map(element => element.outerHTML.slice(0, 100))"""
"""A group of radio buttons is one stop, whichever of them it is."""


def walk(page):
    """Press the Tab key until the focus leaves the page; return the stops."""
    stops = []
    while len(stops) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or not stop["isNew"]:
            return stops
        stops.append(stop)
    pytest.fail(f"no end after {MOST_STOPS} stops, the last one {stops[-1]['html']}")


def tab_to(page, target):
    wanted = target.element_handle()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("element => element === document.activeElement", wanted):
            return
    pytest.fail(f"the Tab key does not lead to {target}")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["home", "list", "example", "networks", "feedback"])
def test_every_stop_is_seen_and_none_is_forgotten(page, name, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address("en", name))

    stops = walk(page)

    assert 'class="skip" href="#main"' in stops[0]["html"]
    assert [stop["html"] for stop in stops if not stop["isInSight"]] == []
    assert [stop["html"] for stop in stops if stop["isCovered"]] == []
    assert [stop["html"] for stop in stops if not stop["isMarked"]] == []
    assert page.evaluate(FORGOTTEN) == []


def test_skip_link_leads_past_the_navigation(page):
    page.goto(address("en", "list"))

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_keyboard_alone_leads_from_the_first_page_to_a_contact(any_page):
    any_page.goto("/en/")

    tab_to(any_page, any_page.get_by_role("searchbox"))
    any_page.keyboard.type("recognition guides")
    any_page.keyboard.press("Enter")
    expect(any_page.locator("#count")).to_have_text(re.compile(r"^1 example\b"))

    tab_to(any_page, any_page.get_by_role("link", name="Recognition guides on site"))
    any_page.keyboard.press("Enter")
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Recognition guides on site")
    assert urlsplit(any_page.url).path == f"/en/examples/{COMPLETE}/"

    tab_to(any_page, any_page.get_by_role("link", name="koordination@example.org"))
    expect(any_page.locator(":focus")).to_have_attribute("href", "mailto:koordination@example.org")


def test_keyboard_alone_opens_the_facets_on_a_phone_and_narrows_the_list(any_page, has_script):
    any_page.set_viewport_size({"width": 360, "height": 780})
    any_page.goto(address("en", "list"))
    tool = any_page.locator("#kind-tool")
    expect(tool).to_be_hidden()

    tab_to(any_page, any_page.locator("summary", has_text="Narrow down"))
    any_page.keyboard.press("Enter")
    expect(tool).to_be_visible()
    tab_to(any_page, tool)
    any_page.keyboard.press("Space")
    if not has_script:
        tab_to(any_page, any_page.get_by_role("button", name="Show results"))
        any_page.keyboard.press("Enter")

    expect(any_page.locator("#count")).to_have_text(re.compile(r"^4 examples\b"))
    expect(tool).to_be_checked()
