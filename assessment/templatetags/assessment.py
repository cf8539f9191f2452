"""Template tags of proposals and calls, also for pages of the catalogue, whose code knows nothing of them."""

from typing import Any

from django import template
from django.utils import timezone

from assessment import moments, outcomes, selection
from assessment.models import Call
from assessment.sections import label_of

register = template.Library()

register.filter("moment", moments.moment)
register.filter("field_label", label_of)
register.filter("reasons_of", outcomes.reasons_of)


@register.filter
def one_line(text: object) -> str:
    """Return the text without line breaks: for an item of a list in a mail."""
    return " ".join(str(text).split())


@register.inclusion_tag("assessment/_open_calls.html")
def open_calls() -> dict[str, Any]:
    """Tell which calls are open; one statement."""
    return {"calls": Call.objects.open_at(timezone.now())}


@register.inclusion_tag("assessment/_rubric.html")
def rubric_in_force() -> dict[str, Any]:
    """Show the rubric by which proposals are judged now; three statements."""
    return {"rubric": selection.rubric_in_force(timezone.now())}


@register.inclusion_tag("assessment/_call_figures.html")
def call_figures() -> dict[str, Any]:
    """Show figures of the calls that are finished."""
    return {"calls": selection.finished_calls(timezone.now())}
