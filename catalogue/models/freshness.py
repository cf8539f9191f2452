"""How old a record's facts are: the status of information and what follows from its age."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

MONTHS_UNTIL_DUE = 12
MONTHS_UNTIL_STALE = 24


class Freshness(models.TextChoices):
    FRESH = "fresh", _("up to date")
    DUE = "due", _("review due")
    STALE = "stale", _("not reviewed for long")
    UNKNOWN = "unknown", _("not stated")


def freshness(status_of_information: datetime.date | None, today: datetime.date) -> Freshness:
    """Judge by whole months: due after 12, stale after 24."""
    if status_of_information is None:
        return Freshness.UNKNOWN
    months = (today.year - status_of_information.year) * 12 + today.month - status_of_information.month
    if months <= MONTHS_UNTIL_DUE:
        return Freshness.FRESH
    return Freshness.DUE if months <= MONTHS_UNTIL_STALE else Freshness.STALE
