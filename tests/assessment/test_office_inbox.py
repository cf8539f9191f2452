"""The inbox: what it lists, in which order, filters, search, counts on the index page, and any query."""

import datetime
import re

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from pytest_django.asserts import assertNumQueries

from assessment import workflow
from assessment.models import InformationRequest, Status, Transition
from goodpractice.accounts.models import User
from tests.assessment.factories import (
    CallFactory,
    UserFactory,
    co_editor,
    draft,
    member_of,
    proposal_in,
    submitted,
)
from tests.assessment.office import (
    DAY,
    INBOX,
    asked,
    colleague,
    in_review,
    office_person,
    page_of,
    rejection_proposed,
)
from tests.catalogue.test_admin_hostile import ACCEPTABLE, HUGE, QUERIES
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

LIST_QUERIES = 13


@pytest.fixture
def person(db):
    return office_person()


@pytest.fixture
def office(person):
    return signed_in(person)


def listed(client, query=""):
    return [one.reference for one in client.get(INBOX + query).context["cl"].result_list]


def references(*proposals):
    return [proposal.reference for proposal in proposals]


def received(days_ago, **values):
    """Return a proposal that was handed in so many days ago."""
    proposal = submitted(**values)
    proposal.submitted_at -= days_ago * DAY
    proposal.save(update_fields=["submitted_at"])
    return proposal


def cells(client, query=""):
    """Return the cells of the first row, as they are written."""
    page = client.get(INBOX + query).content.decode()
    found = re.findall(r'<td class="field-(\w+)[^"]*">(.*?)</td>', page.split("<tbody>")[1].split("</tr>")[0])
    return dict(found)


# What is listed -------------------------------------------------------------------------------------------------


def test_inbox_shows_what_waits_for_the_office_oldest_first(office, person):
    draft()
    new, old, middle = received(1), received(9), workflow.begin_screening(received(5), by=person)
    asked(person)
    in_review(person)

    assert listed(office) == references(old, middle, new)


@pytest.mark.parametrize("waiting", ["submitter", "board", "all"])
def test_inbox_narrowed_by_who_is_waited_for(office, person, waiting):
    arrived, question, board = submitted(), asked(person), in_review(person)
    expected = {"submitter": [question], "board": [board], "all": [board, question, arrived]}

    assert listed(office, f"?waiting={waiting}") == references(*expected[waiting])


def test_inbox_of_rejections_lists_those_that_the_person_may_confirm(office, person):
    rejection_proposed(person)
    own = submitted(by=member_of(network := NetworkFactory(), person), network=network)
    shared = submitted()
    co_editor(shared, person)
    other = colleague()
    for proposal in (own, shared):
        workflow.begin_screening(proposal, by=other)
        workflow.propose_rejection(proposal, by=other, ground="duplicate", explanation="Twice.")
    waiting = rejection_proposed(other).proposal
    done = rejection_proposed(other)
    workflow.dismiss_rejection(done, by=other)

    assert listed(office, "?waiting=second") == [waiting.reference]


def test_inbox_marks_a_rejection_that_waits_but_not_to_those_who_work_on_it(office, person):
    rejection = rejection_proposed(colleague())
    mark = "needs a second person"
    shown = cells(office)["state"]
    co_editor(rejection.proposal, person)
    to_the_co_editor = cells(office)["state"]
    rejection.proposal.editors.all().delete()
    workflow.dismiss_rejection(rejection, by=person)

    assert [mark in text for text in (shown, to_the_co_editor, cells(office)["state"])] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.REJECTED, Status.WITHDRAWN])
def test_inbox_narrowed_by_state(office, status):
    found = proposal_in(status)
    proposal_in(Status.NEEDS_INFO)

    assert listed(office, f"?status={status}") == [found.reference]


def test_inbox_never_lists_drafts(office):
    draft()
    withdrawn = draft()
    workflow.withdraw(withdrawn, by=withdrawn.submitted_by)

    assert [listed(office, f"?{query}") for query in ("waiting=all", "status=draft", "status=withdrawn")] == [
        []
    ] * 3


def test_inbox_narrowed_by_overdue_answers(office, person):
    asked(person)
    late = asked(person)
    InformationRequest.objects.filter(proposal=late).update(due_on=timezone.localdate() - DAY)
    answered = asked(person)
    InformationRequest.objects.filter(proposal=answered).update(due_on=timezone.localdate() - DAY)
    workflow.answer(answered, by=answered.submitted_by, answers={"success": "These."})

    assert listed(office, "?overdue=yes") == [late.reference]


def test_inbox_narrowed_by_call_and_network(office):
    network, call = NetworkFactory(slug="netz"), CallFactory(slug="call")
    by_network, by_call = submitted(network=network), submitted(call=call)

    assert listed(office, "?network=netz") == [by_network.reference]
    assert listed(office, "?call=call") == [by_call.reference]


@pytest.mark.parametrize(
    "words", ["{reference}", " gp-", "sprachtandems pflege", "musterbüro", "person@", "Kim"]
)
def test_inbox_searched(office, words):
    author = UserFactory(name="Kim Muster", email="person@example.net")
    network = NetworkFactory()
    found = in_review(
        office_person("third@example.org", "Third"),
        title_de="Sprachtandems in der Pflege",
        network=network,
        by=member_of(network, author),
    )

    assert listed(office, "?q=" + words.format(reference=found.reference)) == [found.reference]


def test_inbox_searched_for_what_is_not_there(office):
    submitted()

    assert listed(office, "?q=unheard-of") == []


