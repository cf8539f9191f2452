"""The board's meeting, walked by the office from presence to the public page and back; each page is accessible."""

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import expect

from assessment.models import Attendance, Rubric
from catalogue.models import Audience, Example, FederalState, Network, TargetGroup, Topic
from tests.assessment.factories import DAY
from tests.assessment.meeting import a_board, a_call, announced, assess, assessed, in_review, split
from tests.assessment.office import office_person
from tests.browser.test_accessibility import too_wide, violations_everywhere
from tests.browser.test_keyboard import walk
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

MEETINGS = "/en/admin/assessment/decision/"
MEETING = "fruehjahr/"
LONG = "Anerkennungsberatung für zugewanderte Fachkräfte im Gesundheitswesen"
SHOWN = [Example, Network, Topic, TargetGroup, Audience, FederalState, Rubric]
"""What the tests beside these count; it has to be afterwards as it was before."""


@pytest.fixture(scope="module")
def room(home, django_db_blocker):
    """Sessions of two people of the office, and a call with a board; gone afterwards."""
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
    call = a_call(slug="fruehjahr", title_de="Aufruf Frühjahr", title_en="Spring call")
    seats = a_board(call, 5)
    proposals = {
        "split": split(call, seats, title_de=f"{LONG}: strittig"),
        "deferred": announced(assessed(call, seats), "deferred", deviation="A question.").proposal,
        "open": in_review(call, title_de=f"{LONG}: läuft noch"),
    }
    assess(seats[0], proposals["open"])
    return {
        "first": _session(office_person("meeting@example.org", "Olga Office")),
        "second": _session(office_person("second@example.org", "Conny Colleague")),
        "present": in_english(seats[2]),
        **{name: proposal.reference for name, proposal in proposals.items()},
    }


def in_english(value):
    with override("en"):
        return str(value)


def _session(person):
    return signed_in(person).cookies["sessionid"].value


@pytest.fixture
def visit(page, room, home):
    """A function that opens a page of the meeting as one of the office, and checks it as all pages are."""

    def visit(path, session="first", *, is_checked=True):
        page.context.add_cookies([{"name": "sessionid", "value": room[session], "url": home}])
        page.goto(MEETINGS + path.format(**room))
        if is_checked:
            check(page)
        return page

    return visit


def check(page):
    assert violations_everywhere(page) == {}
    assert too_wide(page, 320) == []
    assert too_wide(page, 640, text_size="200%") == []
    too_wide(page, 1280)


def told(page):
    return page.get_by_role("status")


def test_office_leads_a_proposal_from_the_meeting_to_the_public_and_back(visit, room, problems):
    discuss(visit(MEETING), room)
    propose(visit("{split}/decide/"))
    refuse_the_same_person(visit("{split}/confirm/", is_checked=False))
    confirm(visit("{split}/confirm/", session="second"))
    announce(visit(MEETING + "announcement/", session="second"))
    address = publish(visit("{split}/publish/"), room)
    unpublish(visit("{split}/unpublish/"), address)
    assert [one for one in problems if "410 (Gone)" not in one] == []
    problems.clear()


def discuss(page, room):
    """Note who is present, and what came of talking about a split."""
    page.get_by_label(room["present"]).check()
    page.get_by_role("button", name="Note who is present").click()
    expect(told(page)).to_contain_text("Who was present is noted.")
    assert in_english(Attendance.objects.get().seat) == room["present"]
    row = page.locator(f"#{room['split']}")
    drawing = row.get_by_role("img").first.get_attribute("aria-label")
    assert drawing.replace("\N{NO-BREAK SPACE}", " ") == "Transferable: 2 × weak, 3 × exemplary"
    row.get_by_role("link", name="The board has talked about it").click()
    check(page)
    page.get_by_label("What came of the discussion").fill("The job centre takes it over.")
    page.get_by_role("button", name="Note it").click()
    expect(row).to_contain_text("split, discussed")
    expect(row.get_by_role("link", name="Propose a decision")).to_be_visible()


def propose(page):
    """What is missing is said at the field; the reasons begin with what may be passed on."""
    expect(page.locator("#id_sentence_en_transferable")).to_have_value("\n".join(["Well described."] * 5))
    page.get_by_role("button", name="Propose this decision").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_outcome_0")).to_be_focused()
    page.get_by_label("approved").check()
    page.locator("#id_sentence_en_transferable").fill("Others can start with the guide tomorrow.")
    page.get_by_label("Reason in the whole").fill("A model for others.")
    page.get_by_label("Why the board departs").fill("The doubts are answered.")
    page.get_by_role("button", name="Propose this decision").click()
    expect(told(page)).to_contain_text("A second person has to confirm it")


def refuse_the_same_person(page):
    """There is no button for it; who makes one is told."""
    button = page.get_by_role("button", name="Take it back")
    button.evaluate("button => { button.name = 'confirm'; }")
    button.click()
    expect(page.locator(".error-summary")).to_contain_text("You have proposed this decision yourself.")


def confirm(page):
    page.get_by_role("button", name="Confirm the decision").click()
    expect(told(page)).to_contain_text("Decided.")


def announce(page):
    """Look at the mails, and type how many outcomes are announced."""
    page.get_by_role("link", name="Mails about").click()
    expect(page.locator(".letter")).to_have_count(6)
    page.go_back()
    for count, words in (("2", "Ticked: 1."), ("1", "1 outcome was announced.")):
        page.get_by_label("How many").fill(count)
        page.get_by_role("button", name="Announce now").click()
        expect(page.locator("main")).to_contain_text(words)


def publish(page, room):
    """Go through the checklist, with an embargo that is over; return the public address."""
    page.get_by_label("Not public before").fill((timezone.localdate() - DAY).isoformat())
    page.get_by_role("button", name="Note the day").click()
    page.get_by_label("I have read the preview").check()
    page.get_by_role("button", name="Publish now").click()
    expect(told(page)).to_contain_text("is public now")
    address = f"/en/examples/{Example.objects.get(proposal__reference=room['split']).slug}/"
    page.goto(address)
    board = page.locator("#board")
    expect(board).to_contain_text("Others can start with the guide tomorrow.")
    expect(board.get_by_text("exemplary").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("The doubts are answered.")
    return address


def unpublish(page, address):
    """The address says why."""
    page.get_by_label("Reason – English").fill("Wrong figures.")
    page.get_by_role("button", name="Take from the public now").click()
    expect(told(page)).to_contain_text("is no longer public")
    response = page.goto(address)
    assert response.status == 410
    expect(page.locator("main")).to_contain_text("Wrong figures.")


@pytest.mark.parametrize(
    "path", ["", MEETING + "agreement/", "{deferred}/carry-over/"], ids=["list", "agreement", "carry_over"]
)
def test_page_beside_the_walk_is_accessible_and_fits(visit, path):
    visit(path)


def test_every_stop_of_the_keyboard_is_seen(visit):
    stops = walk(visit(MEETING, is_checked=False))

    assert [stop["html"] for stop in stops if not stop["isInSight"]] == []
    assert [stop["html"] for stop in stops if not stop["isMarked"]] == []
