"""The form of a proposal in a browser: saved while somebody writes, and nothing lost when something goes wrong."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from assessment import drafting
from assessment.sections import SECTIONS
from catalogue.models import Example, Link
from goodpractice.accounts.views import BACKEND
from tests.assessment.factories import complete, draft
from tests.browser.proposals import shown, take_away
from tests.browser.test_accessibility import too_wide, violations_at_both_ends
from tests.browser.test_keyboard import FORGOTTEN, walk

pytestmark = pytest.mark.django_db

SAVED = re.compile(r"^Saved \d\d:\d\d")
PAUSE = 15_000
"""The script waits two seconds; a busy machine takes longer."""


@pytest.fixture(scope="module")
def committed(home, django_db_blocker):
    """A function that calls another one on a connection of its own: the server sees only what is committed.

    At the end all of it is taken away again.
    """
    with django_db_blocker.unblock(), ThreadPoolExecutor(max_workers=1) as pool:

        def committed(function, *args, **kwargs):
            return pool.submit(function, *args, **kwargs).result()

        before = committed(shown)
        yield committed
        committed(take_away, before)
        committed(connections.close_all)


@pytest.fixture
def proposal(committed):
    return committed(draft, title_en="Guides at the job centre")


@pytest.fixture
def full_proposal(committed, proposal):
    return committed(complete, proposal)


@pytest.fixture
def sign_in(home, committed, proposal):
    """A function that signs the submitter in, in the browser of a page."""

    def sign_in(page):
        key = committed(new_session, proposal.submitted_by)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": home}])

    return sign_in


@pytest.fixture
def form(open_page, proposal, sign_in):
    """A function that opens a page of the proposal in a browser of its own, signed in."""

    def open_form(key="basics", view="proposal_section", **options):
        page = open_page(locale="en-GB", reduced_motion="reduce", **options)
        sign_in(page)
        page.goto(address(proposal, key, view))
        return page

    return open_form


def new_session(person):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["signed_in_at"] = time.time()
    session.save()
    return session.session_key


def address(proposal, key="basics", view="proposal_section"):
    with override("en"):
        args = [proposal.reference, key] if view == "proposal_section" else [proposal.reference]
        return reverse(f"assessment:{view}", args=args)


def state_of(page):
    return page.locator("[data-save-state]")


def summary_of(page):
    return page.locator("#id_summary_en")


def stored(proposal, field="summary_en"):
    return getattr(Example.objects.get(pk=proposal.example_id), field)


def save_elsewhere(proposal, text):
    """Store another text, as a second tab or a colleague would."""

    def write():
        Example.objects.filter(pk=proposal.example_id).update(summary_en=text)

    seen = drafting.version_of(proposal, "basics")
    drafting.save(proposal, "basics", by=proposal.submitted_by, seen=seen, write=write)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_section_is_accessible_fits_and_works_with_the_keyboard(form, full_proposal, section):
    page = form(section.key)

    assert violations_at_both_ends(page) == []
    assert too_wide(page, 320) == []
    assert too_wide(page, 640, text_size="200%") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    stops = walk(page)
    assert [stop["html"] for stop in stops if not stop["isInSight"] or not stop["isMarked"]] == []
    assert page.evaluate(FORGOTTEN) == []


@pytest.mark.parametrize("view", ["proposal_check", "proposal_preview"])
def test_page_at_the_end_is_accessible_and_fits(form, full_proposal, view):
    page = form(view=view)

    assert violations_at_both_ends(page) == []
    assert too_wide(page, 320) == []


def test_leaving_the_field_saves_at_once_and_versions_follow(form, proposal):
    page = form()

    for text in ("One.", "Two."):
        summary_of(page).fill(text)
        with page.expect_response(re.compile("/autosave/")) as answer:
            summary_of(page).blur()
        assert answer.value.status == 200

    assert (stored(proposal), page.locator("[name=version]").input_value()) == ("Two.", "2")


@pytest.fixture
def after_a_break(form, proposal, problems):
    """The form in a new tab, after the connection broke while somebody was writing in another one."""
    page = form()
    page.route("**/autosave/", lambda route: route.abort())
    summary_of(page).fill("Typed in the train.")
    summary_of(page).blur()
    expect(state_of(page)).to_contain_text("Not saved: no connection", timeout=PAUSE)
    problems.clear()
    new = page.context.new_page()
    new.goto(address(proposal))
    yield new
    problems.clear()


def test_text_typed_without_a_connection_is_offered_back_and_used(after_a_break, proposal):
    page = after_a_break
    offer = page.get_by_role("region", name="This browser has kept a text of yours")
    expect(offer).to_contain_text("Typed in the train.")
    expect(offer).to_be_focused()
    expect(summary_of(page)).to_have_value("")
    assert violations_at_both_ends(page) == []

    offer.get_by_role("button", name="Use the kept text").click()

    expect(summary_of(page)).to_have_value("Typed in the train.")
    expect(state_of(page)).to_have_text(SAVED, timeout=PAUSE)
    assert (stored(proposal), page.evaluate("localStorage.length")) == ("Typed in the train.", 0)


def test_kept_text_can_be_discarded(after_a_break, proposal):
    page = after_a_break

    page.get_by_role("button", name="Discard it").click()

    expect(page.locator(".offer")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()
    assert (stored(proposal), page.evaluate("localStorage.length")) == ("", 0)


def test_connection_that_comes_back_saves_by_itself(form, proposal, problems):
    page = form()
    page.context.set_offline(True)
    summary_of(page).fill("Typed in the train.")
    summary_of(page).blur()
    expect(state_of(page)).to_contain_text("Not saved: no connection", timeout=PAUSE)

    page.context.set_offline(False)

    expect(state_of(page)).to_have_text(SAVED, timeout=PAUSE)
    assert stored(proposal) == "Typed in the train."
    problems.clear()


def test_session_that_ended_keeps_the_text_until_somebody_has_signed_in_again(
    form, proposal, sign_in, problems
):
    page = form()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    summary_of(page).fill("Typed after lunch.")
    summary_of(page).blur()
    expect(state_of(page)).to_contain_text("Not saved: you are signed out", timeout=PAUSE)
    expect(state_of(page).get_by_role("link")).to_have_attribute("href", re.compile(r"\?next=/en/"))
    other_tab = page.context.new_page()
    sign_in(other_tab)
    other_tab.close()

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(state_of(page)).to_have_text(SAVED, timeout=PAUSE)
    assert stored(proposal) == "Typed after lunch."
    problems.clear()


def test_old_tab_leads_to_both_texts_and_the_choice_is_saved(form, proposal, problems, committed):
    page = form()
    committed(save_elsewhere, proposal, "From another tab.")
    summary_of(page).fill("From this tab.")
    summary_of(page).blur()
    expect(state_of(page)).to_contain_text("Not saved: somebody else has saved this section", timeout=PAUSE)
    assert stored(proposal) == "From another tab."

    page.get_by_role("button", name="Compare the two texts").click()

    expect(page.get_by_role("heading", name="Two texts: please choose")).to_be_visible()
    expect(page.locator(".conflict")).to_contain_text("From another tab.")
    expect(summary_of(page)).to_have_value("From this tab.")
    problems.clear()
    assert violations_at_both_ends(page) == []
    page.get_by_label("mine, as it stands in the form").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For whom and where")
    assert stored(proposal) == "From this tab."


def test_counter_counts_live_and_says_what_is_too_many(form):
    page = form()
    counter = page.locator("[data-limit]", has=summary_of(page)).locator(".counter")
    expect(counter).to_have_text("600 characters left")

    summary_of(page).fill("💥é\n")
    expect(counter).to_have_text("598 characters left")
    summary_of(page).fill("x" * 602)

    expect(counter).to_have_text("2 characters too many")
    expect(summary_of(page)).to_have_value("x" * 602)


def test_value_that_is_too_long_is_named_and_kept(form, proposal, problems):
    page = form()
    summary_of(page).fill("x" * 602)
    summary_of(page).blur()

    expect(state_of(page)).to_contain_text("At most 600 characters", timeout=PAUSE)
    assert page.evaluate("localStorage.length") == 1
    problems.clear()


def test_new_source_is_stored_once_by_itself(form, proposal):
    page = form("success")
    url = page.locator("#id_links-0-url")
    for address_typed in ("https://www.example.org/a", "https://www.example.org/ab"):
        url.fill(address_typed)
        with page.expect_response(re.compile("/autosave/")):
            url.blur()
        expect(state_of(page)).to_have_text(SAVED)

    assert list(Link.objects.filter(example=proposal.example).values_list("url", flat=True)) == [
        "https://www.example.org/ab"
    ]


def test_button_saves_what_was_typed_last_and_the_back_button_shows_it(form, proposal):
    page = form()
    summary_of(page).fill("Typed last.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For whom and where")
    assert stored(proposal) == "Typed last."

    page.go_back()

    expect(summary_of(page)).to_have_value("Typed last.")
    summary_of(page).fill("Typed after going back.")
    summary_of(page).blur()
    expect(state_of(page)).to_have_text(SAVED, timeout=PAUSE)
    assert stored(proposal) == "Typed after going back."
