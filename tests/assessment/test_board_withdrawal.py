"""A declared conflict is withdrawn by two persons; what it had voided is assessed anew."""

import pytest

from assessment import agenda, judging, standing
from assessment.agenda import State
from assessment.models import Assessment, ConflictDeclaration, Status
from assessment.second_person import SamePerson
from tests.assessment.board import (
    call_with_rubric,
    declared,
    draft,
    hand_in,
    in_review,
    member,
    page_of,
    scores_of,
    seat,
    seats,
    sent,
)
from tests.assessment.factories import UserFactory, member_of, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return call_with_rubric()


@pytest.fixture
def own(call):
    return seat(call)


@pytest.fixture
def proposal(call, own):
    return in_review(call)


def declare(own, proposal):
    return judging.declare(own, proposal, has_conflict=True, explanation="A friend works there.")


def withdraw(declaration):
    judging.propose_withdrawal(declaration, by=UserFactory(), reason="Another person of that name.")
    return judging.confirm_withdrawal(declaration, by=UserFactory())


@pytest.fixture
def voided(own, proposal):
    """An assessment that was handed in, then voided by a declared conflict, which two persons have withdrawn."""
    found = hand_in(own, proposal, points=2)
    withdraw(declare(own, proposal))
    found.refresh_from_db()
    assert found.voided_at is not None
    return found


def state_of(own):
    return [item.state for docket in agenda.of(own.user) for item in docket.items]


# Two persons ----------------------------------------------------------------------------------------------------------


def test_conflict_holds_until_a_second_person_confirms(own, proposal):
    declaration = declare(own, proposal)
    first, second = UserFactory(), UserFactory()
    judging.propose_withdrawal(declaration, by=first, reason="Another person of that name.")

    with pytest.raises(SamePerson):
        judging.confirm_withdrawal(declaration, by=first)
    assert state_of(own) == [State.BLOCKED]
    judging.confirm_withdrawal(declaration, by=second)

    found = ConflictDeclaration.objects.get()
    assert (found.withdrawal_proposed_by, found.withdrawal_confirmed_by) == (first, second)
    assert state_of(own) == [State.NOT_BEGUN]


def test_member_is_neither_of_the_two(own, proposal):
    declaration = declare(own, proposal)

    with pytest.raises(SamePerson):
        judging.propose_withdrawal(declaration, by=own.user, reason="I was wrong.")
    judging.propose_withdrawal(declaration, by=UserFactory(), reason="They say they were wrong.")
    with pytest.raises(SamePerson):
        judging.confirm_withdrawal(declaration, by=own.user)


def test_what_is_not_declared_proposed_or_in_force_any_more_is_not_withdrawn(own, proposal):
    declaration = judging.declare(own, proposal, has_conflict=False)
    with pytest.raises(judging.NothingToWithdraw):
        judging.propose_withdrawal(declaration, by=UserFactory(), reason="No.")
    declare(own, proposal)
    with pytest.raises(judging.NothingToWithdraw):
        judging.confirm_withdrawal(declaration, by=UserFactory())
    withdraw(declaration)
    with pytest.raises(judging.NothingToWithdraw):
        judging.confirm_withdrawal(declaration, by=UserFactory())


def test_second_person_may_disagree(own, proposal):
    declaration = declare(own, proposal)
    judging.propose_withdrawal(declaration, by=UserFactory(), reason="Perhaps.")

    judging.dismiss_withdrawal(declaration, by=UserFactory())

    with pytest.raises(judging.NothingToWithdraw):
        judging.confirm_withdrawal(declaration, by=UserFactory())
    assert state_of(own) == [State.BLOCKED]


def test_withdrawn_conflict_can_be_declared_once_more(own, proposal):
    declaration = withdraw(declare(own, proposal))

    member(own).post(page_of(proposal, "conflict/"), {"explanation": "Now it is my sister."})

    declaration.refresh_from_db()
    assert (declaration.explanation, declaration.withdrawn_at) == ("Now it is my sister.", None)
    assert state_of(own) == [State.BLOCKED]


def test_withdrawal_does_not_withdraw_what_data_say(own, proposal):
    declaration = declare(own, proposal)
    member_of(proposal.example.network, own.user)

    withdraw(declaration)

    assert state_of(own) == [State.BLOCKED]


# Anew -----------------------------------------------------------------------------------------------------------------


def test_voided_assessment_is_made_anew_and_the_old_one_stays(own, proposal, voided):
    client = member(own)
    assert state_of(own) == [State.ANEW]
    page = client.get(page_of(proposal))
    assert "please assess anew" in page.content.decode()
    assert page.context["form"]["innovative"].value() == ""

    client.post(f"{page_of(proposal)}?text=1", sent(then="hand_in"))

    old, new = Assessment.objects.order_by("pk")
    assert (old.voided_at is not None, set(scores_of(old).values())) == (True, {2})
    assert (new.voided_at, set(scores_of(new).values())) == (None, {4})
    assert state_of(own) == [State.DONE]
    assert [len(finding.voices) for finding in client.get(page_of(proposal)).context["findings"]] == [1] * 4


def test_others_are_hidden_again_until_the_new_one_is_handed_in(call, own, proposal, voided):
    hand_in(seat(call), proposal, comment="What another said.")
    client = member(own)

    before = client.get(page_of(proposal)).content.decode()
    client.post(f"{page_of(proposal)}?text=1", sent(then="hand_in"))

    assert "What another said." not in before
    assert "What another said." in client.get(page_of(proposal)).content.decode()


def test_board_waits_for_the_new_one_and_counts_it_alone(call, own, proposal, voided):
    for other in seats(call, 3):
        hand_in(other, proposal)
    found = standing.of(proposal)
    assert (found.waiting_for, len(found.counting)) == ([own], 3)

    member(own).post(f"{page_of(proposal)}?text=1", sent(then="hand_in"))

    proposal.refresh_from_db()
    assert proposal.status == Status.DECISION_PENDING
    assert len(standing.of(proposal).counting) == 4


def test_board_does_not_wait_for_whoever_has_no_account_any_more(call, own, proposal):
    own.user.is_active = False
    own.user.save()

    assert standing.of(proposal).waiting_for == []


def test_voided_assessment_stays_void_when_the_assessment_is_over(own, proposal, voided):
    moved(proposal, Status.DISCUSSION)
    client = member(own)

    page = client.get(page_of(proposal)).content.decode()

    assert state_of(own) == [State.VOIDED]
    assert "This assessment does not count: a conflict of interest voided it." in page
    assert client.get(page_of(proposal, "again/")).url == page_of(proposal)
    assert client.post(f"{page_of(proposal)}?text=1", sent(then="hand_in")).status_code == 409


def test_second_conflict_voids_the_new_one_as_well(own, proposal, voided):
    begun = judging.begin(declared(own, proposal), proposal)
    judging.hand_in(begun, draft(), seen=begun.saves)

    declare(own, proposal)

    assert Assessment.objects.filter(voided_at=None).count() == 0
    assert state_of(own) == [State.BLOCKED]
