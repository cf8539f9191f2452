"""My assessments, and the question about conflicts: what waits for a member, and nothing of what others did."""

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from assessment import judging, workflow
from assessment.agenda import State
from assessment.models import BoardSeat, ConflictDeclaration, Status
from tests.assessment.board import (
    LIST,
    call_with_rubric,
    declared,
    draft,
    hand_in,
    in_review,
    member,
    new_version,
    page_of,
    seat,
    seats,
    told,
)
from tests.assessment.factories import (
    DAY,
    UserFactory,
    member_of,
    moved,
    office_member,
    proposal_in,
    rejection_of,
)
from tests.assessment.meeting import decided
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return call_with_rubric()


@pytest.fixture
def own(call):
    return seat(call)


def states(client, query=""):
    page = client.get(f"{LIST}{query}")
    return {
        item.proposal.reference: item.state
        for docket, _rows in page.context["dockets"]
        for item in docket.items
    }


def text_of(response):
    return response.content.decode()


# Who gets in --------------------------------------------------------------------------------------------------------


def test_member_begins_with_the_own_assessments(own):
    response = member(own).get("/en/admin/", follow=True)

    assert response.redirect_chain[-1] == (LIST, 302)


def test_staff_with_a_seat_and_no_other_task_begins_there_as_well(call):
    user = seat(call, UserFactory(is_staff=True)).user

    assert signed_in(user).get("/en/admin/").url == LIST


def test_office_with_a_seat_keeps_its_tasks_and_finds_the_list_among_them(call):
    user = seat(call, office_member()).user
    in_review(call)

    page = signed_in(user).get("/en/admin/")

    entries = [entry for task in page.context["tasks"] for entry in task["models"]]
    found = [entry for entry in entries if entry["admin_url"] == LIST]
    assert [(str(one["name"]), [(item.count, item.url) for item in one["waiting"]]) for one in found] == [
        ("My assessments", [(1, f"{LIST}?show=todo")])
    ]


def test_office_without_a_seat_finds_no_list(call):
    page = signed_in(office_member()).get("/en/admin/")

    assert LIST not in text_of(page)


@pytest.mark.parametrize("step", ["", "conflict/", "again/"])
@pytest.mark.parametrize(
    "who",
    [
        lambda call: office_member(),
        lambda call: UserFactory(is_superuser=True, is_staff=True),
        lambda call: UserFactory(),
        lambda call: seat(call_with_rubric()).user,
    ],
    ids=["office", "superuser", "stranger", "member of another call"],
)
def test_pages_of_a_proposal_do_not_exist_without_a_seat(call, who, step):
    proposal = in_review(call)

    assert signed_in(who(call)).get(page_of(proposal, step)).status_code == 404


def test_list_does_not_exist_without_a_seat():
    assert signed_in(UserFactory()).get(LIST).status_code == 404


def test_list_does_not_exist_once_the_seat_has_ended(own):
    client = member(own)
    BoardSeat.objects.update(ended_at="2026-01-01T00:00Z")

    assert client.get(LIST).status_code == 404


@pytest.mark.parametrize("step", ["", "conflict/", "again/"])
def test_visitor_is_led_to_the_sign_in(client, call, step):
    address = page_of(in_review(call), step)

    assert client.get(address).url.startswith("/en/account/sign-in/?next=")


@pytest.mark.parametrize("step", ["", "conflict/", "again/"])
def test_seat_alone_asks_for_a_second_factor(client, own, call, step):
    """A member may have no role at all, and so no group by which the second factor is asked for."""
    client.force_login(own.user)

    assert client.get(page_of(in_review(call), step)).url == "/en/account/second-factor/"


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.SCREENING, Status.REJECTED], ids=str)
def test_what_the_board_does_not_judge_does_not_exist_for_it(own, call, status):
    proposal = proposal_in(status, call=call)

    client = member(own)

    assert states(client) == {}
    assert client.get(page_of(proposal)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "add/",
        "1/change/",
        "1/delete/",
        "1/history/",
        "autocomplete/",
        "?scores__points=4",
        "?o=1",
        "?show=\x7f",
    ],
)
def test_pages_of_djangos_own_do_not_exist(own, call, path):
    hand_in(own, in_review(call))
    root = seat(call, UserFactory(is_superuser=True, is_staff=True))

    response = member(root).get(LIST + path)

    assert response.status_code == (200 if path.startswith("?") else 404)
    assert "Because." not in text_of(response)


# What it shows ------------------------------------------------------------------------------------------------------