# Rows -----------------------------------------------------------------------------------------------------------


def test_row_says_who_what_and_how_long(office, person):
    network = NetworkFactory(name="Netz Nord")
    author = member_of(network, UserFactory(name="Kim Muster"))
    submitted(network=network, by=author, title_de="Sprachtandems")

    assert cells(office) == {
        "title": "Sprachtandems",
        "network": "Netz Nord",
        "state": '<span class="state" data-status="submitted">submitted</span>',
        "submitter": "Kim Muster",
        "age": "since today",
        "due": "–",
    }


@pytest.mark.parametrize(("days", "words"), [(0, "since today"), (1, "since 1 day"), (12, "since 12 days")])
def test_row_counts_days_in_the_state(office, days, words):
    proposal = submitted()
    moment = timezone.now() - days * DAY
    Transition.objects.create(proposal=proposal, source="submitted", target="screening", at=moment)
    type(proposal).objects.filter(pk=proposal.pk).update(status="screening")

    assert cells(office)["age"] == words


@pytest.mark.parametrize(
    ("due_in", "mark"), [(0, ""), (3, ""), (-1, ' <strong class="overdue">overdue</strong>')]
)
def test_row_marks_an_overdue_answer_in_words(office, person, due_in, mark):
    proposal = asked(person)
    due_on = timezone.localdate() + due_in * DAY
    InformationRequest.objects.filter(proposal=proposal).update(due_on=due_on)
    with override("en"):
        day = date_format(due_on, "SHORT_DATE_FORMAT")

    assert cells(office, "?waiting=submitter")["due"] == day + mark


def test_row_marks_a_late_proposal(office):
    call = CallFactory(closes_at=timezone.now() - datetime.timedelta(minutes=5))
    submitted(call=call)

    assert cells(office)["title"] == 'Titel <span class="tag">late</span>'


def test_row_leads_to_the_page_of_the_proposal(office):
    proposal = submitted()

    assert f'href="{page_of(proposal)}"' in office.get(INBOX).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_inbox_asks_the_same_number_of_queries_for_any_number_of_rows(office, rows):
    for _number in range(rows):
        submitted()
    office.get(INBOX)

    with assertNumQueries(LIST_QUERIES):
        page = office.get(INBOX)

    assert len(page.context["cl"].result_list) == rows


def test_inbox_counts_no_further_than_anybody_turns_pages(office, monkeypatch):
    monkeypatch.setattr("assessment.admin.proposal.BoundedPaginator.most", 2)
    for _number in range(3):
        submitted()

    page = office.get(INBOX)

    assert page.context["cl"].result_count == 2
    assert "more than 2 proposals" in page.content.decode()


# The index page -------------------------------------------------------------------------------------------------


def test_index_counts_what_waits(office, person):
    for _number in range(3):
        submitted()
    late = asked(person)
    InformationRequest.objects.filter(proposal=late).update(due_on=timezone.localdate() - DAY)
    rejection_proposed(colleague())
    rejection_proposed(person)

    tasks = office.get("/en/admin/").context["tasks"]

    inbox = tasks[0]["models"][0]
    assert (tasks[0]["app_label"], str(inbox["name"])) == ("proposals", "Inbox")
    assert [(item.count, str(item.label), item.url) for item in inbox["waiting"]] == [
        (3, "arrived", f"{INBOX}?status=submitted"),
        (1, "overdue answer", f"{INBOX}?overdue=yes"),
        (1, "rejection to confirm", f"{INBOX}?waiting=second"),
    ]


def test_index_shows_no_proposals_to_others():
    reader = UserFactory(is_staff=True)

    assert signed_in(reader).get("/en/admin/").context["tasks"] == []


# Any query ------------------------------------------------------------------------------------------------------

OWN = [
    "waiting=junk",
    "waiting=second",
    f"waiting={HUGE}",
    "overdue=junk",
    "overdue=yes&waiting=board",
    "call=junk",
    f"call={HUGE}",
    "network=%F0%9F%98%80",
    "status=draft",
    "submitted_by__email__startswith=a",
    "formal_rejections__isnull=0",
    "example__title_de__contains=a",
    "is_late__exact=1",
    "waiting=all&p=2&o=1.2.-3",
    "_facets=True&waiting=all",
]


@pytest.mark.parametrize("path", [INBOX, "/en/admin/assessment/call/"])
def test_list_survives_any_query(path):
    submitted()
    client = signed_in(User.objects.create_superuser("root@example.org", name="Root"))

    answers = {query: client.get(f"{path}?{query}").status_code for query in [*QUERIES, *OWN]}

    assert {query: status for query, status in answers.items() if status not in ACCEPTABLE} == {}


@pytest.mark.parametrize(
    "query", ["submitted_by__email__startswith=a", "formal_rejections__isnull=0", "is_late__exact=1", "pk=1"]
)
def test_inbox_filters_by_nothing_but_its_filters(office, query):
    assert office.get(f"{INBOX}?{query}").status_code == 400


def test_inbox_takes_no_action(office):
    proposal = submitted()

    office.post(INBOX, {"action": "delete_selected", "_selected_action": [proposal.pk]})

    assert type(proposal).objects.filter(pk=proposal.pk).exists()


@pytest.mark.parametrize("page", ["add/", "1/change/", "1/delete/", "1/history/"])
def test_pages_of_djangos_own_do_not_exist(page):
    submitted()
    client = signed_in(User.objects.create_superuser("root@example.org", name="Root"))

    assert client.get(INBOX + page).status_code == 404
