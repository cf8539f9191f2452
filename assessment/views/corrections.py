"""Corrections of a published example by those who proposed it. The form is that of the sections."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import correcting, drafting, permissions
from assessment.correcting import CORRECTABLE, KEY, NotPublished
from assessment.drafting import StaleVersion
from assessment.forms.mine import ReasonForm
from assessment.forms.page import SectionPage
from assessment.models import Proposal, SectionSave, Status
from assessment.views import contacts
from assessment.views.keeping import NOT_WRITABLE, keeps_text, kept_page
from assessment.views.mine import CONFLICT, SHOW_AND_SEND, breadcrumbs, visible_proposal
from catalogue.models import Network

if TYPE_CHECKING:
    from goodpractice.accounts.views import AuthenticatedHttpRequest

ADD = "add:"


@require_http_methods(SHOW_AND_SEND)
@keeps_text
def proposal_correct(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    proposal = visible_proposal(request, reference)
    if not permissions.may_write(request.user, proposal):
        raise PermissionDenied
    if request.method == "POST":
        return _save(request, proposal)
    if proposal.status != Status.PUBLISHED:
        messages.info(request, _("Corrections are possible once the example is published."))
        return redirect(proposal)
    version = drafting.version_of(proposal, KEY)
    return _show(request, _page(proposal, more=request.GET.get("add", "")), version, ReasonForm())


def _page(proposal: Proposal, **sent: Any) -> SectionPage:
    return SectionPage(proposal, CORRECTABLE, own_networks=Network.objects.none(), **sent)


def _save(request: "AuthenticatedHttpRequest", proposal: Proposal) -> HttpResponse:
    page = _page(proposal, data=request.POST, files=request.FILES)
    reason = ReasonForm(request.POST)
    why = reason.cleaned_data.get("reason", "") if reason.is_valid() else ""
    try:
        saved = correcting.correct(
            proposal,
            by=request.user,
            seen=page.seen,
            reason=why or _("Correction by those who proposed it"),
            write=page.store,
        )
    except NotPublished:
        return kept_page(request, NOT_WRITABLE, CONFLICT)
    except StaleVersion as stale:
        page = _page(proposal, data=request.POST, files=request.FILES)
        page.note_conflicts(stale.current)
        return _show(request, page, stale.current.version, reason, status=CONFLICT)
    if page.errors or not page.is_whole:
        return _show(request, page, saved.version, reason)
    return _go_on(request, proposal)


def _go_on(request: "AuthenticatedHttpRequest", proposal: Proposal) -> HttpResponse:
    """Lead to where the button that was pressed leads."""
    then, here = (
        request.POST.get("then", ""),
        reverse("assessment:proposal_correct", args=[proposal.reference]),
    )
    if then.removeprefix(ADD) in CORRECTABLE.lists:
        return redirect(f"{here}?add={then.removeprefix(ADD)}#last-row")
    if then.startswith(contacts.ASK):
        contacts.act(request, proposal, then)
        return redirect(f"{here}#contacts")
    messages.success(request, _("Your corrections were saved. Readers see them at once."))
    return redirect(here)


def _show(
    request: "AuthenticatedHttpRequest",
    page: SectionPage,
    version: int,
    reason: ReasonForm,
    *,
    status: int = 200,
) -> HttpResponse:
    saves = SectionSave.objects.select_related("saved_by").filter(proposal=page.proposal, section=KEY)
    context = {
        **contacts.context(request.user, page.proposal),
        "breadcrumbs": breadcrumbs(page.proposal),
        "proposal": page.proposal,
        "page": page,
        "version": version,
        "problems": page.errors,
        "is_cut_off": page.data is not None and not page.is_whole,
        "reason": reason,
        "saved": saves.first(),
    }
    return render(request, "assessment/proposal_correct.html", context, status=status)
