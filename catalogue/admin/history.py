"""What happened to a record: its events in the order of time, who did it and why, and what differs.

Rests on the append-only event tables that triggers fill (django-pghistory); so it shows what was done by SQL
as well. Events of the same context (one saved form) are one entry. Personal data of contacts are not in the
events and therefore not here.
"""

import datetime
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from goodpractice.admin import LANGUAGE_NAMES

MOST_EVENTS = 200
"""Of each kind on one page; older ones are still in the database."""
MOST_WORDS = 3000
"""Longer texts are shown as a whole, because the comparison takes quadratic time."""
CONTEXT_WORDS = 12
UNTOLD = {"changed_at", "created_at", "sort_key"}
BLANK = (None, "")

Token = str


@dataclass(frozen=True)
class Difference:
    """One field's change, ready to be shown."""

    label: str
    html: SafeString
    language: str


@dataclass(frozen=True)
class Part:
    """One record's change within an entry."""

    title: str
    action: str
    differences: list[Difference]


@dataclass
class Entry:
    """What one person did at one time."""

    when: datetime.datetime
    who: str
    reason: str
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    entries: list[Entry]
    is_cut: bool


@dataclass(frozen=True)
class Tracked:
    """One kind of events: of the record itself, or of records that point to it by ``link``."""

    model: type[models.Model]
    link: str = "pgh_obj_id"


@dataclass(frozen=True)
class _Step:
    """One record from one state to the next, within one context."""

    tracked: Tracked
    event: Any
    before: Any
    action: str


def history_of(record: models.Model, belongings: Iterable[Tracked] = ()) -> History:
    """Return what happened to ``record`` and its belongings, newest first, in a fixed number of queries."""
    loaded = [(tracked, _events(tracked, record.pk)) for tracked in (Tracked(type(record)), *belongings)]
    steps = [step for tracked, events in loaded for step in _steps(tracked, events)]
    # The sort keeps the order within one time: the record itself comes before its belongings.
    steps.sort(key=lambda step: step.event.pgh_created_at, reverse=True)
    people = _people(step.event for step in steps)
    names = _names_of_related(type(record), loaded[0][1])
    entries: dict[Any, Entry] = {}
    for step in steps:
        entry = entries.setdefault(_context(step.event), _entry(step.event, people))
        part = _part(step, names)
        if part.differences or part.action != "update":
            entry.parts.append(part)
    told = [entry for entry in entries.values() if entry.parts or entry.reason]
    return History(told, is_cut=any(len(events) > MOST_EVENTS for _tracked, events in loaded))


def _events(tracked: Tracked, pk: Any) -> list[Any]:
    events = tracked.model.pgh_event_model.objects.filter(**{tracked.link: pk})  # type: ignore[attr-defined]
    return list(events.select_related("pgh_context").order_by("-pgh_id")[: MOST_EVENTS + 1])


def _steps(tracked: Tracked, events: Sequence[Any]) -> list[_Step]:
    """Join the events of each record within one context, and pair them with the one before; newest first.

    What lies before the oldest event of a cut list is not known: only a creation may stand there alone.
    """
    records: dict[Any, list[Any]] = {}
    for event in reversed(events):
        records.setdefault(event.pgh_obj_id, []).append(event)
    steps = []
    for own in records.values():
        before = None
        for _key, group in groupby(own, _context):
            together = list(group)
            last = together[-1]
            action = "insert" if together[0].pgh_label == "insert" else last.pgh_label
            if before or action == "insert" or len(events) <= MOST_EVENTS:
                steps.append(_Step(tracked, last, before, action))
            before = last
    return sorted(steps, key=lambda step: step.event.pgh_id, reverse=True)


def _context(event: Any) -> Any:
    return event.pgh_context_id or (event.pgh_created_at, event.pgh_id)


def _people(events: Iterable[Any]) -> dict[Any, str]:
    keys: set[Any] = {_metadata(event).get("user") for event in events} - {None}
    return {user.pk: str(user) for user in get_user_model()._default_manager.filter(pk__in=keys)}


def _metadata(event: Any) -> dict[str, Any]:
    return (event.pgh_context.metadata if event.pgh_context else None) or {}


def _entry(event: Any, people: dict[Any, str]) -> Entry:
    metadata = _metadata(event)
    user = metadata.get("user")
    who = people.get(user) or (_("an account that no longer exists") if user else _("the system"))
    return Entry(localtime(event.pgh_created_at), who, str(metadata.get("reason") or ""))


