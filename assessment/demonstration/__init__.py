"""The made-up calls of the demonstration (``fixtures/demo_call_*.yaml``): finished, in review, and open.

Everything goes through the functions that people's pages call. A call that is there is left alone but for its dates:
each start of the demonstration moves them on, so that the open call stays open and the board's work stays to be done.
"""

import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from assessment.demonstration import board, people, proposals
from assessment.demonstration.people import Cast, PeopleMissing
from assessment.models import Call, Rubric

__all__ = ["PeopleMissing", "load"]

FOLDER = Path(settings.BASE_DIR) / "fixtures"
CALLS = {"finished": -160, "in_review": -28, "open": 21}
"""Each call, and in how many days from now it closes."""
OPEN_FOR = datetime.timedelta(days=42)
ASSESSED_FOR = datetime.timedelta(days=42)


@transaction.atomic
def load() -> int:
    """Create the calls that are missing, move the dates of the others on, and return how many are new."""
    if not Rubric.objects.exists():
        call_command("loaddata", "rubric", verbosity=0)
    content = _read("demo_board.yaml")
    cast = people.cast(content)
    return sum(_load(name, cast, content["comments"]) for name in CALLS)


def _load(name: str, cast: Cast, sentences: Any) -> bool:
    content, dates = _read(f"demo_call_{name}.yaml"), _dates(CALLS[name])
    known = Call.objects.filter(slug=content["call"]["slug"]).first()
    if known:
        _move_on(known, dates)
        return False
    call = Call.objects.create(
        **content["call"], **dates, rubric=Rubric.objects.latest("version"), is_demo=True
    )
    seats = cast.seats(call)
    comments = board.Comments(sentences)
    ways = [proposals.bring(call, entry, cast) for entry in content["proposals"]]
    for way in ways:
        if "ballots" in way.entry:
            board.assess(way, seats, comments)
    board.decide(ways, seats)
    return True


def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load((FOLDER / name).read_bytes(), Loader=loader)  # noqa: S506 - both are safe
    return content


def _dates(closes_in_days: int) -> dict[str, Any]:
    now = timezone.now().replace(hour=22, minute=59, second=0, microsecond=0)
    closes = now + datetime.timedelta(days=closes_in_days)
    return {
        "opens_at": closes - OPEN_FOR,
        "closes_at": closes,
        "scoring_closes_at": closes + ASSESSED_FOR,
        "outcome_on": (closes + ASSESSED_FOR + datetime.timedelta(days=21)).date(),
    }


def _move_on(call: Call, dates: dict[str, Any]) -> None:
    """Move the dates that are still to come; what has happened stays when it was."""
    now = timezone.now()
    to_come = {name: dates[name] for name in ("scoring_closes_at", "outcome_on")}
    if call.closes_at > now:
        to_come |= dates
    if dates["scoring_closes_at"] > now:
        Call.objects.filter(pk=call.pk).update(**to_come)
