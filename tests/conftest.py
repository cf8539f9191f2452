"""What all tests share: a database, an empty cache, and a browser for those that ask for one."""

import os
import shutil

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import translation
from playwright.sync_api import expect, sync_playwright

from catalogue.models import CatalogueRevision

pytest_plugins = ["tests.database"]

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
expect.set_options(timeout=15_000)
"""Milliseconds; a machine that does other things as well takes its time."""
BROWSER_FIXTURES = {"browser", "open_page", "page"}


def pytest_collection_modifyitems(items):
    for item in items:
        if BROWSER_FIXTURES & set(item.fixturenames):
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def _default_language():
    """A request leaves its language to the thread; the next test begins with the site's."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _row_that_a_migration_made(request):
    """Bring back the catalogue's revision where the test before emptied all tables."""
    marker = request.node.get_closest_marker("django_db")
    empties = {"transactional_db", "live_server"} & set(request.fixturenames)
    if empties or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        CatalogueRevision.objects.get_or_create(pk=1)


# Browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser():
    """The installed Chromium (``CHROMIUM`` names another one), headless."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        give_up = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
        give_up("no Chromium: install it or name it in CHROMIUM")
    # Playwright's event loop lives in the thread of the tests, where Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
        # While that loop runs, Django keeps connections of its own for it; nobody could close them afterwards.
        connections.close_all()


@pytest.fixture(scope="session")
def reports():
    """What pages report, also those that stay open from one test to the next."""
    return []


@pytest.fixture
def problems(reports):
    """What pages report in this test: errors, breaches of the policy, requests to others.

    Tests clear what they expect.
    """
    reports.clear()
    return reports


@pytest.fixture
def home(live_server):
    """Where the site answers. ``tests/browser`` has a server of its own that outlasts the single test."""
    return live_server.url


@pytest.fixture
def open_page(browser, home, problems):
    """A function that opens a page in a context of its own; it takes Playwright's options of a context.

    The test fails at its end if a page had a problem.
    """
    contexts = []

    def open_page(path=None, **options):
        context = browser.new_context(
            **{
                "base_url": home,
                "locale": "de-DE",
                "viewport": {"width": 1280, "height": 900},
                **options,
            }
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        watch(page, home, problems)
        if path:
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(open_page):
    """A page of a visitor with JavaScript who reads German."""
    return open_page()


def watch(page, home, problems):
    def log(message):
        if message.type in ("error", "warning"):
            problems.append(f"{message.type}: {message.text}")

    def requested(request):
        if not request.url.startswith((home, "data:", "blob:")):
            problems.append(f"request to {request.url}")

    page.on("console", log)
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("request", requested)
