"""Typed readers of the environment. Each raises ``ImproperlyConfigured`` at start-up, naming variable and remedy."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def boolean(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, str(default)).strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(
            f"{name} must be one of 1, 0, true, false, yes, no, on, off; it is {value!r}."
        )
    return value in TRUE


def integer(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number; it is {value!r}.") from None


def words(name: str, default: str | None = None) -> list[str]:
    """Return the parts of a comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().absolute()


def database(name: str) -> dict[str, Any]:
    """Read a ``postgresql://`` URL as libpq does (hosts, sockets, ``?sslmode=`` ...) into Django's keys."""
    return _database(name, text(name))


REPLICA_TIMES = {"connect_timeout": "2", "tcp_user_timeout": "3000"}
"""Seconds and milliseconds until a replica that says nothing counts as dead; the address may name others."""
BETWEEN_URLS = re.compile(r"[\s,]+(?=[\w+.-]+://)|\s+")
"""Blanks and commas; the hosts of one address have commas between them, too."""


def databases(primary: str, replicas: str) -> dict[str, dict[str, Any]]:
    """Read the database and its copies, if any: ``default``, ``replica_1`` and so on."""
    found = {"default": database(primary)}
    urls = filter(None, (url.strip(",") for url in BETWEEN_URLS.split(text(replicas, ""))))
    for number, url in enumerate(urls, 1):
        name = f"{replicas} (address {number})"
        if not url.startswith(("postgresql://", "postgres://")):
            raise ImproperlyConfigured(f"{name} must be like postgresql://user:password@host/name.")
        settings = _database(name, url)
        if _place(settings) in map(_place, found.values()):
            raise ImproperlyConfigured(f"{name} is the primary, or a replica that is named already.")
        settings["OPTIONS"] = REPLICA_TIMES | settings["OPTIONS"]
        found[f"replica_{number}"] = settings | {"TEST": {"MIRROR": "default"}}
    return found


def _place(settings: dict[str, Any]) -> tuple[str, str, str]:
    return settings["HOST"], settings["PORT"] or "5432", settings["NAME"]


def _database(name: str, url: str) -> dict[str, Any]:
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{name} is no PostgreSQL address: {error}") from None
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    settings = {key: parts.pop(part, "") or "" for part, key in names.items()}
    if not settings["NAME"]:
        raise ImproperlyConfigured(f"{name} must name a database: postgresql://user@host/NAME.")
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": parts}


MAIL_PORTS = {"smtp": 587, "smtps": 465}


def mail(name: str, default: str | None = None) -> dict[str, Any]:
    """Read where mails go: ``smtp://user:password@host:587`` (STARTTLS), ``smtps://`` (TLS from the start),
    ``file:///folder`` or ``console:``. ``smtp://localhost?tls=none`` sends to this machine without encryption."""
    url = urlsplit(text(name, default))
    if url.scheme == "console":
        return {"MAIL_TRANSPORT": "django.core.mail.backends.console.EmailBackend"}
    if url.scheme == "file" and url.path.startswith("/"):
        return {
            "MAIL_TRANSPORT": "goodpractice.outbox.folder.FolderBackend",
            "EMAIL_FILE_PATH": unquote(url.path),
        }
    if url.scheme in MAIL_PORTS and url.hostname:
        return _smtp(name, url)
    raise ImproperlyConfigured(
        f"{name} must be like smtp://user:password@host:587, smtps://..., file:///folder or console:."
    )


def _smtp(name: str, url: SplitResult) -> dict[str, Any]:
    plain = parse_qs(url.query).get("tls") == ["none"]
    if plain and url.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ImproperlyConfigured(f"{name}: tls=none is for this machine alone.")
    try:
        port = url.port or MAIL_PORTS[url.scheme]
    except ValueError:
        raise ImproperlyConfigured(f"{name} has no valid port.") from None
    return {
        "MAIL_TRANSPORT": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp" and not plain,
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }
