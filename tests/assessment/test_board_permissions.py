"""Who may see whose assessment, person by person: before and after the reveal, with and without a seat."""

import pytest
from django.utils import timezone

from assessment import judging, permissions
from assessment.models import Assessment, Score, Status
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
PEOPLE = {
    # who: (in review, to be discussed) as (the own, those of others)
    "member who handed in": (member_who_handed_in, (1, OTHERS), (1, OTHERS)),
    "member with a draft": (member_with_a_draft, (1, 0), (1, 0)),
    "member who has not begun": (lambda call, proposal: seat(call).user, (0, 0), (0, 0)),
    "member with a conflict found later": (member_with_a_conflict_found_later, (0, 0), (0, 0)),
    "member whose seat has ended": (member_whose_seat_has_ended, (0, 0), (0, 0)),
    "office": (lambda call, proposal: office_member(), (0, 0), (0, OTHERS)),
    "office with a seat": (lambda call, proposal: seat(call, office_member()).user, (0, 0), (0, 0)),
    "office with a conflict": (office_with_a_conflict, (0, 0), (0, 0)),
    "superuser": (lambda call, proposal: UserFactory(is_superuser=True), (0, 0), (0, OTHERS)),
    "superuser with a seat": (
        lambda call, proposal: seat(call, UserFactory(is_superuser=True)).user,
        (0, 0),
        (0, 0),
    ),
    "submitter": (lambda call, proposal: proposal.submitted_by, (0, 0), (0, 0)),
    "stranger": (lambda call, proposal: UserFactory(), (0, 0), (0, 0)),
}


@pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.DISCUSSION], ids=str)
@pytest.mark.parametrize("who", PEOPLE)
def test_visible_assessments_of_everybody(call, proposal, who, status):
    make, in_review_sees, in_discussion_sees = PEOPLE[who]
    user = make(call, proposal)
    if status == Status.DISCUSSION:
        moved(proposal, status)
        proposal.refresh_from_db()

    visible = permissions.visible_assessments(user, proposal)

    found = (visible.filter(seat__user=user).count(), visible.exclude(seat__user=user).count())
    assert found == (in_review_sees if status == Status.IN_REVIEW else in_discussion_sees)


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
def test_revealed_to_asks_a_constant_number_of_statements(call, django_assert_num_queries, number):
    own = seat(call)
    proposals = [in_review(call) for _number in range(number)]
    for one in proposals:
        hand_in(own, one)

    with django_assert_num_queries(3):
        assert permissions.revealed_to(own.user, proposals) == {one.pk for one in proposals}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("member who handed in", True),
        ("member with a draft", False),
        ("member who has not begun", False),
        ("office", True),
        ("office with a seat", False),
        ("office with a conflict", False),
        ("superuser with a seat", False),
        ("submitter", False),
        ("stranger", False),
    ],
)
def test_who_sees_who_has_handed_in(call, proposal, who, sees):
    user = PEOPLE[who][0](call, proposal)

    assert permissions.sees_who_has_handed_in(user, proposal) is sees


@pytest.mark.parametrize(
    ("prepare", "may"),
    [
        (declared, True),
        (lambda own, proposal: None, False),
        (
            lambda own, proposal: judging.declare(own, proposal, has_conflict=True, explanation="A friend."),
            False,
        ),
        (lambda own, proposal: member_of(proposal.example.network, declared(own, proposal).user), False),
        (lambda own, proposal: moved(declared(own, proposal) and proposal, Status.DISCUSSION), False),
    ],
    ids=["declared", "not asked yet", "declared a conflict", "conflict found later", "assessment over"],
)
def test_can_assess(call, proposal, prepare, may):
    own = seat(call)
    prepare(own, proposal)
    proposal.refresh_from_db()

    assert permissions.can_assess(own.user, proposal) is may


def test_nobody_without_a_seat_for_the_call_can_assess(proposal):
    elsewhere = seat(call_with_rubric())

    assert permissions.can_assess(elsewhere.user, proposal) is False


def test_records_tell_no_score_in_words(call, proposal):
    words = {str(one) for one in [*Assessment.objects.all(), *Score.objects.all()]}

    assert not any(character in word.split(": ")[-1] for word in words for character in "45")
