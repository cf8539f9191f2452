"""A clock that stands in the past, so that a made-up process has the dates it would have had. Nothing else uses it."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone


@contextmanager
def at(moment: datetime.datetime) -> Iterator[None]:
    """Let ``timezone.now`` return ``moment``, also where it is the default of a field.

    For one thread that loads made-up records: all threads of the process see the same clock.
    """
    names: dict[str, Any] = vars(timezone)
    real = names["datetime"]
    names["datetime"] = _standing_at(moment)
    try:
        yield
    finally:
        names["datetime"] = real


class _Kind(type):
    """Let every ``datetime`` pass for one of a standing clock's: Django asks before it converts to local time."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime.datetime)


def _standing_at(moment: datetime.datetime) -> type:
    class Then(datetime.datetime, metaclass=_Kind):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return moment.astimezone(tz)

    return Then
