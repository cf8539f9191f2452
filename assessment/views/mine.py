"""The pages about one's own proposals: where each stands, and what can be done with it besides writing."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import copying, outcomes, permissions, progress, timeline, workflow
from assessment.forms.mine import CopyForm, WithdrawForm
from assessment.models import Call, Proposal, Status
from assessment.tasks import tasks

if TYPE_CHECKING:
    from goodpractice.accounts.views import AuthenticatedHttpRequest

SHOW_AND_SEND = ["GET", "HEAD", "POST"]
CONFLICT = 409


def visible_proposal(request: "AuthenticatedHttpRequest", reference: str) -> Any:
    """Return the proposal with its progress, or raise 404 if the person may not read it."""
    readable = Proposal.objects.visible_to(request.user).with_progress(request.user)
    return get_object_or_404(readable, reference=reference)


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound to: an empty one that was sent counts as well."""
    return request.POST if request.method == "POST" else None


def breadcrumbs(proposal: Proposal | None = None) -> list[tuple[str, Any]]:
    """Return the way down to a page of proposals: to the list, or to a page below one proposal."""
    way: list[tuple[str, Any]] = [(reverse("accounts:profile"), _("My account"))]
    if proposal is not None:
        way += [
            (reverse("assessment:proposal_list"), _("My proposals")),
            (proposal.get_absolute_url(), proposal.reference),
        ]
    return way


@login_required
@require_safe
def proposal_list(request: "AuthenticatedHttpRequest") -> HttpResponse:
    now = timezone.now()
    own = Proposal.objects.of(request.user).with_progress(request.user)
    context = {
        "proposals": progress.by_turn(own, now),
        "open_calls": Call.objects.open_at(now),
        "can_propose": permissions.can_propose(request.user),
    }
    return render(request, "assessment/proposal_list.html", context)


@login_required
@require_safe
def proposal_detail(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    proposal, user = visible_proposal(request, reference), request.user
    found = progress.of(proposal, timezone.now())
    can_edit = permissions.can_edit(user, proposal)
    is_rejected = found.stage == progress.Stage.NOT_ACCEPTED
    announced = outcomes.announced(proposal) if proposal.announced_outcome else []
    outcome = announced[-1] if announced else None
    context = {
        "breadcrumbs": breadcrumbs(proposal)[:-1],
        "proposal": proposal,
        "progress": found,
        "timeline": timeline.of(proposal.transitions.select_related("by"), announced),
        "outcome": outcome,
        "replaced": announced[-2] if len(announced) > 1 else None,
        "reasons": outcomes.reasons_of(outcome) if outcome else [],
        "copies": proposal.later.visible_to(user).exclude(status=Status.WITHDRAWN)
        if progress.is_copyable(found)
        else [],
        "tasks": tasks(proposal) if can_edit else [],
        "request_for_information": proposal.information_requests.filter(answered_at=None).first(),
        "rejection": proposal.formal_rejections.filter(confirmed_at__isnull=False).first()
        if is_rejected
        else None,
        "can_edit": can_edit,
        "can_submit": can_edit and proposal.status == Status.DRAFT,
        "can_withdraw": permissions.can_withdraw(user, proposal),
        "can_copy": proposal.is_writer and progress.is_copyable(found),
        "can_correct": proposal.is_writer and proposal.status == Status.PUBLISHED,
        "is_own": permissions.is_submitter(user, proposal) or proposal.is_writer,
    }
    return render(request, "assessment/proposal_detail.html", context)


@login_required
@require_http_methods(SHOW_AND_SEND)
def proposal_withdraw(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    proposal = visible_proposal(request, reference)
    if not permissions.may_write(request.user, proposal):
        raise PermissionDenied
    form, status = WithdrawForm(sent(request)), 200
    is_possible = permissions.can_withdraw(request.user, proposal)
    if form.is_valid():
        try:
            workflow.withdraw(proposal, by=request.user, reason=form.cleaned_data["reason"])
        except workflow.TransitionNotAllowed:
            proposal.refresh_from_db(fields=["status"])
            is_possible, status = False, CONFLICT
        else:
            messages.success(request, _("The proposal was withdrawn. Its text is kept."))
            return redirect(proposal)
    context = {
        "breadcrumbs": breadcrumbs(proposal),
        "proposal": proposal,
        "form": form,
        "is_possible": is_possible,
        "is_with_the_board": permissions.seems_undecided(proposal),
    }
    return render(request, "assessment/proposal_withdraw.html", context, status=status)


@login_required
@require_http_methods(SHOW_AND_SEND)
def proposal_copy(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    proposal = visible_proposal(request, reference)
    if not permissions.may_write(request.user, proposal):
        raise PermissionDenied
    if not permissions.can_propose(request.user):
        messages.info(request, _("Please name the network that you work in first; then you can propose."))
        return redirect("accounts:membership_claim")
    now = timezone.now()
    form = CopyForm(sent(request), calls=Call.objects.open_at(now))
    if form.is_valid():
        return _copied(request, proposal, form.cleaned_data["call"])
    context = {
        "breadcrumbs": breadcrumbs(proposal),
        "proposal": proposal,
        "form": form,
        "is_possible": progress.is_copyable(progress.of(proposal, now)),
        "has_open_call": form.fields["call"].queryset.exists(),  # type: ignore[attr-defined]
        "next_call": Call.objects.ahead_of(now).first(),
    }
    return render(request, "assessment/proposal_copy.html", context)


def _copied(request: "AuthenticatedHttpRequest", proposal: Proposal, call: Call) -> HttpResponse:
    """Copy, and lead to the copy; a second click leads there as well."""
    try:
        new = copying.copy(proposal, call=call, by=request.user, now=timezone.now())
    except copying.CopiedAlready as already:
        messages.info(request, _("You have copied this proposal into this call before. Here is the copy."))
        return redirect(already.copy)
    except copying.NotCopyable:
        messages.error(request, _("Only what has come to an end without being published can be copied."))
        return redirect(proposal)
    except workflow.CallClosed:
        messages.error(request, _("This call does not accept proposals at the moment. Choose another one."))
        return redirect("assessment:proposal_copy", proposal.reference)
    messages.success(request, _("The text was copied. Please check it: some things may have changed since."))
    return redirect(new)