def _part(step: _Step, names: dict[str, dict[Any, str]]) -> Part:
    is_main = step.tracked.link == "pgh_obj_id"
    model = step.tracked.model
    kind = capfirst(str(model._meta.verbose_name))
    is_gone = step.action == "delete"
    differences = [] if is_gone else list(_differences(model, step.event, step.before, names))
    if is_main:
        differences += _list_differences(model, _metadata(step.event))
    return Part(kind if is_main else f"{kind} {_name(step.event)}".strip(), step.action, differences)


def _name(event: Any) -> str:
    """Say which belonging it is, by what its event keeps."""
    for name in ("title_de", "title_en", "institution", "criterion", "url", "position"):
        if value := getattr(event, name, ""):
            shown = _shown(event._meta.get_field(name), value, {})
            return shown if name == "position" else _("“%s”") % shown
    return ""


def _differences(
    model: type[models.Model], event: Any, before: Any, names: dict[str, dict[Any, str]]
) -> Iterable[Difference]:
    for column in _told(event):
        old, new = _value(before, column), _value(event, column)
        if old == new or (old in BLANK and new in BLANK) or (before is None and new is False):
            continue
        source = model._meta.get_field(column.name)
        language = getattr(source, "_translated_field_language_code", "")
        label = capfirst(str(getattr(source, "verbose_name", column.name)))
        if language:
            label = f"{label} – {LANGUAGE_NAMES[language]}"
        known = names.get(column.attname, {})
        html = word_difference(_shown(source, old, known), _shown(source, new, known))
        yield Difference(label, html, language)


def _value(event: Any, column: Any) -> Any:
    """Return what the event keeps; the kind of line ends tells nobody anything."""
    value = getattr(event, column.attname) if event else None
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _told(event: Any) -> list[Any]:
    return [
        column
        for column in event._meta.concrete_fields
        if not column.name.startswith("pgh_") and _is_told(column)
    ]


def _is_told(column: Any) -> bool:
    return column.name not in {"id", *UNTOLD}


def _shown(source: Any, value: Any, known: dict[Any, str]) -> str:
    """Put a stored value into words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if source.choices:
        return str(dict(source.flatchoices).get(value, value))
    if isinstance(value, datetime.datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        is_month = source.name == "status_of_information"
        return date_format(value, "YEAR_MONTH_FORMAT" if is_month else "DATE_FORMAT")
    return known.get(value, str(value))


def _names_of_related(model: type[models.Model], events: Sequence[Any]) -> dict[str, dict[Any, str]]:
    """Return the names of the records that the events point to: one statement for each foreign key."""
    names = {}
    for source in model._meta.concrete_fields:
        if isinstance(source, models.ForeignKey) and source.related_model:
            keys = {getattr(event, source.attname) for event in events} - {None}
            related = source.related_model._default_manager.filter(pk__in=keys)
            names[source.attname] = {record.pk: str(record) for record in related}
    return names


def _list_differences(model: type[models.Model], metadata: dict[str, Any]) -> list[Difference]:
    """Show which words were added to lists and removed; the form notes them, as the events hold no lists."""
    differences = []
    for name, change in (metadata.get("lists") or {}).items():
        gone = [word for word in change["old"] if word not in change["new"]]
        added = [word for word in change["new"] if word not in change["old"]]
        html = format_html_join(
            ", ", "{}", [(_removed(word),) for word in gone] + [(_added(word),) for word in added]
        )
        source: Any = model._meta.get_field(name)
        differences.append(Difference(capfirst(str(source.verbose_name)), html, ""))
    return differences


def word_difference(old: str, new: str) -> SafeString:
    """Return both texts in one, escaped, with ``<del>`` and ``<ins>`` around the words that differ."""
    before, after = _tokens(old), _tokens(new)
    if not before or not after or len(before) + len(after) > MOST_WORDS:
        return format_html("{}{}", _removed(old), _added(new))
    pieces: list[SafeString] = []
    for action, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if action == "equal":
            pieces.append(_unchanged(before[i:j], is_first=i == 0, is_last=j == len(before)))
        else:
            pieces += [_removed("".join(before[i:j])), _added("".join(after[k:m]))]
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _tokens(text: str) -> list[Token]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _unchanged(tokens: list[Token], *, is_first: bool, is_last: bool) -> SafeString:
    """Leave out the middle of long stretches."""
    if len(tokens) <= 4 * CONTEXT_WORDS:
        return format_html("{}", "".join(tokens))
    head = "" if is_first else "".join(tokens[: 2 * CONTEXT_WORDS])
    tail = "" if is_last else "".join(tokens[-2 * CONTEXT_WORDS :])
    return format_html("{} … {}", head, tail)


def _removed(text: str) -> SafeString:
    return format_html("<del>{}</del>", text) if text else mark_safe("")


def _added(text: str) -> SafeString:
    return format_html("<ins>{}</ins>", text) if text else mark_safe("")
