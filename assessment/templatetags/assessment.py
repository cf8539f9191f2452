"""Template tags of proposals and calls, also for pages of the catalogue, whose code knows nothing of them."""

from typing import Any

from django import template
from django.utils import timezone

from assessment import moments
from assessment.models import Call
from assessment.sections import label_of

register = template.Library()

register.filter("moment", moments.moment)
register.filter("field_label", label_of)


@register.filter
def one_line(text: object) -> str:
    """Return the text without line breaks: for an item of a list in a mail."""
    return " ".join(str(text).split())


@register.inclusion_tag("assessment/_open_calls.html")
def open_calls() -> dict[str, Any]:
    """Tell which calls are open; one statement."""
    return {"calls": Call.objects.open_at(timezone.now())}
