"""Declared conflicts of interest: listed by the office; two persons withdraw one that does not hold, with a reason.

Nobody declares or ends anything for others. Whoever has a conflict with a proposal finds nothing about it here, and
nobody takes part in withdrawing the own declaration.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assessment import conflicts, judging
from assessment.admin.own_pages import OwnPagesAdmin, user_of
from assessment.models import Call, ConflictDeclaration
from assessment.second_person import SamePerson
from goodpractice.accounts.models import User
from goodpractice.admin import LongText, Waiting

NAME = "assessment_conflictdeclaration"
MOST_TEXT = 2000


class ProposalForm(forms.Form):
    """Why a declared conflict does not hold."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MOST_TEXT,
        widget=LongText(attrs={"rows": 4}),
        help_text=_("For example: declared for another proposal by mistake. The board reads it."),
    )


class ConfirmationForm(forms.Form):
    """Answer exactly the proposal that the page showed."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, declaration: ConflictDeclaration, data: Any = None) -> None:
        super().__init__(data, initial={"shown": _shown(declaration)}, label_suffix="")
        self.declaration = declaration

    def clean_shown(self) -> str:
        shown: str = self.cleaned_data["shown"]
        if shown != _shown(self.declaration):
            self.data = {**{name: self.data[name] for name in self.data}, "shown": _shown(self.declaration)}
            message = _("Somebody has gone on with this meanwhile. Please look at it again.")
            raise ValidationError(message, code="changed_meanwhile")
        return shown


@admin.register(ConflictDeclaration)
class ConflictDeclarationAdmin(OwnPagesAdmin):
    rank = 24
    label = _("Declared conflicts")

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        """Count withdrawals that the person could confirm."""
        user: Any = request.user
        proposed = [one for one in visible_to(user) if one.withdrawal_proposed_by_id and not one.withdrawn_at]
        count = sum(user.pk not in {one.withdrawal_proposed_by_id, one.seat.user_id} for one in proposed)
        return [
            Waiting(
                count, ngettext("withdrawal to confirm", "withdrawals to confirm", count), self.list_url()
            )
        ]

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("", declaration_list, "changelist"),
            ("<int:pk>/", declaration_detail, "detail"),
            ("call/<slug:slug>/", declaration_list, "call"),
        ]
        return [path(route, self.office_only(view), name=f"{NAME}_{name}") for route, view, name in pages]


def visible_to(user: User, call: Call | None = None) -> list[ConflictDeclaration]:
    """Return the declared conflicts with proposals that ``user`` has none with, the newest first."""
    declared = ConflictDeclaration.objects.filter(has_conflict=True).order_by("-declared_at", "-pk")
    people = declared.select_related(
        "seat__user", "seat__call", "proposal__example", "withdrawal_proposed_by", "withdrawal_confirmed_by"
    )
    found = list(people.filter(seat__call=call) if call else people)
    grounds = conflicts.grounds_by_proposal(user, {one.proposal for one in found})
    return [one for one in found if not grounds[one.proposal_id]]


# Pages ----------------------------------------------------------------------------------------------------------------


@require_safe
def declaration_list(request: HttpRequest, slug: str = "") -> HttpResponse:
    call = get_object_or_404(Call, slug=slug) if slug else None
    context = {
        "title": str(call) if call else _("Declared conflicts"),
        "subtitle": _("Declared conflicts") if call else "",
        "declarations": visible_to(user_of(request), call),
    }
    return _page(request, "list", context, call)


@require_http_methods(["GET", "HEAD", "POST"])
def declaration_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one, and let the office propose, confirm or dismiss its withdrawal."""
    user = user_of(request)
    declaration = next((one for one in visible_to(user) if one.pk == pk), None)
    if declaration is None:
        raise Http404
    form = _form(declaration, user, request.POST if request.method == "POST" else None)
    if form is not None and form.is_valid() and _apply(form, declaration, user, request):
        return redirect(f"admin:{NAME}_detail", pk)
    context = {
        "title": str(declaration.proposal),
        "subtitle": _("Declared conflict of %(name)s") % {"name": declaration.seat.user},
        "declaration": declaration,
        "form": form,
        "is_proposed": declaration.withdrawal_proposed_by_id is not None,
        "is_own_proposal": declaration.withdrawal_proposed_by_id == user.pk,
    }
    return _page(request, "detail", context, declaration.seat.call)


def _form(declaration: ConflictDeclaration, user: User, data: Any) -> forms.Form | None:
    """Return what the person can do about it: nothing if it is withdrawn, or the own declaration."""
    if declaration.withdrawn_at is not None or declaration.seat.user_id == user.pk:
        return None
    if declaration.withdrawal_proposed_by_id is not None:
        return ConfirmationForm(declaration, data)
    return ProposalForm(data, label_suffix="")


def _apply(form: forms.Form, declaration: ConflictDeclaration, user: User, request: HttpRequest) -> bool:
    step, words = _step(form, declaration, user, request)
    try:
        step()
    except SamePerson:
        form.add_error(None, ValidationError(_("Somebody else has to confirm it."), code="same_person"))
    except judging.NothingToWithdraw:
        message = _("Somebody has gone on with this meanwhile. Please look at it again.")
        form.add_error(None, ValidationError(message, code="changed_meanwhile"))
    else:
        messages.success(request, words)
        return True
    return False


def _step(
    form: forms.Form, declaration: ConflictDeclaration, user: User, request: HttpRequest
) -> tuple[Callable[[], Any], Any]:
    if isinstance(form, ProposalForm):
        reason = form.cleaned_data["reason"]
        done = _("Proposed. The conflict holds until a second person has confirmed the withdrawal.")
        return lambda: judging.propose_withdrawal(declaration, by=user, reason=reason), done
    if "confirm" in request.POST:
        done = _("Withdrawn. The board is told by mail.")
        return lambda: judging.confirm_withdrawal(declaration, by=user), done
    return lambda: judging.dismiss_withdrawal(declaration, by=user), _("The conflict stays declared.")


def _shown(declaration: ConflictDeclaration) -> str:
    return f"{declaration.withdrawal_proposed_by_id}: {declaration.withdrawal_reason}"


def _page(request: HttpRequest, name: str, context: dict[str, Any], call: Call | None) -> HttpResponse:
    context = {**admin.site.each_context(request), "opts": ConflictDeclaration._meta, "call": call, **context}
    return TemplateResponse(request, f"admin/assessment/declaration/{name}.html", context)
