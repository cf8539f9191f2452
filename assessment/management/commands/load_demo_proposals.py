"""``manage.py load_demo_proposals``: the made-up call and proposals of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment import demonstration
from goodpractice.accounts.models import User


class Command(BaseCommand):
    help = "Load the made-up call and proposals of the demonstration; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            submitter = User.objects.get(email="submitter@example.org")
            office = User.objects.get(email="office@example.org")
        except User.DoesNotExist:
            raise CommandError("The made-up people are missing: bin/demo creates them first.") from None
        is_new = demonstration.load(submitter=submitter, office=office)
        if options["verbosity"]:
            self.stdout.write("created" if is_new else "there already; its dates were moved on")
