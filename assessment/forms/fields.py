"""Form fields for texts and figures as people type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models.network import FIRST_YEAR, LAST_YEAR

LINE_ROWS = {100: 2, 200: 3, 600: 6}
"""How high the box for a text of at most so many characters is."""
HIGHEST = 10
MOST_WEEKS = 520
TEMPLATE = "assessment/_section_field.html"


class PlainText(forms.CharField):
    """A text counted as people count: a line break is one character. The browser must not cut off what is pasted."""

    default_error_messages = {
        "max_length": _("At most %(limit_value)d characters, please: these are %(show_value)d."),
    }

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.limit: int | None = kwargs.get("max_length")
        rows = next((rows for limit, rows in LINE_ROWS.items() if (self.limit or 0) <= limit), HIGHEST)
        widget = forms.Textarea(attrs={"rows": rows}) if lines else forms.TextInput()
        super().__init__(**{"widget": widget, **kwargs})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class Year(forms.IntegerField):
    """A year in four digits."""

    default_error_messages = {
        "invalid": _("Give the year in four digits, for example 2021."),
        "min_value": _("Give a year from %(limit_value)d on."),
        "max_value": _("Give a year up to %(limit_value)d."),
    }

    def __init__(self, *, latest: int = LAST_YEAR, **kwargs: Any) -> None:
        given = {"min_value": FIRST_YEAR, "max_value": latest, "widget": numeric_input("numeric", size=4)}
        super().__init__(**{**given, **kwargs})


class Figure(forms.DecimalField):
    """A number with one decimal place, written with a comma or a point."""

    default_error_messages = {
        "invalid": _("Give a number, for example 0.5."),
        "min_value": _("Give a number from %(limit_value)s on."),
        "max_digits": _("This number is too large."),
        "max_whole_digits": _("This number is too large."),
        "max_decimal_places": _("One decimal place is enough, for example 0.5."),
    }

    def __init__(self, **kwargs: Any) -> None:
        given = {"min_value": 0, "max_digits": 4, "decimal_places": 1, "localize": True}
        super().__init__(**{**given, "widget": numeric_input("decimal", size=6), **kwargs})

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class Weeks(forms.IntegerField):
    """A number of weeks."""

    default_error_messages = {
        "invalid": _("Give a whole number, for example 8."),
        "min_value": _("Give a whole number, for example 8."),
        "max_value": _("At most %(limit_value)d weeks, that is ten years."),
    }

    def __init__(self, **kwargs: Any) -> None:
        given = {"min_value": 0, "max_value": MOST_WEEKS, "widget": numeric_input("numeric", size=6)}
        super().__init__(**{**given, **kwargs})


def numeric_input(keyboard: str, *, size: int) -> forms.TextInput:
    """Return a text box for digits: no wheel changes the number by accident, and a wrong one is shown again."""
    return forms.TextInput(attrs={"inputmode": keyboard, "size": size, "class": "input--short"})


def dress(field: Any, *, is_needed: bool) -> Any:
    """Let our template show the field; it says "optional" where it is not needed, also of what a draft may lack."""
    field.template_name, field.is_needed = TEMPLATE, is_needed
    return field
