"""Outcomes are announced in bulk, with their number typed; nobody hears of one before, and nobody twice."""

import pytest
from django.core import mail

from assessment.models import Decision
from tests.assessment.factories import UserFactory, co_editor, member_of
from tests.assessment.meeting import a_board, a_call, announced, assessed, decided, english_author, page_of
from tests.assessment.office import office_person, told
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


def outcome_mails(*kinds):
    return [one for one in mail.outbox if one.kind in (kinds or ("proposal_outcome", "board_outcome"))]


def test_ticked_outcomes_are_announced(office, call, seats):
    first, second = decided(assessed(call, seats)), decided(assessed(call, seats))
    address = page_of(call, "announcement/")

    response = office.post(address, {"decisions": [first.pk], "count": "1"})

    assert told(response) == ["1 outcome was announced."]
    assert list(Decision.objects.filter(announced_at=None)) == [second]
    receivers = [first.proposal.submitted_by.email, *sorted(seat.user.email for seat in seats)]
    found = [(one.kind, one.to[0]) for one in outcome_mails()]
    assert found[0] == ("proposal_outcome", receivers[0])
    assert sorted(found[1:]) == [("board_outcome", one) for one in receivers[1:]]


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"count": "2"}, "count", "Ticked: 1. Type that number, or change what is ticked."),
        ({"count": ""}, "count", "This field is required."),
        ({"decisions": [], "count": "1"}, "decisions", "Choose at least one outcome."),
        ({"decisions": ["x"], "count": "1"}, "decisions", "“x” is not a valid value."),
        (
            {"decisions": ["9" * 30], "count": "1"},
            "decisions",
            "One of the chosen outcomes has been announced meanwhile. Please look again.",
        ),
    ],
    ids=["other_number", "no_number", "none", "no_key", "unknown"],
)
def test_announcement_is_refused_in_words(office, call, data, field, words):
    decision = decided(assessed(call, a_board(call)))

    response = office.post(page_of(call, "announcement/"), {"decisions": [decision.pk], **data})

    assert [str(error) for error in response.context["form"].errors[field]] == [words]
    assert outcome_mails() == []


def test_announced_outcome_is_not_announced_again(office, call, seats):
    decision = announced(assessed(call, seats))
    count = len(outcome_mails())

    response = office.post(page_of(call, "announcement/"), {"decisions": [decision.pk], "count": "1"})

    assert response.context["form"].errors.keys() == {"decisions"}
    assert len(outcome_mails()) == count


def test_conflicted_members_get_no_mail(call, seats):
    network = NetworkFactory()
    member_of(network, seats[0].user)

    announced(assessed(call, seats[1:], network=network))

    assert {one.to[0] for one in outcome_mails("board_outcome")} == {seat.user.email for seat in seats[1:]}


def test_mail_says_outcome_and_reasons_and_no_score_or_name(call, seats):
    decision = announced(assessed(call, seats, **english_author()))

    (found,) = outcome_mails("proposal_outcome")

    assert found.subject == f"The outcome of your proposal {decision.proposal.reference}"
    for words in (
        "The outcome: approved.",
        "A strong example.",
        "- Innovative: convincing. Sentence on innovative.",
    ):
        assert words in found.body
    hidden = [*(seat.user.name for seat in seats), decision.proposed_by.name, "For the board alone", "edian"]
    assert [words for words in hidden if words in found.body] == []


def test_superseding_decision_is_announced_as_such(call, seats):
    proposal = assessed(call, seats, **english_author())
    announced(proposal)

    announced(proposal, "deferred", deviation="A question.")

    old, new = [one.body for one in outcome_mails("proposal_outcome")]
    assert "This decision replaces the one of" not in old
    assert "This decision replaces the one of" in new


def test_preview_shows_each_mail_and_sends_none(office, call, seats):
    proposal = assessed(call, seats)
    co_editor(proposal, UserFactory())
    decided(proposal)

    found = office.get(page_of(proposal, "mails/")).context["mails"]

    authors = [proposal.submitted_by.email, proposal.editors.get().user.email]
    assert [one.to.email for one in found][:2] == authors
    assert {one.to.email for one in found[2:]} == {seat.user.email for seat in seats}
    assert outcome_mails() == []


def test_preview_of_nothing_is_not_found(office, call, seats):
    assert office.get(page_of(assessed(call, seats), "mails/")).status_code == 404


def test_announcement_has_nothing_of_hidden_outcomes(call, seats):
    network = NetworkFactory()
    hidden = decided(assessed(call, seats, network=network))
    person = office_person()
    member_of(network, person)
    client = signed_in(person)

    page = client.get(page_of(call, "announcement/"))
    refused = client.post(page_of(call, "announcement/"), {"decisions": [hidden.pk], "count": "1"})

    assert page.context["decisions"] == []
    assert refused.context["form"].errors.keys() == {"decisions"}
