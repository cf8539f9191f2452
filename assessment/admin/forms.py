"""What the office types at each step. Every form knows what had happened when its page was opened (``seen``)."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models import FormalRejection, Proposal
from assessment.sections import SECTIONS, Section, label_of
from catalogue.admin.widgets import DayInput
from goodpractice.admin import LongText

DAYS_TO_ANSWER, MOST_DAYS = 14, 365
MOST_TEXT = 5000
MOST_QUESTION = 2000
FIELDS = [field for section in SECTIONS for field in (*section.fields, *section.lists)]


def long_text(label: Any, rows: int = 6, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=MOST_TEXT, widget=LongText(attrs={"rows": rows}), **kwargs)


class StepForm(forms.Form):
    """A step without words: only what the page had seen."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, proposal: Proposal, latest: int, data: Any = None) -> None:
        super().__init__(data, initial={"seen": latest}, label_suffix="")
        self.proposal = proposal
        self.latest = latest

    def clean_seen(self) -> int | None:
        """Refuse once if something has happened meanwhile; the next attempt counts as made in that knowledge."""
        seen: int | None = self.cleaned_data["seen"]
        if seen is not None and seen != self.latest:
            self.refuse_as_changed()
        return seen

    def refuse_as_changed(self) -> None:
        self.data = {**{name: self.data[name] for name in self.data}, "seen": str(self.latest)}
        message = _(
            "Somebody has gone on with this proposal since you opened the page. Please look at it again before you "
            "decide. What you typed is still here."
        )
        self.add_error(None, ValidationError(message, code="changed_meanwhile"))


class AskForm(StepForm):
    """Questions field by field: those with words in them are asked."""

    reason = long_text(
        _("What it is about"),
        rows=4,
        help_text=_("One or two sentences that introduce the questions. The submitter reads them."),
    )
    due_on = forms.DateField(label=_("Answer by"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = timezone.localdate() + datetime.timedelta(days=DAYS_TO_ANSWER)
        for field in FIELDS:
            self.fields[f"question_{field}"] = forms.CharField(
                label=label_of(field),
                max_length=MOST_QUESTION,
                required=False,
                widget=LongText(attrs={"rows": 2}),
            )

    def clean_due_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if not today < day <= today + datetime.timedelta(days=MOST_DAYS):
            raise ValidationError(
                _("Give a day after today, within the next twelve months."), code="out_of_range"
            )
        return day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.questions and not any(name.startswith("question_") for name in self.errors):
            raise ValidationError(_("Ask at least one question, at the field it is about."), code="required")
        return cleaned

    @property
    def questions(self) -> dict[str, str]:
        asked = {field: self.cleaned_data.get(f"question_{field}", "") for field in FIELDS}
        return {field: question for field, question in asked.items() if question}

    @property
    def sections(self) -> Iterator[tuple[Section, list[tuple[str, forms.BoundField]]]]:
        """Yield each section of the proposal with the names of its fields and where to ask about them."""
        for section in SECTIONS:
            yield section, [(name, self[f"question_{name}"]) for name in (*section.fields, *section.lists)]


class RejectionForm(StepForm):
    ground = forms.ChoiceField(
        label=_("Ground"), choices=FormalRejection.Ground.choices, widget=forms.RadioSelect
    )
    explanation = long_text(
        _("Explanation"), help_text=_("The submitter reads it: what is missing, and what would help.")
    )


class SecondPersonForm(StepForm):
    """Confirm or dismiss exactly the rejection that the page showed."""

    rejection = forms.ModelChoiceField(queryset=FormalRejection.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["rejection"]
        choices.queryset = self.proposal.formal_rejections.all()
        open_one = choices.queryset.filter(confirmed_at=None, dismissed_at=None).first()
        self.initial["rejection"] = open_one and open_one.pk


class ReviewForm(StepForm):
    """The entry condition: Good Practice is tried and tested."""

    is_tried = forms.BooleanField(
        label=_("It has been tried and tested: it runs or ran in practice, and is no plan."),
        error_messages={"required": _("Confirm that it has been tried and tested, or ask, or reject it.")},
    )
    is_evident = forms.BooleanField(
        label=_("I have looked up the evidence, and it supports the success described."),
        error_messages={"required": _("Confirm that you have looked up the evidence, or ask for it.")},
    )
    is_new = forms.BooleanField(
        label=_("It belongs into this catalogue and is not in it yet."),
        error_messages={"required": _("Confirm that it belongs into the catalogue, or reject it.")},
    )
    finding = long_text(
        _("Finding"),
        help_text=_("Why it counts as tried and tested: since when, where, and what the evidence shows."),
    )


class ReturnForm(StepForm):
    reason = long_text(_("Reason"), help_text=_("Kept in the history: why the board does not go on for now."))
