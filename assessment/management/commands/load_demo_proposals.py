"""``manage.py load_demo_proposals``: the made-up calls, proposals and board of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment import demonstration


class Command(BaseCommand):
    help = "Load the made-up calls, proposals and board of the demonstration; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            created = demonstration.load()
        except demonstration.PeopleMissing:
            raise CommandError("The made-up people are missing: bin/demo creates them first.") from None
        if options["verbosity"]:
            self.stdout.write(f"calls created: {created}; the others were there, their dates were moved on")
