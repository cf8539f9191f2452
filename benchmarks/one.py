"""Measures one size in a process and a data folder of its own; ``benchmarks.__main__`` starts it."""

import argparse
import json
import os
import secrets
from pathlib import Path

import django
from django.core.management import call_command
from django.utils.module_loading import import_string

from goodpractice import postgres

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    "DEBUG": "0",
    "HTTPS": "0",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "EMAIL_URL": "console:",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("rounds", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("result", type=Path)
    given = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)  # never a database that somebody uses
    os.environ |= {**SETTINGS, "SECRET_KEY": secrets.token_urlsafe(48)}
    os.environ.pop("DEMO", None)
    with postgres.database():
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        # Models may be imported from here on only, and what looks for the static files.
        effort = import_string("benchmarks.measure.Effort")(given.rounds, given.seconds)
        found = import_string("benchmarks.measure.measure")(given.size, effort)
    given.result.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
