"""One page a section of the form: shown, saved by the button, and saved by itself while somebody writes."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessment import drafting, permissions
from assessment.completeness import problems_of
from assessment.drafting import NotWritable, StaleVersion
from assessment.forms.page import SectionPage
from assessment.forms.start import own_networks
from assessment.models import Proposal, SectionSave
from assessment.sections import BY_KEY, SECTIONS, Section
from assessment.views import contacts
from assessment.views.keeping import (
    NOT_WRITABLE,
    keeps_text,
    keeps_text_for_scripts,
    kept_answer,
    kept_page,
)
from assessment.views.mine import breadcrumbs

if TYPE_CHECKING:
    from goodpractice.accounts.views import AuthenticatedHttpRequest

OVERVIEW, ADD = "overview", "add:"


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_text
def proposal_section(request: "AuthenticatedHttpRequest", reference: str, key: str) -> HttpResponse:
    proposal, section = _found(request, reference, key)
    if request.method == "POST":
        return _save(request, proposal, section)
    if not proposal.is_writable:
        messages.info(request, _("The text cannot be changed at the moment."))
        return redirect(proposal)
    version = drafting.version_of(
        proposal, key
    )  # before the text: an older one is noticed, a newer one is not
    page = SectionPage(
        proposal, section, own_networks=own_networks(request.user, proposal), more=request.GET.get("add", "")
    )
    return _show(request, page, version)


@require_POST
@keeps_text_for_scripts
def proposal_autosave(request: "AuthenticatedHttpRequest", reference: str, key: str) -> HttpResponse:
    """Store what is valid and answer as JSON; the form is the same as that of the page, without its files."""
    proposal, section = _found(request, reference, key)
    page = _sent(request, proposal, section, takes_files=False)
    try:
        version = _store(page, request)
    except NotWritable:
        return kept_answer(request, NOT_WRITABLE, 409)
    except StaleVersion as stale:
        page = _sent(request, proposal, section, takes_files=False)
        page.note_conflicts(stale.current)
        return JsonResponse(_conflict(page, stale.current), status=409)
    errors = [{"anchor": error.anchor, "message": error.message} for error in page.errors]
    answer = {
        "version": version,
        "saved_at": date_format(timezone.localtime(), "TIME_FORMAT"),
        "problems": [str(problem.message) for problem in problems_of(_fresh(proposal), section)],
        "rows": {rows.name: rows.numbers() for rows in page.lists},
        "waits": page.waits_for_button,
        "errors": errors,
    }
    return JsonResponse(answer, status=422 if errors or not page.is_whole else 200)


def _found(request: "AuthenticatedHttpRequest", reference: str, key: str) -> tuple[Proposal, Section]:
    section = BY_KEY.get(key)
    if section is None:
        raise Http404
    visible = Proposal.objects.visible_to(request.user).with_names()
    proposal: Proposal = get_object_or_404(visible, reference=reference)
    if not permissions.may_write(request.user, proposal):
        raise PermissionDenied
    return proposal, section


def _fresh(proposal: Proposal) -> Proposal:
    fresh: Proposal = Proposal.objects.with_names().get(pk=proposal.pk)
    return fresh


def _sent(
    request: "AuthenticatedHttpRequest", proposal: Proposal, section: Section, *, takes_files: bool = True
) -> SectionPage:
    return SectionPage(
        proposal,
        section,
        own_networks=own_networks(request.user, proposal),
        data=request.POST,
        files=request.FILES if takes_files else None,
        takes_files=takes_files,
    )


def _store(page: SectionPage, request: "AuthenticatedHttpRequest") -> int:
    """Store what was sent, if it differs at all, and return the version that is stored then."""
    proposal, key = page.proposal, page.section.key
    if not page.differing:
        if not proposal.is_writable:
            raise NotWritable
        return drafting.version_of(proposal, key)
    return drafting.save(proposal, key, by=request.user, seen=page.seen, write=page.store).version


def _save(request: "AuthenticatedHttpRequest", proposal: Proposal, section: Section) -> HttpResponse:
    page = _sent(request, proposal, section)
    try:
        version = _store(page, request)
    except NotWritable:
        return kept_page(request, NOT_WRITABLE, 409)
    except StaleVersion as stale:
        page = _sent(request, proposal, section)
        page.note_conflicts(stale.current)
        return _show(request, page, stale.current.version, status=409)
    if page.errors or not page.is_whole:
        return _show(request, page, version)
    return _go_on(request, proposal, section)


def _go_on(request: "AuthenticatedHttpRequest", proposal: Proposal, section: Section) -> HttpResponse:
    """Lead to where the button that was pressed leads."""
    then = request.POST.get("then", "")
    here = reverse("assessment:proposal_section", args=[proposal.reference, section.key])
    if then.removeprefix(ADD) in section.lists:
        return redirect(f"{here}?add={then.removeprefix(ADD)}#last-row")
    if section.key == contacts.SECTION and contacts.act(request, proposal, then):
        return redirect(f"{here}#contacts")
    messages.success(request, _("“%(section)s” was saved.") % {"section": section.title})
    following = _following(section)
    if then == OVERVIEW:
        return redirect(proposal)
    if following is None:
        return redirect("assessment:proposal_check", proposal.reference)
    return redirect("assessment:proposal_section", proposal.reference, following.key)


def _following(section: Section) -> Section | None:
    rest = SECTIONS[SECTIONS.index(section) + 1 :]
    return rest[0] if rest else None


def _show(
    request: "AuthenticatedHttpRequest", page: SectionPage, version: int, *, status: int = 200
) -> HttpResponse:
    proposal, section = page.proposal, page.section
    context: dict[str, Any] = {
        "proposal": proposal,
        "section": section,
        "page": page,
        "version": version,
        "number": SECTIONS.index(section) + 1,
        "total": len(SECTIONS),
        "following": _following(section),
        "breadcrumbs": breadcrumbs(proposal),
        "problems": page.errors if page.data is not None else [],
        "is_cut_off": page.data is not None and not page.is_whole,
        "saved": SectionSave.objects.select_related("saved_by")
        .filter(proposal=proposal, section=section.key)
        .first(),
    }
    if section.key == contacts.SECTION:
        context |= contacts.context(request.user, proposal)
    return render(request, "assessment/proposal_section.html", context, status=status)


def _conflict(page: SectionPage, current: SectionSave) -> dict[str, Any]:
    """Say what is stored instead, by whom and since when."""
    return {
        "stored": {name: conflict.stored for name, conflict in page.conflicts.items()},
        "version": current.version,
        "by": str(current.saved_by),
        "at": date_format(timezone.localtime(current.saved_at), "DATETIME_FORMAT"),
    }
