"""The jobs of the outbox. Each may run twice, or again after a crash, and does no harm."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.builtin_tasks import remove_old_jobs
from procrastinate.contrib.django import app

from goodpractice.outbox import delivery

WHEN_THE_DATABASE_FAILS = RetryStrategy(max_attempts=20, wait=15)
"""Errors of the mail server are dealt with by ``delivery``, which keeps count in the mail itself."""
HOURS_OF_JOBS = 30 * 24


@app.task(name=delivery.TASK, queue=delivery.QUEUE, retry=WHEN_THE_DATABASE_FAILS)
def deliver(mail_id: int) -> None:
    delivery.deliver(mail_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="outbox.wake_up_for_overdue", queue=delivery.QUEUE)
def wake_up_for_overdue(timestamp: int) -> None:
    delivery.wake_up_for_overdue()


@app.periodic(cron="23 * * * *")
@app.task(name="outbox.forget_old", queue=delivery.QUEUE)
def forget_old(timestamp: int) -> None:
    delivery.forget_old()


@app.periodic(cron="53 * * * *")
@app.task(name="outbox.forget_old_jobs", queue=delivery.QUEUE, pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Remove jobs that failed a month ago; those that succeeded are gone at once."""
    await remove_old_jobs(
        context, max_hours=HOURS_OF_JOBS, remove_failed=True, remove_cancelled=True, remove_aborted=True
    )
