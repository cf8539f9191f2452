"""Ask the database whether everything holds that must always hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.guards import GUARDS
from assessment.invariants import DATA


class Command(BaseCommand):
    help = "Check that every guard of the database is in place and that all data obeys. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for title, rules in (("Guards", GUARDS), ("Data", DATA)):
            self.stdout.write(title)
            for rule in rules:
                found = rule.violations()
                broken += bool(found)
                self.stdout.write(f"  {'BROKEN' if found else 'holds '}  {rule.name}")
                for case in found:
                    self.stdout.write(f"          {case}")
        if broken:
            raise CommandError(f"{broken} of {len(GUARDS) + len(DATA)} rules are broken.")
        self.stdout.write(self.style.SUCCESS(f"All {len(GUARDS) + len(DATA)} rules hold."))
