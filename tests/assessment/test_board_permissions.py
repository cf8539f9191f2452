"""Who may see whose assessment, person by person: before and after the reveal, with and without a seat."""

import pytest
from django.db import transaction
from django.utils import timezone

from assessment import judging, permissions
from assessment.models import Assessment, Score, Status
from assessment.permissions import Sight
from catalogue.models import Criterion
from tests.assessment.board import (
    call_with_rubric,
    declared,
    draft,
    hand_in,
    in_review,
    score_again,
    seat,
    seats,
)
from tests.assessment.factories import UserFactory, member_of, moved, office_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return call_with_rubric()


@pytest.fixture
def proposal(call):
    """A proposal that two of the board have assessed; the second one twice, the third has only begun."""
    found = in_review(call)
    first, second, third = seats(call)
    hand_in(first, found)
    hand_in(second, found, points=3)
    score_again(second, found, points=4)
    judging.save(judging.begin(declared(third, found), found), draft(), seen=0)
    return found


def seen_by(user, proposal):
    visible = permissions.visible_assessments(user, proposal)
    return sorted((str(one.seat.user), one.turn) for one in visible)


def member_who_handed_in(call, proposal):
    return hand_in(seat(call), proposal).seat.user


def member_with_a_draft(call, proposal):
    own = declared(seat(call), proposal)
    return judging.save(judging.begin(own, proposal), draft(), seen=0).seat.user


def member_with_a_conflict_found_later(call, proposal):
    user = member_who_handed_in(call, proposal)
    return member_of(proposal.example.network, user)


def member_whose_seat_has_ended(call, proposal):
    user = member_who_handed_in(call, proposal)
    call.seats.filter(user=user).update(ended_at=timezone.now())
    return user


def office_with_a_conflict(call, proposal):
    return member_of(proposal.example.network, office_member())


OTHERS = 3
"""What others have handed in: two first assessments and a second one."""
NOTHING, IN_PROGRESS, ALL = (0, 0, Sight.TITLE), (0, 0, Sight.PROGRESS), (0, OTHERS, Sight.FIGURES)
PEOPLE = {
    # who: (how to make one, in review, to be discussed) as (the own, those of others, how much)
    "member who handed in": (member_who_handed_in, (1, OTHERS, Sight.FIGURES), (1, OTHERS, Sight.FIGURES)),
    "member with a draft": (member_with_a_draft, (1, 0, Sight.TITLE), (1, 0, Sight.TITLE)),
    "member who has not begun": (lambda call, proposal: seat(call).user, NOTHING, NOTHING),
    "member with a conflict found later": (member_with_a_conflict_found_later, NOTHING, NOTHING),
    "member whose seat has ended": (member_whose_seat_has_ended, NOTHING, NOTHING),
    "office": (lambda call, proposal: office_member(), IN_PROGRESS, ALL),
    "office with a seat": (lambda call, proposal: seat(call, office_member()).user, NOTHING, NOTHING),
    "office with a conflict": (office_with_a_conflict, NOTHING, NOTHING),
    "superuser": (lambda call, proposal: UserFactory(is_superuser=True), IN_PROGRESS, ALL),
    "superuser with a seat": (
        lambda call, proposal: seat(call, UserFactory(is_superuser=True)).user,
        NOTHING,
        NOTHING,
    ),
    "superuser with a conflict": (
        lambda call, proposal: member_of(proposal.example.network, UserFactory(is_superuser=True)),
        NOTHING,
        NOTHING,
    ),
    "submitter": (lambda call, proposal: proposal.submitted_by, NOTHING, NOTHING),
    "stranger": (lambda call, proposal: UserFactory(), NOTHING, NOTHING),
}


@pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.DISCUSSION], ids=str)
def test_everybody_sees_what_the_policy_says_and_no_more(call, proposal, status):
    found = {}
    for who, (make, *_expected) in PEOPLE.items():
        point = transaction.savepoint()
        user = make(call, proposal)
        if status != proposal.status:
            moved(proposal, status)
        visible = permissions.visible_assessments(user, type(proposal).objects.get(pk=proposal.pk))
        found[who] = (
            visible.filter(seat__user=user).count(),
            visible.exclude(seat__user=user).count(),
            permissions.sight(user, type(proposal).objects.filter(pk=proposal.pk))[proposal.pk],
        )
        transaction.savepoint_rollback(point)

    place = 1 if status == Status.IN_REVIEW else 2
    assert found == {who: expected[place] for who, expected in PEOPLE.items()}


def test_drafts_of_others_stay_hidden_after_the_reveal(call, proposal):
    third = Assessment.objects.get(proposal=proposal, handed_in_at=None).seat

    assert all(
        name != str(third.user) for name, _turn in seen_by(member_who_handed_in(call, proposal), proposal)
    )


def test_voided_assessment_is_hidden_from_the_others(call, proposal):
    gone = member_with_a_conflict_found_later(call, proposal)

    names = {name for name, _turn in seen_by(member_who_handed_in(call, proposal), proposal)}

    assert str(gone) not in names


def test_handing_in_reveals_this_proposal_and_no_other(call, proposal):
    other = in_review(call)
    user = member_who_handed_in(call, proposal)
    hand_in(seat(call), other)

    assert permissions.revealed_to(user, [proposal, other]) == {proposal.pk}


@pytest.mark.parametrize("number", [1, 3])
def test_sight_asks_a_constant_number_of_statements(call, django_assert_num_queries, number):
    own = seat(call)
    proposals = [in_review(call) for _number in range(number)]
    for one in proposals:
        hand_in(own, one)

    with django_assert_num_queries(3):
        assert permissions.sight(own.user, proposals) == dict.fromkeys(
            (one.pk for one in proposals), Sight.FIGURES
        )


def test_records_tell_no_score_in_words(call, proposal):
    assessments, scores = Assessment.objects.select_related("seat__user"), Score.objects.all()

    assert {str(one) for one in assessments} == {
        f"{proposal.reference}: {one.seat.user}" for one in assessments
    }
    assert {str(one) for one in scores} == set(map(str, Criterion.labels))
