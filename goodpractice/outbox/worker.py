"""The process that does what is waiting: mails now, any other task of the site as well.

It outlives a restart of the database, and takes up what a killed worker left half done: a job whose worker has
given no sign of life for a while goes back into the queue.
"""

import asyncio
import contextlib
import logging
import signal
from dataclasses import dataclass
from typing import Any

from procrastinate import App, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg import Error

CONNECTIONS = 3
"""Of the loop that fetches jobs; each job at work takes one more from Django's pool."""
SECONDS_WITHOUT_DATABASE = 2

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Worker:
    """Times in seconds. A worker counts as dead after two missed signs of life and a bit."""

    concurrency: int = 2
    heartbeat: float = 8
    dead_after: float = 20
    polling: float = 5
    insist_after: float = 15
    """Longer than a mail server may keep a job waiting (``EMAIL_TIMEOUT``)."""

    def run(self) -> None:
        """Work until TERM or Ctrl-C; a job that has begun is finished first."""
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._run())

    async def _run(self) -> None:
        task = asyncio.current_task()
        if task is not None:  # always, inside a coroutine
            for number in (signal.SIGINT, signal.SIGTERM):
                task.get_loop().add_signal_handler(number, self._stop, task)
        while True:
            try:
                await self._work()
            except (exceptions.ConnectorException, Error) as error:
                logger.warning("The database does not answer: %s", type(error).__name__)
            await asyncio.sleep(SECONDS_WITHOUT_DATABASE)

    def _stop(self, task: "asyncio.Task[Any]") -> None:
        """Ask to stop, and again: before Python 3.12 ``asyncio.wait_for``, which psycopg uses, may lose a request."""
        task.cancel()
        task.get_loop().call_later(self.insist_after, self._stop, task)

    async def _work(self) -> None:
        """Work until cancelled, or until the database is gone."""
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=CONNECTIONS)
        with app.replace_connector(connector) as working_app:
            async with working_app.open_async():
                rescuer = asyncio.create_task(self._take_up_again_and_again(working_app))
                try:
                    await working_app.run_worker_async(
                        concurrency=self.concurrency,
                        delete_jobs="successful",
                        fetch_job_polling_interval=self.polling,
                        install_signal_handlers=False,
                        stalled_worker_timeout=self.dead_after,
                        update_heartbeat_interval=self.heartbeat,
                    )
                finally:
                    rescuer.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await rescuer

    async def _take_up_again_and_again(self, working_app: App) -> None:
        while True:
            try:
                await take_up_stalled(working_app, dead_after=self.dead_after)
            except exceptions.ConnectorException as error:
                logger.warning("Looking for jobs of dead workers failed: %s", type(error).__name__)
            await asyncio.sleep(self.heartbeat)


async def take_up_stalled(working_app: App, *, dead_after: float) -> int:
    """Put jobs of workers without a sign of life since ``dead_after`` seconds back into the queue."""
    stalled = list(await working_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after))
    for job in stalled:
        logger.warning("Job %s (%s) is taken up again: its worker is gone.", job.id, job.task_name)
        # Another worker may have been faster, which then is fine.
        with contextlib.suppress(exceptions.ConnectorException):
            await working_app.job_manager.retry_job(job)
    return len(stalled)
