"""The form of an assessment, and the question about conflicts of interest that comes before it.

A draft may be incomplete: what is missing is a matter of ``judging``. A field that cannot be read keeps what is stored.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from assessment.marks import Draft, Mark, Problem
from assessment.models import Assessment
from catalogue.models import Criterion
from catalogue.models.record import Level
from goodpractice.admin import LongText

CANNOT = "cannot"
LONGEST_COMMENT = 5000
COMMENTS = {
    "comment": _("Comment for the board"),
    "passed_on": _("Comment that may be passed on to the submitter"),
}


class CommentField(forms.CharField):
    """A comment; ``title`` is what it is called where its criterion is not seen beside it."""

    def __init__(self, label: Any, title: str = "") -> None:
        super().__init__(
            label=label,
            required=False,
            max_length=LONGEST_COMMENT,
            widget=LongText(attrs={"rows": 3}),
            error_messages={"max_length": _("At most 5,000 characters.")},
        )
        self.title = title


class ScoringForm(forms.Form):
    """Four criteria with two comments each, and a recommendation; with a reason where somebody scores again."""

    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    reason = CommentField(_("Why do you score again?"))

    def __init__(self, data: Any = None, *, stored: Draft, version: int, turn: int) -> None:
        super().__init__(data, initial={**initial_of(stored), "version": version}, label_suffix="")
        self.stored, self.turn = stored, turn
        if turn == Assessment.Turn.INDEPENDENT:
            del self.fields["reason"]
        for criterion in Criterion:
            self.fields[criterion] = forms.ChoiceField(
                label=capfirst(str(criterion.label)),
                required=False,
                choices=[*_levels(), (CANNOT, _("Cannot be assessed from the text"))],
                widget=forms.RadioSelect,
            )
            for kind, label in COMMENTS.items():
                name = f"{criterion}_{kind}"
                self.fields[name] = CommentField(label, title_of(name))
        self.fields["advice"] = forms.ChoiceField(
            label=_("Recommendation in the whole"),
            required=False,
            choices=[(value, capfirst(str(label))) for value, label in Assessment.Advice.choices],
            widget=forms.RadioSelect,
        )

    @property
    def seen(self) -> int:
        """Return the version of the draft that the page had shown; one that never was if that cannot be read."""
        version: int | None = self.cleaned_data.get("version")
        return -1 if version is None else version

    @property
    def draft(self) -> Draft:
        """Return what was typed, and what is stored where that cannot be read."""
        given = {**initial_of(self.stored), **self.cleaned_data}
        return Draft(
            {criterion: _mark(given, criterion) for criterion in Criterion},
            given["advice"],
            given.get("reason", ""),
        )

    @property
    def differing(self) -> list[str]:
        """Return the fields whose text is not the stored one."""
        stored, typed = initial_of(self.stored), initial_of(self.draft)
        return [name for name in self.fields if name in stored and stored[name] != typed[name]]

    def name_problems(self, problems: Sequence[Problem]) -> None:
        """Say at the fields what keeps the assessment from being handed in."""
        for problem in problems:
            self.add_error(self._place(problem), ValidationError(problem.message, code="incomplete"))

    def _place(self, problem: Problem) -> str:
        needs_comment = problem.field in Criterion.values and self.draft.marks[problem.field].needs_comment
        return f"{problem.field}_comment" if needs_comment else problem.field

    def in_words(self, name: str) -> str:
        """Return what is stored in a field, as the page calls it."""
        value = initial_of(self.stored)[name]
        choices: Any = getattr(self.fields[name], "choices", [])
        return str(dict(choices).get(value, value))


def title_of(name: str) -> str:
    """Return what the page calls a text that people type; nothing for what they do not type."""
    if name == "reason":
        return str(_("Why do you score again?"))
    criterion, _separator, kind = name.partition("_")
    if criterion not in Criterion.values or kind not in COMMENTS:
        return ""
    return f"{capfirst(str(Criterion(criterion).label))}: {COMMENTS[kind]}"


def initial_of(draft: Draft) -> dict[str, str]:
    """Return the values of the form's fields."""
    values = {"advice": draft.advice, "reason": draft.reason}
    for criterion, mark in ((one, draft.marks.get(one, Mark())) for one in Criterion):
        values[criterion] = CANNOT if mark.cannot_assess else str(mark.points or "")
        values[f"{criterion}_comment"] = mark.comment
        values[f"{criterion}_passed_on"] = mark.comment_to_submitter
    return values


def draft_of(assessment: Assessment | None) -> Draft:
    """Return what is stored of an assessment; an empty draft if it was not begun."""
    if assessment is None:
        return Draft({})
    marks = {
        score.criterion: Mark(score.points, score.cannot_assess, score.comment, score.comment_to_submitter)
        for score in assessment.scores.all()
    }
    return Draft(marks, assessment.advice, assessment.reason)


def _levels() -> Iterator[tuple[str, str]]:
    for level in Level:
        yield str(level.value), f"{capfirst(str(level.label))} ({level.value})"


def _mark(given: dict[str, Any], criterion: str) -> Mark:
    chosen = given[criterion]
    return Mark(
        points=int(chosen) if chosen not in {"", CANNOT} else None,
        cannot_assess=chosen == CANNOT,
        comment=given[f"{criterion}_comment"],
        comment_to_submitter=given[f"{criterion}_passed_on"],
    )


class ConflictForm(forms.Form):
    """Yes or no, asked before the text opens. Later, only a conflict can be added (``is_later``)."""

    answer = forms.ChoiceField(
        label=_("Is there a conflict of interest?"),
        choices=[("no", _("I have no conflict of interest")), ("yes", _("I have a conflict of interest"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two answers.")},
    )
    explanation = forms.CharField(
        label=_("If there is one: what is it?"),
        required=False,
        max_length=2000,
        widget=LongText(attrs={"rows": 4}),
        help_text=_("The office reads it; one sentence is enough."),
        error_messages={"required": _("Say in a sentence what the conflict is.")},
    )

    def __init__(self, data: Any = None, *, is_later: bool) -> None:
        super().__init__(data, label_suffix="")
        if is_later:
            del self.fields["answer"]
            explanation = self.fields["explanation"]
            explanation.label, explanation.required = _("What the conflict is"), True
        self.is_later = is_later

    @property
    def has_conflict(self) -> bool:
        return self.is_later or self.cleaned_data.get("answer") == "yes"

    def clean_explanation(self) -> str:
        explanation: str = self.cleaned_data["explanation"]
        if self.has_conflict and not explanation:
            raise ValidationError(self.fields["explanation"].error_messages["required"], code="required")
        return explanation
