"""A decision takes two people, a quorum and reasons; what is refused is said and keeps the typed text."""

import pytest

from assessment import workflow
from assessment.models import Assessment, Decision, Proposal, Status, Transition
from tests.assessment.factories import UserFactory, member_of
from tests.assessment.meeting import (
    a_board,
    a_call,
    announced,
    assess,
    assess_again,
    assessed,
    concluded,
    decided,
    decision_data,
    in_review,
    page_of,
    proposed,
    split,
)
from tests.assessment.office import colleague, office_person, told
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

REASON = {"summary": "A strong example."}


@pytest.fixture
def call():
    return a_call()


@pytest.fixture
def seats(call):
    return a_board(call)


@pytest.fixture
def person():
    return office_person()


@pytest.fixture
def office(person):
    return signed_in(person)


def errors(response):
    return {field: [str(one) for one in found] for field, found in response.context["form"].errors.items()}


# A split is talked about ----------------------------------------------------------------------------------------------


def test_discussion_is_noted_with_what_came_of_it(office, person, call, seats):
    proposal = split(call, seats)
    page = office.get(page_of(proposal, "discussed/"))

    response = office.post(page_of(proposal, "discussed/"), decision_data(page, reason="They agree on 4."))

    assert response["Location"].endswith(f"{call.slug}/#{proposal.reference}")
    last = Transition.objects.filter(proposal=proposal).latest("id")
    assert (last.target, last.by, last.reason) == (Status.DECISION_PENDING, person, "They agree on 4.")


def test_discussion_needs_words(office, call, seats):
    proposal = split(call, seats)
    page = office.get(page_of(proposal, "discussed/"))

    response = office.post(page_of(proposal, "discussed/"), decision_data(page, reason=" "))

    assert errors(response) == {"reason": ["This field is required."]}
    proposal.refresh_from_db()
    assert proposal.status == Status.DISCUSSION


def test_split_is_not_decided_before_it_was_discussed(office, call, seats):
    proposal = split(call, seats)

    response = office.get(page_of(proposal, "decide/"))

    assert response.status_code == 302
    assert told(response) == ["This is not possible: the proposal is in another state."]


def test_what_needs_no_discussion_has_none(office, call, seats):
    assert office.get(page_of(assessed(call, seats), "discussed/")).status_code == 302


# Proposing ------------------------------------------------------------------------------------------------------------


def test_form_begins_with_the_median_and_the_comments_that_may_be_passed_on(office, call, seats):
    proposal = in_review(call)
    seats[1].user.language = "de"
    seats[1].user.save()
    for seat, points in zip(seats, [[3, 4, 4, 5], [3, 5, 4, 5], [4, 4, 4, 5], [4, 5, 4, 5]], strict=True):
        assess(seat, proposal, points, passed_on=f"From {seat.pk}.")
    workflow.conclude_review(proposal)

    form = office.get(page_of(proposal, "decide/")).context["form"]

    levels = [
        form[f"level_{name}"].value() for name in ("transferable", "innovative", "sustainable", "efficient")
    ]
    assert levels == [3, 4, 4, 5]
    assert form["sentence_de_transferable"].value() == f"From {seats[1].pk}."
    others = [f"From {seat.pk}." for seat in seats if seat != seats[1]]
    assert sorted(form["sentence_en_transferable"].value().split("\n")) == sorted(others)
    assert not form["outcome"].value()
    assert "For the board alone." not in str(form)


def test_proposing_changes_nothing_yet(office, person, call, seats):
    proposal = assessed(call, seats)
    page = office.get(page_of(proposal, "decide/"))

    office.post(page_of(proposal, "decide/"), decision_data(page, outcome="approved", **REASON))

    decision = Decision.objects.get()
    assert (decision.proposed_by, decision.outcome, decision.decided_at) == (person, "approved", None)
    assert sorted(decision.reasons.values_list("criterion", "level")) == [
        ("efficient", 4),
        ("innovative", 4),
        ("sustainable", 4),
        ("transferable", 4),
    ]
    proposal.refresh_from_db()
    assert proposal.status == Status.DECISION_PENDING


