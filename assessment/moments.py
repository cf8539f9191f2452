"""Times as people read them: in the office's time zone, which is said."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def moment(time: datetime.datetime) -> str:
    """Return day, time of day and time zone in words."""
    local = timezone.localtime(time, timezone.get_default_timezone())
    return _("%(moment)s (Berlin time)") % {"moment": date_format(local, "DATETIME_FORMAT")}


def day(date: datetime.date) -> str:
    return str(date_format(date, "DATE_FORMAT"))
