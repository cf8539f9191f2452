"""Who sees what of a meeting: the office, members who have judged all, and nobody else."""

import pytest
from django.test import Client

from assessment import judging
from assessment.meeting import Meeting, row_or_404
from assessment.models import Call
from assessment.permissions import Sight
from tests.assessment.factories import UserFactory, member_of
from tests.assessment.meeting import (
    BAD,
    MEETINGS,
    a_board,
    a_call,
    announced,
    as_draft,
    assess,
    assessed,
    concluded,
    decided,
    in_review,
    office_with,
    page_of,
    proposed,
    split,
)
from tests.assessment.office import office_person, root
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

STEPS_OF_A_CALL = ["", "minutes.pdf", "minutes.csv", "agreement/", "announcement/"]
STEPS_OF_A_PROPOSAL = ["discussed/", "decide/", "confirm/", "mails/"]


@pytest.fixture
def call():
    return a_call()


@pytest.fixture
def seats(call):
    return a_board(call)


# Who may enter ------------------------------------------------------------------------------------------------------


def test_visitors_are_led_to_sign_in(call):
    response = Client().get(page_of(call))

    assert response.status_code == 302
    assert "/account/" in response["Location"]


@pytest.mark.parametrize("step", STEPS_OF_A_CALL)
def test_nobody_without_seat_or_office_finds_a_meeting(call, seats, step):
    assert signed_in(UserFactory()).get(page_of(call, step)).status_code == 404


def test_nobody_without_seat_or_office_finds_the_list(seats):
    assert signed_in(UserFactory()).get(MEETINGS).status_code == 404


def test_seat_of_another_call_opens_nothing(call):
    (other,) = a_board(a_call(), size=1)

    assert signed_in(other.user).get(page_of(call)).status_code == 404
    assert list(Call.objects.meeting_of(other.user)) == [other.call]


def test_seat_that_ended_opens_nothing(call, seats):
    seats[0].ended_at = call.opens_at
    seats[0].save()

    assert signed_in(seats[0].user).get(page_of(call)).status_code == 404


@pytest.mark.parametrize("step", STEPS_OF_A_PROPOSAL)
def test_members_find_no_page_of_the_office(call, seats, step):
    proposal = split(call, seats)

    assert signed_in(seats[0].user).get(page_of(proposal, step)).status_code == 404


def test_members_note_nobody_as_present(call, seats):
    assessed(call, seats)

    assert signed_in(seats[0].user).post(page_of(call, "presence/")).status_code == 404


def test_member_has_to_show_a_second_factor(call, seats):
    client = Client()
    client.force_login(seats[0].user)

    response = client.get(page_of(call))

    assert response.status_code == 302
    assert response["Location"] == "/en/account/second-factor/"


# When it opens for members ------------------------------------------------------------------------------------------


def test_member_who_has_something_to_judge_is_told_so(call, seats):
    first, second = in_review(call), in_review(call)
    assess(seats[0], first)
    client = signed_in(seats[0].user)

    response = client.get(page_of(call))

    assert response.status_code == 403
    assert [row.proposal for row in response.context["to_judge"]] == [second]
    assert "ranked" not in response.context
    refused = [client.get(page_of(call, step)).status_code for step in STEPS_OF_A_CALL[1:]]
    assert refused == [404] * 4


def test_draft_opens_nothing(call, seats):
    proposal = in_review(call)
    judging.declare(seats[0], proposal, has_conflict=False)
    judging.save(judging.begin(seats[0], proposal), as_draft([4, 4, 4, 4]), seen=0)

    assert not Meeting(call, seats[0].user).is_open


def test_member_who_has_judged_all_sees_figures(call, seats):
    proposal = assessed(call, seats)

    response = signed_in(seats[0].user).get(page_of(call))

    assert response.status_code == 200
    assert [one["proposal"] for one in response.context["ranked"]] == [proposal]


def test_member_who_missed_a_proposal_sees_its_title_alone(call, seats):
    proposal = assessed(call, seats[1:], title_de="Verpasst")
    assert proposal.status == "decision_pending"

    response = signed_in(seats[0].user).get(page_of(call))
    body = response.content.decode()

    assert response.status_code == 200
    assert "Verpasst" in body
    assert not any(
        words in body for words in ("Well described", "to be decided", "convincing", "members who may")
    )


