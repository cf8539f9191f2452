"""What a member typed stays on screen when it cannot be stored: signed out, an old token, the assessment over.

The pages shown here hold nothing but what their reader has just sent.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from assessment.forms.scoring import title_of
from assessment.views.keeping import NOT_WRITABLE, OLD_TOKEN, OURS, SIGNED_OUT, Text, keeping, kept_answer

WHY = {
    SIGNED_OUT: _("It was not saved, because you are not signed in any more."),
    OLD_TOKEN: _("It was not saved, because your sign-in was renewed meanwhile. Please send it once more."),
    NOT_WRITABLE: _(
        "It was not saved, because this proposal is not assessed any more, or was handed in already."
    ),
}
OTHERWISE = _("It was not saved, because you may not assess this proposal, or not any more.")


def kept_page(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    """Show all that was typed, to copy, and where it makes sense to send once more."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name not in OURS]
    is_text = {name: bool(title_of(name)) for name, _value in sent}
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Your text is still here"),
        "reason": reason,
        "why": WHY.get(reason, OTHERWISE),
        "can_send_again": reason in {SIGNED_OUT, OLD_TOKEN},
        "texts": [
            Text(name, title_of(name), value, "") for name, value in sent if is_text[name] and value.strip()
        ],
        "others": [(name, value) for name, value in sent if not is_text[name] or not value.strip()],
        "is_whole": "whole" in request.POST,
        "address": request.get_full_path(),
        "sign_in": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}",
    }
    return render(request, "admin/assessment/board/kept.html", context, status=status)


keeps_text = keeping(kept_page)
keeps_text_for_scripts = keeping(kept_answer)
