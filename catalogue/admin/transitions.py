"""Publish and withdraw: a page that asks for the reason, for one example or several chosen in the list.

The page is opened by GET with the examples in its address and does nothing; what it sends by POST does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue import publishing
from catalogue.models import Example

MOST_AT_ONCE = 100
KEY_DIGITS = 19
"""Keys of fewer digits fit the column."""
Status = Example.Status


class PublishForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the history, for example: “Approved by the advisory board on 12 May 2026”."),
    )

    def apply(self, example: Example, by: Any) -> None:
        reason = self.cleaned_data["reason"]
        again = example.status == Status.WITHDRAWN
        (publishing.republish if again else publishing.publish)(example, by=by, reason=reason)


class WithdrawForm(forms.Form):
    reason_de = forms.CharField(
        label=_("Reason – German"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "de"}),
    )
    reason_en = forms.CharField(
        label=_("Reason – English"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not (self.cleaned_data["reason_de"] or self.cleaned_data["reason_en"]):
            raise ValidationError(_("Give a reason in at least one language."), code="required")
        return cleaned

    def apply(self, example: Example, by: Any) -> None:
        publishing.withdraw(example, by=by, **self.cleaned_data)


@dataclass(frozen=True)
class Transition:
    """One of the two, in words."""

    name: str
    title: Any
    explanation: Any
    button: Any
    form: type[PublishForm] | type[WithdrawForm]
    sources: frozenset[str]
    done: Callable[[int], str]


PUBLISH = Transition(
    name="publish",
    title=_("Publish"),
    explanation=_("Everybody can then find and read it, in the list, in the search and by its address."),
    button=_("Publish now"),
    form=PublishForm,
    sources=frozenset({Status.DRAFT, Status.WITHDRAWN}),
    done=lambda count: (
        ngettext("%(count)s example is published.", "%(count)s examples are published.", count)
        % {"count": count}
    ),
)
WITHDRAW = Transition(
    name="withdraw",
    title=_("Withdraw"),
    explanation=_(
        "It disappears from lists and search at once. Its address goes on to tell the date and this reason."
    ),
    button=_("Withdraw now"),
    form=WithdrawForm,
    sources=frozenset({Status.PUBLISHED}),
    done=lambda count: (
        ngettext("%(count)s example is withdrawn.", "%(count)s examples are withdrawn.", count)
        % {"count": count}
    ),
)


def confirm(model_admin: "ModelAdmin[Any]", request: HttpRequest, transition: Transition) -> HttpResponse:
    """Show the page or, sent back, do it; examples that cannot be moved are named with what they lack."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    examples = _chosen(request)
    fitting = [example for example in examples if example.status in transition.sources]
    form = transition.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and fitting and form.is_valid():
        _apply(request, form, transition, fitting)
        return _back(examples)
    lacking = (
        [(example, publishing.missing_parts(example)) for example in fitting] if transition is PUBLISH else []
    )
    context = {
        **model_admin.admin_site.each_context(request),
        "title": transition.title,
        "opts": model_admin.opts,
        "original": examples[0] if len(examples) == 1 else None,
        "transition": transition,
        "form": form,
        "examples": fitting,
        "unfit": [example for example in examples if example not in fitting],
        "lacking": [(example, parts) for example, parts in lacking if parts],
    }
    return TemplateResponse(request, "admin/catalogue/example/transition.html", context)


def address_query(keys: list[int]) -> str:
    return "?" + "&".join(f"id={key}" for key in keys)


def _chosen(request: HttpRequest) -> list[Example]:
    keys = [
        int(key)
        for key in request.GET.getlist("id")[:MOST_AT_ONCE]
        if key.isascii() and key.isdigit() and len(key) < KEY_DIGITS
    ]
    examples = list(Example.objects.edited_at_will().filter(pk__in=keys).select_related("network"))
    if not examples:
        raise Http404
    return examples


def _apply(
    request: HttpRequest, form: PublishForm | WithdrawForm, transition: Transition, examples: list[Example]
) -> None:
    done = 0
    for example in examples:
        try:
            form.apply(example, request.user)
        except publishing.PublicationRefused as refusal:
            message = _("“%(example)s” was not published. It lacks: %(missing)s.")
            messages.error(request, message % {"example": example, "missing": str(refusal)})
        except (publishing.TransitionNotAllowed, publishing.StillProposed):
            messages.error(
                request,
                _("“%(example)s” has meanwhile been changed by somebody else.") % {"example": example},
            )
        else:
            done += 1
    if done:
        messages.success(request, transition.done(done))


def _back(examples: list[Example]) -> HttpResponse:
    if len(examples) == 1:
        return redirect("admin:catalogue_example_change", examples[0].pk)
    return redirect("admin:catalogue_example_changelist")
