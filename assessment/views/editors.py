"""Who else works on a proposal: inviting, what they may do, leaving; and the page that the mailed link opens."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessment import inviting, permissions
from assessment.forms.mine import InviteForm, RightForm
from assessment.models import Proposal
from assessment.views.mine import SHOW_AND_SEND, breadcrumbs, sent, visible_proposal
from goodpractice.limits import Limit

if TYPE_CHECKING:
    from goodpractice.accounts.views import AuthenticatedHttpRequest

INVITATIONS = Limit("invitation", times=20, seconds=3600)
LATER = gettext_lazy("Too many invitations were sent. Please try again later.")
REFUSALS: dict[type[inviting.InvitationRefused], Any] = {
    inviting.IsSubmitter: gettext_lazy("This is the submitter's own address."),
    inviting.InvitedAlready: gettext_lazy("This person is invited already."),
    inviting.TooMany: LATER,
    inviting.TooManyEditors: gettext_lazy("This proposal has as many co-editors as it can have."),
}
GONE, NOT_FOUND, FORBIDDEN = 410, 404, 403


@login_required
@require_http_methods(SHOW_AND_SEND)
def editor_list(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    proposal = visible_proposal(request, reference)
    can_invite = permissions.can_invite(request.user, proposal)
    if request.method == "POST" and not can_invite:
        raise PermissionDenied
    form = InviteForm(sent(request))
    if form.is_valid() and _invited(request, proposal, form):
        messages.success(
            request, _("An invitation was sent to %(email)s.") % {"email": form.cleaned_data["email"]}
        )
        return redirect("assessment:editor_list", reference)
    context = {
        "breadcrumbs": breadcrumbs(proposal),
        "proposal": proposal,
        "form": form,
        "can_invite": can_invite,
        "editors": _with_state(proposal),
    }
    return render(request, "assessment/editor_list.html", context)


def _invited(request: "AuthenticatedHttpRequest", proposal: Proposal, form: InviteForm) -> bool:
    if not INVITATIONS.spend(request):
        form.add_error(None, LATER)
        return False
    data = form.cleaned_data
    try:
        inviting.invite(proposal, email=data["email"], right=data["right"], by=request.user)
    except inviting.InvitationRefused as refused:
        form.add_error("email", REFUSALS[type(refused)])
        return False
    return True


def _with_state(proposal: Proposal) -> list[dict[str, Any]]:
    now = timezone.now()
    editors = proposal.editors.invited().select_related("user")
    return [
        {
            "editor": editor,
            "expires_at": inviting.expires_at(editor),
            "has_expired": editor.accepted_at is None and inviting.expires_at(editor) <= now,
        }
        for editor in editors
    ]


@login_required
@require_POST
def editor_update(request: "AuthenticatedHttpRequest", reference: str, pk: int) -> HttpResponse:
    proposal = visible_proposal(request, reference)
    editor = get_object_or_404(proposal.editors.invited(), pk=pk)
    if not permissions.can_invite(request.user, proposal):
        raise PermissionDenied
    form = RightForm(request.POST)
    if form.is_valid():
        inviting.change_right(editor, right=form.cleaned_data["right"])
        messages.success(request, _("The right of %(person)s was changed.") % {"person": editor})
    else:
        messages.error(request, _("Please choose what the person may do."))
    return redirect("assessment:editor_list", reference)


@login_required
@require_http_methods(SHOW_AND_SEND)
def editor_remove(request: "AuthenticatedHttpRequest", reference: str, pk: int) -> HttpResponse:
    """Ask once, then end somebody's work on the proposal; one's own at any time."""
    proposal = visible_proposal(request, reference)
    editor = get_object_or_404(proposal.editors.invited().select_related("user"), pk=pk)
    is_self = editor.user_id == request.user.pk
    if not is_self and not permissions.can_invite(request.user, proposal):
        raise PermissionDenied
    if request.method == "POST":
        inviting.remove(editor)
        if is_self:
            messages.success(request, _("You no longer work on the proposal %s.") % proposal.reference)
            return redirect("assessment:proposal_list")
        messages.success(request, _("%(person)s no longer works on the proposal.") % {"person": editor})
        return redirect("assessment:editor_list", reference)
    context = {
        "breadcrumbs": breadcrumbs(proposal),
        "proposal": proposal,
        "editor": editor,
        "is_self": is_self,
    }
    return render(request, "assessment/editor_remove.html", context)


@never_cache
@require_http_methods(SHOW_AND_SEND)
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the invitation is about, also to people without an account; accepting needs one."""
    try:
        invitation = inviting.found(token)
    except inviting.LinkForged:
        return _page(request, problem="forged", status=NOT_FOUND)
    user = request.user
    if user.is_authenticated and invitation.is_done_for(user):
        return redirect(invitation.editor.proposal)
    if invitation.problem:
        return _page(request, invitation, problem=invitation.problem, status=GONE)
    if user.is_authenticated and not invitation.is_for(user):
        return _page(request, invitation, problem="other", status=FORBIDDEN)
    if user.is_authenticated and request.method == "POST":
        return _accepted(request, invitation)
    return _page(request, invitation)


def _accepted(request: Any, invitation: inviting.Invitation) -> HttpResponse:
    try:
        inviting.accept(invitation, by=request.user)
    except (inviting.LinkUsed, inviting.OtherPerson):  # changed while the page was open
        return _page(request, invitation, problem="used", status=GONE)
    messages.success(request, _("Thank you. You now work on this proposal."))
    return redirect(invitation.editor.proposal)


def _page(
    request: HttpRequest,
    invitation: inviting.Invitation | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    editor = invitation.editor if invitation else None
    context = {"editor": editor, "problem": problem, "next": request.path}
    return render(request, "assessment/invitation_accept.html", context, status=status)
