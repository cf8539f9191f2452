"""Brings the records of one size into a database of their own. Safe to run twice.

It empties the catalogue of a folder whose loading was cut short. So it runs in the benchmark's own folder
only, never with a ``DATABASE_URL`` from outside (``benchmarks.one`` sees to that).
"""

import hashlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from benchmarks import generator, load

PARTS = ("generator.py", "lexicon.py", "load.py")
EMPTY = """
    SET goodpractice.allow_truncate = 'on';
    TRUNCATE catalogue_example, catalogue_network, catalogue_topic, catalogue_targetgroup, catalogue_audience,
             catalogue_federalstate, catalogue_memberkind, catalogue_fieldofaction, catalogue_formalisation,
             catalogue_networktype CASCADE
"""


def prepare(size: int) -> dict[str, Any]:
    """Return how loading went, now or when it happened: records, seconds, megabytes of memory."""
    stamp = settings.DATA_DIR / "loaded.json"
    known: dict[str, Any] = json.loads(stamp.read_text()) if stamp.exists() else {}
    if known.get("made_by") != _made_by(size):
        known = {**_load(size), "made_by": _made_by(size)}
        stamp.write_text(json.dumps(known))
    return known


def _made_by(size: int) -> str:
    """Return what the records depend on, as one text."""
    digest = hashlib.sha256(f"{size} {generator.SEED}".encode())
    for part in PARTS:
        digest.update(Path(__file__).with_name(part).read_bytes())
    return digest.hexdigest()


def _load(size: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
    memory: list[float] = []
    start, cpu = time.perf_counter(), time.process_time()

    def progress(done: int) -> None:
        memory.append(_megabytes())
        seconds = time.perf_counter() - start
        print(
            f"\r  loading {done:,} of {size:,} ({seconds / done * 1000:.1f} ms each)", end="", file=sys.stderr
        )

    load.load(size, progress=progress)
    print(file=sys.stderr)
    seconds = time.perf_counter() - start
    _settle()
    return {
        "seconds": seconds,
        "cpu_seconds": time.process_time() - cpu,
        "memory_at_first": memory[0],
        "memory_at_last": memory[-1],
    }


def _settle() -> None:
    """Do what the server would do by itself within minutes, so that it does not happen while measuring."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
