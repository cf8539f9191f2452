"""What is drawn of a snapshot, kept as long as that is in use: bounded by bytes, what was asked for longest ago goes.

What is drawn comes from the database after the snapshot's revision was read. So it is never older than that, and goes
with the snapshot when the catalogue or the day changes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from catalogue.snapshot import Snapshot

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class KeptBySnapshot(Generic[Key, Value]):
    """Values by snapshot and key; ``size`` tells the bytes of one, rather too many than too few."""

    def __init__(self, max_bytes: int, size: Callable[[Value], int]) -> None:
        self.max_bytes = max_bytes
        self._size = size
        self._kept: WeakKeyDictionary[Snapshot, _Values[Key, Value]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, snapshot: Snapshot, key: Key) -> Value | None:
        with self._lock:
            kept = self._kept.get(snapshot)
            if kept is None or key not in kept.values:
                return None
            kept.values.move_to_end(key)
            return kept.values[key]

    def put(self, snapshot: Snapshot, key: Key, value: Value) -> Value:
        with self._lock:
            kept = self._kept.setdefault(snapshot, _Values())
            if key not in kept.values:  # another thread may have been quicker
                kept.values[key] = value
                kept.bytes += self._size(value)
            while kept.bytes > self.max_bytes:
                kept.bytes -= self._size(kept.values.popitem(last=False)[1])
        return value

    def count(self, snapshot: Snapshot) -> int:
        """Return how many values of ``snapshot`` are there."""
        with self._lock:
            kept = self._kept.get(snapshot)
            return len(kept.values) if kept else 0


class _Values(Generic[Key, Value]):
    """The values of one snapshot, the one asked for last at the end."""

    def __init__(self) -> None:
        self.values: OrderedDict[Key, Value] = OrderedDict()
        self.bytes = 0
