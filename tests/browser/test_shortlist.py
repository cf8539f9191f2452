"""Putting examples aside and comparing them: with JavaScript the list goes along from page to page, without it too."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db

LIST = "/en/examples/?kind=tool&sort=title"


def titles(page):
    return page.locator("main .rows h2").all_inner_texts()


def tick(page, number):
    row = page.locator("#results .row").nth(number)
    row.get_by_role("checkbox").check()
    return row.locator("h2").inner_text()


def test_shortlist_grows_from_page_to_page_and_is_compared(page):
    page.goto(LIST)
    first, second = tick(page, 0), tick(page, 1)
    page.get_by_role("button", name="Put on the shortlist").click()
    assert titles(page) == [first, second]

    page.goto(LIST)
    third = page.locator("#results .row h2").nth(2).inner_text()
    page.get_by_role("link", name=third).click()
    page.get_by_role("link", name="Put on the shortlist").click()
    expect(page.locator("main .rows h2")).to_have_text([first, second, third])

    page.get_by_role("link", name="Take off the list").nth(1).click()
    page.get_by_role("button", name="Compare the selected ones").click()
    expect(page.locator("thead th > a:first-child")).to_have_text([first, third])

    page.goto("/en/shortlist/")
    page.get_by_role("link", name="Back to your list in this tab").click()
    expect(page.locator("main .rows h2")).to_have_text([first, third])
    page.get_by_role("link", name="Empty the list").click()
    expect(page.get_by_role("link", name="Back to your list in this tab")).to_be_hidden()


def test_shortlist_without_javascript_has_a_search_of_its_own(open_page):
    page = open_page(LIST, java_script_enabled=False)
    first = tick(page, 0)
    page.get_by_role("button", name="Put on the shortlist").click()

    page.get_by_role("searchbox").fill("interpreting")
    page.get_by_role("button", name="Search").click()
    page.locator(".shortlist__offered a").first.click()

    assert (titles(page)[0], len(titles(page))) == (first, 2)
    page.get_by_role("button", name="Compare the selected ones").click()
    expect(page.locator("thead th")).to_have_count(2)
