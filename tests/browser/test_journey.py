"""The whole way of a proposal in a browser, with JavaScript and without: from the sign-up to the board's desk."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from assessment.models import Proposal, Status
from goodpractice.accounts.models import Membership
from tests.assessment.factories import CallFactory, UserFactory, complete, proposal_in, with_board
from tests.browser.test_proposal_form import SAVED, committed, new_session  # noqa: F401 - a fixture
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

ADMIN = "/en/admin/assessment/proposal/"
TITLE, TYPED = "Guides at the job centre", "Guides go along to the first appointments."
HANDED_IN = ["draft", "submitted", "screening", "needs_info", "screening", "in_review"]


def address(name, *args):
    with override("en"):
        return reverse(f"assessment:{name}", args=args)


@pytest.fixture(scope="module")
def world(committed):  # noqa: F811
    """A network, an open call, a colleague and somebody of the office; the roles are gone afterwards."""
    yield committed(build)
    committed(Group.objects.all().delete)


def build():
    call_command("loaddata", "roles", verbosity=0)
    office = UserFactory(email="office@example.org", name="Olga Office", is_staff=True)
    office.groups.add(Group.objects.get(name="office"))
    call = CallFactory()
    with_board(call)
    return {
        "network": NetworkFactory(name="Netz Süd"),
        "call": call,
        "colleague": UserFactory(email="anna@example.org", name="Anna"),
        "office": signed_in(office).cookies["sessionid"].value,
    }


@pytest.fixture
def open_as(open_page, home, has_script):
    """A function that opens a page in a browser of its own, in the session given."""

    def open_as(session=None):
        page = open_page(locale="en-GB", reduced_motion="reduce", java_script_enabled=has_script)
        if session:
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": home}])
        return page

    return open_as


def press(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def heading(page):
    return expect(page.get_by_role("heading", level=1))


def said(page, text):
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def mailed(address, pattern):
    """Return what the last mail to the address holds where ``pattern`` says."""
    letter = next(one for one in reversed(mail.outbox) if one.to == [address])
    return re.search(pattern, letter.body, re.MULTILINE)[1]


def sign_up(page, address):
    page.goto("/en/account/sign-up/")
    page.get_by_label("First and last name").fill("Kim Muster")
    page.get_by_label("E-mail address").fill(address)
    press(page, "Sign up")
    page.get_by_label("Code").fill(mailed(address, r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$"))
    press(page, "Confirm code")
    heading(page).to_have_text("My account")


def become_a_member(page, office):
    page.get_by_role("link", name="Name a network").click()
    page.get_by_label("Network").select_option("Netz Süd")
    page.get_by_label("Member since").fill("2024-01-01")
    press(page, "Ask for confirmation")
    expect(page.get_by_text("waits to be confirmed")).to_be_visible()
    office.goto("/en/admin/accounts/membership/?confirmed=no")
    office.locator("input[name=_selected_action]").check()
    office.locator("select[name=action]").select_option("confirm")
    press(office, "Go")
    said(office, "1 membership was confirmed.")


def begin(page, call):
    page.goto(address("proposal_create", call.slug))
    page.get_by_label("Working title (English)").fill(TITLE)
    page.locator("[name=kind]").first.check()
    press(page, "Begin the proposal")
    page.wait_for_url(re.compile(r"/proposals/GP-"))
    return Proposal.objects.get(reference=re.search(r"GP-\d+-\d+", page.url)[0])


def invite(page, proposal, colleague):
    page.goto(address("editor_list", proposal.reference))
    page.get_by_label("E-mail address").fill("anna@example.org")
    press(page, "Send the invitation")
    said(page, "An invitation was sent to anna@example.org.")
    colleague.goto(mailed("anna@example.org", r"^https?://[^/]+(/\S+)$"))
    press(colleague, "Accept the invitation")
    heading(colleague).to_have_text(TITLE)


def write(page, proposal, *, has_script):
    """Without a script the text is saved by its button, otherwise by itself."""
    page.goto(address("proposal_section", proposal.reference, "basics"))
    summary = page.locator("#id_summary_en")
    if has_script:
        summary.press_sequentially(TYPED)
        expect(page.locator("[data-save-state]")).to_have_text(SAVED)
        assert page.evaluate("localStorage.length") == 0
    else:
        summary.fill(TYPED)
        press(page, "Save and back to the overview")
        heading(page).to_have_text(TITLE)
    proposal.example.refresh_from_db()
    assert proposal.example.summary_en == TYPED


def look_and_hand_in(page, proposal):
    page.goto(address("proposal_preview", proposal.reference))
    heading(page).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text(TYPED)
    page.goto(address("proposal_check", proposal.reference))
    page.get_by_label("Tried and tested since (year)").fill("2021")
    page.get_by_label(re.compile("^We may publish")).check()
    press(page, "Hand in the proposal")
    heading(page).to_have_text("Your proposal has arrived")
    for editor in (proposal.submitted_by.email, "anna@example.org"):
        assert mailed(editor, f"({re.escape(TYPED)})")


def ask(office, proposal):
    office.goto(f"{ADMIN}{proposal.reference}/begin-screening/")
    press(office, "Take up now")
    office.goto(f"{ADMIN}{proposal.reference}/ask/")
    office.get_by_label("What it is about").fill("We miss figures.")
    office.locator("summary", has_text="Success and evidence").focus()
    office.keyboard.press("Enter")
    office.locator("[name=question_success]").fill("How many?")
    press(office, "Send the questions")
    assert mailed(proposal.submitted_by.email, "(How many\\?)")


def answer(page, proposal, *, has_script):
    page.goto(address("proposal_answer", proposal.reference))
    page.locator("[name=success]").fill("Twelve of twenty.")
    if has_script:
        page.locator("[name=success]").blur()
        expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    press(page, "Hand in the answers")
    said(page, "Your answers were handed in.")


def pass_on_to_the_board(office, proposal):
    """The office's last step before the board."""
    office.goto(f"{ADMIN}{proposal.reference}/begin-review/")
    for box in office.locator("main form input[type=checkbox]").all():
        box.check()
    office.get_by_label("Finding").fill("Runs since 2021.")
    office.locator("main form button[type=submit]").click()
    office.wait_for_url(f"**{ADMIN}{proposal.reference}/")