def test_list_says_where_the_member_stands_with_each(own, call):
    names = ["undeclared", "not_begun", "begun", "done", "stale", "missed", "declared", "network"]
    found = {name: in_review(call) for name in names}
    declared(own, found["not_begun"], found["begun"])
    judging.save(judging.begin(own, found["begun"]), draft(), seen=0)
    for name in ("done", "stale"):
        hand_in(own, found[name])
    new_version(found["stale"], need_de="Ein neuer Text.")
    moved(found["missed"], Status.DISCUSSION)
    judging.declare(own, found["declared"], has_conflict=True, explanation="A friend.")
    member_of(found["network"].example.network, own.user)

    assert states(member(own)) == {
        found["undeclared"].reference: State.UNDECLARED,
        found["not_begun"].reference: State.NOT_BEGUN,
        found["begun"].reference: State.BEGUN,
        found["done"].reference: State.DONE,
        found["stale"].reference: State.STALE,
        found["missed"].reference: State.MISSED,
        found["declared"].reference: State.BLOCKED,
        found["network"].reference: State.BLOCKED,
    }


def test_what_the_board_has_no_longer_stays_in_the_list_and_says_what_happened(own, call):
    office = UserFactory()
    back, asked, withdrawn, formal = (in_review(call, title_de=f"Titel {number}") for number in range(4))
    hand_in(own, back)
    for one in (back, asked, formal):
        workflow.return_to_screening(one, by=office, reason="Secret of the office.")
    workflow.ask(
        asked, by=office, questions={"need": "Why?"}, reason="A gap.", due_on=timezone.localdate() + DAY
    )
    workflow.withdraw(withdrawn, by=withdrawn.submitted_by)
    workflow.confirm_rejection(rejection_of(formal), by=office)
    client = member(own)

    page = text_of(client.get(LIST))

    assert states(client) == {
        back.reference: State.RETURNED,
        asked.reference: State.RETURNED,
        withdrawn.reference: State.WITHDRAWN,
        formal.reference: State.REJECTED,
    }
    assert page.count("Back with the office, which clears a question; it will come to you again") == 2
    assert "Withdrawn by those who submitted it" in page
    assert "Secret of the office." not in page
    assert page_of(back) not in page
    assert "handed in" not in page
    assert client.get(page_of(back)).status_code == 404


def test_outcome_is_told_once_it_is_announced_and_not_to_whom_it_is_closed(call):
    board = seats(call, 5)
    proposal = in_review(call)
    for one in board[:3]:
        hand_in(one, proposal)
    judging.declare(board[4], proposal, has_conflict=True, explanation="A friend.")
    workflow.conclude_review(proposal, is_over=True)
    decision = decided(proposal)
    words = [text_of(member(one).get(LIST)) for one in board]
    assert ["The board has decided" in page for page in words] == [False] * 5
    before = [text_of(member(one).get(page_of(proposal))) for one in board[:4]]
    assert ["The board has decided" in page for page in before] == [False] * 4

    workflow.announce([decision], by=UserFactory())

    shown = [text_of(member(one).get(LIST)) for one in board]
    assert ["The board has decided: <strong>approved</strong>" in page for page in shown] == [True] * 4 + [
        False
    ]
    pages = [text_of(member(one).get(page_of(proposal))) for one in declared_all(board[:4], proposal)]
    assert ["A strong example." in page for page in pages] == [True] * 4
    assert ["Sentence on innovative." in page for page in pages] == [True] * 3 + [False]


def declared_all(board, proposal):
    return [declared(one, proposal) for one in board]


def test_progress_counts_what_the_member_may_judge(own, call):
    first, _second, third = (in_review(call) for _number in range(3))
    hand_in(own, first)
    judging.declare(own, third, has_conflict=True, explanation="A friend.")

    assert "1 of 2 handed in" in text_of(member(own).get(LIST))


def test_conflicted_proposal_shows_title_and_reason_and_no_link(own, call):
    proposal = in_review(call, title_de="Aus dem Netz")
    member_of(proposal.example.network, own.user)

    page = text_of(member(own).get(LIST))

    assert "Aus dem Netz" in page
    assert "You belong to a network that submits it, or did so in the last 24 months." in page
    assert page_of(proposal) not in page


@pytest.mark.parametrize(
    ("query", "shown"), [("", {0, 1}), ("?show=todo", {1}), ("?show=done", {0}), ("?show=other", {0, 1})]
)
def test_filter_shows_what_is_to_do_or_done(own, call, query, shown):
    proposals = [in_review(call), in_review(call)]
    hand_in(own, proposals[0])

    page = text_of(member(own).get(LIST + query))

    links = {number for number, one in enumerate(proposals) if f'<a href="{page_of(one)}">' in page}
    assert links == shown


def test_list_is_the_same_whatever_others_do(own, call):
    proposals = [in_review(call), in_review(call)]
    client = member(own)
    before = states(client)

    for other in seats(call, 2):
        hand_in(other, proposals[0], points=5)
        hand_in(other, proposals[1], points=1, advice="reject")

    assert list(states(client).items()) == list(before.items())


