"""Minutes, presence and statistics: what was said in the meeting, for those who may know it."""

import csv
import io
import json
import re

import pytest
from django.utils import timezone
from django.utils.translation import override

from assessment import statistics, workflow
from assessment.meeting import Meeting
from assessment.models import Attendance
from assessment.pdf.minutes import minutes_document
from tests.assessment.factories import UserFactory, member_of
from tests.assessment.meeting import (
    BAD,
    a_board,
    a_call,
    announced,
    assess,
    assessed,
    concluded,
    decided,
    in_review,
    office_with,
    page_of,
    split,
)
from tests.assessment.office import office_person, rejection_proposed
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return a_call()


@pytest.fixture
def seats(call):
    return a_board(call)


@pytest.fixture
def office():
    return signed_in(office_person())


def table_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


# Minutes --------------------------------------------------------------------------------------------------------------


def test_table_has_figures_and_decision(office, call, seats):
    proposal = assessed(call, seats, [5, 4, 4, 3])
    decided(proposal)

    (row,) = table_of(office.get(page_of(call, "minutes.csv")))

    assert (row["rank"], row["reference"], row["state"]) == ("1", proposal.reference, "approved")
    assert (row["transferable: n"], row["transferable: median"], row["transferable: lowest–highest"]) == (
        "4",
        "5",
        "5–5",
    )
    assert (row["overall"], row["split"], row["recommendation of the rule"]) == ("4", "No", "recommended")
    assert (row["members who may judge it"], row["assessments that count"]) == ("4", "4")
    assert (row["outcome"], row["reason in the whole"]) == ("approved", "A strong example.")


def test_no_cell_starts_a_formula(office, call, seats):
    decided(assessed(call, seats, title_de="=HYPERLINK(1)"), summary="@SUM(1)")
    in_review(call, title_de="+1")

    rows = table_of(office.get(page_of(call, "minutes.csv")))

    assert [row["title"] for row in rows] == ["'=HYPERLINK(1)", "'+1"]
    assert rows[0]["reason in the whole"] == "'@SUM(1)"


def test_table_is_split_where_the_spreadsheets_of_the_language_do_it(office, call, seats):
    proposal = in_review(call)
    for seat, points in zip(seats, [[5, 4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4]], strict=False):
        assess(seat, proposal, points)
    concluded(proposal)

    german = office.get(page_of(call, "minutes.csv").replace("/en/", "/de/"))

    assert german.content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(german.content.decode("utf-8-sig")), delimiter=";")
    assert len(head) == len(row)
    assert row[:2] == ["1", proposal.reference]
    assert "4,33" in row


def test_minutes_say_what_came_of_a_discussion(office, call, seats):
    proposal = split(call, seats)
    workflow.note_discussed(proposal, by=UserFactory(), reason="They agree on 4.")

    (row,) = table_of(office.get(page_of(call, "minutes.csv")))

    assert row["what came of the discussion"] == "They agree on 4."
    assert "Discussed. What came of it: They agree on 4." in text_of(call, office_person("b@example.org"))


def test_minutes_name_the_decision_that_was_replaced(call, seats):
    proposal = assessed(call, seats)
    decided(proposal)
    decided(proposal, "deferred", deviation="A question.")

    assert re.search(r"Replaces the decision of \d+ \w+ \d+: approved\.", text_of(call, office_person()))


def test_row_of_a_conflicted_member_is_empty_but_for_the_title(call, seats):
    network = NetworkFactory()
    member_of(network, seats[0].user)
    decided(assessed(call, seats[1:], network=network, title_de="Befangen"))

    (row,) = table_of(signed_in(seats[0].user).get(page_of(call, "minutes.csv")))

    assert {name for name, cell in row.items() if cell} == {"reference", "title"}


def text_of(call, user):
    """Return all words of the minutes as ``user`` gets them."""
    with override("en"):
        document = minutes_document(Meeting(call, user), "https://example.org/", timezone.now())
        return json.dumps(document.data(), ensure_ascii=False)


def test_pdf_is_accessible_and_named_after_its_call(office, call, seats):
    decided(assessed(call, seats))

    response = office.get(page_of(call, "minutes.pdf"))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="minutes-{call.slug}-en.pdf"'
    assert b"<pdfuaid:part>1</pdfuaid:part>" in response.content


def test_minutes_say_who_was_present_and_what_was_decided(call, seats):
    decided(assessed(call, seats, title_de="Beratung vor Ort"))
    person = office_person()
    Attendance.objects.create(call=call, seat=seats[1], noted_by=person)

    text = text_of(call, person)

    for words in (
        "Beratung vor Ort",
        "Member 1",
        "A strong example.",
        "median 4, mean 4, from 4–4, 4 members",
    ):
        assert words in text
    assert "Member 2" not in text
    assert "For the board alone." not in text


def test_minutes_of_a_conflicted_member_have_the_title_alone(call, seats):
    network = NetworkFactory()
    member_of(network, seats[0].user)
    decided(assessed(call, seats[1:], network=network, title_de="Befangen"))

    text = text_of(call, seats[0].user)

    assert "Befangen" in text
    assert not any(words in text for words in ("A strong example.", "median", "convincing"))


