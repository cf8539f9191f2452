"""Calls in the administration: both languages, moments with their zone, counts, and what is never deleted."""

import datetime

import pytest
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from assessment.models import Call, Status
from tests.assessment.factories import CallFactory, UserFactory, proposal_in, submitted
from tests.assessment.office import CALLS, DAY, office_person, root, told
from tests.catalogue.office import sent
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

CALL_QUERIES = 11

NEW = {
    "title_de": "Aufruf Frühjahr",
    "title_en": "Spring call",
    "opens_at": "2027-01-10T08:00",
    "closes_at": "2027-02-28T23:59",
    "scoring_closes_at": "2027-04-30T12:00",
    "outcome_on": "2027-06-01",
}


@pytest.fixture
def office(db):
    return signed_in(office_person())


def change(call):
    return f"{CALLS}{call.pk}/change/"


def at(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


def errors(response):
    return {name: list(found) for name, found in response.context["adminform"].form.errors.items()}


def test_call_is_added_with_german_time_and_a_short_name(office):
    response = office.post(f"{CALLS}add/", NEW)

    call = Call.objects.get()
    assert response.url == CALLS
    assert (call.slug, call.opens_at) == ("aufruf-fruehjahr", at(2027, 1, 10, 7))
    assert (call.scoring_closes_at, call.outcome_on) == (at(2027, 4, 30, 10), datetime.date(2027, 6, 1))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title_en": ""}, {"title_en": ["This field is required."]}),
        ({"closes_at": "2027-01-10T07:00"}, {"__all__": ["A call closes after it opens."]}),
        (
            {"scoring_closes_at": "2027-02-01T00:00"},
            {"__all__": ["The assessment ends after the call closes."]},
        ),
        ({"opens_at": "0001-01-01T00:00"}, {"opens_at": ["Give a year between 2000 and 2100."]}),
        ({"opens_at": "9999-12-31T23:59"}, {"opens_at": ["Give a year between 2000 and 2100."]}),
        ({"opens_at": "junk"}, {"opens_at": ["Enter a valid date/time."]}),
        ({"outcome_on": "junk"}, {"outcome_on": ["Enter a valid date."]}),
    ],
)
def test_call_is_refused(office, changes, expected):
    response = office.post(f"{CALLS}add/", {**NEW, **changes})

    assert {name: errors(response).get(name) for name in expected} == expected
    assert Call.objects.count() == 0


def test_form_has_one_labelled_control_for_each_moment_and_names_the_zone(office):
    text = office.get(f"{CALLS}add/").content.decode()

    assert text.count('type="datetime-local"') == 3
    assert text.count("Time in Germany (Europe/Berlin).") == 3


def test_form_keeps_a_moment_that_was_not_touched(office):
    call = CallFactory(
        closes_at=at(2027, 2, 28, 22, 59, 59), opens_at=at(2027, 1, 1), scoring_closes_at=at(2027, 5, 1)
    )
    page = office.get(change(call))

    office.post(change(call), sent(page, introduction_en="New."))

    before, call = call, Call.objects.get()
    assert (call.opens_at, call.closes_at) == (before.opens_at, before.closes_at)
    assert call.introduction_en == "New."


def test_form_says_what_a_change_of_a_running_call_means(office):
    running, ahead = CallFactory(), CallFactory(opens_at=timezone.now() + DAY)

    texts = [office.get(change(call)).content.decode() for call in (running, ahead)]

    assert ["This call has opened." in text for text in texts] == [True, False]


def test_closing_a_running_call_warns_of_the_drafts(office):
    call = CallFactory()
    proposal_in(Status.DRAFT, call=call)
    page = office.get(change(call))
    past = timezone.localtime(timezone.now() - DAY).strftime("%Y-%m-%dT%H:%M")

    response = office.post(change(call), sent(page, closes_at=past))

    assert "The call is closed now. 1 draft can no longer be handed in; it stays stored." in told(response)


def test_prolonging_a_running_call_says_until_when(office):
    call = CallFactory()
    page = office.get(change(call))
    later = timezone.localtime(timezone.now() + 25 * DAY).strftime("%Y-%m-%dT%H:%M")

    response = office.post(change(call), sent(page, closes_at=later))

    assert [message for message in told(response) if message.startswith("The call now closes at")] != []


def test_somebody_elses_change_is_noticed(office):
    call = CallFactory()
    data = sent(office.get(change(call)), introduction_de="Meins.")
    Call.objects.filter(pk=call.pk).update(introduction_de="Ihres.")

    response = office.post(change(call), data)

    assert list(errors(response)) == ["__all__"]
    assert Call.objects.get().introduction_de == "Ihres."


def test_list_counts_proposals_in_its_one_statement(office):
    call = CallFactory()
    for status in (Status.DRAFT, Status.SUBMITTED, Status.SCREENING, Status.IN_REVIEW, Status.REJECTED):
        proposal_in(status, call=call)
    CallFactory(opens_at=timezone.now() - 900 * DAY)

    first, second = office.get(CALLS).context["cl"].result_list

    counts = [
        [getattr(one, f"count_{name}") for name in ("drafts", "in_office", "with_board", "finished")]
        for one in (first, second)
    ]
    assert counts == [[1, 2, 1, 1], [0, 0, 0, 0]]


def test_page_counts_proposals_by_state(office):
    call = CallFactory()
    proposal_in(Status.SUBMITTED, call=call)
    proposal_in(Status.SUBMITTED, call=call)
    proposal_in(Status.DRAFT, call=call)

    text = office.get(change(call)).content.decode()

    assert "draft: 1\nsubmitted: 2" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries_for_any_number_of_rows(office, rows):
    for _number in range(rows):
        submitted()
    office.get(CALLS)

    with assertNumQueries(CALL_QUERIES):
        office.get(CALLS)


def test_call_leads_to_its_public_page(office):
    call = CallFactory()

    assert office.get(change(call)).context["public_url"] == f"/en/calls/{call.slug}/"


def test_history_of_a_call_opens(office):
    assert office.get(f"{CALLS}{CallFactory().pk}/history/").status_code == 200


def test_call_with_proposals_is_not_deleted(office):
    call, client = submitted().call, root()
    path = f"{CALLS}{call.pk}/delete/"

    page = client.get(path)
    refused = client.post(path, {"post": "yes"})

    assert page.context["protected"] == ["1 proposal"]
    assert (refused.status_code, Call.objects.filter(pk=call.pk).exists()) == (200, True)
    assert office.get(path).status_code == 403


def test_call_without_proposals_is_deleted():
    call = CallFactory()

    root().post(f"{CALLS}{call.pk}/delete/", {"post": "yes"})

    assert Call.objects.count() == 0


def test_call_with_a_proposal_begun_meanwhile_is_not_deleted(monkeypatch):
    """The page is built before, the deletion comes after: the database refuses, and the person is told."""
    call = submitted().call

    monkeypatch.setattr(
        "assessment.admin.call.CallAdmin.get_deleted_objects", lambda *args: ([], {}, set(), [])
    )
    response = root().post(f"{CALLS}{call.pk}/delete/", {"post": "yes"})

    assert (response.url, told(response)) == (CALLS, ["A proposal was begun meanwhile, so the call stays."])
    assert Call.objects.filter(pk=call.pk).exists()


@pytest.mark.parametrize("page", ["", "add/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
def test_staff_without_the_right_is_refused(page):
    path = CALLS + page.format(pk=CallFactory().pk)

    assert signed_in(UserFactory(is_staff=True)).get(path).status_code == 403
