"""Load the vocabularies, networks and examples that come with the project."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue import loading


class Command(BaseCommand):
    help = (
        "Load vocabularies, networks and examples from fixtures/. "
        "What exists already is left alone, so this may run again at any time."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the made-up demo records too")
        parser.add_argument(
            "--update",
            action="store_true",
            help="let the files win over what exists, but for what is published",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = loading.load(demo=options["demo"], update=options["update"], dry_run=options["dry_run"])
        except loading.LoadingFailed as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            for model, counter in counts.items():
                parts = ", ".join(f"{counter[outcome]} {outcome}" for outcome in loading.Outcome)
                self.stdout.write(f"{model}: {parts}")
            if options["dry_run"]:
                self.stdout.write("Nothing was changed (dry run).")
