"""Examples side by side: one row a fact, one cell an example; a fact that none of them states has no row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Criterion, Example


@dataclass(frozen=True)
class Row:
    """One fact; ``form`` says how the template shows each cell: ``text``, ``terms`` or ``items``."""

    label: str
    form: str
    cells: list[Any]


@dataclass(frozen=True)
class Group:
    heading: str
    rows: list[Row]


def groups(examples: Sequence[Example]) -> list[Group]:
    """Return all facts of ``examples``, which come from ``with_facts``."""
    board = [_row(str(criterion.label), "text", _level(criterion), examples) for criterion in Criterion]
    found = [
        Group(_("At a glance"), _glance(examples)),
        Group(_("Effort"), _effort(examples)),
        Group(_("Transfer: what you need"), _transfer(examples)),
        Group(_("What the advisory board says"), board),
    ]
    stated = [Group(group.heading, [row for row in group.rows if any(row.cells)]) for group in found]
    return [group for group in stated if group.rows]


def _row(label: str, form: str, fact: Callable[[Any], Any], examples: Sequence[Any]) -> Row:
    return Row(label, form, [fact(example) for example in examples])


def _glance(examples: Sequence[Any]) -> list[Row]:
    return [
        _row(_("Benefit"), "text", lambda example: example.benefit, examples),
        _row(_("Kind"), "text", lambda example: example.get_kind_display(), examples),
        _row(_("For whom"), "terms", lambda example: example.audiences.all(), examples),
        _row(_("Target groups"), "terms", lambda example: example.target_groups.all(), examples),
        _row(_("Topics"), "terms", lambda example: example.topics.all(), examples),
        _row(_("Network"), "text", lambda example: example.shown_network or "", examples),
        _row(_("Where"), "terms", _states, examples),
        _row(_("Running"), "text", _running, examples),
        _row(_("Regular service"), "text", _service, examples),
        _row(_("Status of information"), "text", _status, examples),
    ]


def _effort(examples: Sequence[Any]) -> list[Row]:
    return [
        _row(_("Staff"), "text", _staff, examples),
        _row(_("Set-up time"), "text", _setup, examples),
        _row(_("Cost of the first year"), "text", lambda example: example.get_cost_band_display(), examples),
    ]


def _transfer(examples: Sequence[Any]) -> list[Row]:
    return [
        _row(_("You may change"), "items", lambda example: example.transfer_adaptable, examples),
        _row(_("Keep as it is"), "items", lambda example: example.transfer_fixed, examples),
    ]


def _level(criterion: str) -> Callable[[Any], str]:
    def level(example: Any) -> str:
        found = [one for one in example.board_statements.all() if one.criterion == criterion]
        return str(found[0].get_level_display()) if found else ""

    return level


def _states(example: Any) -> list[Any]:
    return [_Named(_("nationwide"))] if example.is_nationwide else list(example.states.all())


@dataclass(frozen=True)
class _Named:
    """What is shown like a term of a vocabulary."""

    name: str


def _running(example: Any) -> str:
    since, until = example.running_since, example.running_until
    if since and until:
        return f"{since}–{until}"
    return _("since %(year)s") % {"year": since} if since else ""


def _service(example: Any) -> str:
    return _("yes, it has become part of one") if example.is_regular_service else ""


def _status(example: Any) -> str:
    if not example.status_of_information:
        return ""
    return f"{date_format(example.status_of_information, 'F Y')} ({example.freshness.label})"


def _staff(example: Any) -> str:
    if example.staff_fte is None:
        return ""
    fte = number_format(example.staff_fte.normalize(), use_l10n=True)
    return _("%(fte)s full-time equivalents") % {"fte": fte}


def _setup(example: Any) -> str:
    if example.setup_weeks is None:
        return ""
    weeks = ngettext("%(weeks)s week", "%(weeks)s weeks", example.setup_weeks)
    return weeks % {"weeks": example.setup_weeks}
