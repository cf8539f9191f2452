"""The page on which office and administrators take away somebody's lost second factor (``resetting``)."""

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from goodpractice.accounts import resetting
from goodpractice.accounts.forms import FactorResetForm

if TYPE_CHECKING:
    from goodpractice.accounts.admin import AccountAdmin

NOTHING = _("%(person)s has no second factor.")


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def reset_factor(request: HttpRequest, id: str, model_admin: "AccountAdmin") -> HttpResponse:  # noqa: A002
    person = model_admin.get_object(request, unquote(id))
    if person is None:
        raise Http404
    by: Any = request.user
    if not resetting.may_reset(by, person):
        raise PermissionDenied
    form = FactorResetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            resetting.reset(person, by=by, reason=form.cleaned_data["reason"])
        except resetting.NothingToReset:
            messages.warning(request, NOTHING % {"person": person})
        else:
            text = _("The second factor of %(person)s was reset; a mail is on its way.")
            messages.success(request, text % {"person": person})
        return redirect("admin:accounts_user_change", person.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": person,
        "subtitle": _("Reset the second factor"),
        "opts": model_admin.opts,
        "original": person,
        "form": form,
        "has_factor": resetting.has_factor(person),
    }
    return TemplateResponse(request, "admin/accounts/user/reset_factor.html", context)