def test_each_criterion_needs_a_reason_and_a_departure_its_own(office, call, seats):
    proposal = assessed(call, seats)
    page = office.get(page_of(proposal, "decide/"))
    data = decision_data(page, outcome="rejected", summary="Too thin.", sentence_en_innovative="  ")

    response = office.post(page_of(proposal, "decide/"), data)

    assert errors(response) == {
        "sentence_de_innovative": ["Give a reason for “innovative”, in one language at least."],
        "deviation": ["The outcome is not what the rule recommends: say why."],
    }
    assert response.context["form"]["summary"].value() == "Too thin."
    assert not Decision.objects.exists()


def test_missing_fields_are_named(office, call, seats):
    response = office.post(page_of(assessed(call, seats), "decide/"), {})

    assert set(errors(response)) >= {"outcome", "summary", "level_transferable"}


@pytest.mark.parametrize(
    ("outcome", "level"),
    [("published", "7"), ("x" * 9999, "x"), ("", "9" * 400)],
    ids=["other", "long", "empty"],
)
def test_hostile_input_is_refused_in_words(office, call, seats, outcome, level):
    proposal = assessed(call, seats)
    data = {"outcome": outcome, "level_transferable": level, "seen": "x", "summary": "x"}

    response = office.post(page_of(proposal, "decide/"), data)

    assert response.status_code == 409
    assert not Decision.objects.exists()


def test_lost_quorum_is_said_and_the_text_kept(office, call, seats):
    proposal = assessed(call, seats[:3])
    page = office.get(page_of(proposal, "decide/"))
    member_of(proposal.example.network, seats[2].user)
    assert Assessment.objects.filter(voided_at__isnull=False).count() == 1

    data = decision_data(page, outcome="approved", **REASON)
    first = office.post(page_of(proposal, "decide/"), data)
    second = office.post(page_of(proposal, "decide/"), decision_data(first, outcome="approved", **REASON))

    assert first.status_code == 409
    assert errors(second) == {
        "__all__": [
            "The board has no quorum for this proposal, so it cannot decide: 1 assessment is missing. "
            "Nobody of the regional networks or competence centres counts."
        ]
    }
    assert second.context["form"]["summary"].value() == "A strong example."


def test_second_proposal_at_once_is_refused_and_keeps_its_text(office, call, seats):
    proposal = assessed(call, seats)
    page = office.get(page_of(proposal, "decide/"))
    proposed(proposal)
    data = decision_data(page, outcome="approved", summary="Mine.")

    first = office.post(page_of(proposal, "decide/"), data)
    second = office.post(page_of(proposal, "decide/"), decision_data(first))

    assert first.status_code == 409
    assert first.context["form"]["summary"].value() == "Mine."
    assert errors(second) == {
        "__all__": ["A decision is proposed already. It has to be confirmed or taken back first."]
    }
    assert Decision.objects.count() == 1


# The second person ----------------------------------------------------------------------------------------------------


def test_second_person_sees_all_and_confirms(call, seats):
    proposal = assessed(call, seats)
    proposed(proposal)
    second = colleague()
    client = signed_in(second)
    page = client.get(page_of(proposal, "confirm/"))
    body = page.content.decode()
    for words in ("A strong example.", "Satz zu innovative.", "Sentence on innovative.", "Well described."):
        assert words in body

    response = client.post(page_of(proposal, "confirm/"), decision_data(page, confirm="1"))

    decision = Decision.objects.get()
    assert response.status_code == 302
    assert (decision.confirmed_by, decision.eligible, decision.counted, decision.conflicted) == (
        second,
        4,
        4,
        0,
    )
    proposal.refresh_from_db()
    assert proposal.status == Status.APPROVED


def test_who_proposed_cannot_confirm(office, person, call, seats):
    proposal = assessed(call, seats)
    proposed(proposal, by=person)
    page = office.get(page_of(proposal, "confirm/"))
    assert 'name="confirm"' not in page.content.decode()

    response = office.post(page_of(proposal, "confirm/"), decision_data(page, confirm="1"))

    assert errors(response) == {
        "__all__": [
            "You have proposed this decision yourself. Somebody else of the office has to confirm it."
        ]
    }
    proposal.refresh_from_db()
    assert proposal.status == Status.DECISION_PENDING


