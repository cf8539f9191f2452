"""The database of the tests: that of ``DATABASE_URL`` or an embedded one of their own, fast and forgetful.

It is started when the first test needs it. Parallel processes join; the last one stops it. Every run has its own
databases, so several may go on at once; those of runs that were killed are dropped by the next one. They are copies
of a template, migrated once for each state of the migrations.
"""

import hashlib
import os

import psutil
import psycopg
import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from goodpractice import env, postgres

FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    # Rolled-back tests leave dead rows in every table: sweep them while the next ones run.
    "autovacuum_naptime": "1s",
    "autovacuum_vacuum_threshold": "200",
    "autovacuum_vacuum_cost_delay": "0",
}

TEMPLATE_LOCK = 20260101
"""One process at a time makes the template; the others wait for it."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings, django_db_blocker):
    settings = connections["default"].settings_dict
    if settings["HOST"] or settings["NAME"] != "unused":
        yield
        return
    with postgres.running(postgres.data_folder() / "test-postgres", **FORGETFUL) as url:
        _drop_left_over(url)
        os.environ["DATABASE_URL"] = url
        given = env.database("DATABASE_URL")
        settings.update({part: given[part] for part in ("USER", "HOST", "PORT")})
        worker = getattr(request.config, "workerinput", {}).get("workerid")
        run = f"{os.getppid()}_{worker}" if worker else str(os.getpid())
        settings["TEST"]["NAME"] = f"test_{run}"
        with django_db_blocker.unblock():
            settings["TEST"]["TEMPLATE"] = _template(url, settings)
        yield


def _template(url, settings):
    """Return the name of a migrated database to copy; made at the first run after a migration or a lock changed."""
    name = f"template_{_state_of_the_migrations()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        found = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]{16}'")
        known = {row[0] for row in found.fetchall()}
        if name not in known:
            _make_template(connection, settings, name)
            for old in known:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
    return name


def _make_template(connection, settings, name):
    """Migrate under another name first: what was left half made is never taken for whole."""
    half_made = sql.Identifier(f"{name}_new")
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(half_made))
    connection.execute(sql.SQL("CREATE DATABASE {}").format(half_made))
    unused, settings["NAME"] = settings["NAME"], f"{name}_new"
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connections["default"].close()
        settings["NAME"] = unused
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(half_made, sql.Identifier(name)))


def _state_of_the_migrations():
    digest = hashlib.sha256((project.BASE_DIR / "requirements.txt").read_bytes())
    for package in ("assessment", "catalogue", "goodpractice"):
        for path in sorted((project.BASE_DIR / package).glob("**/migrations/*.py")):
            digest.update(f"{path.relative_to(project.BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _drop_left_over(url):
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+'"
        ).fetchall()
        for (name,) in names:
            if not psutil.pid_exists(int(name.split("_")[1])):
                statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(statement.format(sql.Identifier(name)))
