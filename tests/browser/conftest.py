"""One server, one small catalogue and one page for many tests: making them anew for each takes longer than the tests do."""

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.live_server_helper import LiveServer

from catalogue.models import CatalogueRevision
from tests.browser.catalogue import fill_catalogue
from tests.conftest import watch


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


@pytest.fixture(scope="module")
def kept_page(browser, home):
    """A page and what it reports, for tests that only look and leave no trace but cookies."""
    context = browser.new_context(base_url=home, locale="de-DE", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    page = context.new_page()
    reports = []
    watch(page, home, reports)
    yield page, reports
    context.close()


@pytest.fixture
def problems(kept_page):
    """What the kept page reports; other pages of the test add to it."""
    _page, reports = kept_page
    reports.clear()
    return reports


@pytest.fixture
def page(kept_page, problems):
    """The kept page as it was new: a wide screen, light, no cookies; the test fails at its end if there was a problem."""
    page, _reports = kept_page
    page.context.clear_cookies()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    yield page
    assert problems == []
