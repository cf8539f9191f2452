"""Middleware of people who are signed in: sessions end, and staff pages ask for a second factor.

A page is a staff page unless named here: a new room of the site is guarded before anybody thinks of it.
A text that somebody sends must not be lost in a redirect: views marked ``keeps_text`` get it as from a stranger,
and show it again. Views marked ``needs_second_factor`` ask for one whoever comes.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from goodpractice.accounts import second_factor, session_age

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_NAMESPACES = {"catalogue"}
PUBLIC_NAMES = {
    "choose_language",
    "robots",
    "django.contrib.sitemaps.views.index",
    "django.contrib.sitemaps.views.sitemap",
    "healthz",
    "readyz",
    "picture",
    "assessment:call_list",
    "assessment:call_detail",
}
OWN_ACCOUNT = ("account_", "mfa_", "usersessions_")
"""Beginnings of the names of pages where people sign in, out, and set up their factors."""
OWN_PAGES = {"accounts:profile", "accounts:role_list", "accounts:role_try", "admin:logout"}


class _Guard:
    """Middleware that looks at the page asked for before its view runs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class end_old_sessions(_Guard):  # noqa: N801 - named like the others, which are functions
    """Sign out who signed in twelve hours ago. Public pages show nothing of the person, and do not ask."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if _is_public(request.resolver_match) or not request.user.is_authenticated:
            return None
        if not session_age.is_over(request):
            return None
        logout(request)
        if _keeps_text(request, view):
            return None
        messages.info(request, _("You were signed out after twelve hours. Please sign in again."))
        return redirect(_with_next("account_login", request))


class require_second_factor(_Guard):  # noqa: N801
    """Lead board, office and administrators to their second factor before any page but their own account's."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if _is_public(match) or _is_own(match) or not request.user.is_authenticated:
            return None
        is_asked = getattr(view, "needs_second_factor", False) or second_factor.is_required_for(request.user)
        if not is_asked or second_factor.is_shown(request, request.user):
            return None
        if _keeps_text(request, view):
            request.user = AnonymousUser()
            return None
        if second_factor.has_been_set_up(request.user):
            return redirect(_with_next("mfa_reauthenticate", request))
        messages.warning(request, _("Your role needs a second factor. Please set one up first."))
        return redirect("mfa_index")


def _keeps_text(request: HttpRequest, view: Any) -> bool:
    return request.method == "POST" and getattr(view, "keeps_text", False)


def _is_public(match: ResolverMatch | None) -> bool:
    if match is None:
        return False
    return bool(PUBLIC_NAMESPACES & set(match.namespaces)) or match.view_name in PUBLIC_NAMES


def _is_own(match: ResolverMatch | None) -> bool:
    if match is None:
        return False
    return match.view_name in OWN_PAGES or match.view_name.startswith(OWN_ACCOUNT)


def _with_next(name: str, request: HttpRequest) -> str:
    """Return the address of a page that leads back here; after a form was sent, to the account."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("accounts:profile")
    return f"{reverse(name)}?{urlencode({'next': back})}"
