"""The facets of the catalogue, and the snapshot that counts by them: what it is loaded from, which is in use.

Who may be in it is the business of ``catalogue.index``, what a text query finds that of ``catalogue.search``,
counting that of ``catalogue.snapshot``.
"""

import datetime
import threading
import time
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.bitmaps import ONE
from catalogue.facet import Facet, FacetCounts, Value, ValueCount
from catalogue.models import Criterion, Example
from catalogue.models.freshness import Freshness, freshness
from catalogue.models.text import LANGUAGES
from catalogue.snapshot import Hits, Related, Relaxation, Revision, Selection, Snapshot
from goodpractice import replicas

__all__ = [
    "LABELS",
    "NAMES",
    "Facet",
    "FacetCounts",
    "Hits",
    "Related",
    "Relaxation",
    "Revision",
    "Selection",
    "Snapshot",
    "Value",
    "ValueCount",
    "current",
    "load",
    "revision",
]

LABELS: dict[str, Promise] = {
    "topic": _("Topic"),
    "kind": _("Kind"),
    "audience": _("For whom"),
    "target_group": _("Target group"),
    "state": _("Federal state"),
    "network": _("Network"),
    **{criterion.value: criterion.label for criterion in Criterion},
    "cost": _("Cost of the first year"),
    "setup": _("Set-up time"),
    "freshness": _("Status of information"),
    "year": _("Running since"),
}
NAMES = tuple(LABELS)
"""The facets in the order of the page; each name is the query parameter."""

MINIMUMS: dict[int, Promise] = {3: _("at least adequate"), 4: _("at least convincing"), 5: _("exemplary")}
"""The levels that a criterion may be asked to reach. What the board said nothing about reaches none."""
NATIONWIDE = "nationwide"
SETUP_BANDS: tuple[tuple[str, float, Promise], ...] = (
    ("up_to_4", 4, _("up to 4 weeks")),
    ("up_to_12", 12, _("5 to 12 weeks")),
    ("up_to_26", 26, _("13 to 26 weeks")),
    ("over_26", float("inf"), _("over 26 weeks")),
)
"""Value, last week that belongs to it, label."""


# Loading ----------------------------------------------------------------------------------------------------

_ROWS = """
    SELECT example_id, kind, topics, target_groups, audiences, states, is_nationwide, network, cost_band,
           setup_weeks, running_since, status_of_information, levels,
           title_key_de AS title_de, title_key_en AS title_en, effort
    FROM catalogue_exampleindex
    ORDER BY published_at DESC, example_id DESC
"""
_TERMS = """
    SELECT 'topic', id, slug, name_de, name_en, position FROM catalogue_topic
    UNION ALL SELECT 'audience', id, slug, name_de, name_en, position FROM catalogue_audience
    UNION ALL SELECT 'target_group', id, slug, name_de, name_en, position FROM catalogue_targetgroup
    UNION ALL SELECT 'state', id, slug, name_de, name_en, position FROM catalogue_federalstate
    UNION ALL SELECT 'network', id, slug, name, name, row_number() OVER (ORDER BY sort_key COLLATE "C", id)
              FROM catalogue_network WHERE is_published
    ORDER BY 1, 6, 2
"""

_ORDERS = ("title_de", "title_en", "effort")
"""Columns of ``_ROWS`` that are keys to sort by."""

_Keyed = list[tuple[Any, Value]]
"""Each value with the key that stands for it in the index."""


class _Digits(defaultdict[Any, bytearray]):
    """The bitmaps of one facet while they are filled: for each key of the index a text of binary digits."""

    def __init__(self, length: int) -> None:
        super().__init__(lambda: bytearray(b"0") * (length + 1))
        self._places = range(length, 0, -1)

    def put(self, column: Iterable[Any]) -> None:
        """Take one key a row, the newest first."""
        for place, key in zip(self._places, column, strict=True):
            self[key][place] = ONE

    def put_all(self, column: Iterable[Iterable[Any]]) -> None:
        """Take any number of keys a row, the newest first."""
        for place, keys in zip(self._places, column, strict=True):
            for key in keys:
                self[key][place] = ONE

    def facet(self, name: str, values: _Keyed) -> Facet:
        is_minimum = name in Criterion.values
        bits = {value.slug: self._reached(key) if is_minimum else self._bits(key) for key, value in values}
        return Facet(name, LABELS[name], tuple(value for _key, value in values), bits, is_minimum)

    def _bits(self, key: Any) -> int:
        return int(self[key], 2) if key in self else 0

    def _reached(self, minimum: int) -> int:
        return sum(self._bits(level) for level in MINIMUMS if level >= minimum)


