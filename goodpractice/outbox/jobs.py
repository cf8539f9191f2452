"""Jobs that belong to a transaction: they exist if it holds, and never before.

A task's own ``defer`` keeps to Django's transaction in the web server only: a worker has a pool of its own, and a
job deferred through it may start before the rows it is about are there.
"""

from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

_MANAGER = JobManager(DjangoConnector())


def in_transaction(task: str, **options: Any) -> JobDeferrer:
    """Return a job of the task with this name, to be deferred on Django's connection: ``.defer(mail_id=1)``."""
    return configure_task(name=task, job_manager=_MANAGER, **options)
