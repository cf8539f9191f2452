"""Write the index of the published examples anew: after a restore, or when what is indexed has changed."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from catalogue import index
from catalogue.models import Example, ExampleIndex


class Command(BaseCommand):
    help = "Write the index that lists, facets and search read. May run at any time, and again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be written")

    def handle(self, *args: Any, **options: Any) -> None:
        total = Example.objects.published().count()
        if options["dry_run"]:
            stale = ExampleIndex.objects.exclude(example__status=Example.Status.PUBLISHED).count()
            self.stdout.write(f"Would write {total} rows and delete {stale}.")
            return
        done = index.refresh_all(progress=lambda done: self._tell(done, total, int(options["verbosity"])))
        self.stdout.write(self.style.SUCCESS(f"Wrote {done} rows."))

    def _tell(self, done: int, total: int, verbosity: int) -> None:
        if verbosity and self.stderr.isatty():
            self.stderr.write(f"\r{done} of {total}", ending="")
