"""``manage.py run_worker``: sends mails and does the other jobs, until TERM or Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from goodpractice.outbox.worker import Worker


class Command(BaseCommand):
    help = "Send mails and do the other jobs that wait, until TERM or Ctrl-C. Several may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at a time (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        Worker(concurrency=options["concurrency"]).run()
