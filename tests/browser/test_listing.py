"""Parts of the list are swapped under the reader: nobody loses the place, and the new count is told once."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.test_keyboard import tab_to

pytestmark = pytest.mark.django_db

LIST = "/en/examples/"
LISTEN = """() => {
    window.told = [];
    const region = document.getElementById("announcement");
    new MutationObserver(() => region.textContent && window.told.push(region.textContent))
        .observe(region, {childList: true, characterData: true, subtree: true});
    document.addEventListener("focusin", ({target}) => target.id === "count" && window.told.push(target.textContent));
}"""
"""What a screen reader says of the count: the live region's new words, and whatever receives the focus."""


def told(page):
    return page.evaluate("window.told")


def starts(total):
    return re.compile(rf"^{total} examples?\b")


def follow(page, link):
    """Press Enter on a link that the Tab key leads to."""
    tab_to(page, link)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("query", "name", "total"),
    [
        ("?kind=tool&kind=concept", "Remove: Kind Concept", 4),
        ("?kind=tool&kind=concept", "Remove all", 25),
        ("?kind=tool", "Title", 4),
        ("", "Next page →", 25),
        ("?q=interpretng", "interpreting", 3),
        ("?target_group=refugees&state=bayern", "without Bavaria", 1),
    ],
    ids=["chip", "all_chips", "sort", "pager", "other_spelling", "relaxation"],
)
def test_focus_goes_to_the_count_after_a_link_that_is_swapped_away(page, query, name, total):
    page.goto(LIST + query)
    page.evaluate(LISTEN)

    follow(page, page.locator("#results").get_by_role("link", name=name, exact=True))

    expect(page.locator("#count")).to_be_focused()
    expect(page.locator("#count")).to_have_text(starts(total))
    expect(page.locator("#count")).to_be_in_viewport()
    assert told(page) == [page.locator("#count").text_content()]


def test_focus_goes_on_from_the_count_to_the_orders(page):
    page.goto(f"{LIST}?kind=tool&sort=title")
    follow(page, page.get_by_role("link", name="Newest first", exact=True))
    expect(page.locator("#count")).to_be_focused()

    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Title", exact=True)).to_be_focused()


def test_count_is_told_once_where_the_focus_stays(page):
    page.goto(LIST)
    page.evaluate(LISTEN)
    region = page.locator("#announcement").element_handle()

    for label, total in [("Tool", 4), ("Concept", 8)]:
        tab_to(page, page.get_by_role("checkbox", name=re.compile(rf"^{label} \d+$")))
        page.keyboard.press("Space")
        expect(page.locator("#announcement")).to_have_text(starts(total))
        expect(page.locator(f"#kind-{label.lower()}")).to_be_focused()

    assert told(page) == ["4 examples", "8 examples"]
    assert page.evaluate("region => region.isConnected", region)


def test_same_count_is_told_again(page):
    page.goto(f"{LIST}?q=nursing")
    page.evaluate(LISTEN)

    for text in ("crafts", "nursing"):
        page.get_by_role("searchbox").fill(text)
        page.keyboard.press("Enter")
        expect(page).to_have_title(f"“{text}” – examples – IQ Good Practice")
        expect(page.locator("#announcement")).to_have_text(starts(7))
        expect(page.get_by_role("searchbox")).to_be_focused()

    assert told(page) == ["7 examples", "7 examples"]


def test_title_place_and_focus_follow_back_and_forward(page):
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto(LIST)
    link = page.get_by_role("link", name="Next page")
    link.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 1000

    link.click()
    expect(page).to_have_title("Examples (2) – IQ Good Practice")
    expect(page.locator("#count")).to_be_in_viewport()

    page.go_back()
    expect(page).to_have_title("Examples – IQ Good Practice")
    page.wait_for_function("place => Math.abs(scrollY - place) < 2", arg=place)
    expect(page.locator("#count")).to_be_focused()

    page.go_forward()
    expect(page).to_have_title("Examples (2) – IQ Good Practice")
    expect(page.locator("#results ol.rows > li")).to_have_count(5)


@pytest.mark.parametrize("choice", ["behind_more", "elsewhere"])
def test_opened_fold_stays_open(page, choice):
    page.goto(LIST)
    fold = page.locator("#more-state")
    tab_to(page, fold.locator("summary"))
    page.keyboard.press("Enter")
    boxes = fold.get_by_role("checkbox")
    box = boxes.first if choice == "behind_more" else page.locator("#kind-tool")
    box_id = box.get_attribute("id")

    box.focus()
    page.keyboard.press("Space")

    expect(page.locator(f"#{box_id}")).to_be_checked()
    expect(page.locator("#announcement")).not_to_be_empty()
    expect(fold).to_have_attribute("open", "")
    expect(page.locator(f"#{box_id}")).to_be_focused()


def test_fold_that_was_not_opened_stays_closed(page):
    page.goto(LIST)

    page.locator("#kind-tool").click()
    expect(page.locator("#announcement")).to_have_text(starts(4))

    assert page.locator("#more-state").get_attribute("open") is None


def test_address_names_only_what_is_set(page):
    page.goto(LIST)

    page.locator("#kind-tool").click()
    expect(page.locator("#announcement")).to_have_text(starts(4))
    assert urlsplit(page.url).query == "kind=tool"

    page.locator("#kind-tool").click()
    expect(page.locator("#announcement")).to_have_text(starts(25))
    assert urlsplit(page.url) == urlsplit(page.evaluate("location.origin") + LIST)
