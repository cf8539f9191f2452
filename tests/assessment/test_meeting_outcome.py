"""What submitters are told of a decision: nothing before it is announced, then outcome and reasons."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from assessment import copying, workflow
from assessment.models import Decision, Proposal, Status, Transition
from tests.assessment.factories import DAY, CallFactory, UserFactory, co_editor
from tests.assessment.meeting import (
    a_board,
    a_call,
    announced,
    assessed,
    decided,
    english_author,
    page_of,
    split,
)
from tests.assessment.office import office_person, told
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

LIST = "/en/proposals/"
PRIVATE = ["For the board alone.", "The evidence is thin.", "Member 1", "Well described."]
"""A comment, the reason for departing from the rule, a name, and what may be passed on but was not taken over."""


@pytest.fixture
def call():
    return a_call()


@pytest.fixture
def seats(call):
    return a_board(call)


def own(proposal, path=""):
    """Return what the submitter reads on the page of the proposal, or on another one."""
    body = signed_in(proposal.submitted_by).get(path or f"{LIST}{proposal.reference}/").content.decode()
    return " ".join(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body).split())


def later_call(**values):
    now = timezone.now()
    dates = {"opens_at": now + DAY, "closes_at": now + 9 * DAY, "scoring_closes_at": now + 20 * DAY}
    return CallFactory(**{**dates, **values})


# Before the announcement --------------------------------------------------------------------------------------------


def test_no_page_of_the_submitter_tells_what_was_decided(call, seats):
    """Byte by byte: pages and mails are as they were before the decision."""
    proposal = assessed(call, seats, **english_author())
    paths = [f"{LIST}{proposal.reference}/", LIST, f"{LIST}{proposal.reference}/preview/"]
    before, mails = [own(proposal, path) for path in paths], len(mail.outbox)

    for outcome in ("approved", "rejected", "deferred"):
        decided(proposal, outcome, deviation="The evidence is thin.")
        assert [own(proposal, path) for path in paths] == before
    assert len(mail.outbox) == mails
    assert (
        signed_in(proposal.submitted_by).get(f"{LIST}{proposal.reference}/copy/").context["is_possible"]
        is False
    )


def test_discussion_is_not_told_either(call, seats):
    proposal = split(call, seats, **english_author())

    body = own(proposal)

    assert "Under review" in body
    assert "discuss" not in body


# After it -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "words", "may_copy"),
    [
        ("approved", "The office prepares the publication.", False),
        ("rejected", "If the reasons can be mended, copy it into an open call.", True),
        ("deferred", "The office takes the text into the next call", True),
    ],
)
def test_submitter_and_co_editor_read_outcome_and_reasons(call, seats, outcome, words, may_copy):
    proposal = assessed(call, seats, **english_author())
    editor = co_editor(proposal, UserFactory(language="en"), right="view")
    announced(proposal, outcome, deviation="The evidence is thin.")

    page = signed_in(proposal.submitted_by).get(f"{LIST}{proposal.reference}/")
    body = page.content.decode()
    read = signed_in(editor).get(f"{LIST}{proposal.reference}/").content.decode()

    assert page.context["outcome"].outcome == outcome
    assert page.context["can_copy"] == may_copy
    for text in (words, "A strong example.", "Sentence on innovative.", "<span>convincing</span>"):
        assert text in body
        assert text in read
    assert [text for text in PRIVATE if text in body + read] == []
    assert str(page.context["progress"].label) in own(proposal, LIST)


def test_outcome_stays_until_the_next_one_is_announced(call, seats):
    proposal = assessed(call, seats, **english_author())
    announced(proposal)
    decided(proposal, "deferred", deviation="A question.")

    before = signed_in(proposal.submitted_by).get(f"{LIST}{proposal.reference}/").context

    assert (before["outcome"].outcome, before["replaced"]) == ("approved", None)
    assert [str(step.words) for step in before["timeline"]][-1] == "Approved"

    workflow.announce([workflow.in_force(proposal)], by=UserFactory())

    after = signed_in(proposal.submitted_by).get(f"{LIST}{proposal.reference}/").context
    assert (after["outcome"].outcome, after["replaced"].outcome) == ("deferred", "approved")
    assert [str(step.words) for step in after["timeline"]][-2:] == ["Approved", "Deferred to the next call"]


def test_nobody_hears_that_a_decision_was_replaced_under_embargo(call, seats):
    proposal = assessed(call, seats, **english_author())
    decided(proposal)
    announced(proposal, "deferred", deviation="A question.")

    (letter,) = [one for one in mail.outbox if one.kind == "proposal_outcome"]

    assert "replaces" not in letter.body + own(proposal)


def test_other_reasons_for_the_same_outcome_are_a_decision_of_two_as_well(call, seats):
    proposal = assessed(call, seats, **english_author())
    old = announced(proposal)
    steps = Transition.objects.filter(proposal=proposal).count()

    new = announced(proposal, summary="Well argued.")

    assert (new.supersedes, new.outcome, workflow.in_force(proposal)) == (old, "approved", new)
    assert Transition.objects.filter(proposal=proposal).count() == steps
    assert "Well argued." in own(proposal)
    assert Decision.objects.get(pk=old.pk).summary == "A strong example."


# A deferred proposal goes on ----------------------------------------------------------------------------------------


@pytest.fixture
def deferred(call, seats):
    return announced(assessed(call, seats, **english_author()), "deferred", deviation="A question.").proposal


def test_office_takes_a_deferred_text_into_a_later_call_for_its_submitter(deferred):
    office, call = signed_in(office_person()), later_call(title_en="Autumn call")
    assert "Autumn call" in office.get(page_of(deferred, "carry-over/")).content.decode()

    response = office.post(page_of(deferred, "carry-over/"), {"call": call.pk})

    new = Proposal.objects.get(previous=deferred)
    assert told(response) == [
        f"{new.reference} is a draft in “Autumn call” now. The submitter has been told."
    ]
    assert (new.call, new.submitted_by, new.status) == (call, deferred.submitted_by, Status.DRAFT)
    assert new.example.summary_de == deferred.example.summary_de
    (letter,) = [one for one in mail.outbox if one.kind == "proposal_carried_over"]
    assert letter.to == [deferred.submitted_by.email]
    assert f"/en/proposals/{new.reference}/" in letter.body
    body = own(deferred)
    assert "The text goes on in another call:" in body
    assert new.reference in body
    assert "Olga Office" not in own(new)


def test_second_time_leads_to_the_first(deferred):
    office, call = signed_in(office_person()), later_call()
    path, meeting = page_of(deferred, "carry-over/"), page_of(deferred.call)
    assert path in office.get(meeting).content.decode()
    office.post(path, {"call": call.pk})
    new = Proposal.objects.get(previous=deferred)

    response = office.post(path, {"call": call.pk})

    assert path not in office.get(meeting).content.decode()
    assert office.get(path).status_code == 302

    assert told(response)[-1] == f"The text is in that call already: {new.reference}."
    assert Proposal.objects.filter(previous=deferred).count() == 1


def test_call_that_is_over_or_the_own_one_is_refused(deferred):
    now = timezone.now()
    over = later_call(opens_at=now - 3 * DAY, closes_at=now - DAY)

    for call in (over, deferred.call):
        with pytest.raises(workflow.CallClosed):
            copying.carry_over(deferred, call=call, by=UserFactory(), now=now)
        response = signed_in(office_person(f"{call.pk}@example.org")).post(
            page_of(deferred, "carry-over/"), {"call": call.pk}
        )
        assert response.context["form"].errors.keys() == {"call"}


def test_only_what_is_known_to_be_deferred_is_taken_over(call, seats):
    rejected = announced(assessed(call, seats), "rejected", deviation="x").proposal
    under_embargo = decided(assessed(call, seats), "deferred", deviation="x").proposal
    office = signed_in(office_person())

    for proposal in (rejected, under_embargo):
        with pytest.raises(copying.NotCopyable):
            copying.carry_over(proposal, call=later_call(), by=UserFactory(), now=timezone.now())

    assert office.get(page_of(rejected, "carry-over/")).status_code == 302
    assert office.get(page_of(under_embargo, "carry-over/")).status_code == 404
