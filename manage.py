#!/usr/bin/env python3
"""Django's command line. Without ``DATABASE_URL`` an embedded PostgreSQL is up for the length of the command."""

import os
import sys

from django.core.management import execute_from_command_line

from goodpractice import postgres


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodpractice.settings")
    with postgres.database():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
