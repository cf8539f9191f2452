"""The watch's own connections: one to each database, apart from those that pages use."""

import logging
from typing import Any

import psycopg
from django.db import connections

from goodpractice.replicas.watch import Answer, Mark

SECONDS_TO_CONNECT = 2
QUESTION = """
    SELECT number, xmin::text, pg_is_in_recovery(), coalesce(pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0'
    ), 0)::bigint
    FROM catalogue_cataloguerevision
"""

logger = logging.getLogger(__name__)


class Lines:
    """The connections, opened when first needed and again when they broke."""

    def __init__(self) -> None:
        self._open: dict[str, psycopg.Connection[Any]] = {}

    def ask(self, alias: str) -> Answer | None:
        """Return what the database says; none if it does not answer, or has no catalogue.

        A connection that broke since the last time, as after a restart of the server, is opened anew at once.
        """
        if (line := self._open.pop(alias, None)) and (row := self._row(alias, line)):
            return _answer(row)
        try:
            row = self._row(alias, self._connect(alias))
            _renew_pool(alias)
        except psycopg.Error as error:
            logger.info("No connection to database %s: %s", alias, error)
            return None
        return _answer(row) if row else None

    def _row(self, alias: str, line: "psycopg.Connection[Any]") -> tuple[Any, ...] | None:
        try:
            row: tuple[Any, ...] | None = line.execute(QUESTION).fetchone()
        except psycopg.Error as error:
            logger.info("No answer of database %s: %s", alias, error)
            line.close()
            return None
        self._open[alias] = line
        return row

    def _connect(self, alias: str) -> "psycopg.Connection[Any]":
        found = connections[alias].get_connection_params() | {"connect_timeout": SECONDS_TO_CONNECT}
        return psycopg.connect(**found, autocommit=True)


def _renew_pool(alias: str) -> None:
    """Let pages open new connections to a database that was away: those they had are broken, or long in trying."""
    database: Any = connections[alias]
    if database.pool and not database.pool.closed:
        database.close_pool()


def _answer(row: tuple[Any, ...]) -> Answer:
    number, writer, is_copying, position = row
    return Answer(Mark(number, writer), position, is_copying)
