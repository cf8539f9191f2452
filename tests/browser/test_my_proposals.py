"""Calls, my proposals and co-editors in a browser: accessible, narrow enough, by keyboard, without a script."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from assessment import inviting
from assessment.models import Call, Status
from catalogue import publishing
from catalogue.models import ContactPerson, Example
from tests.assessment.factories import DAY, CallFactory, co_editor, draft, member_of, proposal_in
from tests.browser.test_accessibility import too_wide, violations_at_both_ends
from tests.browser.test_keyboard import FORGOTTEN, walk
from tests.browser.test_proposal_form import committed, new_session  # noqa: F401 - a fixture
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db

LONG = "Qualifizierungsbegleitung für zugewanderte Fachkräfte im Gesundheitswesen"


def address(name, *args):
    with override("en"):
        return reverse(f"assessment:{name}", args=args)


@pytest.fixture(scope="module")
def proposals(committed):  # noqa: F811
    """Proposals of one person in several states, and a call of each kind."""
    yield committed(fill)
    committed(unpublish)


def fill():
    now = CallFactory(slug="open", title_de="Aufruf Frühjahr", introduction_de="Was wir suchen.")
    Call.objects.create(
        slug="next",
        title_de="Aufruf Herbst",
        title_en="Autumn call",
        opens_at=now.closes_at + DAY,
        closes_at=now.closes_at + 2 * DAY,
        scoring_closes_at=now.closes_at + 3 * DAY,
    )
    network = NetworkFactory()
    given = {"by": member_of(network), "network": network, "call": now, "title_de": LONG, "title_en": LONG}
    found = {
        status: proposal_in(status, **given)
        for status in (Status.NEEDS_INFO, Status.SUBMITTED, Status.REJECTED, Status.WITHDRAWN)
    }
    found[Status.DRAFT] = shared(draft(**given))
    found[Status.PUBLISHED] = published(proposal_in(Status.PUBLISHED, **given))
    return found


def shared(proposal):
    co_editor(proposal)
    email = "eine.sehr.lange.adresse.mit.vielen.teilen@beispielorganisation.example.org"
    inviting.invite(proposal, email=email, right="view", by=proposal.submitted_by)
    return proposal


def published(proposal):
    Example.objects.filter(pk=proposal.example_id).update(is_proposed=False)
    ContactPerson.objects.filter(example=proposal.example_id).update(is_published=True)
    proposal.example.refresh_from_db()
    publishing.publish(proposal.example, by=proposal.submitted_by, reason="Gewählt.")
    return proposal


def unpublish():
    """Make the published one like the others, which are taken away as proposed ones."""
    found = Example.objects.filter(proposal__isnull=False)
    found.update(status=Example.Status.DRAFT, published_at=None, is_proposed=True)


@pytest.fixture
def open_as(open_page, committed, home):  # noqa: F811
    """A function that opens a page as a person; as a visitor without one."""

    def open_as(path, person=None, **options):
        page = open_page(locale="en-GB", reduced_motion="reduce", **options)
        if person:
            key = committed(new_session, person)
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": home}])
        page.goto(path)
        return page

    return open_as


PAGES = {
    "call_list": ("call_list", None),
    "call_open": ("call_detail", "open"),
    "call_next": ("call_detail", "next"),
    "list": ("proposal_list", None),
    "draft": ("proposal_detail", Status.DRAFT),
    "question": ("proposal_detail", Status.NEEDS_INFO),
    "rejected": ("proposal_detail", Status.REJECTED),
    "answer": ("proposal_answer", Status.NEEDS_INFO),
    "withdraw": ("proposal_withdraw", Status.SUBMITTED),
    "copy": ("proposal_copy", Status.WITHDRAWN),
    "correct": ("proposal_correct", Status.PUBLISHED),
    "editors": ("editor_list", Status.DRAFT),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_fits_and_works_with_the_keyboard(open_as, proposals, name):
    view, which = PAGES[name]
    args = [] if which is None else [proposals[which].reference if which in proposals else which]
    page = open_as(address(view, *args), proposals[Status.DRAFT].submitted_by)

    assert violations_at_both_ends(page) == []
    assert too_wide(page, 320) == []
    assert too_wide(page, 640, text_size="200%") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    stops = walk(page)
    assert [stop["html"] for stop in stops if not stop["isInSight"] or not stop["isMarked"]] == []
    assert page.evaluate(FORGOTTEN) == []


def test_invitation_is_accessible_and_says_what_is_wrong(open_as, proposals, problems):
    editor = proposals[Status.DRAFT].editors.get(user=None)
    path = address("invitation_accept", inviting.token(editor))
    page = open_as(path)

    assert violations_at_both_ends(page) == []
    assert too_wide(page, 320) == []
    page.goto(f"{path[:-3]}x/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link leads to no invitation")
    assert violations_at_both_ends(page) == []
    problems.clear()


def test_home_is_accessible_with_an_open_call(open_as, proposals):
    page = open_as("/en/")

    expect(page.get_by_role("link", name="Propose an example")).to_be_visible()
    assert violations_at_both_ends(page) == []
    assert too_wide(page, 320) == []


def test_enter_key_keeps_answers_and_hands_nothing_in(open_as, committed):  # noqa: F811
    proposal = committed(proposal_in, Status.NEEDS_INFO)
    page = open_as(address("proposal_answer", proposal.reference), proposal.submitted_by)

    page.evaluate("document.querySelector('form.questions button').click()")

    expect(page.get_by_role("status").filter(has_text="Nothing has been handed in yet.")).to_be_visible()
