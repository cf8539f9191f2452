"""The page of an assessment: the proposal beside the form; saved, saved by itself, handed in, given once more.

Each view finds the member's seat and the proposal first; whoever has none, or a conflict of interest, finds nothing.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from assessment import agenda, judging
from assessment.admin.judged import JudgedText
from assessment.admin.kept import keeps_text, keeps_text_for_scripts, kept_page
from assessment.admin.members import (
    MY_ASSESSMENTS,
    Place,
    board_page,
    needs_second_factor,
    open_place_or_404,
    signed_in,
)
from assessment.admin.outcome import announced, outcome
from assessment.admin.sheet import AGAIN, INDEPENDENT, Sheet, conclude, parts, sheet_of
from assessment.forms.scoring import ScoringForm
from assessment.marks import IncompleteAssessment
from assessment.models import Assessment
from assessment.views.keeping import NOT_WRITABLE, kept_answer

CONFLICT = 409
HAND_IN, HAND_IN_NEXT = "hand_in", "hand_in_next"
PAGES = {INDEPENDENT: "admin:assessment_assessment_score", AGAIN: "admin:assessment_assessment_again"}
NO_MORE = (judging.Frozen, judging.NotOpen, judging.NotDeclared, judging.ConflictOfInterest, IntegrityError)
"""Why nothing is stored any more; the last one is the database, where something came between check and write."""


# Views ----------------------------------------------------------------------------------------------------------------


@needs_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_text
def assessment_score(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form, or after handing in what everybody said."""
    place = open_place_or_404(request, reference)
    sheet = sheet_of(place, INDEPENDENT)
    if request.method == "POST":
        return _take(request, sheet)
    if place.declaration is None:
        return redirect("admin:assessment_assessment_declare", reference)
    if sheet.is_handed_in:
        return board_page(request, "outcome", {**_heading(place), **outcome(place, sheet.assessment)})
    return _show(request, sheet, sheet.form())


@needs_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_text
def assessment_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form for a second assessment after the reveal; the independent one stays."""
    place = open_place_or_404(request, reference)
    sheet = sheet_of(place, AGAIN)
    if request.method == "POST":
        return _take(request, sheet)
    if not sheet_of(place, INDEPENDENT).holds or sheet.is_handed_in or not sheet.is_open:
        return redirect(PAGES[INDEPENDENT], reference)
    return _show(request, sheet, sheet.form())


@needs_second_factor
@require_POST
@keeps_text_for_scripts
def assessment_autosave(request: HttpRequest, reference: str) -> HttpResponse:
    return _autosave(request, sheet_of(open_place_or_404(request, reference), INDEPENDENT))


@needs_second_factor
@require_POST
@keeps_text_for_scripts
def assessment_again_autosave(request: HttpRequest, reference: str) -> HttpResponse:
    return _autosave(request, sheet_of(open_place_or_404(request, reference), AGAIN))


@needs_second_factor
@require_POST
@signed_in
def assessment_reconfirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm what was handed in for the version of the text that the page had shown."""
    place = open_place_or_404(request, reference)
    if request.POST.get("text") != str(place.proposal.versions.latest("number").number):
        messages.warning(request, _("The text has changed once more. Please look at it first."))
        return redirect(PAGES[INDEPENDENT], reference)
    own = Assessment.objects.handed_in().filter(seat=place.seat, proposal=place.proposal)
    try:
        for one in own:
            judging.reconfirm(one)
    except NO_MORE:
        messages.error(request, _("This proposal is not assessed any more."))
    else:
        conclude(place)
        messages.success(request, _("Your assessment holds for the new text as well."))
    return redirect(PAGES[INDEPENDENT], reference)


# Steps ----------------------------------------------------------------------------------------------------------------


