"""What happens by itself when a date comes: the end of the assessment, mails, publication, the nightly check.

Each function can be called at any time and any number of times: ``Notice`` remembers what somebody was told. The
worker calls them (``board_jobs``).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assessment import agenda, board_letters, notifications, workflow
from assessment.agenda import Item
from assessment.guards import GUARDS
from assessment.invariants import DATA
from assessment.models import BoardSeat, Call, InformationRequest, Notice, Proposal, Status, Transition
from assessment.permissions import Sight, sight
from goodpractice.accounts.models import User

DAYS_BEFORE = (7, 2)
"""So many days before the end of the assessment members with open work are reminded."""
DAYS_BEFORE_AN_ANSWER = 2
ADMINISTRATORS = "administrator"


def conclude_reviews(now: datetime.datetime) -> None:
    """End the assessment of what is over, or where nobody is waited for; tell the office once of a missing quorum."""
    waiting: dict[Call, list[Proposal]] = defaultdict(list)
    for proposal in Proposal.objects.filter(status=Status.IN_REVIEW).with_names().order_by("pk"):
        is_over = proposal.call.scoring_closes_at <= now
        try:
            after = workflow.conclude_review(proposal, is_over=is_over)
        except workflow.TransitionNotAllowed:  # somebody was quicker
            continue
        if is_over and after.status == Status.IN_REVIEW:
            waiting[proposal.call].append(proposal)
    for call, proposals in waiting.items():
        for user in notifications.office():
            _tell_of_missing_quorum(user, call, proposals)


def send_digests(now: datetime.datetime) -> None:
    """Tell members of what the board has got and they were not told of; one mail for several."""
    for seat in _seats_at_work(now):
        with transaction.atomic():
            fresh = [
                item.proposal
                for item in _to_do(seat)
                if Notice.objects.first_time("digest", seat.pk, _arrival(item.proposal))
            ]
            if fresh:
                board_letters.digest(seat, fresh)


def remind_members(now: datetime.datetime) -> None:
    """Remind members with open work, once for each of ``DAYS_BEFORE`` and end of the assessment."""
    for seat in _seats_at_work(now):
        ends = seat.call.scoring_closes_at
        left = (timezone.localdate(ends) - timezone.localdate(now)).days
        due = min((days for days in DAYS_BEFORE if left <= days), default=None)
        if due is None:
            continue
        with transaction.atomic():
            count = len(_to_do(seat))
            if count and Notice.objects.first_time("reminder", due, seat.pk, ends.isoformat()):
                board_letters.reminded(seat, count)


def remind_submitters(today: datetime.date) -> None:
    """Remind the authors of an answer that is due in these days; an overdue one is the office's business."""
    latest = today + datetime.timedelta(days=DAYS_BEFORE_AN_ANSWER)
    due = InformationRequest.objects.filter(answered_at=None, due_on__range=(today, latest))
    for request in due.select_related("proposal__example", "proposal__submitted_by"):
        with transaction.atomic():
            for user in notifications.authors(request.proposal):
                if Notice.objects.first_time("question", request.pk, request.due_on, user.pk):
                    board_letters.question_due(request, user)


def check(today: datetime.date) -> dict[str, list[str]]:
    """Return which rules are broken; the administrators are told once a day."""
    broken = {rule.name: cases for rule in [*GUARDS, *DATA] if (cases := rule.violations())}
    with transaction.atomic():
        if broken and Notice.objects.first_time("broken", today):
            for user in administrators():
                board_letters.broken(user, broken)
    return broken


def administrators() -> list[User]:
    found = User.objects.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATORS), is_active=True)
    return list(found.distinct().order_by("pk"))


def _seats_at_work(now: datetime.datetime) -> Iterator[BoardSeat]:
    """Yield the seats of calls with something to assess, before the end of the assessment."""
    calls = Proposal.objects.filter(status=Status.IN_REVIEW).values("call")
    seats = BoardSeat.objects.filter(
        ended_at=None, user__is_active=True, call__in=calls, call__scoring_closes_at__gt=now
    )
    yield from seats.select_related("user", "call").order_by("pk")


def _to_do(seat: BoardSeat) -> list[Item]:
    """Return what the member's own page shows as to be done."""
    (docket,) = agenda.of(seat.user, seat.call_id)
    return docket.to_do


def _arrival(proposal: Any) -> int:
    """Return the key of the step by which the board got the proposal last."""
    arrivals = Transition.objects.filter(proposal=proposal.pk, target=Status.IN_REVIEW)
    return int(arrivals.order_by("-pk").values_list("pk", flat=True)[0])


@transaction.atomic
def _tell_of_missing_quorum(user: User, call: Call, proposals: list[Proposal]) -> None:
    """Tell one of the office, unless a conflict or a seat of their own forbids them to know."""
    ends, seen = call.scoring_closes_at.isoformat(), sight(user, proposals)
    fresh = [
        one
        for one in proposals
        if seen[one.pk] != Sight.TITLE
        and Notice.objects.first_time("quorum", one.pk, _arrival(one), ends, user.pk)
    ]
    if fresh:
        board_letters.quorum_missing(user, call, fresh)
