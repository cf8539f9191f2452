"""Seats on the board, call by call: who sits on it, who has come yet, and what the board could judge.

The office gives and ends seats. How many may judge a proposal is not shown to whoever has a conflict with it.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import conflicts, eligibility, seating
from assessment.admin.own_pages import OwnPagesAdmin, user_of
from assessment.admin.seat_forms import SeatForm
from assessment.models import BoardSeat, Call, Proposal, Status
from goodpractice.admin import Waiting

NAME = "assessment_boardseat"
AHEAD = [
    Status.SUBMITTED,
    Status.SCREENING,
    Status.NEEDS_INFO,
    Status.IN_REVIEW,
    Status.DISCUSSION,
    Status.DECISION_PENDING,
]
"""What the board judges or may get to judge."""
REFUSALS: dict[type[seating.SeatRefused], tuple[str, Any]] = {
    seating.OwnSeat: ("email", _("Nobody gives a seat to themselves: ask a colleague.")),
    seating.HeldAlready: ("email", _("This person has a seat for the call already.")),
    seating.SeatLost: (
        "email",
        _(
            "This person is of the office and held a seat for this call: they may have seen what others said. "
            "Give the seat to somebody else."
        ),
    ),
    seating.AccountClosed: ("email", _("The account with this address is closed.")),
    seating.NameMissing: (
        "name",
        _("There is no account with this address yet: give the name of the person."),
    ),
    seating.AnotherBench: (
        "substitutes",
        _("A substitute stands in for somebody of the same constituency who is no substitute."),
    ),
}


@admin.register(BoardSeat)
class BoardSeatAdmin(OwnPagesAdmin):
    rank = 22
    label = _("Seats on the board")

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        """Name members who have been invited and have not come yet."""
        count = BoardSeat.objects.filter(ended_at=None, user__last_login=None).count()
        return [Waiting(count, ngettext("has not come yet", "have not come yet", count), self.list_url())]

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("", call_list, "changelist"),
            ("<slug:slug>/", seat_list, "call"),
            ("<slug:slug>/give/", seat_give, "give"),
            ("<slug:slug>/<int:pk>/invite/", seat_invite, "invite"),
            ("<slug:slug>/<int:pk>/end/", seat_end, "end"),
        ]
        return [path(route, self.office_only(view), name=f"{NAME}_{name}") for route, view, name in pages]


# Pages ----------------------------------------------------------------------------------------------------------------


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    seats = Count("seats", filter=Q(seats__ended_at=None))
    calls = Call.objects.select_related("rubric").annotate(members=seats).order_by("-opens_at")
    return _page(request, "list", {"title": _("Seats on the board"), "calls": calls})


@require_safe
def seat_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = _call(slug)
    has_factor = Authenticator.objects.filter(user=OuterRef("user")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    seats = call.seats.select_related("user", "substitutes__user").annotate(has_factor=Exists(has_factor))
    proposals = list(Proposal.objects.filter(call=call, status__in=AHEAD).with_names().order_by("reference"))
    hidden = conflicts.grounds_by_proposal(user_of(request), proposals)
    context = {
        "title": str(call),
        "subtitle": _("Seats on the board"),
        "seats": [seat for seat in seats if seat.ended_at is None],
        "former": [seat for seat in seats if seat.ended_at is not None],
        "panels": eligibility.panels(call, [one for one in proposals if not hidden[one.pk]]),
        "withheld": [one for one in proposals if hidden[one.pk]],
        "user_pk": user_of(request).pk,
    }
    return _page(request, "call", context, call)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_give(request: HttpRequest, slug: str) -> HttpResponse:
    call = _call(slug)
    form = SeatForm(call, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            seat = seating.give(call, form.person, by=user_of(request), **form.place)
        except seating.SeatRefused as refusal:
            field, words = REFUSALS[type(refusal)]
            form.add_error(field, ValidationError(words, code=type(refusal).__name__))
        else:
            text = _("%(name)s has a seat now and is invited by mail.")
            messages.success(request, text % {"name": seat.user})
            return _to(call)
    context = {"title": str(call), "subtitle": _("Give a seat on the board"), "form": form}
    return _page(request, "give", context, call)


@require_POST
def seat_invite(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    seat = get_object_or_404(_call(slug).seats.filter(ended_at=None).select_related("user", "call"), pk=pk)
    seating.invite_again(seat)
    messages.success(request, _("The invitation is on its way to %(name)s again.") % {"name": seat.user})
    return _to(seat.call)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call = _call(slug)
    seat = get_object_or_404(call.seats.filter(ended_at=None).select_related("user"), pk=pk)
    if request.method == "POST":
        try:
            seating.end(seat, by=user_of(request))
        except seating.OwnSeat:
            messages.error(request, _("Nobody ends the own seat: ask a colleague."))
        else:
            messages.success(request, _("The seat of %(name)s has ended.") % {"name": seat.user})
        return _to(call)
    return _page(
        request,
        "end",
        {"title": str(call), "subtitle": _("End the seat of %(name)s") % {"name": seat.user}},
        call,
    )


def _call(slug: str) -> Any:
    return get_object_or_404(Call.objects.select_related("rubric"), slug=slug)


def _to(call: Call) -> HttpResponse:
    return redirect(reverse(f"admin:{NAME}_call", args=[call.slug]))


def _page(request: HttpRequest, name: str, context: dict[str, Any], call: Call | None = None) -> HttpResponse:
    context = {**admin.site.each_context(request), "opts": BoardSeat._meta, "call": call, **context}
    return TemplateResponse(request, f"admin/assessment/seat/{name}.html", context)
