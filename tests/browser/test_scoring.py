"""A member of the board at work: with the keyboard alone, on narrow screens, in two windows, signed out meanwhile.

What the tests read and write goes through ``committed``: a look at the database by the test itself would hold locks.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from playwright.sync_api import expect

from assessment import judging
from assessment.models import Assessment, ConflictDeclaration
from tests.assessment.board import (
    call_with_rubric,
    declared,
    draft,
    hand_in,
    in_review,
    member,
    seats,
)
from tests.assessment.factories import member_of
from tests.browser import proposals
from tests.browser.test_accessibility import too_wide, violations_everywhere
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db

LIST = "/en/admin/assessment/assessment/"
TITLE = "Anerkennungsberatung für zugewanderte Fachkräfte"
CRITERIA = ["transferable", "innovative", "sustainable", "efficient"]


@pytest.fixture(scope="module")
def committed(home, django_db_blocker):
    """A function that calls another one on a connection of its own: the server sees only what is committed.

    At the end all of it is taken away again.
    """
    with django_db_blocker.unblock(), ThreadPoolExecutor(max_workers=1) as pool:

        def committed(function, *args, **kwargs):
            return pool.submit(function, *args, **kwargs).result()

        before = committed(proposals.shown)
        yield committed
        committed(take_away, before)
        committed(connections.close_all)


def take_away(before):
    proposals.take_away(before)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE assessment_rubric CASCADE")


@pytest.fixture(scope="module")
def desk(committed):
    """Three proposals for a member, which others have judged, and one of a network of the own."""
    return committed(fill_desk)


def fill_desk():
    call = call_with_rubric(title_de="Aufruf Frühjahr", title_en="Spring call")
    board = seats(call, 4)
    network = NetworkFactory()
    member_of(network, board[0].user)
    texts = {"title_de": TITLE, "title_en": "Advice on recognition", "need_en": "What was missing."}
    three = [in_review(call, **texts) for _number in range(3)]
    conflicted = in_review(call, network=network, title_de="Aus dem eigenen Netz")
    for one in board[1:3]:
        hand_in(one, three[0], points=2, advice="reject", comment="Too thin.")
    return {"seat": board[0], "proposals": three, "conflicted": conflicted}


@pytest.fixture
def own_page(page, desk, home, committed):
    return signed_in_page(page, desk["seat"], home, committed)


def signed_in_page(page, seat, home, committed):
    session = committed(member, seat).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": home}])
    return page


@pytest.fixture
def seat_and_proposal(committed):
    """Another member and a proposal to write about, in a call of its own."""
    return committed(fill_other_desk)


def fill_other_desk():
    call = call_with_rubric()
    seat = seats(call, 4)[0]
    return seat, in_review(
        call, title_de=TITLE, title_en="Advice on recognition", need_en="What was missing."
    )


@pytest.fixture
def sheet(page, seat_and_proposal, home, committed):
    """The page with the form of an assessment, opened by a member who has answered for conflicts."""
    seat, proposal = seat_and_proposal
    signed_in_page(page, seat, home, committed)
    committed(declared, seat, proposal)
    page.goto(address(proposal))
    return page


def address(proposal, step=""):
    return f"{LIST}{proposal.reference}/{step}"


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, selector, most=150):
    """Press Tab until the control has the focus."""
    for _number in range(most):
        if page.evaluate("one => document.activeElement?.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never came to {selector}")


def level_by_arrows(page, name, downs):
    """Come to the radio buttons with Tab, take the first one and go on with the arrow keys."""
    tab_to(page, f"[name={name}]")
    press(page, "Space", *["ArrowDown"] * downs)


def check_page(page):
    """Find it accessible at each width and in each scheme, and leave it as it was."""
    assert violations_everywhere(page) == {}
    assert too_wide(page, 320) == []
    assert too_wide(page, 640, text_size="200%") == []
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def stored(committed, seat, proposal):
    """Return the member's assessment with its scores, as ``{criterion: (points, comment)}``."""

    def read():
        own = Assessment.objects.filter(seat=seat, proposal=proposal).first()
        return own, own and {one.criterion: (one.points, one.comment) for one in own.scores.all()}

    return committed(read)


