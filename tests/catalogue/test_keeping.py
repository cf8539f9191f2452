"""What is kept with a snapshot: found again, bounded, and gone with it."""

import gc
import weakref

import pytest
from django.utils import timezone

from catalogue.keeping import KeptBySnapshot
from catalogue.snapshot import Revision, Snapshot


def snapshot(number=1):
    return Snapshot(Revision(number, "1"), timezone.localdate(), [], (), {})


@pytest.fixture
def kept():
    return KeptBySnapshot(10, len)


def test_value_is_found_by_its_snapshot_and_key(kept):
    first, second = snapshot(), snapshot()

    assert kept.put(first, "a", "value") == "value"

    assert [kept.get(first, "a"), kept.get(first, "b"), kept.get(second, "a")] == ["value", None, None]


def test_value_asked_for_longest_ago_makes_room(kept):
    now = snapshot()
    for key in "abc":
        kept.put(now, key, "333")
    kept.get(now, "a")

    kept.put(now, "d", "333")

    assert [key for key in "abcd" if kept.get(now, key)] == ["a", "c", "d"]


def test_value_put_twice_counts_once(kept):
    now = snapshot()
    for _time in range(9):
        kept.put(now, "a", "333")
    kept.put(now, "b", "7777777")

    assert (kept.get(now, "a"), kept.get(now, "b")) == ("333", "7777777")


def test_value_beyond_all_room_is_handed_back_and_not_kept(kept):
    now = snapshot()

    assert kept.put(now, "a", "x" * 11) == "x" * 11
    assert (kept.get(now, "a"), kept.count(now)) == (None, 0)


def test_each_snapshot_has_room_of_its_own(kept):
    first, second = snapshot(), snapshot(2)
    kept.put(first, "a", "x" * 9)

    kept.put(second, "a", "y" * 9)

    assert (kept.count(first), kept.count(second)) == (1, 1)


def test_values_go_with_their_snapshot(kept):
    class Page(str):
        __slots__ = ("__weakref__",)

    now, page = snapshot(), Page("page")
    kept.put(now, "a", page)
    gone = weakref.ref(page)

    del now, page
    gc.collect()

    assert gone() is None
