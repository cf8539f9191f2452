"""The made-up people of the demonstration beside those whose role can be tried: ``goodpractice.demo`` creates these."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from assessment.models import BoardSeat, Call
from catalogue.models import Network
from goodpractice.accounts.models import Membership, User

SINCE = datetime.date(2024, 1, 1)


class PeopleMissing(Exception):
    """The people whose role can be tried are not there yet."""


@dataclass(frozen=True)
class Cast:
    """Who acts: two persons of the office, and everybody else by address or by the key of ``demo_board.yaml``."""

    office: User
    second: User
    users: Mapping[str, User]
    members: list[dict[str, Any]]

    def seats(self, call: Call) -> dict[str, BoardSeat]:
        """Give the board its seats for ``call``, once."""
        return {
            member["key"]: BoardSeat.objects.get_or_create(
                call=call,
                user=self.users[member["key"]],
                defaults={"constituency": member["constituency"], "invited_at": call.opens_at},
            )[0]
            for member in self.members
        }


def cast(content: dict[str, Any]) -> Cast:
    """Return who acts; who is missing of the board and of those who propose is created."""
    try:
        office, second, submitter = (
            User.objects.get(email=f"{name}@example.org") for name in ("office", "office2", "submitter")
        )
    except User.DoesNotExist:
        raise PeopleMissing from None
    users = {submitter.email: submitter}
    for entry in content["members"]:
        users[entry["key"]] = _person(entry, "board", office)
    for entry in content["proposers"]:
        users[entry["email"]] = _person(entry, "submitter", office)
    return Cast(office, second, users, content["members"])


def _person(entry: Mapping[str, str], group: str, office: User) -> User:
    person, is_new = User.objects.get_or_create(email=entry["email"], defaults={"name": entry["name"]})
    if is_new:
        person.organisation, person.last_login = "Musterbüro (Demo)", timezone.now()
        person.set_unusable_password()
        person.save()
        person.groups.set(Group.objects.filter(name=group))
    if (slug := entry.get("network")) and not person.memberships.exists():
        Membership.objects.create(
            user=person,
            network=Network.objects.get(slug=slug),
            since=SINCE,
            confirmed_at=timezone.now(),
            confirmed_by=office,
        )
    return person