def test_disagreeing_frees_the_way_for_another_decision(office, call, seats):
    proposal = assessed(call, seats)
    proposed(proposal)
    page = office.get(page_of(proposal, "confirm/"))

    office.post(page_of(proposal, "confirm/"), decision_data(page, disagree="1"))

    assert Decision.objects.get().dismissed_at is not None
    assert office.get(page_of(proposal, "decide/")).status_code == 200


def test_another_decision_than_the_one_shown_is_not_confirmed(office, call, seats):
    proposal = assessed(call, seats)
    shown = proposed(proposal)
    page = office.get(page_of(proposal, "confirm/"))
    workflow.dismiss_decision(shown, by=UserFactory())
    proposed(proposal, "rejected", deviation="Thin.")

    response = office.post(page_of(proposal, "confirm/"), decision_data(page, confirm="1"))

    assert response.status_code == 409
    assert not Decision.objects.filter(decided_at__isnull=False).exists()


def test_decision_of_somebody_who_got_a_conflict_is_not_confirmed(office, call, seats):
    proposal = assessed(call, seats)
    proposer = proposed(proposal).proposed_by
    page = office.get(page_of(proposal, "confirm/"))
    member_of(proposal.example.network, proposer)

    response = office.post(page_of(proposal, "confirm/"), decision_data(page, confirm="1"))

    assert errors(response) == {
        "__all__": [
            "You, or who proposed the decision, have a conflict of interest. Somebody else has to decide."
        ]
    }


def test_nothing_to_confirm_leads_back(office, call, seats):
    assert office.get(page_of(assessed(call, seats), "confirm/")).status_code == 302


def test_decision_that_departs_by_now_is_not_confirmed_without_a_reason_for_it(call, seats):
    proposal = assessed(call, seats[:3])
    decision = proposed(proposal)
    for seat in seats[:2]:
        assess_again(seat, proposal, [2, 2, 2, 2])
    client = signed_in(colleague())
    page = client.get(page_of(proposal, "confirm/"))

    response = client.post(page_of(proposal, "confirm/"), decision_data(page, confirm="1"))

    (words,) = errors(response)["__all__"]
    assert words.startswith("A member has scored again since")
    assert Decision.objects.get(pk=decision.pk).decided_at is None


# Deciding anew --------------------------------------------------------------------------------------------------------


def test_new_decision_begins_with_the_old_one_and_supersedes_it(office, call, seats):
    proposal = assessed(call, seats)
    old = announced(proposal)
    page = office.get(page_of(proposal, "decide/"))
    form = page.context["form"]
    assert form["outcome"].value() == "approved"
    assert form["sentence_de_innovative"].value() == "Satz zu innovative."

    data = decision_data(page, outcome="deferred", deviation="A legal question.")
    office.post(page_of(proposal, "decide/"), data)
    workflow.confirm_decision(Decision.objects.latest("pk"), by=UserFactory())

    new = Decision.objects.latest("pk")
    assert (new.supersedes, new.outcome) == (old, "deferred")
    assert workflow.in_force(Proposal.objects.get(pk=proposal.pk)) == new


def test_dismissed_new_decision_does_not_bar_the_next_one(call, seats):
    proposal = assessed(call, seats)
    old = decided(proposal)
    workflow.dismiss_decision(proposed(proposal, "deferred", deviation="x"), by=UserFactory())

    assert proposed(proposal, "rejected", deviation="x").supersedes == old


def test_second_score_of_somebody_who_abstained_at_first_counts(call, seats):
    """The quorum of the database and the one of the pages are the same."""
    proposal = in_review(call)
    for seat in (seats[0], seats[2]):
        assess(seat, proposal)
    assess(seats[1], proposal, [None] * 4)
    assert concluded(proposal).status == Status.IN_REVIEW

    assess_again(seats[1], proposal)
    concluded(proposal)

    assert decided(proposal).counted == 3
