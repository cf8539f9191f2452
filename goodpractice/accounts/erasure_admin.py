"""The page on which office and administrators erase a person who asks for it (``erasing``)."""

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

from goodpractice.accounts import erasing
from goodpractice.accounts.forms import ErasureForm

if TYPE_CHECKING:
    from goodpractice.accounts.admin import AccountAdmin


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def erase_person(request: HttpRequest, id: str, model_admin: "AccountAdmin") -> HttpResponse:  # noqa: A002
    person = model_admin.get_object(request, unquote(id))
    if person is None:
        raise Http404
    by: Any = request.user
    if not erasing.may_erase(by, person):
        raise PermissionDenied
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = erasing.erase(person, by=by, reason=form.cleaned_data["reason"])
        except erasing.ErasedAlready:
            messages.info(request, _("This person is erased already."))
        else:
            text = _("The person is erased, and is called “%(label)s” from now on.")
            messages.success(request, text % {"label": done.person})
        return redirect("admin:accounts_user_change", person.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": person,
        "subtitle": _("Erase the person"),
        "opts": model_admin.opts,
        "original": person,
        "form": form,
    }
    return TemplateResponse(request, "admin/accounts/user/erase.html", context)
