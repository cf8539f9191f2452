"""A member of the board at work: with the keyboard alone, on narrow screens, in two windows, signed out meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from playwright.sync_api import expect

from assessment import judging
from assessment.models import Assessment
from catalogue.models import Example
from tests.assessment.board import call_with_rubric, declared, draft, hand_in, in_review, member, seats
from tests.assessment.factories import member_of
from tests.browser.test_accessibility import too_wide, violations_everywhere
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db

LIST = "/en/admin/assessment/assessment/"
TITLE = "Anerkennungsberatung für zugewanderte Fachkräfte"
FIRST, SECOND, THIRD = "transferable", "innovative", "sustainable"


@pytest.fixture
def committed(home, django_db_blocker):
    """A function that calls another one on a connection of its own: the server sees only what is committed.

    At the end all of it is taken away again.
    """
    with django_db_blocker.unblock(), ThreadPoolExecutor(max_workers=1) as pool:

        def committed(function, *args, **kwargs):
            return pool.submit(function, *args, **kwargs).result()

        yield committed
        committed(take_away)
        committed(connections.close_all)


def take_away():
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE assessment_call, assessment_proposal, assessment_rubric, accounts_user CASCADE"
        )
    proposed = Example.objects.filter(is_proposed=True)
    proposed.update(is_locked=False)
    proposed.delete()


@pytest.fixture
def desk(committed):
    """Three proposals for a member, one of a network of the own, and two colleagues."""
    return committed(fill_desk)


def fill_desk():
    call = call_with_rubric(title_de="Aufruf Frühjahr", title_en="Spring call")
    board = seats(call)
    texts = {"title_de": TITLE, "title_en": "Advice on recognition", "need_en": "What was missing."}
    proposals = [in_review(call, **texts) for _number in range(3)]
    network = NetworkFactory()
    member_of(network, board[0].user)
    conflicted = in_review(call, network=network, title_de="Aus dem eigenen Netz")
    for one in board[1:]:
        hand_in(one, proposals[0], points=2, advice="reject", comment="Too thin.")
    session = member(board[0]).cookies["sessionid"].value
    return {"board": board, "proposals": proposals, "conflicted": conflicted, "session": session}


@pytest.fixture
def own_page(page, desk, home):
    page.context.add_cookies([{"name": "sessionid", "value": desk["session"], "url": home}])
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


def level_by_arrows(page, criterion, downs):
    """Come to the criterion with Tab, take its first level and go on with the arrow keys."""
    tab_to(page, f"[name={criterion}]")
    press(page, "Space", *["ArrowDown"] * downs)


def assessment_of(desk, number):
    return Assessment.objects.filter(seat=desk["board"][0], proposal=desk["proposals"][number]).first()


def test_three_proposals_are_assessed_with_the_keyboard_alone(own_page, desk):
    page = own_page
    page.goto(LIST)
    tab_to(page, "a.button")
    press(page, "Enter")

    for proposal in desk["proposals"]:
        expect(page).to_have_url(f"{page.url.partition('/en/')[0]}{address(proposal, 'conflict/')}")
        tab_to(page, "[name=answer]")
        press(page, "Space")
        tab_to(page, "button:not([tabindex='-1']).button")
        press(page, "Enter")
        expect(page.get_by_role("heading", name="Your assessment")).to_be_visible()
        for criterion in (FIRST, SECOND, THIRD, "efficient"):
            level_by_arrows(page, criterion, downs=3)
        tab_to(page, "[name=advice]")
        press(page, "Space", "Control+Enter")

    expect(page).to_have_url(f"{page.url.partition('/en/')[0]}{LIST}")
    expect(page.get_by_text("3 of 3 handed in")).to_be_visible()
    found = [assessment_of(desk, number) for number in range(3)]
    assert [one.handed_in_at is not None for one in found] == [True, True, True]
    assert [set(one.scores.values_list("points", flat=True)) for one in found] == [{4}, {4}, {4}]


def test_others_are_seen_only_after_handing_in_and_a_conflict_closes_the_text(own_page, desk, committed):
    page, proposal = own_page, desk["proposals"][0]
    committed(declared, desk["board"][0], proposal)
    page.goto(address(proposal))
    expect(page.get_by_role("group", name="Transferable").first).to_be_visible()
    before = page.content()
    committed(hand_in, desk["board"][0], proposal)
    page.reload()

    assert "Too thin." not in before
    expect(page.get_by_text("Too thin.").first).to_be_visible()
    page.goto(address(desk["conflicted"], "conflict/"))
    expect(page.get_by_text("there is a conflict of interest")).to_be_visible()
    assert "Text zu need" not in page.content()


def test_missing_parts_are_named_on_top_and_lead_to_their_field(own_page, desk, committed):
    page, proposal = own_page, desk["proposals"][1]
    committed(declared, desk["board"][0], proposal)
    page.goto(address(proposal))
    page.locator("#id_innovative_0").check()
    page.get_by_role("button", name="Hand in assessment").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    page.get_by_role("link", name="This level needs a comment").click()
    expect(page.locator("#id_innovative_comment")).to_be_focused()
    assert page.locator("#id_innovative_0").is_checked()


def test_language_switch_hides_the_other_language_without_losing_the_form(any_page, desk, home, committed):
    page, proposal = any_page, desk["proposals"][1]
    page.context.add_cookies([{"name": "sessionid", "value": desk["session"], "url": home}])
    committed(declared, desk["board"][0], proposal)
    page.goto(address(proposal))
    page.locator("#id_innovative_comment").fill("Typed.")

    german = page.locator("[data-language=de]").first
    expect(german).to_be_hidden()
    page.get_by_label("German", exact=True).check()
    expect(german).to_be_visible()
    expect(page.locator("[data-language=en]").first).to_be_hidden()
    expect(page.locator("#id_innovative_comment")).to_have_value("Typed.")


def test_draft_saves_itself_and_another_window_is_told(own_page, desk, problems, committed):
    page, proposal = own_page, desk["proposals"][1]
    committed(declared, desk["board"][0], proposal)
    page.goto(address(proposal))
    page.locator("#id_innovative_comment").fill("From the first window.")
    page.locator("#id_innovative_2").check()
    expect(page.locator("[data-save-state]")).to_contain_text("Saved", timeout=10_000)
    stored = assessment_of(desk, 1)
    assert stored.scores.get(criterion=SECOND).comment == "From the first window."

    committed(judging.save, stored, draft(comment="From the second."), seen=stored.saves)
    page.locator("#id_innovative_comment").fill("Once more from the first.")
    page.locator("#id_innovative_comment").blur()
    page.get_by_role("button", name="Compare the two texts").click()

    expect(page.get_by_role("alert")).to_contain_text("From the second.")
    expect(page.locator("#id_innovative_comment")).to_have_value("Once more from the first.")
    problems.clear()


def test_text_survives_a_lost_session(own_page, desk, problems, home, committed):
    page, proposal = own_page, desk["proposals"][1]
    committed(declared, desk["board"][0], proposal)
    page.goto(address(proposal))
    committed(Session.objects.all().delete)
    page.locator("#id_innovative_comment").fill("Written after the session ended.")
    page.locator("#id_innovative_comment").blur()
    expect(page.locator("[data-save-state]")).to_contain_text("you are signed out")
    problems.clear()

    session = committed(member, desk["board"][0]).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": home}])
    page.goto(address(proposal))
    page.get_by_role("button", name="Use the kept text").click()

    expect(page.locator("#id_innovative_comment")).to_have_value("Written after the session ended.")


def test_pages_work_without_a_script(any_page, desk, home):
    page, proposal = any_page, desk["proposals"][1]
    page.context.add_cookies([{"name": "sessionid", "value": desk["session"], "url": home}])
    page.goto(address(proposal))
    page.get_by_label("I have no conflict of interest").check()
    page.get_by_role("button", name="Answer").click()
    page.locator("#id_innovative_3").check()
    page.get_by_role("button", name="Save draft").last.click()

    expect(page.get_by_role("status").first).to_contain_text("Your draft is saved")
    assert page.locator("#id_innovative_3").is_checked()


PAGES = ["list", "question", "form", "errors", "outcome", "blocked"]


def open_state(page, desk, name, committed):
    """Open a page of a member in the state that the name says."""
    own, proposals = desk["board"][0], desk["proposals"]
    if name == "list":
        committed(declared, own, proposals[1])
        committed(hand_in, own, proposals[0])
        return page.goto(LIST)
    if name == "question":
        return page.goto(address(proposals[1], "conflict/"))
    if name == "blocked":
        return page.goto(address(desk["conflicted"], "conflict/"))
    if name == "outcome":
        committed(hand_in, own, proposals[0])
        return page.goto(address(proposals[0]))
    committed(declared, own, proposals[1])
    page.goto(address(proposals[1]))
    if name == "errors":
        page.get_by_role("button", name="Hand in assessment").click()
        expect(page.get_by_role("alert")).to_be_visible()
    return None


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits_narrow_screens_and_large_letters(own_page, desk, name, committed):
    open_state(own_page, desk, name, committed)

    assert violations_everywhere(own_page) == {}
    assert too_wide(own_page, 320) == []
    assert too_wide(own_page, 640, text_size="200%") == []
