"""Pages about oneself: details, memberships, and in the demonstration the roles to try."""

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.core import ratelimit
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.views import errors
from goodpractice.accounts import confirming, memberships, roles, second_factor, trying
from goodpractice.accounts.allauth_forms import ConfirmAgain
from goodpractice.accounts.forms import MembershipForm, ProfileForm
from goodpractice.accounts.memberships import MembershipNotAllowed
from goodpractice.accounts.models import Membership, User
from goodpractice.accounts.roles import ROLES

if TYPE_CHECKING:

    class AuthenticatedHttpRequest(HttpRequest):
        user: User


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SHOW = ["GET", "HEAD"]


@login_required
@require_http_methods(SHOW)
def profile(request: "AuthenticatedHttpRequest") -> HttpResponse:
    person = request.user
    needs_factor = second_factor.is_required_for(person)
    context = {
        "memberships": Membership.objects.with_names().filter(user=person),
        "claims": Membership.objects.with_names().confirmable_by(person).order_by("claimed_at"),
        "needs_factor": needs_factor,
        "own_work": _own_work(request) if needs_factor and not person.is_staff else "",
        "has_factor": second_factor.has_been_set_up(person),
        "is_trying": trying.is_trying(request),
        "roles": roles.names_of(person.groups.order_by("name")),
    }
    return render(request, "accounts/profile.html", context)


@login_required
@require_http_methods([*SHOW, "POST"])
def profile_update(request: "AuthenticatedHttpRequest") -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        form.save()
        messages.success(request, _("Your details were saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile_update.html", {"form": form})


@login_required
@require_http_methods([*SHOW, "POST"])
def membership_claim(request: "AuthenticatedHttpRequest") -> HttpResponse:
    form = MembershipForm(request.POST or None, instance=Membership(user=request.user))
    if form.is_valid():
        try:
            with transaction.atomic():
                form.save()
        except IntegrityError:  # a second click, faster than the check of the form
            messages.info(request, _("You have named this network already."))
        else:
            messages.success(
                request, _("Thank you. The office or a member of the network will confirm your membership.")
            )
        return redirect("accounts:profile")
    return render(request, "accounts/membership_claim.html", {"form": form})


@login_required
@require_POST
def membership_take_back(request: "AuthenticatedHttpRequest", pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership, pk=pk, user=request.user)
    try:
        memberships.refuse(membership, by=request.user)
    except MembershipNotAllowed:
        messages.error(request, _("This membership is confirmed. You can end it."))
    else:
        messages.success(request, _("Your claim was taken back."))
    return redirect("accounts:profile")


@login_required
@require_POST
def membership_end(request: "AuthenticatedHttpRequest", pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership, pk=pk, user=request.user)
    try:
        memberships.end(membership, on=timezone.localdate())
    except MembershipNotAllowed:
        messages.error(request, _("Only a current, confirmed membership can be ended."))
    else:
        messages.success(request, _("Your membership ends today."))
    return redirect("accounts:profile")


@login_required
@require_POST
def membership_confirm(request: "AuthenticatedHttpRequest", pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.confirmable_by(request.user), pk=pk)
    try:
        memberships.confirm(membership, by=request.user)
    except MembershipNotAllowed:
        messages.info(request, _("Somebody else was faster: this claim is settled already."))
    else:
        messages.success(request, _("The membership was confirmed."))
    return redirect("accounts:profile")


@login_required
@require_http_methods([*SHOW, "POST"])
def confirm_by_code(request: "AuthenticatedHttpRequest") -> HttpResponse:
    """Ask who has neither password nor factor for a code from a mail; it is sent by a button, not by a look."""
    here = request.get_full_path()
    if not confirming.is_only_way(request.user):
        return redirect(here.replace(request.path, reverse("account_reauthenticate"), 1))
    if request.method == "POST" and (refusal := _too_often(request)):
        return refusal
    if "send" in request.POST:
        confirming.MailedCode.send_new(request)
        return redirect(here)
    code = confirming.MailedCode.waiting(request)
    form = ConfirmAgain(request.POST or None, code=code.code) if code else None
    if code and form and form.is_valid():
        code.finish()
        return resume_request(request) or redirect("accounts:profile")
    if code and form and form.errors and not code.record_invalid_attempt():
        messages.error(request, _("Too many attempts. Please ask for a new code."))
        return redirect(here)
    context = {"form": form, "email": request.user.email}
    return render(request, "account/reauthenticate_code.html", context)


def _too_often(request: "AuthenticatedHttpRequest") -> HttpResponse | None:
    """Return the answer to those who try or ask for mails too often, counted as django-allauth does."""
    what = "request_login_code" if "send" in request.POST else "reauthenticate"
    found: HttpResponse | None = ratelimit.consume_or_429(
        request, action=what, key=request.user.email, user=request.user
    )
    return found


@require_http_methods(SHOW)
def role_list(request: HttpRequest) -> HttpResponse:
    if not trying.is_allowed(request):
        raise Http404
    return render(request, "accounts/role_list.html", {"roles": ROLES})


@require_POST
def role_try(request: HttpRequest) -> HttpResponse:
    """Sign in as a made-up person of the demonstration, and nobody else."""
    if not trying.is_allowed(request):
        raise Http404
    role = next((role for role in ROLES if role.email == request.POST.get("email")), None)
    if role is None:
        raise Http404
    person = get_object_or_404(User, email=role.email, is_active=True)
    login(request, person, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    request.session[trying.SESSION_KEY] = True
    messages.success(request, _("You are now trying the role: %(role)s.") % {"role": role.label})
    return redirect("admin:index" if person.is_staff else _own_work(request) or "accounts:profile")


def _own_work(request: HttpRequest) -> str:
    """Return where somebody works in the administration who is not of the office; empty if nowhere."""
    site: Any = admin.site
    return str(site.landing(request))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer for django-allauth when an address or account tries too often."""
    return errors.too_many_requests(request, retry_after=60)
