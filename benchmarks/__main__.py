"""Measures the catalogue and writes ``docs/performance.md`` and its picture: ``python -m benchmarks``.

Each size has a database of its own in ``var/benchmarks`` (``--data`` names another folder), which is kept:
the next run need not load again.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import plot, report
from goodpractice import postgres

SIZES, LARGE = (1_000, 10_000), 100_000


def main() -> None:
    given = _arguments()
    found = [_measure(size, given) for size in given.sizes or [*SIZES, *([LARGE] if given.large else [])]]
    given.output.mkdir(parents=True, exist_ok=True)
    (given.output / "pictures").mkdir(exist_ok=True)
    (given.output / "pictures" / "growth.svg").write_text(plot.growth(found))
    (given.output / "performance.md").write_text(report.page(found))
    print(given.output / "performance.md")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"measure {LARGE:,} examples too")
    parser.add_argument("--sizes", type=int, nargs="+", help="measure these numbers of examples instead")
    parser.add_argument("--rounds", type=int, default=5, help="how often the contenders take turns")
    parser.add_argument("--seconds", type=float, default=1.0, help="of one scenario in one round")
    parser.add_argument("--data", type=Path, default=postgres.ROOT / "var" / "benchmarks")
    parser.add_argument("--output", type=Path, default=postgres.ROOT / "docs", help="folder of the report")
    return parser.parse_args()


def _measure(size: int, given: argparse.Namespace) -> dict[str, Any]:
    """Run ``benchmarks.one``, so that no size finds the memory or the caches of another."""
    print(f"{size:,} examples", file=sys.stderr)
    folder = given.data.absolute() / str(size)
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"GOODPRACTICE_DATA": str(folder)}
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        command = [sys.executable, "-m", "benchmarks.one", str(size), str(given.rounds), str(given.seconds)]
        subprocess.run([*command, result.name], cwd=postgres.ROOT, env=environment, check=True)
        return json.loads(Path(result.name).read_text())  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
