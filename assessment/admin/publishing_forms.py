"""What is typed around a publication: the checklist, an embargo, why it ends, and where a deferred proposal goes on."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assessment.admin.forms import long_text
from assessment.models import Call
from catalogue.admin.widgets import DayInput


class PublicationForm(forms.Form):
    """The part of the checklist that only a person can answer."""

    is_readable = forms.BooleanField(
        label=_("I have read the preview: text and picture are complete, and fit for everybody to read."),
        error_messages={"required": _("Read the preview first, and confirm it.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")


class EmbargoForm(forms.Form):
    until = forms.DateField(
        label=_("Not public before"),
        required=False,
        widget=DayInput,
        help_text=_(
            "Once released, it becomes public by itself on this day. Leave it empty to lift the embargo."
        ),
    )

    def __init__(self, until: Any, data: Any = None) -> None:
        super().__init__(data, initial={"until": until}, label_suffix="")


class UnpublishForm(forms.Form):
    reason_de = long_text(
        _("Reason – German"), rows=3, required=False, help_text=_("Everybody who opens the address reads it.")
    )
    reason_en = long_text(_("Reason – English"), rows=3, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not (self.cleaned_data["reason_de"] or self.cleaned_data["reason_en"]):
            words = _("Give the reason in one language at least.")
            self.add_error("reason_de", ValidationError(words, code="required"))
        return cleaned


class RepublishForm(forms.Form):
    reason = long_text(_("Reason"), rows=3, help_text=_("Kept in the history."))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")


class CarryOverForm(forms.Form):
    call = forms.ModelChoiceField(
        label=_("Into which call?"),
        queryset=Call.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a call."),
            "invalid_choice": _("This call is over. Choose another one."),
        },
    )

    def __init__(self, calls: QuerySet[Call], data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]
