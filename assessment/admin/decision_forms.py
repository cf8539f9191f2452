"""What is typed around a decision: presence, a discussion, the decision itself, its announcement."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessment import outcomes
from assessment.admin.forms import long_text
from assessment.figures import CriterionLine, lines
from assessment.meeting import Row
from assessment.models import BoardSeat, Decision
from assessment.workflow import DecisionDraft, Reason
from catalogue.models import Criterion
from catalogue.models.record import Level
from catalogue.models.text import LANGUAGES
from goodpractice.admin import LANGUAGE_NAMES, LongText

CHANGED = "changed_meanwhile"
MOST_SENTENCE = 1000


class PresenceForm(forms.Form):
    present = forms.ModelMultipleChoiceField(
        label=_("Members of the board"),
        queryset=BoardSeat.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, seats: Sequence[BoardSeat], present: set[int], data: Any = None) -> None:
        super().__init__(data, initial={"present": present}, label_suffix="")
        choices: Any = self.fields["present"]
        choices.queryset = BoardSeat.objects.filter(pk__in=[seat.pk for seat in seats]).select_related("user")


class SeenForm(forms.Form):
    """A form that knows what had happened to the proposal when its page was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, row: Row, data: Any = None, initial: Any = None) -> None:
        self.row = row
        self.latest = _latest(row)
        super().__init__(data, initial={**(initial or {}), "seen": self.latest}, label_suffix="")

    def clean_seen(self) -> str:
        """Refuse once if something has happened meanwhile; the next attempt counts as made in that knowledge."""
        seen: str = self.cleaned_data["seen"]
        if seen != self.latest:
            self.refuse_as_changed()
        return seen

    def refuse_as_changed(self) -> None:
        self.data = {**dict(self.data.items()), "seen": self.latest}
        message = _(
            "Something has changed since you opened the page. Please look at it again before you go on. "
            "What you typed is still here."
        )
        self.add_error(None, ValidationError(message, code=CHANGED))


class DiscussedForm(SeenForm):
    reason = long_text(
        _("What came of the discussion"), help_text=_("Kept in the history and in the minutes.")
    )


class DecisionForm(SeenForm):
    """A decision with level and reason for each criterion, begun from the median and the comments passed on."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    summary = long_text(_("Reason in the whole"), rows=4, help_text=_("The submitter reads it."))
    deviation = long_text(
        _("Why the board departs from the recommendation"),
        rows=3,
        required=False,
        help_text=_("Needed where the outcome is not what the rule recommends. It is not published."),
    )

    def __init__(self, row: Row, data: Any = None) -> None:
        self.lines = lines(row.standing)
        super().__init__(row, data, _begun(row, self.lines))
        outcome: Any = self.fields["outcome"]
        outcome.choices = Decision.Outcome.choices
        for line in self.lines:
            self._add_criterion(line)

    def _add_criterion(self, line: CriterionLine) -> None:
        self.fields[f"level_{line.criterion}"] = forms.TypedChoiceField(
            label=_("Level"), choices=Level.choices, coerce=int, widget=forms.RadioSelect
        )
        for language in LANGUAGES:
            self.fields[_sentence(line.criterion, language)] = forms.CharField(
                label=format_lazy("{} – {}", _("Reason"), LANGUAGE_NAMES[language]),
                max_length=MOST_SENTENCE,
                required=False,
                widget=LongText(attrs={"rows": 3, "lang": language}),
            )

    @property
    def criteria(self) -> Iterator[tuple[CriterionLine, list[forms.BoundField]]]:
        """Yield each criterion's figures with its fields."""
        for line in self.lines:
            names = [f"level_{line.criterion}", *(_sentence(line.criterion, code) for code in LANGUAGES)]
            yield line, [self[name] for name in names]

    @property
    def draft(self) -> DecisionDraft:
        data = self.cleaned_data
        return DecisionDraft(
            outcome=Decision.Outcome(data["outcome"]),
            summary=data["summary"],
            deviation=data["deviation"],
            reasons={
                criterion: Reason(
                    level=data[f"level_{criterion}"],
                    sentence_de=data[_sentence(criterion, "de")],
                    sentence_en=data[_sentence(criterion, "en")],
                )
                for criterion in Criterion.values
            },
        )

    def refuse_as_incomplete(self, fields: Sequence[str]) -> None:
        """Show at its field what ``workflow`` misses."""
        for field in fields:
            words: Any
            if field in Criterion.values:
                words = _("Give a reason for “%(criterion)s”, in one language at least.") % {
                    "criterion": Criterion(field).label
                }
                self.add_error(_sentence(field, "de"), ValidationError(words, code="required"))
            else:
                words = _("The outcome is not what the rule recommends: say why.")
                self.add_error("deviation", ValidationError(words, code="required"))


