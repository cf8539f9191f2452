"""From the beginning to the handing in: start page, preview, all answers on one page, and the receipt."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import notifications, permissions, workflow
from assessment.answers import answers, missing
from assessment.forms.start import DeclarationForm, StartForm, own_networks
from assessment.models import Call, Proposal, Status
from assessment.views.mine import breadcrumbs
from assessment.workflow import CallClosed, Incomplete, NotAMember, TransitionNotAllowed
from catalogue.downloads import attachment_response
from catalogue.models import Attachment, Consent, ContactPerson, Example
from catalogue.views.examples import render_example

if TYPE_CHECKING:
    from goodpractice.accounts.views import AuthenticatedHttpRequest

SHOW_AND_SEND = ["GET", "HEAD", "POST"]
CONFLICT = 409


@login_required
@require_http_methods(SHOW_AND_SEND)
def proposal_create(request: "AuthenticatedHttpRequest", slug: str) -> HttpResponse:
    call = get_object_or_404(Call, slug=slug)
    context: dict[str, Any] = {"call": call, "now": timezone.now()}
    if not call.is_open(context["now"]):
        status = CONFLICT if request.method == "POST" else 200
        return render(request, "assessment/proposal_create.html", context, status=status)
    if not permissions.can_propose(request.user):
        messages.info(request, _("Please name the network that you work in first; then you can propose."))
        return redirect("accounts:membership_claim")
    form = StartForm(request.POST or None, networks=own_networks(request.user))
    if form.is_valid():
        proposal = workflow.start(call, by=request.user, example=form.save(commit=False))
        return redirect(proposal)
    return render(request, "assessment/proposal_create.html", {**context, "form": form})


@login_required
@require_safe
def proposal_preview(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    """Show what the public would see, with the contacts that have agreed; say which are waited for."""
    proposal = _visible(request, reference)
    example: Any = Example.objects.with_page_parts().get(pk=proposal.example_id)
    contacts = ContactPerson.objects.with_consents().filter(example=example)
    agreed = Consent.objects.filter(contact__example=example, withdrawn_at=None).values_list("contact")
    example.shown_contacts = list(contacts.filter(pk__in=agreed))
    for attachment in example.attachments.all():
        attachment.address = reverse("assessment:attachment_download", args=[reference, attachment.pk])
    more = {"proposal": proposal, "waiting": contacts.exclude(pk__in=agreed)}
    return render_example(
        request, example, preview=True, template="assessment/proposal_preview.html", more=more
    )


@login_required
@require_safe
def attachment_download(request: "AuthenticatedHttpRequest", reference: str, pk: int) -> FileResponse:
    """Hand out a file to those who may read the proposal."""
    proposal = _visible(request, reference)
    attachments = Attachment.objects.filter(example=proposal.example_id).select_related("example")
    return attachment_response(get_object_or_404(attachments, pk=pk))


@login_required
@require_http_methods(SHOW_AND_SEND)
def proposal_check(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    arrived = timezone.now()
    proposal = _visible(request, reference)
    if not permissions.may_write(request.user, proposal):
        raise PermissionDenied
    form = DeclarationForm(request.POST or None)
    if request.method == "POST":
        workflow.attempt(proposal, arrived=arrived)
        if form.is_valid():
            return _submit(request, proposal, form, arrived)
    if proposal.status == Status.NEEDS_INFO:
        return redirect("assessment:proposal_answer", proposal.reference)
    if proposal.status != Status.DRAFT:
        messages.info(request, _("This proposal was handed in already."))
        return redirect(proposal)
    return _show_check(request, proposal, form)


def _submit(
    request: "AuthenticatedHttpRequest", proposal: Proposal, form: DeclarationForm, arrived: Any
) -> HttpResponse:
    """Hand in, or say what keeps it from being handed in. What was written stays as it is."""
    declaration = workflow.Declaration(**form.cleaned_data)
    try:
        workflow.submit(proposal, by=request.user, declaration=declaration, arrived=arrived)
    except TransitionNotAllowed:
        messages.info(request, _("Somebody has handed in this proposal already, or has withdrawn it."))
        return redirect(proposal)
    except (CallClosed, Incomplete, NotAMember) as refused:
        return _show_check(request, proposal, form, refused=refused)
    return redirect("assessment:proposal_received", proposal.reference)


def _show_check(
    request: "AuthenticatedHttpRequest",
    proposal: Proposal,
    form: DeclarationForm,
    *,
    refused: Exception | None = None,
) -> HttpResponse:
    now = timezone.now()
    attempted = proposal.first_attempt_at or now
    context = {
        "breadcrumbs": breadcrumbs(proposal),
        "proposal": proposal,
        "sections": answers(proposal),
        "missing": missing(proposal),
        "form": form,
        "refused": type(refused).__name__ if refused else "",
        "is_open": proposal.call.accepts(attempted, now),
    }
    return render(request, "assessment/proposal_check.html", context, status=CONFLICT if refused else 200)


@login_required
@require_safe
def proposal_received(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    proposal = _visible(request, reference)
    if proposal.submitted_at is None:
        return redirect(proposal)
    context = {
        "breadcrumbs": breadcrumbs(proposal),
        "proposal": proposal,
        "addresses": [person.email for person in notifications.authors(proposal)],
    }
    return render(request, "assessment/proposal_received.html", context)


def _visible(request: "AuthenticatedHttpRequest", reference: str) -> Proposal:
    visible = Proposal.objects.visible_to(request.user).with_names()
    proposal: Proposal = get_object_or_404(visible, reference=reference)
    return proposal
