"""A decision takes two people, a quorum and reasons; what is refused is said and keeps the typed text."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from assessment import judging, workflow
from assessment.models import Assessment, Decision, Proposal, Status, Transition
from catalogue.models import Criterion
from tests.assessment.factories import UserFactory, member_of
from tests.assessment.meeting import (
    a_board,
    a_call,
    announced,
    as_draft,
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


# A split that comes up later ------------------------------------------------------------------------------------------


def second_form(client, proposal, points):
    """Have a member score again on the page and return the answer."""
    path = reverse("admin:assessment_assessment_again", args=[proposal.reference])
    data = {name: str(points) for name in Criterion.values}
    comments = {f"{name}_comment": "Because." for name in Criterion.values}
    number = proposal.versions.latest("number").number
    more = {
        "advice": "approve",
        "reason": "I have heard more.",
        "version": "0",
        "then": "hand_in",
        "whole": "1",
    }
    return client.post(f"{path}?text={number}", {**data, **comments, **more})


def transitions(proposal):
    return list(proposal.transitions.order_by("pk").values_list("target", flat=True))[-3:]


def test_second_score_that_splits_the_board_leads_back_to_the_discussion(call, seats):
    proposal = assessed(call, seats)
    seat = seats[0]

    second_form(signed_in(seat.user), proposal, 1)

    proposal.refresh_from_db()
    assert proposal.status == Status.DISCUSSION
    last = Transition.objects.filter(proposal=proposal).latest("id")
    assert (last.source, last.by) == (Status.DECISION_PENDING, None)


def test_second_score_that_does_not_split_the_board_changes_nothing(call, seats):
    proposal = assessed(call, seats)

    second_form(signed_in(seats[0].user), proposal, 3)

    proposal.refresh_from_db()
    assert Assessment.objects.filter(turn=2, handed_in_at__isnull=False).count() == 1
    assert proposal.status == Status.DECISION_PENDING


def test_split_of_which_nobody_has_talked_is_not_proposed_but_talked_about(office, person, call, seats):
    """The second score was handed in, and the step after it did not come to its end."""
    proposal = assessed(call, seats)
    assess_again(seats[0], proposal, [1, 4, 4, 4])
    page = office.get(page_of(proposal, "decide/"))

    data = decision_data(page, outcome="approved", **REASON)
    data |= {f"level_{name}": 4 for name in Criterion.values}
    data |= {f"sentence_de_{name}": "Satz." for name in Criterion.values}
    response = office.post(page_of(proposal, "decide/"), data)

    assert errors(response) == {
        "__all__": [
            "A member has scored again since, and now the board is split. "
            "It has to talk about the proposal first."
        ]
    }
    proposal.refresh_from_db()
    assert (proposal.status, Decision.objects.count()) == (Status.DISCUSSION, 0)


def test_split_that_comes_up_before_the_second_person_confirms_is_talked_about_first(call, seats):
    proposal = assessed(call, seats)
    decision = proposed(proposal)
    assess_again(seats[0], proposal, [1, 4, 4, 4])

    with pytest.raises(workflow.SplitNotDiscussed):
        workflow.confirm_decision(decision, by=UserFactory())
    workflow.reopen_discussion(proposal)
    with pytest.raises(workflow.TransitionNotAllowed):
        workflow.confirm_decision(decision, by=UserFactory())
    workflow.note_discussed(proposal, by=UserFactory(), reason="They agree on 4.")
    workflow.confirm_decision(decision, by=UserFactory())

    assert transitions(proposal) == [Status.DISCUSSION, Status.DECISION_PENDING, Status.APPROVED]


def test_split_has_to_be_talked_about_again_when_somebody_scores_after_the_talk(call, seats):
    proposal = split(call, seats)
    workflow.note_discussed(proposal, by=UserFactory(), reason="They agree on 4.")
    assess_again(seats[0], proposal, [5, 5, 5, 4])

    with pytest.raises(workflow.SplitNotDiscussed):
        proposed(proposal)


def test_split_that_was_talked_about_is_decided(call, seats):
    proposal = split(call, seats)
    assess_again(seats[0], proposal, [5, 5, 5, 4])
    workflow.note_discussed(proposal, by=UserFactory(), reason="They agree on 4.")

    assert decided(proposal).decided_at


@pytest.mark.parametrize("points", [[1, 4, 4, 4], [4, 4, 4, 4]], ids=["range", "advice"])
def test_database_refuses_to_decide_a_split_that_nobody_has_talked_about(call, seats, points, monkeypatch):
    proposal = assessed(call, seats)
    decision = proposed(proposal)
    advice = "approve" if points[0] == 1 else "reject"
    begun = judging.begin(seats[0], proposal, turn=Assessment.Turn.AFTER_THE_REVEAL)
    judging.hand_in(begun, as_draft(points, advice=advice, reason="More."), seen=begun.saves)
    monkeypatch.setattr("assessment.workflow.deciding.has_undiscussed_split", lambda found: False)

    with pytest.raises(IntegrityError, match="the board has not talked about a split"), transaction.atomic():
        workflow.confirm_decision(decision, by=UserFactory())


def test_database_and_python_mean_the_same_by_two_camps(call):
    """Two members at 2 or below and two at 4 or above, no range of three."""
    seats = a_board(call, 5)
    proposal = assessed(call, seats)
    for number, seat in enumerate(seats[:2]):
        assert undiscussed(proposal) is False, number
        assess_again(seat, proposal, [2, 4, 4, 4])

    assert undiscussed(proposal) is True
    with pytest.raises(workflow.SplitNotDiscussed):
        proposed(proposal)


def undiscussed(proposal):
    with connection.cursor() as cursor:
        cursor.execute("SELECT assessment_undiscussed_split(%s)", [proposal.pk])
        return cursor.fetchone()[0]


def text_of(response):
    return " ".join(response.content.decode().split())


# Who disagreed --------------------------------------------------------------------------------------------------------


def test_office_sees_who_disagreed_and_when(office, person, call, seats):
    person.name = "Olga Office"
    person.save()
    proposal = assessed(call, seats)
    proposed(proposal, by=UserFactory(name="Paul Proposer"))
    page = office.get(page_of(proposal, "confirm/"))

    office.post(page_of(proposal, "confirm/"), decision_data(page, disagree="1"))

    assert Decision.objects.get().dismissed_by == person
    text = text_of(office.get(page_of(call)))
    assert "1 proposed decision came to nothing" in text
    assert "Proposed by Paul Proposer on" in text
    assert "Olga Office disagreed on" in text


def test_proposer_who_takes_it_back_did_not_disagree(office, person, call, seats):
    proposal = assessed(call, seats)
    workflow.dismiss_decision(proposed(proposal, by=person), by=person)

    text = text_of(office.get(page_of(call)))
    assert "Taken back on" in text
    assert "disagreed" not in text


def test_member_does_not_see_who_disagreed(call, seats):
    proposal = assessed(call, seats)
    workflow.dismiss_decision(proposed(proposal), by=UserFactory())

    assert "came to nothing" not in text_of(signed_in(seats[0].user).get(page_of(call)))


def test_dismissed_decision_stays_as_it_was(call, seats):
    decision = proposed(assessed(call, seats))
    workflow.dismiss_decision(decision, by=UserFactory())

    for change in ({"dismissed_at": None, "dismissed_by": None}, {"summary": "Another."}):
        with pytest.raises(IntegrityError, match="a dismissed decision stays"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**change)


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
