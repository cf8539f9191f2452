"""Small forms of those who propose: withdraw, copy, answer, invite."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import Call, ProposalEditor, RequestedField
from assessment.sections import label_of

LONGEST_REASON, LONGEST_ANSWER = 1000, 5000


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The office and those who work on the proposal read it."),
    )


class CopyForm(forms.Form):
    call = forms.ModelChoiceField(
        label=_("Into which call?"),
        queryset=Call.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a call."),
            "invalid_choice": _("This call does not accept proposals at the moment. Choose another one."),
        },
    )

    def __init__(self, *args: Any, calls: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]
        self.fields["call"].initial = calls.first()


class AnswerForm(forms.Form):
    """One box for each question. All may be left empty: what is typed so far can be kept."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, questions: Sequence[RequestedField], seen: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        self.initial["version"] = seen
        for question in self.questions:
            self.initial[question.field] = question.answer
            self.fields[question.field] = self._box(question)

    def _box(self, question: RequestedField) -> forms.CharField:
        box: Any = forms.CharField(
            label=_("Your answer about “%(field)s”") % {"field": label_of(question.field)},
            required=False,
            max_length=LONGEST_ANSWER,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_("At most %(limit)s characters.") % {"limit": LONGEST_ANSWER},
        )
        box.template_name = "assessment/_section_field.html"
        box.is_needed = True  # to hand in, though not to be kept
        box.is_counted, box.limit = True, LONGEST_ANSWER
        return box  # type: ignore[no-any-return]

    @property
    def answers(self) -> Mapping[str, str]:
        """Return what is valid of what was typed."""
        return {
            question.field: self.cleaned_data[question.field]
            for question in self.questions
            if question.field in self.cleaned_data
        }

    def as_typed(self) -> dict[str, str]:
        return {question.field: str(self[question.field].value() or "") for question in self.questions}

    @property
    def differing(self) -> list[RequestedField]:
        """Return the questions whose answer was sent, is valid, and is not what is stored."""
        return [
            question
            for question in self.questions
            if question.field in self.data
            and self.answers.get(question.field, question.answer) != question.answer
        ]

    def save(self) -> None:
        """Keep the answers as they are; they count once all are handed in."""
        for question in self.differing:
            question.answer = self.cleaned_data[question.field]
            question.save(update_fields=["answer"])


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the address of the person you invite.")},
    )
    right = forms.ChoiceField(
        label=_("What the person may do"),
        choices=ProposalEditor.Right,
        initial=ProposalEditor.Right.EDIT,
        widget=forms.RadioSelect,
    )


class RightForm(forms.Form):
    right = forms.ChoiceField(choices=ProposalEditor.Right)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What have you corrected?"),
        required=False,
        max_length=300,
        help_text=_("For the history that the office sees, for example: “new phone number”."),
    )
