"""The board's meeting: accessible, narrow enough, and walked by keyboard from the figures to the public page."""

import pytest
from django.db import connection, transaction
from playwright.sync_api import expect

from assessment.models import Rubric
from catalogue.models import Audience, Example, FederalState, Network, TargetGroup, Topic
from tests.assessment.factories import member_of
from tests.assessment.meeting import (
    a_board,
    a_call,
    announced,
    assess,
    assessed,
    decided,
    in_review,
    proposed,
    split,
)
from tests.assessment.office import office_person
from tests.browser.test_accessibility import too_wide, violations_everywhere
from tests.browser.test_keyboard import walk
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

MEETINGS = "/en/admin/assessment/decision/"
LONG = "Anerkennungsberatung für zugewanderte Fachkräfte im Gesundheitswesen"


SHOWN = [Example, Network, Topic, TargetGroup, Audience, FederalState, Rubric]
"""What the tests beside these count; it has to be afterwards as it was before."""


@pytest.fixture(scope="module")
def room(home, django_db_blocker):
    """Sessions of two people of the office, and a call with a proposal in each state; gone afterwards."""
    with django_db_blocker.unblock():
        before = {model: set(model.objects.values_list("pk", flat=True)) for model in SHOWN}
        with transaction.atomic():
            found = fill_room()
        yield found
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE assessment_call, assessment_proposal, accounts_user CASCADE")
        Example.objects.filter(is_locked=True).update(is_locked=False)
        for model, known in before.items():
            model.objects.exclude(pk__in=known).delete()


def fill_room():
    person = office_person("meeting@example.org", "Olga Office")
    other = office_person("second@example.org", "Conny Colleague")
    call = a_call(slug="fruehjahr", title_de="Aufruf Frühjahr", title_en="Spring call")
    seats = a_board(call, 5)
    network = NetworkFactory()

    def title(words):
        return {"title_de": f"{LONG}: {words}"}

    own = member_of(network, person)
    proposals = {
        "pending": assessed(call, seats, [5, 4, 4, 3], **title("zu entscheiden")),
        "split": split(call, seats, **title("strittig")),
        "proposed": assessed(call, seats, **title("vorgeschlagen")),
        "decided": assessed(call, seats, **title("entschieden")),
        "announced": assessed(call, seats, [4, 5, 4, 5], **title("bekannt")),
        "open": in_review(call, **title("läuft noch")),
        "conflicted": assessed(call, seats, network=network, by=own, **title("Interessenkonflikt")),
    }
    assess(seats[0], proposals["open"])
    proposed(proposals["proposed"], by=other)
    decided(proposals["decided"], "rejected", deviation="The evidence is thin.")
    announced(proposals["announced"])
    return {
        "session": _session(person),
        "second": _session(other),
        **{name: proposal.reference for name, proposal in proposals.items()},
    }


def _session(person):
    return signed_in(person).cookies["sessionid"].value


@pytest.fixture
def visit(page, room, home):
    """A function that opens a page of the meeting as one of the office."""

    def visit(path, session="session"):
        page.context.add_cookies([{"name": "sessionid", "value": room[session], "url": home}])
        page.goto(MEETINGS + path.format(**room))
        return page

    return visit


PAGES = {
    "list": "",
    "meeting": "fruehjahr/",
    "discussed": "{split}/discussed/",
    "decide": "{pending}/decide/",
    "anew": "{decided}/decide/",
    "confirm": "{proposed}/confirm/",
    "mails": "{decided}/mails/",
    "announcement": "fruehjahr/announcement/",
    "publish": "{announced}/publish/",
    "agreement": "fruehjahr/agreement/",
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits_narrow_screens_and_large_letters(visit, name):
    page = visit(PAGES[name])

    assert violations_everywhere(page) == {}
    assert too_wide(page, 320) == []
    assert too_wide(page, 640, text_size="200%") == []


@pytest.mark.parametrize("name", ["meeting", "decide", "confirm", "announcement"])
def test_every_stop_of_the_keyboard_is_seen(visit, name):
    stops = walk(visit(PAGES[name]))

    assert [stop["html"] for stop in stops if not stop["isInSight"]] == []
    assert [stop["html"] for stop in stops if not stop["isMarked"]] == []


def test_error_summary_leads_to_the_field(visit):
    page = visit(PAGES["decide"])

    page.get_by_role("button", name="Propose this decision").click()

    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_outcome_0")).to_be_focused()


def test_office_decides_with_a_second_person_announces_and_publishes(visit, room):
    page = visit(PAGES["decide"])
    page.get_by_label("approved").check()
    page.locator("#id_sentence_en_transferable").fill("Others can start with the guide tomorrow.")
    page.get_by_label("Reason in the whole").fill("A model for others.")
    page.get_by_role("button", name="Propose this decision").click()
    expect(page.get_by_role("status")).to_contain_text("A second person has to confirm it")

    page = visit("{pending}/confirm/", session="second")
    page.get_by_role("button", name="Confirm the decision").click()
    expect(page.get_by_role("status")).to_contain_text("Decided.")

    page = visit(PAGES["announcement"])
    page.get_by_label("How many").fill("2")
    page.get_by_role("button", name="Announce now").click()
    expect(page.get_by_role("status")).to_contain_text("2 outcomes were announced.")

    page = visit("{pending}/publish/")
    page.get_by_label("I have read the preview").check()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("status")).to_contain_text("is public now")

    page.goto(f"/en/examples/{Example.objects.get(proposal__reference=room['pending']).slug}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(LONG)
    expect(page.locator("main")).to_contain_text("Others can start with the guide tomorrow.")
