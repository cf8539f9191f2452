"""What was typed stays on screen when a form cannot be taken: signed out, an old token, not one's turn any more.

The pages shown here hold nothing but what their reader has just sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import render, resolve_url
from django.utils.decorators import decorator_from_middleware_with_args
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt

from assessment.forms.naming import name_of_input

View = Callable[..., HttpResponse]
Answer = Callable[[HttpRequest, str, int], HttpResponse]

SIGNED_OUT, OLD_TOKEN, NOT_FOUND, NOT_ALLOWED, NOT_WRITABLE = (
    "signed_out",
    "old_token",
    "not_found",
    "not_allowed",
    "not_writable",
)
OURS = {"csrfmiddlewaretoken", "whole"}


@dataclass(frozen=True)
class Text:
    """Something that was typed, under the name that the form calls it by."""

    name: str
    title: str
    value: str
    lang: str


def kept_page(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    """Show all that was typed, to copy, and where it makes sense to send once more."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name not in OURS]
    match: Any = request.resolver_match
    page = match.kwargs.get("key", match.url_name)
    titles = {name: name_of_input(page, name) for name, _value in sent}
    context = {
        "reason": reason,
        "texts": [_text(name, titles[name], value) for name, value in sent if titles[name] and value.strip()],
        "others": [(name, value) for name, value in sent if not titles[name] or not value.strip()],
        "is_whole": "whole" in request.POST,
        "has_files": bool(request.FILES),
        "address": request.path,
        "sign_in": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}",
        "reference": match.kwargs["reference"],
    }
    return render(request, "assessment/proposal_kept.html", context, status=status)


def _text(name: str, title: str, value: str) -> Text:
    language = name[-2:] if name.endswith(("_de", "_en")) else ""
    return Text(name, title, value, language)


def kept_answer(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    """Tell a script why nothing was stored; with a token of today it may try again."""
    return JsonResponse({"reason": reason, "token": get_token(request)}, status=status)


class _KeepText(CsrfViewMiddleware):
    """Django's own check of tokens; whoever comes from our pages with an old token keeps the text."""

    def __init__(self, get_response: Any, answer: Answer) -> None:
        super().__init__(get_response)
        self.answer = answer

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        # Without an origin of ours somebody else may have written the text: that is not shown as the reader's.
        if "HTTP_ORIGIN" in request.META and self._origin_verified(request):  # type: ignore[attr-defined]
            return self.answer(request, OLD_TOKEN, 403)
        response: HttpResponse = super()._reject(request, reason)  # type: ignore[misc]
        return response


def keeping(answer: Answer) -> Callable[[View], View]:
    """Return a decorator: ``answer`` shows what was typed where it cannot be taken."""

    def decorator(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                if request.user.is_authenticated:
                    return view(request, *args, **kwargs)
                return redirect_to_login(request.get_full_path())
            if not request.user.is_authenticated:
                return answer(request, SIGNED_OUT, 403)
            try:
                return view(request, *args, **kwargs)
            except Http404:
                return answer(request, NOT_FOUND, 404)
            except PermissionDenied:
                return answer(request, NOT_ALLOWED, 403)

        protect = decorator_from_middleware_with_args(_KeepText)(answer)
        # Exempt from the check that would drop the text: ``protect`` makes the same one.
        kept: View = csrf_exempt(protect(guarded))  # type: ignore[assignment]
        kept.keeps_text = True  # type: ignore[attr-defined]
        return kept

    return decorator


keeps_text = keeping(kept_page)
keeps_text_for_scripts = keeping(kept_answer)