# Conflicts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["member", "office", "superuser"])
def test_conflict_leaves_the_title(call, seats, person):
    network = NetworkFactory()
    proposal = assessed(call, seats[1:], network=network, title_de="Befangen")
    decided(proposal)
    users = {"member": seats[0].user, "office": office_person()}
    user = users.get(person) or type(seats[0].user).objects.create_superuser("root@example.org", name="Root")
    member_of(network, user)
    client = signed_in(user)

    body = client.get(page_of(call)).content.decode()
    table = client.get(page_of(call, "minutes.csv")).content.decode()

    assert "Befangen" in body
    for words in ("Well described", "A strong example", "convincing", "approved", "Satz zu"):
        assert words not in body
        assert words not in table
    assert row_or_404(user, proposal.reference).sight == Sight.TITLE
    assert [client.get(page_of(proposal, step)).status_code for step in STEPS_OF_A_PROPOSAL] == [404] * 4


def test_place_and_rank_of_the_others_tell_nothing_of_a_hidden_one(call, seats):
    network = NetworkFactory()
    best = assessed(call, seats[1:], [5, 5, 5, 5], network=network)
    member_of(network, seats[0].user)
    good, weak = assessed(call, seats), assessed(call, seats, BAD)

    meeting = Meeting(call, seats[0].user)

    assert [(rank, row.proposal) for rank, row in meeting.ranked] == [(1, good), (2, weak)]
    assert [row.proposal for row in meeting.withheld] == [best]


def test_conflicted_office_is_not_told_how_many_wait(call, seats):
    network = NetworkFactory()
    person = office_person()
    decided(assessed(call, seats, network=network))
    client = signed_in(person)
    assert "outcome to announce" in client.get("/en/admin/").content.decode()

    member_of(network, person)

    assert "outcome to announce" not in client.get("/en/admin/").content.decode()


# The office ---------------------------------------------------------------------------------------------------------


def test_office_sees_who_is_missing_but_no_figure_while_it_is_assessed(call, seats):
    proposal = in_review(call)
    assess(seats[0], proposal)

    response = signed_in(office_person()).get(page_of(call))
    body = response.content.decode()

    assert response.context["ranked"] == []
    assert "1 of 4 members who may judge it count; 3 are needed." in body
    assert "IQ Dissemination Project: 1, regional networks: 1, competence centres: 1" in body
    assert not any(words in body for words in ("Well described", "convincing", "The rule"))


def test_superuser_sees_no_more_than_the_office(call, seats):
    assess(seats[0], in_review(call))

    assert "Well described" not in root().get(page_of(call)).content.decode()


def test_office_with_a_seat_is_a_member(call, seats):
    proposal = in_review(call)
    for seat in seats[1:]:
        assess(seat, proposal)
    client = signed_in(office_with(seats[0]))

    assert client.get(page_of(call)).status_code == 403

    concluded(proposal)
    assert row_or_404(office_with(seats[0]), proposal.reference).sight == Sight.TITLE
    assert client.get(page_of(proposal, "decide/")).status_code == 404


def test_waiting_counts_leave_out_calls_with_an_own_seat(call, seats):
    decided(assessed(call, seats[1:]))

    body = signed_in(office_with(seats[0])).get("/en/admin/").content.decode()

    assert "outcome to announce" not in body


# Order --------------------------------------------------------------------------------------------------------------


def test_open_splits_come_first_then_the_overall_mean_then_what_is_decided(call, seats):
    done = assessed(call, seats, [5, 5, 5, 5])
    decided(done)
    weak, good = assessed(call, seats, BAD), assessed(call, seats)
    torn = split(call, seats)

    ranked = Meeting(call, office_person()).ranked

    assert [(rank, row.proposal) for rank, row in ranked] == [(3, torn), (2, good), (4, weak), (1, done)]


def test_formal_rejections_and_drafts_are_no_part_of_a_meeting(call, seats):
    shown = {announced(assessed(call, seats)).proposal, proposed(assessed(call, seats)).proposal}

    assert {row.proposal for row in Meeting(call, office_person()).rows} == shown


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_statements_does_not_depend_on_the_proposals(call, seats, count, django_assert_num_queries):
    for _number in range(count):
        announced(assessed(call, seats))
        split(call, seats)
    client = signed_in(office_person())
    client.get(page_of(call))

    with django_assert_num_queries(STATEMENTS):
        client.get(page_of(call))


STATEMENTS = 26
