"""Fields and widgets for the office's forms: one control each, no script needed."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1990, 2100
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-01)?", re.ASCII)
_WRITTEN = re.compile(r"(\d{1,2})[./](\d{4})", re.ASCII)


class MonthInput(forms.DateInput):
    """The browser's control for a month; where it has none, a text field for ``2026-05``."""

    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m")


class MonthField(forms.Field):
    """A month, kept as its first day: ``2026-05``, ``05/2026`` or ``5.2026``."""

    widget = MonthInput

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values or isinstance(value, datetime.date):
            return value or None
        year, month = self._parts(str(value).strip())
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):  # noqa: PLR2004 - months of a year
            raise ValidationError(
                _("Give a month between 1990 and 2100, for example 2026-05."), code="out_of_range"
            )
        return datetime.date(year, month, 1)

    def prepare_value(self, value: Any) -> Any:
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

    def _parts(self, text: str) -> tuple[int, int]:
        if found := _ISO.fullmatch(text):
            return int(found[1]), int(found[2])
        if found := _WRITTEN.fullmatch(text):
            return int(found[2]), int(found[1])
        raise ValidationError(_("Write the month like 2026-05."), code="invalid")


class MomentInput(forms.DateTimeInput):
    """Date and time in one control."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": "1", **(attrs or {})}, format="%Y-%m-%dT%H:%M:%S")


class MomentField(forms.DateTimeField):
    """A moment of the office's work: from 1990 until now.

    The bounds keep out what PostgreSQL stores and Python cannot read back (the year 0 after the change to
    universal time).
    """

    widget = MomentInput

    def clean(self, value: Any) -> datetime.datetime | None:
        moment: datetime.datetime | None = super().clean(value)
        if moment and not (
            moment.year >= FIRST_YEAR and moment <= timezone.now() + datetime.timedelta(minutes=1)
        ):
            raise ValidationError(_("Give a moment between 1990 and now."), code="out_of_range")
        return moment


MOMENTS: dict[Any, Any] = {models.DateTimeField: {"form_class": MomentField, "widget": MomentInput}}
"""For ``formfield_overrides``: Django's own has two controls without a label each."""


class DayInput(forms.DateInput):
    """The browser's control for a day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between 1990 and today."""

    widget = DayInput

    def clean(self, value: Any) -> datetime.date | None:
        day: datetime.date | None = super().clean(value)
        if day and not (day.year >= FIRST_YEAR and day <= timezone.localdate()):
            raise ValidationError(_("Give a day between 1990 and today."), code="out_of_range")
        return day
