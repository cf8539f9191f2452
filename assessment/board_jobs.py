"""When the worker does what ``schedule`` describes. Each job may run twice, or late, and does no harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from assessment import schedule, workflow

QUEUE = "board"


@app.periodic(cron="*/5 * * * *")
@app.task(name="board.go_on", queue=QUEUE)
def go_on(timestamp: int) -> None:
    """End assessments that are over or complete, and publish what may be public from today on."""
    schedule.conclude_reviews(timezone.now())
    workflow.publish_due()


@app.periodic(cron="*/15 * * * *")
@app.task(name="board.send_digests", queue=QUEUE)
def send_digests(timestamp: int) -> None:
    schedule.send_digests(timezone.now())


@app.periodic(cron="7 7 * * *")
@app.task(name="board.remind", queue=QUEUE)
def remind(timestamp: int) -> None:
    schedule.remind_members(timezone.now())
    schedule.remind_submitters(timezone.localdate())


@app.periodic(cron="37 2 * * *")
@app.task(name="board.check", queue=QUEUE)
def check(timestamp: int) -> None:
    schedule.check(timezone.localdate())
