"""What a check of the database is: something that must hold, and a question for the cases in which it does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Rule:
    """Something that must hold; ``ask`` yields each case in which it does not."""

    name: str
    ask: Callable[[], Iterator[str]]

    def violations(self) -> list[str]:
        return sorted(self.ask())


def rows(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def asked(statement: str, *values: Any) -> Callable[[], Iterator[str]]:
    """Return what asks a statement whose rows are the cases, in words."""

    def ask() -> Iterator[str]:
        yield from (case for (case,) in rows(statement, *values))

    return ask
