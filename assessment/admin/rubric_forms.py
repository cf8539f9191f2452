"""What the office types to word a rubric: names, thresholds, questions and meanings of levels, in both languages."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from assessment import rubrics
from assessment.models import Rubric
from assessment.rubrics import FACTS
from catalogue.models.record import Level
from goodpractice.admin import LANGUAGE_NAMES, LongText

MOST_TEXT = 2000


class VersionForm(forms.Form):
    version = forms.SlugField(
        label=_("Version"),
        max_length=20,
        help_text=_("Short, for example: 2027-1. It is shown beside every decision and stays as it is."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if Rubric.objects.filter(version__iexact=version).exists():
            raise ValidationError(_("There is a rubric with this version already."), code="taken")
        return version


class RubricForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name_de = forms.CharField(max_length=120)
    name_en = forms.CharField(max_length=120)
    median_threshold = forms.DecimalField(
        label=_("Lowest median of each criterion"), min_value=1, max_value=5, max_digits=2, decimal_places=1
    )
    overall_threshold = forms.DecimalField(
        label=_("Lowest mean of the four means"), min_value=1, max_value=5, max_digits=3, decimal_places=2
    )

    def __init__(self, rubric: Rubric, data: Any = None) -> None:
        texts = rubrics.words(rubric)
        facts = {name: getattr(rubric, name) for name in FACTS}
        super().__init__(
            data, initial={**facts, **texts, "seen": rubrics.fingerprint(rubric)}, label_suffix=""
        )
        self.rubric = rubric
        for code, language in LANGUAGE_NAMES.items():
            self.fields[f"name_{code}"].label = format_lazy("{} – {}", _("Name"), language)
            self.fields[f"name_{code}"].widget.attrs["lang"] = code
        for name in texts:
            self.fields[name] = _text(name)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def texts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {*FACTS, "seen"}}

    @property
    def names(self) -> list[forms.BoundField]:
        return [self["name_de"], self["name_en"]]

    @property
    def criteria(self) -> Iterator[tuple[str, Any, list[list[forms.BoundField]]]]:
        """Yield each criterion with its label and its pairs of fields: the questions, then each level."""
        for criterion in self.rubric.criteria.all():
            stems = [criterion.criterion, *(f"{criterion.criterion}_{level}" for level in Level.values)]
            known = [stem for stem in stems if f"{stem}_de" in self.fields]
            pairs = [[self[f"{stem}_{code}"] for code in LANGUAGE_NAMES] for stem in known]
            yield criterion.criterion, criterion.get_criterion_display(), pairs

    def refuse_as_stale(self) -> None:
        """Refuse once; the next attempt counts as made in the knowledge of the other change."""
        current = rubrics.fingerprint(Rubric.objects.get(pk=self.rubric.pk))
        self.data = {**{name: self.data[name] for name in self.data}, "seen": current}
        message = _(
            "Somebody has changed this rubric since you opened it. What you typed is still here; if you save again, "
            "it replaces theirs."
        )
        self.add_error(None, ValidationError(message, code="changed_meanwhile"))


def _text(name: str) -> forms.CharField:
    """Return the field of one text: of a level, or of what a criterion asks, one question a line."""
    _criterion, *level, code = name.split("_")
    label = capfirst(Level(int(level[0])).label) if level else _("What is asked, one question a line")
    return forms.CharField(
        label=format_lazy("{} – {}", label, LANGUAGE_NAMES[code]),
        max_length=MOST_TEXT,
        widget=LongText(attrs={"rows": 3 if level else 5, "lang": code}),
    )
