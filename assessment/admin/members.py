"""Pages of the board's members besides the assessment itself: what waits for them, and the question about conflicts.

Members are no staff: these pages belong to the administration by their look, and ask for a seat instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import agenda, conflicts, judging, permissions
from assessment.admin import drawn
from assessment.admin.own_pages import note_seat, user_of
from assessment.agenda import Docket, Item
from assessment.conflicts import Ground
from assessment.forms.scoring import ConflictForm
from assessment.models import Assessment, BoardSeat, ConflictDeclaration, Proposal
from assessment.models.status import BEFORE_A_DECISION
from catalogue.downloads import attachment_response
from catalogue.models import Attachment
from goodpractice.accounts.models import User

View = Callable[..., HttpResponseBase]
MY_ASSESSMENTS = "admin:assessment_assessment_changelist"
SHOWN = [("", _("all")), ("todo", _("to do")), ("done", _("done"))]


@dataclass(frozen=True)
class Place:
    """Where a member stands before one proposal."""

    user: User
    seat: BoardSeat
    proposal: Any
    grounds: list[Ground]
    declaration: ConflictDeclaration | None


def needs_second_factor(view: View) -> View:
    """Ask for a second factor whoever comes: a seat may be held by somebody who has no other role."""
    view.needs_second_factor = True  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let people sign in; what they find then depends on their seat."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return inner


def place_or_404(request: HttpRequest, reference: str) -> Place:
    """Find a proposal that is or was judged by a board on which the person sits."""
    user = user_of(request)
    judged = Proposal.objects.judged().with_titles()
    proposal = get_object_or_404(judged, reference=reference)
    seat = permissions.seat_for(user, proposal)
    if seat is None:
        raise Http404
    note_seat(request, True)
    declaration = ConflictDeclaration.objects.filter(seat=seat, proposal=proposal).first()
    return Place(user, seat, proposal, conflicts.grounds(user, proposal), declaration)


def open_place_or_404(request: HttpRequest, reference: str) -> Place:
    """Find it for a member without a conflict of interest; for others there is no more than the title."""
    place = place_or_404(request, reference)
    if place.grounds:
        raise Http404
    return place


@needs_second_factor
@require_safe
@signed_in
def assessment_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for the member; others' doings are not part of it."""
    dockets = agenda.of(user_of(request))
    if not dockets:
        raise Http404
    note_seat(request, True)
    wanted = request.GET.get("show", "")
    context = {
        "title": _("My assessments"),
        "dockets": [(one, drawn.rows(_chosen(one, wanted))) for one in dockets],
        "filters": [(value, label, value == wanted) for value, label in SHOWN],
        "wanted": wanted if wanted in dict(SHOWN) else "",
        "now": timezone.now(),
    }
    return board_page(request, "list", context)


def _chosen(docket: Docket, wanted: str) -> list[Item]:
    return {"todo": docket.to_do, "done": docket.done}.get(wanted, docket.open)


@needs_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def assessment_declare(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a conflict of interest before the text opens; where one is known, say which."""
    place = place_or_404(request, reference)
    is_later = place.declaration is not None
    form = ConflictForm(request.POST if request.method == "POST" else None, is_later=is_later)
    is_askable = not place.grounds and place.proposal.status in BEFORE_A_DECISION
    if is_askable and form.is_valid():
        explanation = form.cleaned_data["explanation"] if form.has_conflict else ""
        judging.declare(place.seat, place.proposal, has_conflict=form.has_conflict, explanation=explanation)
        if form.has_conflict:
            messages.success(
                request, _("Your conflict of interest is noted. You do not assess this proposal.")
            )
            return redirect(MY_ASSESSMENTS)
        return redirect("admin:assessment_assessment_score", reference)
    context = {
        "title": place.proposal.example.title or reference,
        "place": place,
        "form": form,
        "is_askable": is_askable,
        "reasons": [agenda.IN_OWN_WORDS[ground] for ground in place.grounds],
        "has_declared": Ground.DECLARED in place.grounds,
    }
    return board_page(request, "declare", context)


@needs_second_factor
@require_safe
@signed_in
def attachment_download(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """Hand out a file to members to whom the text is open."""
    place = open_place_or_404(request, reference)
    if place.declaration is None:
        raise Http404
    attachments = Attachment.objects.filter(example=place.proposal.example_id).select_related("example")
    return attachment_response(get_object_or_404(attachments, pk=pk))


def board_page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "has_permission": True,
        "opts": Assessment._meta,
        **context,
    }
    return TemplateResponse(request, f"admin/assessment/board/{name}.html", context, status=status)
