"""The board's meeting over a call: the page that it looks at, who is present, the minutes, how far its members agree.

Mounted under the decisions in the administration. Board members who are not of the office reach these pages too, once
they have judged all that they may; for everybody else there is nothing here.
"""

import csv
import io
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import attending, minutes, statistics
from assessment.admin.decision_forms import PresenceForm
from assessment.admin.members import View, needs_second_factor, signed_in
from assessment.admin.own_pages import user_of
from assessment.figures import (
    RECOMMENDATIONS,
    conflicted,
    lacking,
    lines,
    missing_members,
    number,
    quorum,
    recommendation,
    unclear,
)
from assessment.meeting import Meeting, Row
from assessment.models import Call, Decision
from assessment.pdf.minutes import minutes_document
from assessment.permissions import is_office
from catalogue.models import Criterion
from catalogue.models.text import reader_language
from catalogue.pdf.rendering import render

BOM = "\ufeff"
"""Spreadsheets look for it to read a file as UTF-8."""


@require_safe
def meeting_detail(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = _meeting(request, slug)
    if not meeting.is_open:
        if meeting.seat is None:
            raise Http404
        context = {"title": str(meeting.call), "subtitle": _("Not yet"), "to_judge": meeting.to_judge}
        return page(request, meeting.call, "early", context, status=403)
    form = PresenceForm(meeting.seats, meeting.present) if meeting.is_office else None
    return _meeting_page(request, meeting, form)


@require_POST
def meeting_presence(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = office_meeting(request, slug)
    form = PresenceForm(meeting.seats, meeting.present, request.POST)
    if not form.is_valid():
        return _meeting_page(request, meeting, form)
    attending.note(meeting.call, form.cleaned_data["present"], by=meeting.user)
    messages.success(request, _("Who was present is noted."))
    return redirect(f"{address_of(meeting.call)}#presence")


@require_safe
def minutes_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(request, slug)
    document = minutes_document(meeting, request.build_absolute_uri(address_of(meeting.call)), timezone.now())
    return _download(meeting, render(document), "pdf", "application/pdf")


@require_safe
def minutes_csv(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(request, slug)
    file = io.StringIO()
    # What the spreadsheets of the language split at: where the comma stands in numbers, the semicolon.
    delimiter = ";" if reader_language() == "de" else ","
    csv.writer(file, delimiter=delimiter).writerows(minutes.as_table(meeting))
    return _download(meeting, BOM + file.getvalue(), "csv", "text/csv; charset=utf-8")


@require_http_methods(["GET", "HEAD"])
def meeting_agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the office how far members agree and their means, each member the own mean beside the board's."""
    meeting = find_meeting(request, slug)
    context = {
        "title": str(meeting.call),
        "subtitle": _("Agreement"),
        "meeting": meeting,
        "agreements": statistics.agreements(meeting) if meeting.is_office else [],
        "count": len(meeting.ranked),
        "fewest": statistics.FEWEST_PROPOSALS,
        "own_means": statistics.own_means(meeting) if meeting.seat else [],
        "members": statistics.members_means(meeting),
        "criteria": list(Criterion),
    }
    return page(request, meeting.call, "agreement", context)


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """List the calls over which the person meets; the office sees all calls."""
    user = user_of(request)
    calls = list(Call.objects.meeting_of(user))
    if not calls and not is_office(user):
        raise Http404
    context = {"title": _("Board meetings"), "calls": calls, "now": timezone.now()}
    return page(request, None, "list", context)


# What all pages of a meeting share ----------------------------------------------------------------------------------


def guarded(view: View) -> View:
    """Let visitors sign in; the views themselves find nothing for those who may not look."""
    return needs_second_factor(signed_in(never_cache(view)))


def sent(request: HttpRequest) -> Any:
    """Return what a form is bound to: also an empty one that was sent is to be refused in words."""
    return request.POST if request.method == "POST" else None


def find_meeting(request: HttpRequest, slug: str) -> Meeting:
    meeting = _meeting(request, slug)
    if not meeting.is_open:
        raise Http404
    return meeting


def office_meeting(request: HttpRequest, slug: str) -> Meeting:
    meeting = find_meeting(request, slug)
    if not meeting.is_office:
        raise Http404
    return meeting


def address_of(call: Call) -> str:
    return reverse("admin:assessment_decision_meeting", args=[call.slug])


def page(
    request: HttpRequest, call: Call | None, name: str, context: dict[str, Any], status: int = 200
) -> TemplateResponse:
    context = {
        **admin.site.each_context(request),
        "has_permission": True,
        "opts": Decision._meta,
        "call": call,
        **context,
    }
    return TemplateResponse(request, f"admin/assessment/meeting/{name}.html", context, status=status)


def described(row: Row) -> dict[str, Any]:
    """Return all that is said about one proposal's standing."""
    found = row.standing
    return {
        "row": row,
        "proposal": row.proposal,
        "lines": lines(found),
        "overall": number(found.result.overall),
        "rule": RECOMMENDATIONS[found.result.recommendation],
        "recommendation": recommendation(found),
        "quorum": quorum(found),
        "lacking": lacking(found),
        "missing": missing_members(found),
        "conflicted": conflicted(found),
        "unclear": unclear(found),
    }


def _meeting(request: HttpRequest, slug: str) -> Meeting:
    call = get_object_or_404(Call.objects.select_related("rubric"), slug=slug)
    return Meeting(call, user_of(request))


def _meeting_page(request: HttpRequest, meeting: Meeting, form: PresenceForm | None) -> HttpResponse:
    context = {
        "title": _("Meeting of the advisory board"),
        "subtitle": str(meeting.call),
        "meeting": meeting,
        "ranked": [{"rank": rank, **described(row)} for rank, row in meeting.ranked],
        "in_progress": [described(row) for row in meeting.in_progress],
        "form": form,
        "present": [seat for seat in meeting.seats if seat.pk in meeting.present],
    }
    return page(request, meeting.call, "detail", context)


def _download(meeting: Meeting, content: bytes | str, ending: str, content_type: str) -> HttpResponse:
    name = f"minutes-{meeting.call.slug}-{reader_language()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
