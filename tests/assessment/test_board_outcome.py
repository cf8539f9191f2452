"""After handing in: what the others said, a second assessment with a reason, and a text that has changed."""

import pytest

from assessment.models import Assessment, Status
from tests.assessment.board import (
    call_with_rubric,
    declared,
    hand_in,
    in_review,
    member,
    new_version,
    page_of,
    score_again,
    scores_of,
    seat,
    seats,
    sent,
    told,
)
from tests.assessment.factories import moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return call_with_rubric()


@pytest.fixture
def own(call):
    return seat(call)


@pytest.fixture
def proposal(call):
    return in_review(call)


@pytest.fixture
def client(own):
    return member(own)


def words_of(response):
    return " ".join(response.content.decode().split())


def test_own_assessment_alone_is_seen_while_nobody_else_has_handed_in(own, client, proposal):
    hand_in(own, proposal, comment="My own words.")

    page = client.get(page_of(proposal))

    assert [len(finding.voices) for finding in page.context["findings"]] == [1, 1, 1, 1]
    assert "My own words." in words_of(page)


def test_others_and_their_figures_are_seen_after_handing_in(own, client, call, proposal):
    for points, other in zip((2, 5), seats(call, 2), strict=True):
        hand_in(other, proposal, points=points, comment=f"Of the {points}.")
    declared(own, proposal)
    before = client.get(page_of(proposal))
    hand_in(own, proposal)

    page = client.get(page_of(proposal))

    assert "Of the 2." not in words_of(before)
    assert "Of the 5." in words_of(page)
    figures = page.context["findings"][0].figures
    assert (figures.points, page.context["findings"][0].median) == ((2, 4, 5), 4.0)
    assert "Median 4, mean 3.67, from 2 to 5 (3 scores)" in words_of(page)


def test_who_is_missing_is_a_matter_of_the_time_of_the_assessment(own, client, call, proposal):
    seats(call, 1)
    hand_in(own, proposal)
    during = words_of(client.get(page_of(proposal)))
    moved(proposal, Status.DISCUSSION)

    after = words_of(client.get(page_of(proposal)))

    assert "1 member has not handed in yet." in during
    assert "not handed in yet" not in after
    assert "All who may assess it have handed in." not in after


def test_name_and_number_of_others_are_not_told_before(own, client, call, proposal):
    other = seats(call, 1)[0]
    declared(own, proposal)
    before = client.get(page_of(proposal)).content
    hand_in(other, proposal)

    after = client.get(page_of(proposal)).content

    assert str(other.user) not in after.decode()
    assert _without_token(before) == _without_token(after)


def _without_token(page):
    return [line for line in page.decode().splitlines() if "csrfmiddlewaretoken" not in line]


# A second assessment ------------------------------------------------------------------------------------------------


def test_second_assessment_takes_a_reason_and_leaves_the_first(own, client, proposal):
    hand_in(own, proposal, points=2)
    address = page_of(proposal, "again/?text=1")

    refused = client.post(address, sent(then="hand_in", points="4"))
    done = client.post(address, sent(version=1, then="hand_in", points="4", reason="I was shown the report."))

    assert list(refused.context["form"].errors) == ["reason"]
    assert done.url == page_of(proposal)
    first, second = Assessment.objects.order_by("turn")
    assert set(scores_of(first).values()) == {2}
    assert (set(scores_of(second).values()), second.reason) == ({4}, "I was shown the report.")
    assert "I was shown the report." in words_of(client.get(page_of(proposal)))


def test_second_assessment_is_offered_once(own, client, proposal):
    hand_in(own, proposal)
    assert "Score again, with a reason" in words_of(client.get(page_of(proposal)))

    score_again(own, proposal)

    assert "Score again, with a reason" not in words_of(client.get(page_of(proposal)))
    assert client.get(page_of(proposal, "again/")).url == page_of(proposal)


def test_second_assessment_waits_for_the_first(own, client, proposal):
    declared(own, proposal)

    assert client.get(page_of(proposal, "again/")).url == page_of(proposal)
    assert (
        client.post(page_of(proposal, "again/?text=1"), sent(then="hand_in", reason="So.")).status_code == 409
    )
    assert not Assessment.objects.exists()


def test_second_assessment_is_possible_until_the_decision(own, client, proposal):
    hand_in(own, proposal)
    moved(proposal, Status.DISCUSSION)

    assert client.get(page_of(proposal, "again/")).status_code == 200
    data = sent(then="hand_in", reason="After the talk.")
    assert client.post(page_of(proposal, "again/?text=1"), data).url == page_of(proposal)
    assert Assessment.objects.get(turn=2).handed_in_at is not None


def test_second_assessment_saves_itself_as_well(own, client, proposal):
    hand_in(own, proposal)

    response = client.post(page_of(proposal, "again/autosave/"), sent(reason="Becau"))

    assert (response.status_code, Assessment.objects.get(turn=2).reason) == (200, "Becau")


# A text that has changed --------------------------------------------------------------------------------------------


@pytest.fixture
def changed(own, proposal):
    hand_in(own, proposal)
    return new_version(proposal, need_de="Ein neuer Bedarf.")


def test_changed_text_is_shown_and_confirmed(own, client, changed):
    page = words_of(client.get(page_of(changed)))

    response = client.post(page_of(changed, "reconfirm/"), {"text": "2"})

    assert "does your assessment still hold?" in page
    assert "<ins" in page
    assert told(response) == ["Your assessment holds for the new text as well."]
    found = Assessment.objects.get()
    assert (found.version.number, found.reconfirmed_at is not None) == (2, True)
    assert "does your assessment still hold?" not in words_of(client.get(page_of(changed)))


def test_second_assessment_is_confirmed_with_the_first(own, client, proposal):
    hand_in(own, proposal)
    score_again(own, proposal)
    new_version(proposal, need_de="Ein neuer Bedarf.")

    client.post(page_of(proposal, "reconfirm/"), {"text": "2"})

    assert [one.version.number for one in Assessment.objects.order_by("turn")] == [2, 2]


@pytest.mark.parametrize("text", ["1", "", "x", "3"])
def test_confirmation_of_another_text_is_refused(client, changed, text):
    response = client.post(page_of(changed, "reconfirm/"), {"text": text})

    assert told(response) == ["The text has changed once more. Please look at it first."]
    assert Assessment.objects.get().version.number == 1


def test_confirmation_is_refused_when_the_assessment_is_over(client, changed):
    moved(changed, Status.DISCUSSION)

    response = client.post(page_of(changed, "reconfirm/"), {"text": "2"})

    assert told(response) == ["This proposal is not assessed any more."]
    assert Assessment.objects.get().version.number == 1


def test_last_confirmation_ends_the_assessment(own, client, call, proposal):
    for other in seats(call, 3):
        hand_in(other, proposal)
    hand_in(own, proposal)
    new_version(proposal, need_de="Ein neuer Bedarf.")
    for other in call.seats.exclude(pk=own.pk):
        member(other).post(page_of(proposal, "reconfirm/"), {"text": "2"})
    proposal.refresh_from_db()
    assert proposal.status == Status.IN_REVIEW

    client.post(page_of(proposal, "reconfirm/"), {"text": "2"})

    proposal.refresh_from_db()
    assert proposal.status == Status.DECISION_PENDING
