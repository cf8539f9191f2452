"""The page of one proposal for the office, and a small page for each step (``steps``), which ``workflow`` does.

Whoever works on a proposal does not screen it, and does not see here what colleagues think of it.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import eligibility, workflow
from assessment.admin.forms import AskForm, StepForm
from assessment.admin.own_pages import user_of
from assessment.admin.page import ProposalPage, open_rejection
from assessment.admin.steps import Step
from assessment.models import Proposal
from assessment.permissions import can_screen
from goodpractice.accounts.models import User

CHANGED = "changed_meanwhile"


@require_safe
def proposal_detail(request: HttpRequest, reference: str) -> HttpResponse:
    proposal, user = _find(reference), user_of(request)
    if not can_screen(user, proposal):
        return _refuse(request, proposal)
    context = {"title": proposal.reference, "subtitle": proposal.example.title or proposal.reference}
    page = ProposalPage(proposal, user, request.GET)
    return _page(request, proposal, "detail", {**context, **page.context()})


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_step(request: HttpRequest, reference: str, step: Step) -> HttpResponse:
    """Show what a step needs, or do it; a refused one shows the page again with all that was typed."""
    proposal, user = _find(reference), user_of(request)
    if not can_screen(user, proposal):
        return _refuse(request, proposal)
    rejection = open_rejection(proposal)
    is_sent = request.method == "POST"
    if not is_sent and not step.fits(proposal, rejection):
        messages.warning(request, _("This is not possible: the proposal is in another state."))
        return _to(proposal)
    form = step.form(proposal, _latest(proposal), request.POST if is_sent else None)
    if form.is_valid() and _apply(step, form, proposal, user):
        messages.success(request, step.done % {"proposal": proposal.reference})
        return _to(proposal)
    page = ProposalPage(proposal, user, request.GET)
    context = {
        "title": str(proposal),
        "subtitle": step.title,
        "step": step,
        "form": form,
        "rejection": rejection,
        "page": page,
        "questions": page.questions(form) if isinstance(form, AskForm) else [],
        "obstacles": eligibility.obstacles(proposal) if step.name == "begin_review" else [],
    }
    status = 409 if form.has_error(NON_FIELD_ERRORS, CHANGED) else 200
    return _page(request, proposal, step.template, context, status)


def _apply(step: Step, form: StepForm, proposal: Proposal, user: User) -> bool:
    """Do the step; what ``workflow`` refuses becomes an error of the form."""
    try:
        step.apply(form, proposal, user)
    except workflow.TransitionNotAllowed:
        form.refuse_as_changed()
    except workflow.BoardNotReady as error:
        for obstacle in error.obstacles:
            form.add_error(None, ValidationError(obstacle, code="board_not_ready"))
    except workflow.SamePerson:
        form.add_error(
            None, ValidationError(_("Somebody else has to confirm the rejection."), code="same_person")
        )
    else:
        return True
    return False


def _find(reference: str) -> Proposal:
    """Return a proposal that was handed in; drafts are the submitter's own business."""
    received = Proposal.objects.received().with_names().select_related("previous")
    proposal: Proposal = get_object_or_404(received, reference=reference)
    return proposal


def _latest(proposal: Proposal) -> int:
    """Return the key of what happened last."""
    transitions: Any = proposal.transitions
    return int(transitions.order_by("-id").values_list("id", flat=True)[0])


def _to(proposal: Proposal) -> HttpResponse:
    return redirect("admin:assessment_proposal_detail", proposal.reference)


def _refuse(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    return _page(request, proposal, "involved", {"title": _("Not by you")}, status=403)


def _page(
    request: HttpRequest, proposal: Proposal, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": Proposal._meta,
        "proposal": proposal,
        **context,
    }
    return TemplateResponse(request, f"admin/assessment/proposal/{name}.html", context, status=status)
