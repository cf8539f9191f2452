"""What a page asks of a visitor's browser: nothing from elsewhere, no cookie, no error, little to carry."""

from urllib.parse import urlsplit

import brotli
import pytest

from tests.browser.pages import NAMES, STATUS, WITH_FORM, address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", NAMES)
def test_page_works_without_complaint_and_leaves_nothing_behind(page, home, problems, name):
    """``page`` fails the test for whatever the browser reports: errors, the policy, requests to others."""
    for language in ("de", "en"):
        response = page.goto(address(language, name))
        assert response.status == STATUS.get(name, 200)
        assert page.locator("html").get_attribute("lang") == language
        if name not in STATUS:
            other = page.locator("nav.languages a").get_attribute("href")
            assert other == home + address({"de": "en", "en": "de"}[language], name)

    refused = [problem for problem in problems if f"status of {STATUS.get(name)} " in problem]
    assert problems == refused
    assert len(refused) == (2 if name in STATUS else 0)
    problems.clear()
    assert [cookie["name"] for cookie in page.context.cookies()] == (
        ["csrftoken"] if name in WITH_FORM else []
    )
    assert page.evaluate("localStorage.length") == 0


def test_first_visit_to_the_list_is_four_requests_and_light(open_page):
    """Static files are not compressed here as they are in use: ``collectstatic`` keeps them as brotli."""
    page = open_page()
    requests = []
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - Playwright marks its handlers

    page.goto(address("de", "list"), wait_until="networkidle")

    files = [urlsplit(request.url).path.rpartition("/")[2] for request in requests]
    assert files[:3] == ["", "site.css", "listing.js"]
    assert files[3:] in ([], ["beacon.svg"])
    assert requests[0].response().headers["content-encoding"] == "gzip"
    static = [len(brotli.compress(request.response().body())) for request in requests[1:]]
    assert requests[0].sizes()["responseBodySize"] + sum(static) <= 60_000
