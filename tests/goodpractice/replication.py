"""Two servers of a test's own, one following the other as PostgreSQL's replication does it, and a site on both."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from email.message import Message
from typing import NamedTuple

import psutil
import psycopg

from goodpractice.embedded import BINARIES, Server
from goodpractice.postgres import DATABASE, ROOT

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "wal_level": "replica",
    "wal_retrieve_retry_interval": "100ms",  # until a copy asks again for a primary that was away
}
SECONDS_TO_START = 30


class Databases:
    """A primary that holds what was given to it, and its copy."""

    def __init__(self, folder, source):
        self.primary, self.copy = Server.of(folder / "primary"), Server.of(folder / "copy")
        self.primary.start(FAST, database=DATABASE)
        fill(source, self.primary.url(DATABASE))
        self.copy.folder.mkdir(0o700)
        os.chown(self.copy.folder, self.copy.uid, self.copy.gid)
        self.primary._run(
            str(BINARIES / "pg_basebackup"), "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
            "-D", str(self.copy.folder), "-d", self.primary.url("postgres"),
        )  # fmt: skip
        self.copy.start(FAST, database=DATABASE)

    def change(self, statement, *values):
        """Change the primary."""
        with psycopg.connect(self.primary.url(DATABASE), autocommit=True) as connection:
            connection.execute(statement, values)

    def ask_copy(self, statement):
        with psycopg.connect(self.copy.url(DATABASE), autocommit=True) as connection:
            return connection.execute(statement).fetchone()[0]

    def pause(self):
        """Let the copy stand still: it goes on to receive changes, but does not take them in."""
        self.ask_copy("SELECT pg_wal_replay_pause()")
        until(lambda: self.ask_copy("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def resume(self):
        self.ask_copy("SELECT pg_wal_replay_resume()")

    def stop(self):
        for server in (self.copy, self.primary):
            kill(server)
            shutil.rmtree(server.folder)


def kill(server):
    """End the server as a power cut would."""
    if not server._pid():
        return
    parent = psutil.Process(server._pid())
    family = [parent, *parent.children(recursive=True)]
    for process in family:
        process.kill()
    until(lambda: not any(map(lives, family)))


def lives(process):
    """Tell whether it runs; who has ended may wait to be buried for long."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def start(server):
    server.start(FAST, database=DATABASE)


def fill(source, target):
    dump = subprocess.run([BINARIES / "pg_dump", "--no-sync", source], check=True, capture_output=True)
    load = [BINARIES / "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", target]
    subprocess.run(load, check=True, input=dump.stdout)


def until(is_so, seconds=10):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come so"
        time.sleep(0.02)


class Reply(NamedTuple):
    status: int
    headers: Message
    text: str

    @property
    def json(self):
        return json.loads(self.text)


class Site:
    """A server process as it runs for real: one worker, two threads, the page cache."""

    def __init__(self, primary, replicas, **environment):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.replica_settings",
            "DEBUG": "0",
            "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
            "HTTPS": "0",
            "DATABASE_URL": primary,
            "DATABASE_REPLICA_URLS": replicas,
            **environment,
        }
        options = ["--interface", "wsgi", "--port", str(self.port), "--blocking-threads", "2", "--no-ws"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", *options, "goodpractice.wsgi:application"],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        until(self._answers, SECONDS_TO_START)

    def _answers(self):
        assert self.process.poll() is None
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def get(self, path, data=None, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            reply = urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            return Reply(reply.status, reply.headers, reply.read().decode(errors="replace"))

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
