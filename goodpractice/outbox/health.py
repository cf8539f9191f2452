"""How long the oldest job has been waiting: a worker that is missing or hangs shows here."""

from django.db.models import Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

LONGEST_WAIT = 5 * 60
"""Seconds that a job may wait or work before the service counts as not ready."""


def oldest_job_seconds() -> int:
    """Return how long ago the oldest job that is not done should have begun; 0 if there is none."""
    now = timezone.now()
    waiting = ProcrastinateJob.objects.filter(
        Q(scheduled_at=None) | Q(scheduled_at__lte=now),
        status__in=["todo", "doing"],
        procrastinateevent__type="deferred",
    )
    since = waiting.aggregate(since=Min(Coalesce("scheduled_at", "procrastinateevent__at")))["since"]
    return max(0, int((now - since).total_seconds())) if since else 0
