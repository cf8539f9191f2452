"""My proposals, the page of one, withdrawing and copying: what is shown to whom, and what is refused."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from assessment import workflow
from assessment.models import Proposal, Status
from goodpractice.accounts.models import Membership
from tests.assessment.factories import (
    DAY,
    CallFactory,
    UserFactory,
    co_editor,
    draft,
    member_of,
    office_member,
    proposal_in,
    submitted,
)
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

PAGES = [
    "proposal_detail",
    "proposal_withdraw",
    "proposal_copy",
    "proposal_answer",
    "proposal_correct",
    "editor_list",
]


def address(name, *args):
    with override("en"):
        return reverse(f"assessment:{name}", args=args)


def page(client, name, *args):
    response = client.get(address(name, *args))
    assert response.status_code == 200
    return response.content.decode()


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def own_client(client, proposal):
    client.force_login(proposal.submitted_by)
    return client


# My proposals -------------------------------------------------------------------------------------------------------


def test_proposal_list_shows_own_and_co_edited_ones_and_no_others(client):
    own, shared, _other = draft(), draft(), draft()
    co_editor(shared, own.submitted_by)

    html = page(own_client(client, own), "proposal_list")

    assert set(re.findall(r"GP-\d{4}-\d{4}", html)) == {own.reference, shared.reference}


def test_proposal_list_begins_with_what_waits_for_the_reader(client):
    network = NetworkFactory()
    user = member_of(network)
    late = CallFactory(closes_at=timezone.now() + 30 * DAY, scoring_closes_at=timezone.now() + 60 * DAY)
    withdrawn = proposal_in(Status.WITHDRAWN, by=user, network=network)
    reviewed, received = proposal_in(Status.IN_REVIEW), submitted()
    for shared in (reviewed, received):
        co_editor(shared, user)
    later, sooner = draft(by=user, call=late), draft(by=user)
    client.force_login(user)

    found = list(dict.fromkeys(re.findall(r"GP-\d{4}-\d{4}", page(client, "proposal_list"))))

    expected = [sooner, later, received, reviewed, withdrawn]
    assert found == [proposal.reference for proposal in expected]


def test_proposal_list_without_any_leads_to_the_open_call(client):
    call = CallFactory()
    client.force_login(member_of(NetworkFactory()))

    html = page(client, "proposal_list")

    assert "You have no proposal yet." in html
    assert address("proposal_create", call.slug) in html


@pytest.mark.parametrize("number", [1, 3])
def test_proposal_list_runs_a_constant_number_of_statements(client, number, django_assert_num_queries):
    user = member_of(NetworkFactory())
    for _time in range(number):
        draft(by=user)
    client.force_login(user)

    with django_assert_num_queries(9):
        page(client, "proposal_list")


def test_pages_of_signed_in_people_are_kept_by_no_cache(client):
    proposal = draft()
    own_client(client, proposal)

    for name, args in [("proposal_list", []), ("proposal_detail", [proposal.reference])]:
        assert "no-store" in client.get(address(name, *args))["Cache-Control"]


def test_account_leads_to_my_proposals(client):
    own_client(client, draft())
    with override("en"):
        html = client.get(reverse("accounts:profile")).content.decode()

    assert html.count(address("proposal_list")) == 2


# Who ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["proposal_list", *PAGES])
def test_visitors_are_led_to_sign_in(client, name):
    path = address(name, *([] if name == "proposal_list" else [draft().reference]))

    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, f"/en/account/sign-in/?next={path}")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["stranger", "removed"])
def test_others_find_nothing(client, name, who):
    proposal = submitted()
    stranger = UserFactory()
    if who == "removed":
        co_editor(proposal, stranger, removed_at=timezone.now())
    client.force_login(stranger)

    assert client.get(address(name, proposal.reference)).status_code == 404


@pytest.mark.parametrize(
    "name", ["proposal_withdraw", "proposal_copy", "proposal_answer", "proposal_correct"]
)
@pytest.mark.parametrize("who", ["reader", "office"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_only_reads_changes_nothing(client, name, who, method):
    proposal = proposal_in(Status.NEEDS_INFO)
    if who == "office":
        client = signed_in(office_member())
    else:
        client.force_login(co_editor(proposal, right="view"))

    response = getattr(client, method)(address(name, proposal.reference))

    proposal.refresh_from_db()
    assert (response.status_code, proposal.status) == (403, Status.NEEDS_INFO)


def test_office_finds_what_was_handed_in_but_no_drafts():
    received, begun = submitted(), draft()
    client = signed_in(office_member())

    found = [client.get(address("proposal_detail", one.reference)).status_code for one in (received, begun)]

    assert found == [200, 404]


# One proposal -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.APPROVED, Status.DEFERRED, Status.DECISION_PENDING], ids=str)
def test_decision_of_the_board_is_not_told(client, status):
    proposal, other = proposal_in(status), proposal_in(Status.IN_REVIEW)

    html = text_of(page(own_client(client, proposal), "proposal_detail", proposal.reference))

    main = html.partition("What you can do")[0].partition("Where it stands")[2]
    compared = text_of(page(own_client(client, other), "proposal_detail", other.reference))
    expected = compared.partition("What you can do")[0].partition("Where it stands")[2]
    strip = re.compile(r"\d+ \w+ \d{4}, \d\d:\d\d|Person \d+")
    assert strip.sub("", main) == strip.sub("", expected)
    assert "Under review" in main


def test_rejection_on_formal_grounds_is_told_with_its_reason(client):
    proposal = proposal_in(Status.REJECTED)

    html = text_of(page(own_client(client, proposal), "proposal_detail", proposal.reference))

    assert "The proposal was not accepted: in the catalogue or proposed already." in html
    assert "Gibt es schon." in html


def test_rejection_that_waits_for_a_second_person_is_not_told(client):
    proposal = proposal_in(Status.SCREENING)
    workflow.propose_rejection(proposal, by=UserFactory(), ground="duplicate", explanation="Gibt es schon.")

    html = page(own_client(client, proposal), "proposal_detail", proposal.reference)

    assert "Gibt es schon." not in html
    assert "Received" in html


def test_nobody_of_the_office_is_named(client):
    proposal = submitted()
    member = UserFactory(name="Olga Ohnenamen")
    workflow.begin_screening(proposal, by=member)
    workflow.ask(
        proposal, by=member, questions={"success": "Wie?"}, reason="Zahlen.", due_on=timezone.localdate()
    )

    html = page(own_client(client, proposal), "proposal_detail", proposal.reference)

    assert "Ohnenamen" not in html
    assert "the office" in html


def test_open_question_leads_to_its_answer(client):
    proposal = proposal_in(Status.NEEDS_INFO)

    html = page(own_client(client, proposal), "proposal_detail", proposal.reference)

    assert "Uns fehlen Zahlen." in html
    assert address("proposal_answer", proposal.reference) in html


LINKS = {
    "proposal_check": [Status.DRAFT],
    "proposal_answer": [Status.NEEDS_INFO],
    "proposal_withdraw": [
        Status.DRAFT,
        Status.SUBMITTED,
        Status.SCREENING,
        Status.NEEDS_INFO,
        Status.IN_REVIEW,
        Status.DISCUSSION,
        Status.DECISION_PENDING,
        Status.APPROVED,
        Status.DEFERRED,
    ],
    "proposal_copy": [Status.WITHDRAWN, Status.REJECTED],
    "proposal_correct": [Status.PUBLISHED],
    "editor_list": list(Status),
}


@pytest.mark.parametrize("status", list(Status), ids=str)
def test_page_offers_what_is_possible(client, status):
    proposal = proposal_in(status)

    html = page(own_client(client, proposal), "proposal_detail", proposal.reference)

    offered = {name for name in LINKS if f'"{address(name, proposal.reference)}"' in html}
    assert offered == {name for name, states in LINKS.items() if status in states}


def test_reader_is_offered_no_step(client):
    proposal = draft()
    client.force_login(co_editor(proposal, right="view"))

    html = page(client, "proposal_detail", proposal.reference)

    assert {name for name in LINKS if f'"{address(name, proposal.reference)}"' in html} == {"editor_list"}
    assert "Those who write the proposal" in html


@pytest.mark.parametrize("number", [1, 3])
def test_proposal_detail_runs_a_constant_number_of_statements(client, number, django_assert_num_queries):
    proposal = draft()
    for _time in range(number):
        co_editor(proposal)
    own_client(client, proposal)
    page(client, "proposal_detail", proposal.reference)

    with django_assert_num_queries(22):
        page(client, "proposal_detail", proposal.reference)


@pytest.mark.parametrize("reference", ["GP-9999-0001", "x", "GP-2026-0001%20", "%F0%9F%98%80", "1" * 500])
def test_made_up_references_are_not_found(client, reference):
    client.force_login(UserFactory())

    assert client.get(f"/en/proposals/{reference}/").status_code == 404


# Withdrawing --------------------------------------------------------------------------------------------------------


def test_proposal_withdraw_asks_once_and_withdraws(client):
    proposal = submitted()
    own_client(client, proposal)

    assert "Withdraw the proposal?" in page(client, "proposal_withdraw", proposal.reference)
    response = client.post(address("proposal_withdraw", proposal.reference), {"reason": "Doppelt."})

    proposal.refresh_from_db()
    assert (response.status_code, proposal.status) == (302, Status.WITHDRAWN)
    assert proposal.transitions.last().reason == "Doppelt."
    assert "Doppelt." in page(client, "proposal_detail", proposal.reference)


def test_proposal_withdraw_by_an_editing_co_editor(client):
    proposal = draft()
    client.force_login(co_editor(proposal))

    client.post(address("proposal_withdraw", proposal.reference))

    proposal.refresh_from_db()
    assert proposal.status == Status.WITHDRAWN


@pytest.mark.parametrize("status", [Status.APPROVED, Status.WITHDRAWN, Status.PUBLISHED], ids=str)
def test_proposal_withdraw_after_the_end_is_told_and_keeps_the_reason(client, status):
    proposal = proposal_in(status)
    own_client(client, proposal)

    response = client.post(address("proposal_withdraw", proposal.reference), {"reason": "Meine Gründe."})

    proposal.refresh_from_db()
    assert (response.status_code, proposal.status) == (409, status)
    assert "Meine Gründe." in response.content.decode()


@pytest.mark.parametrize(
    ("announces", "words", "other"),
    [
        (False, "The advisory board is at work on this proposal", "decided"),
        (True, "This proposal has been decided", "at work"),
    ],
    ids=["nobody is told yet", "announced"],
)
def test_proposal_withdraw_speaks_of_a_decision_only_once_it_is_announced(client, announces, words, other):
    proposal = proposal_in(Status.APPROVED)
    if announces:
        workflow.announce([workflow.in_force(proposal)], by=UserFactory())
    own_client(client, proposal)

    text = client.post(address("proposal_withdraw", proposal.reference)).content.decode()

    assert words in text
    assert other not in text
    assert (
        address("proposal_withdraw", proposal.reference)
        in page(client, "proposal_detail", proposal.reference)
    ) is not announces


def test_proposal_withdraw_refuses_a_reason_that_is_too_long_and_keeps_it(client):
    proposal = draft()
    own_client(client, proposal)

    response = client.post(address("proposal_withdraw", proposal.reference), {"reason": "x" * 1001})

    proposal.refresh_from_db()
    assert (response.status_code, proposal.status) == (200, Status.DRAFT)
    assert "x" * 1001 in response.content.decode()


# Copying ------------------------------------------------------------------------------------------------------------


def test_proposal_copy_leads_to_the_copy(client):
    proposal, call = proposal_in(Status.WITHDRAWN), CallFactory()
    own_client(client, proposal)
    page(client, "proposal_copy", proposal.reference)

    response = client.post(address("proposal_copy", proposal.reference), {"call": call.pk})

    new = Proposal.objects.latest("pk")
    assert (new.previous, new.call) == (proposal, call)
    assert response["Location"] == address("proposal_detail", new.reference)


def test_proposal_copy_twice_leads_to_the_first_copy(client):
    proposal, call = proposal_in(Status.WITHDRAWN), CallFactory()
    own_client(client, proposal)
    path = address("proposal_copy", proposal.reference)

    places = [client.post(path, {"call": call.pk})["Location"] for _time in range(2)]

    assert places[0] == places[1]
    assert Proposal.objects.count() == 2


@pytest.mark.parametrize("sent", [{}, {"call": ""}, {"call": "x"}, {"call": "0"}, {"call": "9" * 40}])
def test_proposal_copy_refuses_calls_that_are_not_open(client, sent):
    proposal = proposal_in(Status.WITHDRAWN)

    response = own_client(client, proposal).post(address("proposal_copy", proposal.reference), sent)

    assert (response.status_code, Proposal.objects.count()) == (200, 1)
    assert response.context["form"].errors["call"]


def test_proposal_copy_of_what_is_under_review_is_refused(client):
    proposal, call = proposal_in(Status.APPROVED), CallFactory()
    own_client(client, proposal)

    response = client.post(address("proposal_copy", proposal.reference), {"call": call.pk})

    assert response["Location"] == address("proposal_detail", proposal.reference)
    assert Proposal.objects.count() == 1


def test_proposal_copy_needs_a_network(client):
    proposal = proposal_in(Status.WITHDRAWN)
    Membership.objects.all().delete()
    own_client(client, proposal)

    response = client.post(address("proposal_copy", proposal.reference), {"call": CallFactory().pk})

    assert (response["Location"], Proposal.objects.count()) == ("/en/account/memberships/claim/", 1)


def test_proposal_copy_without_an_open_call_says_when_the_next_opens(client):
    now = timezone.now()
    proposal = proposal_in(Status.WITHDRAWN)
    type(proposal.call).objects.update(
        opens_at=now + DAY, closes_at=now + 2 * DAY, scoring_closes_at=now + 3 * DAY
    )

    html = page(own_client(client, proposal), "proposal_copy", proposal.reference)

    assert "No call is open at the moment." in html
    assert "opens on" in html
