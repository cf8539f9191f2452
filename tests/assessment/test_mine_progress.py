"""What submitters are told in each state: a table. No row needs the database."""

import datetime

import pytest
from django.utils.translation import override

from assessment import progress, timeline
from assessment.models import Call, Decision, Status, Transition
from assessment.models.call import GRACE
from assessment.progress import Facts, Turn
from goodpractice.accounts.models import User

NOW = datetime.datetime(2027, 3, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def call(*, closes_at=NOW + 20 * DAY, opens_at=NOW - 10 * DAY, outcome_on=datetime.date(2027, 6, 30)):
    return Call(
        slug="one",
        opens_at=opens_at,
        closes_at=closes_at,
        scoring_closes_at=closes_at + 30 * DAY,
        outcome_on=outcome_on,
    )


def told(status, *, now=NOW, **facts):
    with override("en"):
        found = progress.progress(Facts(status=status, **{"call": call(), **facts}), now)
        return str(found.label), found.turn, str(found.by_label), found.by


OUTCOME = ("Outcome by", "30 June 2027")
NOTHING = ("", "")
TABLE = {
    Status.DRAFT: ("Draft", Turn.YOU, "Hand in by", "21 March 2027, 13:00 (Berlin time)"),
    Status.SUBMITTED: ("Received", Turn.OFFICE, *OUTCOME),
    Status.SCREENING: ("Received", Turn.OFFICE, *OUTCOME),
    Status.NEEDS_INFO: ("Question to you", Turn.YOU, *NOTHING),
    Status.IN_REVIEW: ("Under review", Turn.BOARD, *OUTCOME),
    Status.DISCUSSION: ("Under review", Turn.BOARD, *OUTCOME),
    Status.DECISION_PENDING: ("Under review", Turn.BOARD, *OUTCOME),
    Status.APPROVED: ("Under review", Turn.BOARD, *OUTCOME),
    Status.REJECTED: ("Under review", Turn.BOARD, *OUTCOME),
    Status.DEFERRED: ("Under review", Turn.BOARD, *OUTCOME),
    Status.PUBLISHED: ("Published", Turn.NOBODY, *NOTHING),
    Status.UNPUBLISHED: ("Taken from the public", Turn.NOBODY, *NOTHING),
    Status.WITHDRAWN: ("Withdrawn", Turn.NOBODY, *NOTHING),
}


@pytest.mark.parametrize("status", list(Status), ids=str)
def test_progress_of_each_state(status):
    assert told(status) == TABLE[status]


@pytest.mark.parametrize("status", list(Status), ids=str)
def test_each_state_says_what_happens_next(status):
    found = progress.progress(Facts(status=status, call=call()), NOW)

    assert str(found.next_step).endswith(".")


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.DEFERRED], ids=str)
@pytest.mark.parametrize("source", [Status.DECISION_PENDING, Status.APPROVED, Status.REJECTED], ids=str)
def test_outcome_of_the_board_differs_in_nothing_from_its_assessment(status, source):
    decided = progress.progress(Facts(status=status, call=call(), last_source=source), NOW)

    assert decided == progress.progress(Facts(status=Status.IN_REVIEW, call=call()), NOW)
    assert not progress.is_copyable(decided)


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.DEFERRED], ids=str)
@pytest.mark.parametrize(
    ("announced", "found"),
    [
        ("approved", ("Approved", Turn.OFFICE, *NOTHING)),
        ("rejected", ("Rejected", Turn.NOBODY, *NOTHING)),
        ("deferred", ("Deferred to the next call", Turn.OFFICE, *NOTHING)),
    ],
)
def test_what_was_announced_last_is_told_whatever_has_been_decided_since(status, announced, found):
    assert told(status, last_source=Status.DECISION_PENDING, announced=announced) == found


