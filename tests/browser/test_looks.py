"""What no other check sees: words that break where no hyphen belongs."""

import pytest

from tests.browser.pages import address

pytestmark = pytest.mark.django_db

BROKEN_WORDS = """() => [...document.querySelectorAll(".glance dt")].flatMap(term => {
    const text = term.firstChild, range = document.createRange();
    return [...text.data.matchAll(/[^\\s-]+/g)].filter(({0: word, index}) => {
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        return range.getClientRects().length > 1;
    }).map(([word]) => word);
})"""


@pytest.mark.parametrize("width", [360, 1280])
def test_no_label_of_the_glance_is_broken(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address("de", "example"))

    assert page.locator(".glance dt").count() > 5
    assert page.evaluate(BROKEN_WORDS) == []
