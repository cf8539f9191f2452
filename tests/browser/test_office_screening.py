"""The office's pages of calls and proposals: accessible, narrow enough, by keyboard, with script and without."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from assessment import workflow
from tests.assessment.factories import CallFactory, co_editor, member_of, submitted
from tests.assessment.office import (
    asked,
    colleague,
    in_review,
    office_person,
    rejection_proposed,
    screening,
)
from tests.browser.proposals import shown, take_away
from tests.browser.test_accessibility import too_wide, violations_at_both_ends
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

INBOX = "/de/admin/assessment/proposal/"
LONG = "Anerkennungsberatung für zugewanderte Fachkräfte im Gesundheitswesen"


@pytest.fixture(scope="module")
def desk(home, django_db_blocker):
    """A session of the office, and proposals in several states; all of it is gone afterwards."""
    with django_db_blocker.unblock():
        before = shown()
        with transaction.atomic():
            proposals, session = fill_desk()
        yield {"proposals": proposals, "session": session}
        take_away(before)


def fill_desk():
    person, other = office_person(), colleague()
    call = CallFactory(title_de="Aufruf Frühjahr", title_en="Spring call")
    given = {"call": call, "title_de": LONG}
    twice = asked(person, due_in=3, **given)
    twice.example.title_de += " und Pflege"
    twice.example.save()
    workflow.answer(twice, by=twice.submitted_by, answers={"success": "1.200 Beratungen im Jahr."})
    co_editor(twice)
    network = NetworkFactory()
    proposals = {
        "arrived": submitted(**given),
        "screening": screening(person, **given),
        "twice": twice,
        "overdue": asked(person, due_in=1, **given),
        "to_confirm": rejection_proposed(other, **given).proposal,
        "in_review": in_review(person, **given),
        "own": submitted(network=network, by=member_of(network, person), **given),
    }
    overdue = proposals["overdue"].information_requests.get()
    overdue.due_on = timezone.localdate() - datetime.timedelta(days=3)
    overdue.save()
    references = {name: proposal.reference for name, proposal in proposals.items()}
    return {**references, "call": call.pk}, signed_in(person).cookies["sessionid"].value


@pytest.fixture
def visit(page, desk, home):
    """A function that opens a page of the office as one of its members."""

    def visit(path, page=page):
        page.context.add_cookies([{"name": "sessionid", "value": desk["session"], "url": home}])
        page.goto(path)
        return page

    return visit


PAGES = {
    "index": "/de/admin/",
    "inbox": INBOX,
    "inbox_all": f"{INBOX}?waiting=all",
    "inbox_overdue": f"{INBOX}?overdue=yes",
    "arrived": INBOX + "{arrived}/",
    "screening": INBOX + "{screening}/",
    "two_versions": INBOX + "{twice}/",
    "overdue": INBOX + "{overdue}/",
    "to_confirm": INBOX + "{to_confirm}/",
    "in_review": INBOX + "{in_review}/",
    "begin_screening": INBOX + "{arrived}/begin-screening/",
    "ask": INBOX + "{screening}/ask/",
    "propose_rejection": INBOX + "{screening}/propose-rejection/",
    "confirm_rejection": INBOX + "{to_confirm}/confirm-rejection/",
    "begin_review": INBOX + "{screening}/begin-review/",
    "return_to_screening": INBOX + "{in_review}/return-to-screening/",
    "calls": "/de/admin/assessment/call/",
    "call": "/de/admin/assessment/call/{call}/change/",
    "call_add": "/de/admin/assessment/call/add/",
}


@pytest.mark.parametrize("name", PAGES)
def test_office_page_is_accessible_and_fits(visit, desk, name):
    page = visit(PAGES[name].format(**desk["proposals"]))

    assert violations_at_both_ends(page) == []
    assert too_wide(page, 320) == []


def test_refusal_for_those_who_work_on_it_is_accessible(visit, desk, problems):
    page = visit(f"{INBOX}{desk['proposals']['own']}/")
    problems.clear()

    assert violations_at_both_ends(page) == []
    assert too_wide(page, 320) == []


@pytest.mark.parametrize("step", ["ask", "begin-review", "propose-rejection"])
def test_form_sent_empty_names_what_is_missing_and_stays_accessible(visit, desk, step):
    page = visit(f"{INBOX}{desk['proposals']['screening']}/{step}/")

    page.locator("main form button[type=submit]").click()

    expect(page.locator(".error-summary")).to_be_focused()
    assert violations_at_both_ends(page) == []
