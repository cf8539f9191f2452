"""Which errors of the database are about the connection."""

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError

from goodpractice.outage import is_cut_short, is_out_of_reach
from goodpractice.replicas import FellBehind


def with_cause(error, cause):
    error.__cause__ = cause
    return error


OUT_OF_REACH = {
    "connection lost": with_cause(OperationalError(), psycopg.OperationalError()),
    "pool exhausted": OperationalError(),
    "connection closed": InterfaceError(),
    "shut down": with_cause(OperationalError(), psycopg.errors.AdminShutdown()),
    "starting": with_cause(OperationalError(), psycopg.errors.CannotConnectNow()),
    "too many": with_cause(OperationalError(), psycopg.errors.TooManyConnections()),
    "fell behind": FellBehind(),
}
CUT_SHORT = with_cause(OperationalError(), psycopg.errors.SerializationFailure())
OTHERS = {
    "statement": ProgrammingError(),
    "timeout": with_cause(OperationalError(), psycopg.errors.QueryCanceled()),
    "deadlock": with_cause(OperationalError(), psycopg.errors.DeadlockDetected()),
    "disk": with_cause(OperationalError(), psycopg.errors.DiskFull()),
    "not of the database": ValueError(),
}


@pytest.mark.parametrize("name", OUT_OF_REACH)
def test_error_is_about_the_connection(name):
    assert is_out_of_reach(OUT_OF_REACH[name])


@pytest.mark.parametrize("name", OTHERS)
def test_error_is_about_something_else(name):
    assert not is_out_of_reach(OTHERS[name])
    assert not is_cut_short(OTHERS[name])


def test_statement_cut_short_by_replication_is_recognised():
    assert is_cut_short(CUT_SHORT)
    assert not is_out_of_reach(CUT_SHORT)