def test_member_assesses_three_proposals_with_the_keyboard_alone(own_page, desk, home, problems, committed):
    page, seat = own_page, desk["seat"]
    page.goto(LIST)
    expect(page.get_by_text("Aus dem eigenen Netz")).to_be_visible()
    check_page(page)
    tab_to(page, "a.button")
    press(page, "Enter")

    for number, proposal in enumerate(desk["proposals"]):
        expect(page).to_have_url(f"{home}{address(proposal, 'conflict/')}")
        if number == 0:
            assert "What was missing." not in page.content()
            check_page(page)
        tab_to(page, "[name=answer]")
        press(page, "Space")
        tab_to(page, "main button")
        press(page, "Enter")
        expect(page.get_by_role("heading", name="Your assessment")).to_be_visible()
        if number == 0:
            assert "What was missing." in page.content()
            assert "Too thin." not in page.content()
            check_page(page)
        for criterion in CRITERIA:
            level_by_arrows(page, criterion, downs=3)
        level_by_arrows(page, "advice", downs=0)
        press(page, "Control+Enter")

    expect(page).to_have_url(f"{home}{LIST}")
    expect(page.get_by_text("3 of 3 handed in")).to_be_visible()
    found = [stored(committed, seat, proposal) for proposal in desk["proposals"]]
    assert [own.handed_in_at is not None for own, _scores in found] == [True] * 3
    assert [scores for _own, scores in found] == [dict.fromkeys(CRITERIA, (4, ""))] * 3

    page.goto(address(desk["proposals"][0]))
    expect(page.get_by_text("Too thin.").first).to_be_visible()
    check_page(page)
    assert page.goto(address(desk["conflicted"])).status == 404
    problems.clear()
    page.goto(address(desk["conflicted"], "conflict/"))
    expect(page.get_by_text("there is a conflict of interest")).to_be_visible()
    assert "Text zu need" not in page.content()
    check_page(page)
    assert committed(ConflictDeclaration.objects.filter(proposal=desk["conflicted"]).count) == 0


def test_missing_parts_are_named_on_top_and_lead_to_their_field(sheet):
    page = sheet
    page.locator("#id_innovative_0").check()
    page.get_by_role("button", name="Hand in assessment").click()

    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page)
    page.get_by_role("link", name="Innovative: Comment for the board: This level needs a comment").click()
    expect(page.locator("#id_innovative_comment")).to_be_focused()
    assert page.locator("#id_innovative_0").is_checked()


def test_draft_saves_itself_and_another_window_is_told(sheet, seat_and_proposal, problems, committed):
    page = sheet
    state = page.locator("[data-save-state]")
    expect(state).to_have_attribute("role", "status")
    page.locator("#id_innovative_comment").fill("From the first window.")
    page.locator("#id_innovative_2").check()
    expect(state).to_contain_text("Saved")
    own, scores = stored(committed, *seat_and_proposal)
    assert scores["innovative"][1] == "From the first window."

    committed(judging.save, own, draft(comment="From the second."), seen=own.saves)
    page.locator("#id_innovative_comment").fill("Once more from the first.")
    page.locator("#id_innovative_comment").blur()
    page.get_by_role("button", name="Compare the two texts").click()

    expect(page.get_by_role("alert")).to_contain_text("From the second.")
    expect(page.locator("#id_innovative_comment")).to_have_value("Once more from the first.")
    assert stored(committed, *seat_and_proposal)[1]["innovative"][1] == "From the second."
    problems.clear()


def test_text_survives_a_lost_session(sheet, seat_and_proposal, problems, home, committed):
    page, (seat, proposal) = sheet, seat_and_proposal
    committed(Session.objects.all().delete)
    page.locator("#id_innovative_comment").fill("Written after the session ended.")
    page.locator("#id_innovative_comment").blur()
    expect(page.locator("[data-save-state]")).to_contain_text("you are signed out")
    problems.clear()

    signed_in_page(page, seat, home, committed)
    page.goto(address(proposal))
    page.get_by_role("button", name="Use the kept text").click()

    expect(page.locator("#id_innovative_comment")).to_have_value("Written after the session ended.")


@pytest.mark.parametrize("has_script", [False], ids=["no_script"])
def test_pages_work_without_a_script(any_page, seat_and_proposal, home, committed):
    page, (seat, proposal) = any_page, seat_and_proposal
    signed_in_page(page, seat, home, committed)
    page.goto(address(proposal))
    page.get_by_label("I have no conflict of interest").check()
    page.get_by_role("button", name="Answer").click()
    german = page.locator("[data-language=de]").first
    expect(german).to_be_hidden()
    page.locator("#id_innovative_3").check()
    page.get_by_label("German", exact=True).check()
    expect(german).to_be_visible()
    expect(page.locator("[data-language=en]").first).to_be_hidden()
    page.get_by_role("button", name="Save draft").last.click()

    expect(page.get_by_role("status").first).to_contain_text("Your draft is saved")
    assert page.locator("#id_innovative_3").is_checked()
    assert stored(committed, seat, proposal)[1]["innovative"] == (4, "")
