"""The servers that are measured: granian as ``bin/demo`` runs it, and nginx if it is installed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.client import HOST

WORKERS, THREADS = 2, 2
SECONDS_TO_START, SECONDS_TO_STOP = 60, 10
NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off; default_type "text/html; charset=utf-8"; sendfile on; tcp_nopush on; keepalive_requests 1000000;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    open_file_cache max=100; open_file_cache_valid 60s;
    server {{ listen {host}:{port}; root {pages}; }}
}}
"""


class ServerDidNotStart(Exception):
    """The server has ended or listens to nothing."""


@contextmanager
def granian(application: str, **environment: str) -> Iterator["Server"]:
    """Run ``application`` with two workers of two threads."""
    port = _free_port()
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--no-ws", "--no-access-log"]
    options += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--log-level", "warning"]
    with _running([sys.executable, "-m", "granian", *options, application], port, environment) as process:
        yield Server(port, process)


@contextmanager
def nginx(pages: Path, folder: Path) -> Iterator["Server | None"]:
    """Serve the files of ``pages`` by two workers; ``None`` where there is no nginx."""
    program = shutil.which("nginx")
    if program is None:
        yield None
        return
    port = _free_port()
    folder.mkdir(exist_ok=True)
    configuration = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(user + NGINX.format(folder=folder, host=HOST, port=port, pages=pages))
    command = [program, "-e", str(folder / "error.log"), "-c", str(configuration)]
    with _running(command, port, {}) as process:
        yield Server(port, process)


class Server:
    """A server that listens."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self._process = psutil.Process(process.pid)

    def worker_megabytes(self) -> float:
        """Return the memory of the largest worker that it shares with nobody."""
        workers = self._process.children(recursive=True)
        return max((worker.memory_full_info().uss for worker in workers), default=0) / 2**20


@contextmanager
def _running(
    command: list[str], port: int, environment: dict[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, env=os.environ | environment, start_new_session=True)
    try:
        _wait(process, port)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what is left of its session
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        with suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerDidNotStart(" ".join(map(str, process.args)))  # type: ignore[arg-type]
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
