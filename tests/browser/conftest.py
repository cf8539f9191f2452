"""One server, one small catalogue and two pages for all tests: making them for each takes longer than the tests."""

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.live_server_helper import LiveServer

from catalogue.models import CatalogueRevision
from tests.browser.catalogue import fill_catalogue
from tests.conftest import watch

EMPTY = "/empty"
"""A page of the site's origin, and so with its storage, that no server is asked for."""
FORGET = "() => { sessionStorage.clear(); localStorage.clear(); }"


@pytest.fixture(scope="package")
def home(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with transaction.atomic():
            fill_catalogue()
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", verbosity=0, interactive=False)
        CatalogueRevision.objects.get_or_create(pk=1)


@pytest.fixture(scope="package")
def kept_pages(browser, home, reports):
    """A function that gives the page with a script or the one without; each is opened when it is first wanted."""
    pages = {}

    def keep(*, has_script):
        if has_script not in pages:
            context = browser.new_context(
                base_url=home, locale="de-DE", reduced_motion="reduce", java_script_enabled=has_script
            )
            context.set_default_timeout(30_000)
            context.route(
                f"**{EMPTY}",
                lambda route: route.fulfill(content_type="text/html", body='<link rel="icon" href="data:,">'),
            )
            pages[has_script] = context.new_page()
            watch(pages[has_script], home, reports)
        return pages[has_script]

    yield keep
    for page in pages.values():
        page.context.close()


@pytest.fixture
def page(kept_pages, problems):
    """A page as new: a wide screen, light, nothing stored. The test fails at its end if the page had a problem."""
    page = as_new(kept_pages(has_script=True))
    yield page
    leave(page, problems)


@pytest.fixture(params=[True, False], ids=["script", "no_script"])
def has_script(request):
    return request.param


@pytest.fixture
def any_page(kept_pages, problems, has_script):
    """A ``page`` with a script, and for the same test once more one without."""
    page = as_new(kept_pages(has_script=has_script))
    yield page
    leave(page, problems)


def as_new(page):
    page.context.clear_cookies()
    page.goto(EMPTY)
    page.evaluate(FORGET)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    return page


def leave(page, problems):
    """See that nothing was reported, and leave: what a page saves by itself would meet the next test's data."""
    found = list(problems)
    page.context.set_offline(True)
    page.goto(EMPTY)
    page.context.set_offline(False)
    assert found == []