def _take(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Store what was sent, then go where the button that was pressed leads; what is typed is never lost."""
    form, then = sheet.form(request.POST), request.POST.get("then", "")
    is_fine = form.is_valid() and _is_whole(request, form)
    try:
        if is_fine and then in {HAND_IN, HAND_IN_NEXT} and _has_seen_the_text(request, sheet, form):
            sheet.hand_in(form)
            return _go_on(request, sheet.place, then)
        if "whole" in request.POST:
            sheet.store(form)
    except judging.StaleDraft as stale:
        return _show_both(request, Sheet(sheet.place, sheet.turn, stale.current))
    except NO_MORE:
        return kept_page(request, NOT_WRITABLE, CONFLICT)
    except IncompleteAssessment as incomplete:
        form.name_problems(incomplete.problems)
    if not form.errors:
        messages.success(request, _("Your draft is saved. Nobody else sees it."))
        return redirect(PAGES[sheet.turn], sheet.place.proposal.reference)
    return _show(request, sheet_of(sheet.place, sheet.turn), form)


def _is_whole(request: HttpRequest, form: ScoringForm) -> bool:
    """Refuse a form that came in part: what is missing would count as emptied."""
    if "whole" not in request.POST:
        message = _("The form did not arrive whole. Please check your entries and send it once more.")
        form.add_error(None, ValidationError(message, code="cut_off"))
    return "whole" in request.POST


def _has_seen_the_text(request: HttpRequest, sheet: Sheet, form: ScoringForm) -> bool:
    newest = sheet.place.proposal.versions.latest("number").number
    if request.GET.get("text") != str(newest):
        message = _(
            "The text of the proposal has changed since you opened the page. Please read it again first."
        )
        form.add_error(None, ValidationError(message, code="changed_meanwhile"))
    return not form.errors


def _go_on(request: HttpRequest, place: Place, then: str) -> HttpResponse:
    reference = place.proposal.reference
    messages.success(request, _("Your assessment of %(proposal)s is handed in.") % {"proposal": reference})
    if then != HAND_IN_NEXT:
        return redirect(PAGES[INDEPENDENT], reference)
    following = next((docket.after(reference) for docket in agenda.of(place.user, place.seat.call_id)), None)
    if following is None:
        return redirect(MY_ASSESSMENTS)
    return redirect(PAGES[INDEPENDENT], following.proposal.reference)


def _autosave(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Store what can be read and answer as JSON; the form is that of the page."""
    form = sheet.form(request.POST)
    is_fine = form.is_valid()
    if "whole" not in request.POST:
        return JsonResponse(_answer(sheet.version, form), status=422)
    try:
        version = sheet.store(form).saves
    except judging.StaleDraft as stale:
        return JsonResponse({"version": stale.current.saves}, status=CONFLICT)
    except NO_MORE:
        return kept_answer(request, NOT_WRITABLE, CONFLICT)
    return JsonResponse(_answer(version, form), status=200 if is_fine else 422)


def _answer(version: int, form: ScoringForm) -> dict[str, Any]:
    errors = [
        {"anchor": form[name].auto_id, "message": f"{form[name].label}: {message}"}
        for name, found in form.errors.items()
        for message in found
    ]
    saved_at = date_format(timezone.localtime(), "TIME_FORMAT")
    return {"version": version, "saved_at": saved_at, "rows": {}, "waits": False, "errors": errors}


# Pages ----------------------------------------------------------------------------------------------------------------


def _show_both(request: HttpRequest, current: Sheet) -> HttpResponse:
    """Show the form as it was sent, and beside each text that differs the one stored meanwhile."""
    form = current.form(request.POST)
    form.is_valid()
    stored = {name: form.in_words(name) for name in form.differing}
    return _show(request, current, form, stored=stored, status=CONFLICT)


def _show(
    request: HttpRequest,
    sheet: Sheet,
    form: ScoringForm,
    *,
    stored: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    proposal = sheet.place.proposal
    context = {
        **_heading(sheet.place),
        "sheet": sheet,
        "form": form,
        "parts": parts(form, proposal),
        "text": JudgedText(proposal, since=sheet.assessment.version if sheet.assessment else None),
        "stored": [(name, form[name], words) for name, words in (stored or {}).items()],
        "decision": announced(proposal),
        "address": f"{request.path}?text=",
        "autosave": f"{request.path}autosave/",
    }
    return board_page(request, "score", context, status)


def _heading(place: Place) -> dict[str, Any]:
    proposal = place.proposal
    return {
        "title": proposal.reference,
        "subtitle": proposal.example.title or proposal.reference,
        "place": place,
    }
