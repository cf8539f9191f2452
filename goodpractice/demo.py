"""The demonstration that ``bin/demo`` runs: database, made-up records, accounts and web server, until Ctrl-C.

For this machine alone: it listens on the loopback address only, without TLS, and anybody at it may take any role.
"""

import datetime
import hashlib
import http.client
import io
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from goodpractice import embedded, postgres
from goodpractice.accounts.roles import ROLES

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
LAST_PORT = 65535
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
GOODBYES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoFailed(Exception):
    """The demonstration cannot start or go on; the message says why, for the person at the terminal."""


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may know no typographic quotation marks
    for number in GOODBYES:
        if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN):  # nohup means it
            signal.signal(number, _say_goodbye)
    try:
        run()
    except (DemoFailed, embedded.ServerError) as error:
        sys.exit(f"\n{error}")


def run() -> None:
    port = _port()
    data = postgres.data_folder()
    data.mkdir(parents=True, exist_ok=True)
    os.environ |= _environment(data) | {"SITE_URL": f"http://{HOST}:{port}"}
    with postgres.database():
        _prepare(data)
        with _children({"web server": _web_server(port), "mail worker": _worker()}) as children:
            _wait_for_answer(children, port)
            _tell(_welcome(port))
            _watch(children)


# Before it starts ------------------------------------------------------------------------------------------


def _port() -> int:
    """Return the port to listen on, which is free."""
    given = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= LAST_PORT:
        raise DemoFailed(f"PORT must be a number from 1 to {LAST_PORT}; it is {given!r}.")
    port = int(given)
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise DemoFailed(
                f"This user may not listen on port {port}. Try PORT={DEFAULT_PORT} bin/demo"
            ) from None
        except OSError:
            raise DemoFailed(
                f"Port {port} ist belegt. Anderer Port: PORT={_other(port)} bin/demo\n"
                f"Port {port} is in use. Take another: PORT={_other(port)} bin/demo"
            ) from None
    return port


def _other(port: int) -> int:
    return port + 1 if port < LAST_PORT else DEFAULT_PORT


def _environment(data: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "goodpractice.settings",
        "SECRET_KEY": _secret_key(data / "secret-key"),
        "DEBUG": "0",
        "DEMO": "1",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "BEHIND_PROXY": "0",
        "EMAIL_URL": (data.resolve() / "mails").as_uri(),
    }


