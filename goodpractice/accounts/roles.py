"""What roles are called, and the made-up people of the demonstration, whom ``goodpractice.demo`` creates."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import Group

NAMES: dict[str, Any] = {
    "submitter": _("Submitter"),
    "board": _("Board member"),
    "office": _("Office"),
    "administrator": _("Administrator"),
}
"""Name of a group (``fixtures/roles.yaml``) -> what people call the role."""


def names_of(groups: Iterable["Group"]) -> list[str]:
    """Return the roles in words; a group that is none of ours keeps its name."""
    return [str(NAMES.get(group.name, group.name)) for group in groups]


@dataclass(frozen=True)
class Role:
    """A made-up person, and what can be tried as this one."""

    email: str
    name: str
    group: str
    label: Any
    task: Any
    is_staff: bool = False
    is_superuser: bool = False


ROLES = [
    Role(
        "submitter@example.org",
        "Kim Muster (Demo)",
        "submitter",
        _("Submitter"),
        _("Works in a subproject, proposes an example and confirms colleagues."),
    ),
    Role(
        "colleague@example.org",
        "Robin Beispiel (Demo)",
        "submitter",
        _("Colleague"),
        _("Works in the same network; the membership still waits to be confirmed."),
    ),
    Role(
        "board@example.org",
        "Alex Probe (Demo)",
        "board",
        _("Board member"),
        _("Sits on the advisory board and assesses proposals."),
    ),
    Role(
        "office@example.org",
        "Sascha Amt (Demo)",
        "office",
        _("Office"),
        _("Looks after the catalogue, confirms members and screens proposals."),
        is_staff=True,
    ),
    Role(
        "office2@example.org",
        "Jule Zweite (Demo)",
        "office",
        _("Second person of the office"),
        _("Confirms what one person of the office alone may not decide."),
        is_staff=True,
    ),
    Role(
        "administrator@example.org",
        "Toni Technik (Demo)",
        "administrator",
        _("Administrator"),
        _("Gives people their roles."),
        is_staff=True,
    ),
]
