"""Which database serves: that of ``DATABASE_URL`` or, for trial, development and tests, an embedded one.

Every process that uses the embedded server holds a shared file lock, which the kernel takes back however the
process ends. Who leaves and then gets the lock alone was the last one, and stops the server. A server that
killed processes left behind is joined by the next one. ``embedded`` knows how the server starts and stops.
"""

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from goodpractice import env
from goodpractice.embedded import Server

DATABASE = "goodpractice"
ROOT = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Return the folder of database and files: ``GOODPRACTICE_DATA``, or ``var`` in the project."""
    return env.path("GOODPRACTICE_DATA", ROOT / "var")


@contextmanager
def database() -> Iterator[str]:
    """Yield the address of the database, set as ``DATABASE_URL``, and keep an embedded one up meanwhile."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    with running(data_folder() / "postgres") as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield url
        finally:
            del os.environ["DATABASE_URL"]


@contextmanager
def running(folder: Path, **options: str) -> Iterator[str]:
    """Start the server of ``folder`` or join it, yield its address; the last user stops it.

    ``options`` are settings of PostgreSQL; they count for the process that starts it.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = Server.of(folder)
    gate, seats = folder.with_name(f"{folder.name}.lock"), folder.with_name(f"{folder.name}.users")
    with _leaving_on_signals(), seats.open("a") as seat:
        with _locked(gate):
            server.start(options, database=DATABASE)
            fcntl.flock(seat, fcntl.LOCK_SH)
        try:
            yield server.url(DATABASE)
        finally:
            with _locked(gate):
                if _is_alone(seat):
                    server.stop()
                fcntl.flock(seat, fcntl.LOCK_UN)


@contextmanager
def _locked(gate: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with gate.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_alone(seat: IO[str]) -> bool:
    try:
        fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _leaving_on_signals() -> Iterator[None]:
    """Turn the signals that would end the process on the spot into ``SystemExit``, so that it leaves."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [name for name in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(name) is signal.SIG_DFL]
    for name in ours:
        signal.signal(name, _leave)
    try:
        yield
    finally:
        for name in ours:
            signal.signal(name, signal.SIG_DFL)


def _leave(number: int, _frame: Any) -> None:
    sys.exit(128 + number)