def _secret_key(path: Path) -> str:
    """Return the key of this data folder, made at the first start, so that sessions outlive a restart."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        draft.rename(path)
    return path.read_text()


def _prepare(data: Path) -> None:
    """Bring database, static files, records and accounts up to date; all in this process, which is quick."""
    django.setup()
    _step("Datenbank / database", lambda: call_command("migrate", verbosity=0, interactive=False))
    _step("Gestaltung / style", lambda: _collect_static(data / "static.stamp"))
    _step("Inhalte / content", lambda: call_command("load_catalogue", demo=True, verbosity=0))
    _step("Konten / accounts", _create_accounts)
    _step("Vorschläge / proposals", lambda: call_command("load_demo_proposals", verbosity=0))
    connections.close_all()


def _step(name: str, action: Callable[[], Any]) -> None:
    started = time.monotonic()
    _tell(f"  {name} ... ", end="")
    action()
    _tell(f"{time.monotonic() - started:.1f} s")


def _collect_static(stamp: Path) -> None:
    """Collect and compress the static files unless they are those of the last start."""
    parts = [postgres.ROOT / "requirements.txt", postgres.ROOT / "goodpractice" / "staticfiles.py"]
    parts += sorted(path for path in (postgres.ROOT / "static").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part.relative_to(postgres.ROOT)}\0".encode() + part.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest())


def _create_accounts() -> None:
    """Create the made-up people of each role; they have no password and are tried by a click."""
    call_command("loaddata", "roles", verbosity=0)
    models = {name: apps.get_model("accounts", name) for name in ("User", "Membership")}
    people: dict[str, Any] = {}
    for role in ROLES:
        person, _ = models["User"].objects.get_or_create(email=role.email, defaults={"name": role.name})
        person.name, person.is_staff, person.is_active = role.name, role.is_staff, True
        person.organisation, person.subproject = "Musterbüro (Demo)", "Teilprojekt Musterland (Demo)"
        person.set_unusable_password()
        person.save()
        person.groups.set(person.groups.model.objects.filter(name=role.group))
        apps.get_model("account", "EmailAddress").objects.get_or_create(
            user=person, email=role.email, defaults={"verified": True, "primary": True}
        )
        people[role.email] = person
    _create_memberships(models["Membership"], people)


def _create_memberships(model: Any, people: dict[str, Any]) -> None:
    """Let one belong to a made-up network, and another wait to be confirmed."""
    networks = apps.get_model("catalogue", "Network").objects.filter(is_demo=True, is_published=True)
    network = networks.order_by("pk").first()
    if network is None or model.objects.filter(user__in=people.values()).exists():
        return
    since = datetime.date(2024, 1, 1)
    model.objects.create(
        user=people["submitter@example.org"],
        network=network,
        since=since,
        confirmed_at=timezone.now(),
        confirmed_by=people["office@example.org"],
    )
    model.objects.create(user=people["colleague@example.org"], network=network, since=since)


# While it runs ---------------------------------------------------------------------------------------------


def _web_server(port: int) -> list[str]:
    options = [
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "2",
    ]
    options += ["--no-ws", "--no-access-log", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *options, "goodpractice.wsgi:application"]


def _worker() -> list[str]:
    return [sys.executable, str(postgres.ROOT / "manage.py"), "run_worker"]


@contextmanager
def _children(commands: dict[str, list[str]]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start the commands, each in a session of its own, and leave no process of them behind."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            children[name] = subprocess.Popen(command, cwd=postgres.ROOT, start_new_session=True)  # noqa: S603
        yield children
    finally:
        for child in children.values():
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0, deadline - time.monotonic()))
            _signal(child, signal.SIGKILL)  # what is left of its session, its own workers too
            child.wait()


def _signal(child: "subprocess.Popen[bytes]", number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def _wait_for_answer(children: dict[str, "subprocess.Popen[bytes]"], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _answers(port):
        _check(children)
        if time.monotonic() > deadline:
            raise DemoFailed(
                f"The web server does not answer on port {port} after {SECONDS_TO_START} seconds."
            )
        time.sleep(0.05)
    _check(children)


def _answers(port: int) -> bool:
    """Tell whether anything answers; what it says does not matter."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=SECONDS_TO_START)) as connection:
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
    return True


def _watch(children: dict[str, "subprocess.Popen[bytes]"]) -> None:
    while True:
        _check(children)
        time.sleep(0.2)


def _check(children: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for name, child in children.items():
        if (code := child.poll()) is not None:
            raise DemoFailed(f"The {name} has ended (exit code {code}); the demonstration stops.")


def _say_goodbye(number: int, _frame: Any) -> None:
    for other in GOODBYES:
        signal.signal(other, signal.SIG_IGN)  # impatience must not cut short the tidying up
    _tell("\n  Wird beendet / stopping ...")
    sys.exit(128 + number)


# What it says ----------------------------------------------------------------------------------------------


def _welcome(port: int) -> str:
    address = f"http://{HOST}:{port}"
    return f"""
  Der Katalog läuft / the catalogue is running:  {address}/

    Deutsch   {address}/de/
    English   {address}/en/

  Jede Rolle ausprobieren:  {address}/de/rolle/
  Try each role:            {address}/en/role/
  E-Mails / mails:          {postgres.data_folder() / "mails"}

  Die Beispiele „Musterland“ sind erfunden. Beenden mit Strg-C.
  The “Musterland” examples are made up. Stop with Ctrl-C.
"""


def _tell(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
