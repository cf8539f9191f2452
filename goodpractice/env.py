"""Typed readers of the environment. Each raises ``ImproperlyConfigured`` at start-up, naming variable and remedy."""

import os
from pathlib import Path
from typing import Any

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
    url = text(name)
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{name} is no PostgreSQL address: {error}") from None
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    settings = {key: parts.pop(part, "") or "" for part, key in names.items()}
    if not settings["NAME"]:
        raise ImproperlyConfigured(f"{name} must name a database: postgresql://user@host/NAME.")
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": parts}
