"""Which errors say that a database is out of reach: asking another one, or later, is the remedy."""

from django.db import Error, InterfaceError, OperationalError
from psycopg import errors

SHUTTING_DOWN = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.TooManyConnections,
)


def is_out_of_reach(error: BaseException | None) -> bool:
    """Tell whether ``error``, raised by Django's database layer, is about the connection, not about the statement.

    Errors of statements have a code of PostgreSQL; those of connections and pools have none.
    """
    if not isinstance(error, Error):
        return False
    cause = error.__cause__
    if isinstance(cause, SHUTTING_DOWN):
        return True
    has_code = getattr(cause, "sqlstate", None) is not None
    return isinstance(error, OperationalError | InterfaceError) and not has_code


def is_cut_short(error: BaseException) -> bool:
    """Tell whether a replica ended a statement because it had to take in a change of what that was reading."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, errors.SerializationFailure)
