"""What follows from an outcome: making an example public, taking it back, taking a deferred one into another call.

The outcome has been announced by then, so these pages show no figure. Whoever has a conflict of interest with the
proposal leaves them to a colleague all the same.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from assessment import conflicts, copying, publication, workflow
from assessment.admin.meeting import address_of, page, sent
from assessment.admin.own_pages import user_of
from assessment.admin.publishing_forms import (
    CarryOverForm,
    EmbargoForm,
    PublicationForm,
    RepublishForm,
    UnpublishForm,
)
from assessment.models import Call, Proposal, Status
from assessment.permissions import is_office
from catalogue.publishing import PublicationRefused
from goodpractice.accounts.models import User

REFUSED = _(
    "This is not possible any more: somebody has gone on with this proposal. Please look at it again."
)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_publish(request: HttpRequest, reference: str) -> HttpResponse:
    """Go through the checklist: the example is public at once, or by itself when its embargo is over."""
    proposal = _find(request, reference)
    if proposal.status != Status.APPROVED:
        return _refuse(request, proposal)
    form = PublicationForm(sent(request))
    if form.is_valid():
        try:
            messages.success(request, _published(proposal, user_of(request)))
        except workflow.NotReady as error:
            form.add_error(None, ValidationError(_lacks(error.missing), code="not_ready"))
        except workflow.TransitionNotAllowed:
            return _refuse(request, proposal)
        else:
            return _to_meeting(proposal)
    return _publish_page(request, proposal, form, EmbargoForm(proposal.embargo_until))


@require_POST
def proposal_embargo(request: HttpRequest, reference: str) -> HttpResponse:
    proposal = _find(request, reference)
    if proposal.status != Status.APPROVED:
        return _refuse(request, proposal)
    form = EmbargoForm(proposal.embargo_until, request.POST)
    if form.is_valid():
        publication.set_embargo(proposal, form.cleaned_data["until"])
        messages.success(request, _("The day is noted."))
        return redirect("admin:assessment_decision_publish", proposal.reference)
    return _publish_page(request, proposal, PublicationForm(), form)


@require_POST
def proposal_hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back that the example becomes public by itself."""
    proposal = _find(request, reference)
    workflow.take_back_release(proposal)
    messages.success(request, _("It does not become public by itself any more."))
    return redirect("admin:assessment_decision_publish", proposal.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_unpublish(request: HttpRequest, reference: str) -> HttpResponse:
    proposal = _find(request, reference)
    if proposal.status != Status.PUBLISHED:
        return _refuse(request, proposal)
    form = UnpublishForm(sent(request))
    if form.is_valid():
        try:
            workflow.unpublish(proposal, by=user_of(request), **form.cleaned_data)
        except workflow.TransitionNotAllowed:
            return _refuse(request, proposal)
        messages.success(request, _("%(proposal)s is no longer public.") % {"proposal": proposal.reference})
        return _to_meeting(proposal)
    return _page(request, proposal, "unpublish", _("Take from the public"), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_republish(request: HttpRequest, reference: str) -> HttpResponse:
    proposal = _find(request, reference)
    if proposal.status != Status.UNPUBLISHED:
        return _refuse(request, proposal)
    form = RepublishForm(sent(request))
    if form.is_valid():
        try:
            workflow.republish(proposal, by=user_of(request), reason=form.cleaned_data["reason"])
        except PublicationRefused as error:
            form.add_error(None, ValidationError(_lacks(error.missing), code="not_ready"))
        except workflow.TransitionNotAllowed:
            return _refuse(request, proposal)
        else:
            messages.success(request, _("%(proposal)s is public again.") % {"proposal": proposal.reference})
            return _to_meeting(proposal)
    return _page(request, proposal, "republish", _("Make public again"), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_carry_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin a draft in a later call with the text of a deferred proposal; its submitter is told."""
    proposal, now = _find(request, reference), timezone.now()
    form = CarryOverForm(Call.objects.closing_after(now).exclude(pk=proposal.call_id), sent(request))
    if form.is_valid():
        call = form.cleaned_data["call"]
        try:
            new = copying.carry_over(proposal, call=call, by=user_of(request), now=now)
        except copying.CopiedAlready as already:
            words = _("The text is in that call already: %(reference)s.")
            messages.info(request, words % {"reference": already.copy.reference})
        except (copying.NotCopyable, workflow.CallClosed):
            return _refuse(request, proposal)
        else:
            words = _("%(reference)s is a draft in “%(call)s” now. The submitter has been told.")
            messages.success(request, words % {"reference": new.reference, "call": call})
        return _to_meeting(proposal)
    if proposal.status != Status.DEFERRED or proposal.is_continued:
        return _refuse(request, proposal)
    return _page(request, proposal, "carry_over", _("Take into another call"), form=form)


def _published(proposal: Proposal, by: User) -> str:
    """Publish, or release if an embargo is ahead; return what happened, in words."""
    if until := publication.embargo_of(proposal):
        workflow.release(proposal, by=by)
        words = str(_("Released: %(proposal)s becomes public by itself on %(day)s."))
        return words % {"proposal": proposal.reference, "day": date_format(until)}
    workflow.publish(proposal, by=by)
    return str(_("%(proposal)s is public now.")) % {"proposal": proposal.reference}


def _find(request: HttpRequest, reference: str) -> Any:
    """Return a proposal whose outcome has been announced."""
    user = user_of(request)
    proposals = Proposal.objects.judged().with_names().with_continuation()
    proposal = get_object_or_404(proposals, reference=reference)
    decision = workflow.in_force(proposal)
    if not is_office(user) or conflicts.grounds(user, proposal):
        raise Http404
    if decision is None or decision.announced_at is None:
        raise Http404
    return proposal


def _lacks(missing: list[Any]) -> str:
    return str(_("It cannot be public yet. It lacks: %(missing)s.")) % {
        "missing": ", ".join(map(str, missing))
    }


def _refuse(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    messages.warning(request, REFUSED)
    return _to_meeting(proposal)


def _to_meeting(proposal: Proposal) -> HttpResponse:
    return redirect(f"{address_of(proposal.call)}#{proposal.reference}")


def _publish_page(
    request: HttpRequest, proposal: Proposal, form: PublicationForm, embargo: EmbargoForm
) -> HttpResponse:
    context = {
        "checks": publication.checks(proposal),
        "is_ready": not publication.lacking(proposal),
        "until": publication.embargo_of(proposal),
        "embargo": embargo,
    }
    return _page(request, proposal, "publish", _("Publish"), form=form, **context)


def _page(request: HttpRequest, proposal: Proposal, name: str, subtitle: Any, **more: Any) -> HttpResponse:
    context = {"title": str(proposal), "subtitle": subtitle, "proposal": proposal, **more}
    return page(request, proposal.call, name, context)
