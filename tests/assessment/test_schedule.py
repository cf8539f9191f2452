"""What happens by itself when a date comes; run twice, or late, it happens once."""

import datetime

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from assessment import board_jobs, judging, schedule, workflow
from assessment.models import BoardSeat, Call, Notice, Proposal, Status
from goodpractice.accounts.models import User
from goodpractice.outbox.models import Mail
from tests.assessment.boarded import office_with
from tests.assessment.factories import (
    DAY,
    CallFactory,
    UserFactory,
    co_editor,
    handed_in,
    member_of,
    office_member,
    pass_on,
    proposal_in,
    with_board,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = "goodpractice.outbox.backend.OutboxBackend"


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def seats(call):
    return with_board(call)


def in_review(call, **values):
    return proposal_in(Status.IN_REVIEW, call=call, **values)


def over(call):
    return call.scoring_closes_at + datetime.timedelta(minutes=1)


def mails(*kinds):
    return sorted(Mail.objects.filter(kind__in=kinds).values_list("kind", "receiver"))


def status_of(proposal):
    return Proposal.objects.get(pk=proposal.pk).status


def twice(function, *arguments):
    function(*arguments)
    function(*arguments)


# The end of the assessment --------------------------------------------------------------------------------------------


def test_assessment_that_is_over_ends_and_a_split_goes_to_discussion(call, seats):
    agreed, split = in_review(call), in_review(call)
    for number, seat in enumerate(seats[:3] if seats[3].constituency != "ministry" else seats):
        handed_in(seat, agreed)
        handed_in(seat, split, points=5 if number % 2 else 1)

    schedule.conclude_reviews(call.scoring_closes_at - DAY)
    before = status_of(agreed)
    twice(schedule.conclude_reviews, over(call))

    assert (status_of(agreed), status_of(split)) == (Status.DECISION_PENDING, Status.DISCUSSION)
    assert before in {Status.IN_REVIEW, Status.DECISION_PENDING}
    assert agreed.transitions.filter(target=Status.DECISION_PENDING, by=None).count() == 1


def test_office_is_told_once_where_a_quorum_is_missing(call, seats):
    office, insider = office_member(), office_member()
    seated = office_with(seats[0].user)
    proposal, other = in_review(call), in_review(call)
    member_of(proposal.example.network, insider)

    twice(schedule.conclude_reviews, over(call))

    assert (status_of(proposal), status_of(other)) == (Status.IN_REVIEW, Status.IN_REVIEW)
    assert mails("board_quorum_missing") == [
        ("board_quorum_missing", one.email) for one in sorted([office, insider], key=lambda one: one.email)
    ]
    texts = dict(Mail.objects.filter(kind="board_quorum_missing").values_list("receiver", "text"))
    assert proposal.reference in texts[office.email]
    assert other.reference in texts[insider.email]
    assert proposal.reference not in texts[insider.email]
    assert seated.email not in texts


def test_office_is_told_again_after_the_end_was_moved(call, seats):
    office_member()
    in_review(call)
    schedule.conclude_reviews(over(call))

    Call.objects.update(scoring_closes_at=call.scoring_closes_at + DAY)
    schedule.conclude_reviews(over(call))
    twice(schedule.conclude_reviews, over(call) + DAY)

    assert len(mails("board_quorum_missing")) == 2


def test_assessment_goes_on_when_the_last_one_waited_for_leaves_the_board(call, seats):
    proposal = in_review(call)
    for seat in seats[:3]:
        handed_in(seat, proposal)
    before = status_of(proposal)

    BoardSeat.objects.filter(pk=seats[3].pk).update(ended_at=timezone.now())
    schedule.conclude_reviews(timezone.now())

    assert (before, status_of(proposal)) == (Status.IN_REVIEW, Status.DECISION_PENDING)


# Mails to members -----------------------------------------------------------------------------------------------------


def test_digest_goes_once_to_the_eligible_and_names_what_is_new(call, seats):
    first, second = in_review(call, title_de="Erstes"), in_review(call, title_de="Zweites")
    member_of(second.example.network, seats[0].user)
    member_of(first.example.network, seats[1].user)
    member_of(second.example.network, seats[1].user)

    twice(schedule.send_digests, timezone.now())

    texts = dict(Mail.objects.filter(kind="board_digest").values_list("receiver", "text"))
    assert set(texts) == {seat.user.email for seat in (seats[0], seats[2], seats[3])}
    assert ("Erstes" in texts[seats[0].user.email], "Zweites" in texts[seats[0].user.email]) == (True, False)
    assert ("Erstes" in texts[seats[2].user.email], "Zweites" in texts[seats[2].user.email]) == (True, True)


def test_digest_names_what_came_since_and_what_came_back(call, seats):
    first = in_review(call, title_de="Erstes")
    schedule.send_digests(timezone.now())
    Mail.objects.all().delete()
    workflow.return_to_screening(first, by=UserFactory(), reason="?")
    pass_on(first)
    in_review(call, title_de="Zweites")

    twice(schedule.send_digests, timezone.now())

    texts = list(Mail.objects.filter(kind="board_digest").values_list("text", flat=True))
    assert [("Erstes" in text, "Zweites" in text) for text in texts] == [(True, True)] * 4


def test_members_with_open_work_are_reminded_seven_and_two_days_before(call, seats):
    proposal = in_review(call)
    handed_in(seats[0], proposal)
    for seat in seats:
        judging.declare(seat, proposal, has_conflict=seat == seats[1])
    closing = call.scoring_closes_at
    counts = {}

    for days in (8, 7, 6, 3, 2, 1):
        twice(schedule.remind_members, closing - days * DAY)
        counts[days] = len(mails("board_reminder"))
    schedule.remind_members(over(call))

    assert counts == {8: 0, 7: 2, 6: 2, 3: 2, 2: 4, 1: 4}
    assert mails("board_reminder")[-1] != mails("board_reminder")[0]
    assert {receiver for _kind, receiver in mails("board_reminder")} == {
        seat.user.email for seat in seats[2:]
    }


def test_no_mail_before_handing_in_names_a_score_or_a_member(call, seats):
    """Invariant I15: two worlds, one with the others' scores, and the same mails."""
    proposal = in_review(call)

    def texts():
        Mail.objects.all().delete()
        Notice.objects.all().delete()
        schedule.send_digests(timezone.now())
        schedule.remind_members(call.scoring_closes_at - DAY)
        return list(
            Mail.objects.filter(receiver=seats[0].user.email).order_by("kind").values_list("subject", "text")
        )

    before = texts()
    for seat in seats[1:]:
        handed_in(seat, proposal, points=1, advice="reject")

    assert texts() == before
    assert len(before) == 2


# Mails to authors -----------------------------------------------------------------------------------------------------


def test_authors_are_reminded_once_when_an_answer_is_nearly_due(call):
    proposal = proposal_in(Status.NEEDS_INFO)
    colleague = co_editor(proposal)
    due = proposal.information_requests.get().due_on
    counts = {}

    for days in (3, 2, 1, 0, -1):
        twice(schedule.remind_submitters, due - days * DAY)
        counts[days] = len(mails("proposal_question_due"))

    assert counts == {3: 0, 2: 2, 1: 2, 0: 2, -1: 2}
    assert {receiver for _kind, receiver in mails("proposal_question_due")} == {
        proposal.submitted_by.email,
        colleague.email,
    }


def test_authors_who_have_answered_are_left_alone():
    proposal = proposal_in(Status.NEEDS_INFO)
    due = proposal.information_requests.get().due_on
    workflow.answer(proposal, by=proposal.submitted_by, answers={"success": "10", "transfer": "Geld"})

    schedule.remind_submitters(due)

    assert mails("proposal_question_due") == []


# The nightly check ----------------------------------------------------------------------------------------------------


def test_administrators_are_told_once_a_day_what_is_broken():
    root = User.objects.create_superuser("root@example.org", name="Root")
    office_member()
    today = timezone.localdate()
    nothing = schedule.check(today)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE assessment_score DROP CONSTRAINT score_once")

    twice(schedule.check, today)
    schedule.check(today + DAY)

    assert nothing == {}
    assert mails("invariants_broken") == [("invariants_broken", root.email)] * 2
    assert "every constraint is there" in Mail.objects.first().text


# The jobs -------------------------------------------------------------------------------------------------------------


def test_worker_knows_the_jobs_and_each_runs(call, seats):
    proposal = in_review(call)
    Call.objects.update(
        opens_at=timezone.now() - 30 * DAY,
        closes_at=timezone.now() - 9 * DAY,
        scoring_closes_at=timezone.now() - DAY,
    )
    office_member()

    for job in (board_jobs.go_on, board_jobs.send_digests, board_jobs.remind, board_jobs.check):
        assert app.tasks[job.name] is job
        job(0)

    assert status_of(proposal) == Status.IN_REVIEW
    assert mails("board_quorum_missing", "board_digest", "board_reminder") == [
        ("board_quorum_missing", kind_receiver) for _kind, kind_receiver in mails("board_quorum_missing")
    ]