def withdraw(page, proposal):
    page.goto(address("proposal_withdraw", proposal.reference))
    page.get_by_label("Reason").fill("We have merged the two.")
    page.locator("main form button[type=submit]").click()
    said(page, "The proposal was withdrawn.")


def sign_out(page):
    """Whoever sits down next finds nothing that the browser has kept of a form."""
    page.goto("/en/account/")
    page.evaluate("localStorage.setItem('goodpractice:kept:1:GP-2026-0001:basics', '{}')")
    press(page, "Sign out")
    page.wait_for_url("**/en/")
    assert page.evaluate("localStorage.length") == 0


def test_journey_from_the_sign_up_to_the_board(open_as, world, committed, has_script):  # noqa: F811
    page, office = open_as(), open_as(world["office"])
    colleague = open_as(committed(new_session, world["colleague"]))

    sign_up(page, f"kim-{has_script}@example.org".lower())
    become_a_member(page, office)
    proposal = begin(page, world["call"])
    invite(page, proposal, colleague)
    committed(complete, proposal)
    write(page, proposal, has_script=has_script)
    look_and_hand_in(page, proposal)
    ask(office, proposal)
    answer(page, proposal, has_script=has_script)
    pass_on_to_the_board(office, proposal)
    page.goto(address("proposal_detail", proposal.reference))
    expect(page.get_by_text("Under review", exact=True)).to_be_visible()

    kim = proposal.submitted_by
    given = {"by": kim, "network": world["network"], "call": world["call"]}
    other = committed(proposal_in, Status.SUBMITTED, **given)
    withdraw(page, other)
    if has_script:
        sign_out(page)

    assert list(proposal.transitions.values_list("target", flat=True)) == HANDED_IN
    assert list(proposal.versions.values_list("number", flat=True)) == [1, 2]
    assert Proposal.objects.get(pk=other.pk).status == Status.WITHDRAWN
    assert Membership.objects.get(user=kim).confirmed_by.email == "office@example.org"