def load(revision: Revision, day: datetime.date) -> Snapshot:
    """Read the index and the vocabularies: two statements, whatever its size."""
    with replicas.cursor() as cursor:
        cursor.execute(_TERMS)
        terms = cursor.fetchall()
        cursor.execute(_ROWS)
        names = [column.name for column in cursor.description]
        rows = cursor.fetchall()
    columns: dict[str, Sequence[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    del rows
    ids = array("q", columns.get("example_id", ()))
    digits = _digits(columns, len(ids), day)
    values = _values(terms, digits["year"])
    facets = tuple(digits[name].facet(name, values[name]) for name in NAMES)
    return Snapshot(revision, day, ids, facets, {name: _order(columns.get(name, ())) for name in _ORDERS})


def _digits(columns: Mapping[str, Sequence[Any]], length: int, day: datetime.date) -> dict[str, _Digits]:
    digits = {name: _Digits(length) for name in NAMES}
    if columns:
        for name in ("topic", "audience", "target_group", "state"):
            digits[name].put_all(columns[f"{name}s"])
        for name, column in (
            ("kind", "kind"),
            ("network", "network"),
            ("cost", "cost_band"),
            ("year", "running_since"),
        ):
            digits[name].put(columns[column])
        for criterion, levels in zip(Criterion.values, zip(*columns["levels"], strict=True), strict=True):
            digits[criterion].put(levels)
        digits["state"].put_all(
            (NATIONWIDE,) if everywhere else () for everywhere in columns["is_nationwide"]
        )
        digits["setup"].put(map(setup_band, columns["setup_weeks"]))
        state_of = {month: freshness(month, day) for month in set(columns["status_of_information"])}
        digits["freshness"].put(map(state_of.__getitem__, columns["status_of_information"]))
    return digits


def _order(keys: Sequence[Any]) -> Sequence[int]:
    """Return the positions in the order of ``keys``; sorting is stable, so like and like stay newest first."""
    return array("l", sorted(range(len(keys)), key=keys.__getitem__))


def setup_band(weeks: int | None) -> str:
    if weeks is None:
        return ""
    return next(band for band, last, _label in SETUP_BANDS if weeks <= last)


def _values(terms: Sequence[tuple[Any, ...]], years: Iterable[int | None]) -> dict[str, _Keyed]:
    values: dict[str, _Keyed] = {name: [] for name in NAMES}
    values["state"].append((NATIONWIDE, _value(NATIONWIDE, _("nationwide"))))
    for name, key, slug, name_de, name_en, _position in terms:
        values[name].append((key, Value(slug, dict(zip(LANGUAGES, (name_de, name_en), strict=True)))))
    values["kind"] = [(kind.value, _value(kind.value, kind.label)) for kind in Example.Kind]
    values["cost"] = [(band.value, _value(band.value, band.label)) for band in Example.CostBand]
    values["setup"] = [(band, _value(band, label)) for band, _last, label in SETUP_BANDS]
    values["freshness"] = [(state.value, _value(state.value, state.label)) for state in Freshness]
    for criterion in Criterion.values:
        values[criterion] = [(level, _value(str(level), label)) for level, label in MINIMUMS.items()]
    known_years = sorted((year for year in years if year is not None), reverse=True)
    values["year"] = [(year, _value(str(year), str(year))) for year in known_years]
    return values


def _value(slug: str, label: Any) -> Value:
    names = {}
    for language in LANGUAGES:
        with translation.override(language):
            names[language] = str(label)
    return Value(slug, names)


# The one in use ---------------------------------------------------------------------------------------------


def revision() -> Revision:
    """Read the catalogue's revision: one statement on a table of one row, or what the watch of replicas knows."""
    if mark := replicas.revision():
        return Revision(*mark)
    with replicas.cursor() as cursor:
        cursor.execute("SELECT number, xmin::text FROM catalogue_cataloguerevision")
        return Revision(*cursor.fetchone())


class _Current:
    """The process's snapshot. One thread loads a new one; the others go on with the old one meanwhile."""

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._checked_at = 0.0
        self._loading = threading.Lock()

    def get(self) -> Snapshot:
        known, day, now = self._snapshot, timezone.localdate(), time.monotonic()
        is_fresh = now - self._checked_at < settings.REVISION_SECONDS and not settings.REPLICAS
        if known and known.day == day and is_fresh:
            return known
        found = revision()
        self._checked_at = now
        if known and (known.revision, known.day) == (found, day):
            return known
        return self._renew(known, found, day)

    def _renew(self, known: Snapshot | None, found: Revision, day: datetime.date) -> Snapshot:
        if not self._loading.acquire(blocking=known is None):
            assert known is not None  # noqa: S101 - for the type checker: only then is the lock not awaited
            return known
        try:
            # Another thread may have loaded it while this one waited.
            if self._snapshot and (self._snapshot.revision, self._snapshot.day) == (found, day):
                return self._snapshot
            self._snapshot = load(found, day)
            return self._snapshot
        finally:
            self._loading.release()


_current = _Current()


def current() -> Snapshot:
    """Return the snapshot of the catalogue as it is, at most ``REVISION_SECONDS`` old.

    Costs nothing within that time, one statement after it, three if the catalogue or the day has changed.
    """
    return _current.get()