def test_empty_call_has_minutes(office, call):
    assert [office.get(page_of(call, f"minutes.{ending}")).status_code for ending in ("pdf", "csv")] == [
        200,
        200,
    ]


# Presence -------------------------------------------------------------------------------------------------------------


def test_presence_is_noted_and_corrected(office, call, seats):
    office.post(page_of(call, "presence/"), {"present": [seats[0].pk, seats[1].pk]})
    first = Attendance.objects.get(seat=seats[1])

    office.post(page_of(call, "presence/"), {"present": [seats[1].pk, seats[2].pk]})

    assert set(Attendance.objects.values_list("seat", flat=True)) == {seats[1].pk, seats[2].pk}
    assert Attendance.objects.get(seat=seats[1]) == first


@pytest.mark.parametrize("value", ["x", "9" * 40, "-1"])
def test_somebody_else_is_not_noted(office, call, seats, value):
    response = office.post(page_of(call, "presence/"), {"present": [value]})

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"present"}
    assert not Attendance.objects.exists()


def test_member_of_another_board_is_not_noted(office, call, seats):
    (other,) = a_board(a_call(), size=1)

    office.post(page_of(call, "presence/"), {"present": [other.pk]})

    assert not Attendance.objects.exists()


def test_presence_is_not_noted_by_a_link(office, call):
    assert office.get(page_of(call, "presence/")).status_code == 405


# Statistics -----------------------------------------------------------------------------------------------------------


def test_agreement_is_told_from_ten_proposals_on(office, call):
    seats = a_board(call, 3)
    for number in range(9):
        assessed(call, seats, [number % 5 + 1, 4, 4, 4])
    assert [one for _label, one in office.get(page_of(call, "agreement/")).context["agreements"]] == [
        None
    ] * 4

    assessed(call, seats, [5, 4, 4, 4])

    found = [one for _label, one in office.get(page_of(call, "agreement/")).context["agreements"]]
    assert (found[0].alpha, found[0].low, found[0].high) == (1, 1, 1)
    assert found[1:] == [None] * 3


def test_each_member_sees_the_own_mean_beside_the_boards(call, seats):
    proposal = in_review(call)
    for seat, points in zip(seats, [[5, 5, 5, 5], [4, 4, 4, 4], [4, 3, 4, 4], [3, 4, 3, 3]], strict=True):
        assess(seat, proposal, points)
    concluded(proposal)

    response = signed_in(seats[0].user).get(page_of(call, "agreement/"))

    own = [(one.own, one.board, one.n) for one in response.context["own_means"]]
    assert own == [("5", "4", 1)] * 4
    assert (response.context["agreements"], response.context["members"]) == ([], [])
    assert "How far the members agree" not in response.content.decode()


def test_office_sees_each_members_mean_beside_the_boards_and_no_own_one(office, call, seats):
    proposal = in_review(call)
    for seat, points in zip(seats, [[5, 5, 5, 5], [4, 4, 4, 4], [3, 3, 3, None]], strict=False):
        assess(seat, proposal, points)
    concluded(proposal)

    response = office.get(page_of(call, "agreement/"))

    assert response.context["own_means"] == []
    found = {
        seat: [one and (one.own, one.board, one.n) for one in means]
        for seat, means in response.context["members"]
    }
    assert found == {
        seats[0]: [("5", "4", 1)] * 3 + [("5", "4.5", 1)],
        seats[1]: [("4", "4", 1)] * 3 + [("4", "4.5", 1)],
        seats[2]: [("3", "4", 1)] * 3 + [None],
        seats[3]: [None] * 4,
    }


def test_office_with_a_seat_sees_the_own_mean_alone(call, seats):
    assessed(call, seats)

    response = signed_in(office_with(seats[0])).get(page_of(call, "agreement/"))

    assert response.context["members"] == []
    assert [one.own for one in response.context["own_means"]] == ["4"] * 4


def test_counts_for_everybody_hold_nothing_under_embargo(call, seats, django_assert_num_queries):
    announced(assessed(call, seats))
    decided(assessed(call, seats))
    announced(assessed(call, seats, BAD), "rejected")
    rejection_proposed(office_person(), call=call)

    with django_assert_num_queries(3):
        counts = statistics.counts_of(call)

    assert (counts.received, counts.not_accepted) == (4, 0)
    assert (counts.approved, counts.rejected, counts.deferred) == (1, 1, 0)
    assert [count for _label, count in counts.members] == [1, 1, 1, 1]


def test_superseded_outcome_counts_until_the_new_one_is_announced(call, seats):
    proposal = assessed(call, seats)
    announced(proposal)
    decided(proposal, "deferred", deviation="A question.")
    before = statistics.counts_of(call)

    workflow.announce([workflow.in_force(proposal)], by=UserFactory())

    after = statistics.counts_of(call)
    assert (before.approved, before.deferred) == (1, 0)
    assert (after.approved, after.deferred) == (0, 1)
