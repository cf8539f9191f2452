"""Measures the pages of the board's members, with 3 and 200 proposals in the call: ``python -m benchmarks.scoring``.

Fails where a page of a proposal takes longer than 50 ms (p50, one connection) or asks more statements in the large
call. The database of its own in ``var/benchmarks/scoring`` is kept: the next run need not load again.
"""

import argparse
import os
import secrets
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.utils.module_loading import import_string

from benchmarks.one import SETTINGS
from goodpractice import postgres

LIMIT = 50.0
"""Milliseconds."""
HEADING = (
    f"{'page':24}{'proposals':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'database':>10}{'statements':>12}"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often the pages take turns")
    parser.add_argument("--data", type=Path, default=postgres.ROOT / "var" / "benchmarks" / "scoring")
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    os.environ.pop("DATABASE_URL", None)  # never a database that somebody uses
    os.environ.pop("DEMO", None)
    os.environ |= {
        **SETTINGS,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "GOODPRACTICE_DATA": str(given.data.absolute()),
    }
    with postgres.database():
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        # Models may be imported from here on only, and what looks for the static files.
        found = import_string("benchmarks.board.measure")(given.rounds)
    print(HEADING)
    for page, sizes in found.items():
        for size, figures in sizes.items():
            times = "".join(f"{figures[name]:9.1f}" for name in ("p50", "p99", "cpu"))
            print(f"{page:24}{size:>10}{times}{figures['database_cpu']:10.1f}{figures['statements']:12.0f}")
    sys.exit(", ".join(_too_much(found)) or None)


def _too_much(found: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    large = {page: sizes[max(sizes, key=int)] for page, sizes in found.items()}
    slow = [f"{page} takes {one['p50']:.1f} ms" for page, one in large.items() if one["p50"] > LIMIT]
    growing = [
        f"the statements of “{page}” grow"
        for page, sizes in found.items()
        if len({figures["statements"] for figures in sizes.values()}) > 1
    ]
    return slow + growing


if __name__ == "__main__":
    main()
