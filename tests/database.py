"""The database of the tests: that of ``DATABASE_URL`` or an embedded one of their own, fast and forgetful.

It is started when the first test needs it. Parallel processes join; the last one stops it. Every run has its own
databases, so several may go on at once; those of runs that were killed are dropped by the next one.
"""

import os

import psutil
import psycopg
import pytest
from django.db import connections
from psycopg import sql

from goodpractice import env, postgres

FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings):
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
        yield


def _drop_left_over(url):
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+'"
        ).fetchall()
        for (name,) in names:
            if not psutil.pid_exists(int(name.split("_")[1])):
                statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(statement.format(sql.Identifier(name)))