class AnswerForm(SeenForm):
    """Confirm exactly the decision that the page showed, or disagree."""

    decision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, row: Row, data: Any = None) -> None:
        super().__init__(row, data, {"decision": row.proposed and row.proposed.pk})

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        shown = self.cleaned_data.get("decision")
        if not self.errors and (self.row.proposed is None or shown != self.row.proposed.pk):
            self.refuse_as_changed()
        return cleaned


class AnnouncementForm(forms.Form):
    """Which outcomes are announced, and how many they are: nobody tells hundreds by a slip."""

    decisions = forms.ModelMultipleChoiceField(
        label=_("Outcomes to announce"),
        queryset=Decision.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one outcome."),
            "invalid_choice": _(
                "One of the chosen outcomes has been announced meanwhile. Please look again."
            ),
        },
    )
    count = forms.IntegerField(
        label=_("How many outcomes do you announce?"),
        min_value=1,
        help_text=_("Type the number. It has to be that of the ticked ones."),
    )

    def __init__(self, decisions: Sequence[Decision], data: Any = None) -> None:
        keys = [decision.pk for decision in decisions]
        super().__init__(data, initial={"decisions": keys}, label_suffix="")
        choices: Any = self.fields["decisions"]
        choices.queryset = Decision.objects.filter(pk__in=keys).select_related("proposal__example")
        choices.label_from_instance = _outcome_in_words

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and self.cleaned_data["count"] != len(self.cleaned_data["decisions"]):
            self.add_error(
                "count",
                ValidationError(
                    _("Ticked: %(count)d. Type that number, or change what is ticked."),
                    code="wrong_count",
                    params={"count": len(self.cleaned_data["decisions"])},
                ),
            )
        return cleaned


def _sentence(criterion: str, language: str) -> str:
    return f"sentence_{language}_{criterion}"


def _latest(row: Row) -> str:
    """Name what happened last: the last step, how many have handed in, and the decisions."""
    last_step = row.proposal.transitions.order_by("-id").values_list("id", flat=True).first()
    decisions = [one.pk for one in (row.decision, row.proposed) if one]
    return "-".join(map(str, [last_step, len(row.standing.assessments), *decisions]))


def _begun(row: Row, criteria: Sequence[CriterionLine]) -> dict[str, Any]:
    """Return where a decision begins: at the one that it would supersede, or at median and comments."""
    if row.decision is not None:
        return _as_decided(row.decision)
    begun: dict[str, Any] = {}
    for line in criteria:
        # Between two levels the lower one: the board raises it knowingly.
        begun[f"level_{line.criterion}"] = line.figures.median and int(line.figures.median)
    for assessment in row.standing.counting:
        language = "en" if assessment.seat.user.language.startswith("en") else "de"
        for score in assessment.scores.all():
            field = _sentence(score.criterion, language)
            begun[field] = "\n".join(filter(None, [begun.get(field), score.comment_to_submitter]))
    return begun


def _as_decided(decision: Decision) -> dict[str, Any]:
    reasons = outcomes.reasons_of(decision)
    return {
        "outcome": decision.outcome,
        "summary": decision.summary,
        "deviation": decision.deviation,
        **{f"level_{one.criterion}": one.level for one in reasons},
        **{
            _sentence(one.criterion, code): getattr(one, f"sentence_{code}")
            for one in reasons
            for code in LANGUAGES
        },
    }


def _outcome_in_words(decision: Decision) -> str:
    proposal = decision.proposal
    return f"{proposal.reference} {proposal.example.title}: {decision.get_outcome_display()}"