# The question about conflicts ---------------------------------------------------------------------------------------


def test_question_comes_before_the_text(own, call):
    proposal = in_review(call)
    client = member(own)

    assert client.get(page_of(proposal)).url == page_of(proposal, "conflict/")
    page = text_of(client.get(page_of(proposal, "conflict/")))
    assert proposal.example.organisation in page
    assert "Text zu need" not in page


def test_no_conflict_opens_the_text(own, call):
    proposal = in_review(call)
    client = member(own)

    response = client.post(page_of(proposal, "conflict/"), {"answer": "no", "explanation": "Nothing."})

    assert response.url == page_of(proposal)
    assert "Text zu need" in text_of(client.get(page_of(proposal)))
    found = ConflictDeclaration.objects.get()
    assert (found.has_conflict, found.explanation) == (False, "")


def test_conflict_closes_the_text_for_good(own, call):
    proposal = in_review(call)
    client = member(own)

    response = client.post(page_of(proposal, "conflict/"), {"answer": "yes", "explanation": "A friend."})

    assert (response.url, told(response)) == (
        LIST,
        ["Your conflict of interest is noted. You do not assess this proposal."],
    )
    assert client.get(page_of(proposal)).status_code == 404
    client.post(page_of(proposal, "conflict/"), {"answer": "no"})
    assert ConflictDeclaration.objects.get().has_conflict is True


@pytest.mark.parametrize(
    "data", [{}, {"answer": "maybe"}, {"answer": "yes"}, {"answer": "yes", "explanation": "  "}]
)
def test_answer_is_refused_unless_it_is_one(own, call, data):
    proposal = in_review(call)

    response = member(own).post(page_of(proposal, "conflict/"), data)

    assert (response.status_code, bool(response.context["form"].errors)) == (200, True)
    assert not ConflictDeclaration.objects.exists()


def test_conflict_from_data_is_named_and_nothing_can_be_answered(own, call):
    proposal = in_review(call)
    member_of(proposal.example.network, own.user)
    client = member(own)

    page = text_of(client.get(page_of(proposal, "conflict/")))
    client.post(page_of(proposal, "conflict/"), {"answer": "no"})

    assert "You belong to a network that submits it" in page
    assert proposal.example.organisation not in page
    assert not ConflictDeclaration.objects.exists()
    assert client.get(page_of(proposal)).status_code == 404


def test_conflict_found_later_voids_the_assessment(own, call):
    proposal = in_review(call)
    assessment = hand_in(own, proposal)

    member(own).post(page_of(proposal, "conflict/"), {"explanation": "My sister works there."})

    assessment.refresh_from_db()
    assert assessment.voided_at is not None


def test_superuser_is_bound_by_a_conflict(call):
    own = seat(call, UserFactory(is_superuser=True, is_staff=True))
    proposal = in_review(call)
    member_of(proposal.example.network, own.user)

    assert member(own).get(page_of(proposal)).status_code == 404


# From here on to the meeting ------------------------------------------------------------------------------------------


def test_list_leads_to_the_meeting_once_the_member_has_judged_all(own, call):
    proposal = in_review(call)
    meeting = f"/en/admin/assessment/decision/{call.slug}/"
    client = member(own)
    assert meeting not in text_of(client.get(LIST))
    assert client.get(meeting).status_code == 403

    hand_in(own, proposal)

    assert meeting in text_of(client.get(LIST))
    assert client.get(meeting).status_code == 200


def test_list_leads_to_no_meeting_while_a_second_one_is_to_judge(own, call):
    first, _second = in_review(call), in_review(call)

    hand_in(own, first)

    assert f"/en/admin/assessment/decision/{call.slug}/" not in text_of(member(own).get(LIST))


# Signing in -----------------------------------------------------------------------------------------------------------

PASSWORD = "correct horse battery"


def signs_in(client, user, query=""):
    """Return where the ordinary sign-in leads."""
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return client.post(f"/en/account/sign-in/{query}", {"login": user.email, "password": PASSWORD}).url


def test_sign_in_leads_a_member_who_is_nothing_else_to_the_own_assessments(client, own):
    assert signs_in(client, own.user) == LIST


def test_sign_in_leads_a_member_where_the_link_led(client, own):
    assert signs_in(client, own.user, "?next=/en/examples/") == "/en/examples/"


@pytest.mark.parametrize("who", ["proposes too", "no seat", "seat has ended", "office with a seat"])
def test_sign_in_leads_everybody_else_to_the_account(client, call, who):
    user = office_member() if who.startswith("office") else UserFactory()
    if who != "no seat":
        seat(call, user)
    if who == "seat has ended":
        BoardSeat.objects.update(ended_at=timezone.now())
    if who == "proposes too":
        member_of(NetworkFactory(), user)

    assert signs_in(client, user) == "/en/account/"
