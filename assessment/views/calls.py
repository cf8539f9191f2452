"""Public pages about calls: whether one is open, and what to prepare for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment.models import Call
from assessment.models.call import GRACE
from assessment.outline import outline

MINUTES_OF_GRACE = int(GRACE.total_seconds() // 60)


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "section": "calls",
        "breadcrumbs": [(reverse("catalogue:home"), _("Home"))],
        "open_calls": Call.objects.open_at(now),
        "next_calls": Call.objects.ahead_of(now),
        "past_calls": Call.objects.closed_before(now),
    }
    return render(request, "assessment/call_list.html", context)


@require_safe
def call_detail(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call, slug=slug)
    now = timezone.now()
    context = {
        "section": "calls",
        "breadcrumbs": [
            (reverse("catalogue:home"), _("Home")),
            (reverse("assessment:call_list"), _("Take part")),
        ],
        "call": call,
        "is_open": call.is_open(now),
        "is_ahead": now < call.opens_at,
        "sections": outline(),
        "grace": MINUTES_OF_GRACE,
    }
    return render(request, "assessment/call_detail.html", context)
