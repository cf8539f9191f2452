"""Bitmaps over positions: Python integers, and how to walk through them without looking at each bit."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, count, islice

ONE = ord("1")
"""The digit in a text that ``int(digits, 2)`` turns into a bitmap: much faster than setting bits."""

_FLAGS = bytes.maketrans(b"01", b"\0\1")
_BLOCK = 1024
"""Bytes that are skipped at once on the way to a page."""


def positions(bits: int, start: int = 0, stop: int | None = None) -> Iterator[int]:
    """Yield the set positions from the ``start``-th to before the ``stop``-th; those before are counted."""
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    wanted = (stop if stop is not None else bits.bit_count()) - start
    for offset in range(0, len(data), _BLOCK):
        if wanted <= 0:
            return
        block = int.from_bytes(data[offset : offset + _BLOCK], "little")
        inside = block.bit_count()
        if inside <= start:
            start -= inside
            continue
        for at in islice(compress(count(), _flags(block)), start, start + wanted):
            yield offset * 8 + at
        wanted -= inside - start
        start = 0


def _flags(bits: int, length: int = 0) -> bytes:
    """Return one byte for each position, 1 where it is set."""
    return f"{bits:0{length}b}"[::-1].encode().translate(_FLAGS)


def in_order(bits: int, order: Sequence[int], start: int, stop: int) -> Iterable[int]:
    """Return the same in another ``order``, which holds every position once."""
    if bits.bit_count() == len(order):
        return order[start:stop]
    flags = _flags(bits, len(order))
    return islice(compress(order, map(flags.__getitem__, order)), start, stop)