def test_deferred_text_that_goes_on_elsewhere_waits_for_nobody():
    found = told(Status.DEFERRED, announced="deferred", is_continued=True)

    assert found[:2] == ("Deferred to the next call", Turn.NOBODY)


def test_rejection_on_formal_grounds_is_told_at_once():
    found = told(Status.REJECTED, last_source=Status.SCREENING)

    assert found == ("Not accepted", Turn.NOBODY, *NOTHING)


@pytest.mark.parametrize(
    ("now", "first_attempt_at", "turn", "by"),
    [
        (NOW - MINUTE, None, Turn.YOU, "1 March 2027, 13:00 (Berlin time)"),
        (NOW, None, Turn.YOU, "1 March 2027, 13:15 (Berlin time)"),
        (NOW + GRACE, None, Turn.YOU, "1 March 2027, 13:15 (Berlin time)"),
        (NOW + GRACE + MINUTE, None, Turn.NOBODY, ""),
        (NOW + GRACE + MINUTE, NOW + 10 * MINUTE, Turn.YOU, "1 March 2027, 13:25 (Berlin time)"),
        (NOW + 26 * MINUTE, NOW + 10 * MINUTE, Turn.NOBODY, ""),
        (NOW + 5 * MINUTE, NOW - 3 * DAY, Turn.YOU, "1 March 2027, 13:15 (Berlin time)"),
    ],
    ids=["before", "the_end", "grace", "after", "attempted_late", "attempted_too_late", "attempted_early"],
)
def test_draft_is_told_until_when_it_can_be_handed_in(now, first_attempt_at, turn, by):
    closed = call(closes_at=NOW)

    found = told(Status.DRAFT, now=now, call=closed, first_attempt_at=first_attempt_at)

    assert (found[1], found[3]) == (turn, by)


def test_draft_of_a_call_that_was_put_off_is_told_when_it_opens():
    later = call(opens_at=NOW + DAY)

    assert told(Status.DRAFT, call=later)[2:] == ("Opens", "2 March 2027, 13:00 (Berlin time)")


@pytest.mark.parametrize(
    ("due_on", "is_overdue"),
    [(datetime.date(2027, 3, 1), False), (datetime.date(2027, 2, 28), True)],
    ids=["today", "yesterday"],
)
def test_question_is_told_with_its_day(due_on, is_overdue):
    found = progress.progress(Facts(status=Status.NEEDS_INFO, call=call(), due_on=due_on), NOW)

    assert (found.turn, found.is_overdue, found.due.date()) == (Turn.YOU, is_overdue, due_on)


@pytest.mark.parametrize(
    ("status", "label"), [(Status.DRAFT, "Draft"), (Status.NEEDS_INFO, "Question of the office")], ids=str
)
def test_who_only_reads_is_not_told_to_act(status, label):
    assert told(status, writes=False)[:2] == (label, Turn.WRITERS)


@pytest.mark.parametrize("outcome_on", [None, datetime.date(2027, 2, 28)], ids=["unknown", "passed"])
def test_no_day_is_told_that_is_unknown_or_has_passed(outcome_on):
    assert told(Status.IN_REVIEW, call=call(outcome_on=outcome_on))[2:] == NOTHING


@pytest.mark.parametrize(
    ("facts", "is_copyable"),
    [
        ({"status": Status.WITHDRAWN}, True),
        ({"status": Status.REJECTED, "last_source": Status.SCREENING}, True),
        ({"status": Status.REJECTED, "last_source": Status.DECISION_PENDING}, False),
        ({"status": Status.DEFERRED, "last_source": Status.DECISION_PENDING}, False),
        ({"status": Status.REJECTED, "announced": "rejected"}, True),
        ({"status": Status.DEFERRED, "announced": "deferred"}, True),
        ({"status": Status.APPROVED, "announced": "approved"}, False),
        ({"status": Status.DRAFT}, False),
        ({"status": Status.DRAFT, "call": call(closes_at=NOW - DAY)}, True),
        ({"status": Status.SUBMITTED}, False),
        ({"status": Status.PUBLISHED}, False),
    ],
)
def test_what_can_be_copied(facts, is_copyable):
    found = progress.progress(Facts(**{"call": call(), **facts}), NOW)

    assert progress.is_copyable(found) == is_copyable


