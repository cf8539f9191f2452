"""What the public reads about the selection: the rubric in force, and figures of finished calls and of no other."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessment import selection, workflow
from assessment.models import BoardSeat, Call, Decision, Proposal, Rubric
from catalogue import facets
from tests.assessment.factories import DAY, CallFactory, UserFactory, draft, proposal_in, submitted
from tests.assessment.meeting import a_board, a_call, announced, assessed, decided, decision_draft

pytestmark = pytest.mark.django_db
PAGE = "/en/criteria/"


def page(client, address=PAGE):
    return client.get(address).content.decode()


def close(call, days=30):
    """Let the call have closed so many days ago."""
    end = timezone.now() - days * DAY
    Call.objects.filter(pk=call.pk).update(
        opens_at=end - 40 * DAY, closes_at=end, scoring_closes_at=end + DAY
    )


def finished_call(days=30):
    """Return a call with one proposal of each outcome, all announced."""
    call = a_call()
    seats = a_board(call, size=3)
    for outcome, points in (("approved", [4] * 4), ("rejected", [2] * 4), ("deferred", [3] * 4)):
        announced(assessed(call, seats, points), outcome)
    workflow.withdraw(submitted(call=call), by=UserFactory())
    close(call, days)
    return call


def figures():
    return selection.finished_calls(timezone.now())


# Finished calls


def test_finished_call_shows_its_figures(client):
    call = finished_call()
    early = timezone.now() - datetime.timedelta(days=70, hours=2)
    Proposal.objects.filter(call=call).update(submitted_at=early)

    (found,) = figures()

    counts = found.counts
    assert (found.call, found.members, found.withdrawn, found.days_to_outcome, found.days_to_publication) == (
        call, 3, 1, 70, None,
    )  # fmt: skip
    assert (counts.received, counts.approved, counts.rejected, counts.deferred, counts.not_accepted) == (
        4, 1, 1, 1, 0,
    )  # fmt: skip
    shown = re.findall(r'<dt>([^<]+)</dt><dd class="num">(\d+)</dd>', page(client))
    assert ("proposals received", "4") in shown
    assert ("days until the outcome was announced (median)", "70") in shown


def test_call_with_an_outcome_unknown_is_not_finished():
    statuses = ["submitted", "needs_info", "in_review", "decision_pending", "approved"]
    calls = [proposal_in(status).call for status in statuses]
    for call in calls:
        close(call)

    assert figures() == []


def test_new_decision_that_is_not_announced_hides_and_tells_nothing(client):
    call = finished_call()
    before = page(client)
    deferred = Decision.objects.get(outcome="deferred")
    anew = workflow.propose_decision(
        deferred.proposal, by=UserFactory(), draft=decision_draft("approved", deviation="We know more now.")
    )
    workflow.confirm_decision(anew, by=UserFactory())

    secret = page(client)
    workflow.announce([anew], by=UserFactory())

    assert secret == before
    assert [(one.counts.approved, one.counts.deferred) for one in figures()] == [(2, 0)]
    assert call.title_en in before


def test_drafts_open_calls_and_calls_without_proposals_are_not_shown():
    close(draft().call)
    close(CallFactory())
    workflow.withdraw(submitted(), by=UserFactory())

    assert figures() == []


@pytest.mark.parametrize("calls", [1, 3])
def test_each_finished_call_costs_four_statements(calls, django_assert_num_queries):
    for _number in range(calls):
        proposal = submitted()
        workflow.withdraw(proposal, by=UserFactory())
        close(proposal.call)

    with django_assert_num_queries(1 + 4 * calls):
        found = figures()

    assert len(found) == calls


def test_page_says_that_there_are_no_figures_yet(client):
    assert "Figures per call appear here once a call is finished" in page(client)


# The rubric


def test_rubric_of_the_latest_opened_call_is_in_force():
    call_command("loaddata", "rubric", verbosity=0)
    newest = Rubric.objects.get()
    older = Rubric.objects.create(version="2020-1", name_de="Alt", name_en="Old")
    now = timezone.now()

    without_a_call = selection.rubric_in_force(now)
    CallFactory(rubric=older)
    later = CallFactory(rubric=newest, opens_at=now + DAY)

    assert without_a_call == newest
    assert selection.rubric_in_force(now) == older
    assert selection.rubric_in_force(later.opens_at) == newest


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/de/kriterien/", "Ein bekannter Weg wird mit geringen Änderungen wiederholt."),
        (PAGE, "A familiar approach is repeated with minor changes."),
    ],
)
def test_page_holds_every_anchor_of_the_rubric(client, address, sentence):
    call_command("loaddata", "rubric", verbosity=0)

    html = page(client, address)

    rubrics = re.findall(r'<section class="rubric".*?</section>', html, re.DOTALL)
    assert [len(re.findall("<dt>", one)) for one in rubrics] == [5, 5, 5, 5]
    assert sentence in rubrics[1]


def test_page_without_a_rubric_says_so(client):
    assert "The rubric of the next call has not been published yet." in page(client)


# Kept pages


def raises(action):
    """Tell whether pages that were kept are out of date after ``action``, once its transaction holds."""
    before = facets.revision()
    action()
    return facets.revision() != before


@pytest.mark.django_db(transaction=True)
def test_kept_pages_end_with_what_changes_the_figures_and_with_nothing_secret():
    call = a_call()
    seats = a_board(call, size=3)
    decision, waiting = decided(assessed(call, seats)), assessed(call, seats)
    other = submitted(call=call)

    assert raises(lambda: workflow.announce([decision], by=UserFactory()))
    assert raises(lambda: workflow.withdraw(other, by=UserFactory()))
    assert not raises(lambda: decided(waiting))
    assert raises(lambda: BoardSeat.objects.filter(pk=seats[0].pk).update(ended_at=timezone.now()))
    assert raises(lambda: Rubric.objects.create(version="next", name_de="Neu", name_en="New"))