# The timeline -------------------------------------------------------------------------------------------------------

AUTHOR, MEMBER = User(pk=1, name="Ada Autorin"), User(pk=2, name="Otto Office")
EVERY_WAY = [
    ("", Status.DRAFT, AUTHOR),
    (Status.DRAFT, Status.SUBMITTED, AUTHOR),
    (Status.SUBMITTED, Status.SCREENING, MEMBER),
    (Status.SCREENING, Status.NEEDS_INFO, MEMBER),
    (Status.NEEDS_INFO, Status.SCREENING, AUTHOR),
    (Status.SCREENING, Status.IN_REVIEW, MEMBER),
    (Status.IN_REVIEW, Status.DISCUSSION, None),
    (Status.DISCUSSION, Status.DECISION_PENDING, None),
    (Status.DECISION_PENDING, Status.REJECTED, MEMBER),
    (Status.REJECTED, Status.DEFERRED, MEMBER),
    (Status.DEFERRED, Status.APPROVED, MEMBER),
    (Status.APPROVED, Status.PUBLISHED, MEMBER),
    (Status.PUBLISHED, Status.UNPUBLISHED, MEMBER),
    (Status.UNPUBLISHED, Status.PUBLISHED, MEMBER),
]


def test_timeline_tells_no_step_of_the_board_and_names_nobody_of_the_office():
    transitions = [
        Transition(source=source, target=target, by=by, at=NOW, reason=source and f"why {target}")
        for source, target, by in EVERY_WAY
    ]

    with override("en"):
        found = [(str(step.words), step.by, step.reason) for step in timeline.of(transitions)]

    assert found == [
        ("Begun", "Ada Autorin", ""),
        ("Handed in", "Ada Autorin", ""),
        ("Check begun", "the office", ""),
        ("Question asked", "the office", "why needs_info"),
        ("Question answered", "Ada Autorin", ""),
        ("Passed on to the advisory board", "the office", ""),
        ("Published", "the office", ""),
        ("Taken from the public", "the office", ""),
        ("Published again", "the office", ""),
    ]


def test_timeline_tells_an_outcome_when_it_was_announced_and_not_when_it_was_decided():
    steps = [
        Transition(source=Status.SCREENING, target=Status.IN_REVIEW, by=MEMBER, at=NOW - DAY),
        Transition(source=Status.APPROVED, target=Status.PUBLISHED, by=MEMBER, at=NOW + DAY),
    ]
    decision = Decision(outcome="approved", decided_at=NOW - DAY, announced_at=NOW)

    with override("en"):
        found = [(str(step.words), step.by, step.at) for step in timeline.of(steps, [decision])]

    assert found == [
        ("Passed on to the advisory board", "the office", NOW - DAY),
        ("Approved", "the advisory board", NOW),
        ("Published", "the office", NOW + DAY),
    ]


def test_timeline_tells_that_the_office_began_it_and_not_who():
    step = Transition(source="", target=Status.DRAFT, by=MEMBER, at=NOW, reason="GP-2026-0001")

    with override("en"):
        found = [(str(one.words), one.by, one.reason) for one in timeline.of([step])]

    assert found == [("Begun from a deferred proposal", "the office", "")]


def test_timeline_tells_who_withdrew_and_why():
    step = Transition(source=Status.IN_REVIEW, target=Status.WITHDRAWN, by=AUTHOR, at=NOW, reason="Doppelt.")

    with override("en"):
        (found,) = timeline.of([step])
        words = str(found.words)

    assert (words, found.by, found.reason) == ("Withdrawn", "Ada Autorin", "Doppelt.")
