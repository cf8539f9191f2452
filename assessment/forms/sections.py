"""One form a section, made of the section's columns. A draft may be incomplete; only what cannot be is refused.

Whatever is valid is stored, also beside what is not: ``stored_columns`` says which.
"""

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessment.forms.fields import Figure, PlainText, Weeks, Year, dress
from assessment.forms.guidance import GUIDANCE, LANGUAGE_NAMES
from assessment.models import Proposal
from assessment.sections import PROPOSAL_FIELDS, SECTIONS, TEXTS, Section, columns_of, label_of, limit_of
from catalogue.models import Example, Network
from catalogue.uploads import PictureField

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Example]
else:
    _ModelForm = forms.ModelForm

ONE_LINE = {"title", "title_note"}
label_of_lazy = lazy(label_of, str)


class PictureInput(forms.ClearableFileInput):
    """Shows the picture that is stored, with a box to take it away."""

    template_name = "assessment/_section_picture.html"


class SectionForm(_ModelForm):
    """The columns of one section."""

    section: ClassVar[Section]

    def __init__(self, *args: Any, proposal: Proposal, own_networks: Any, **kwargs: Any) -> None:
        self.proposal = proposal
        super().__init__(*args, **{**kwargs, "use_required_attribute": False})
        if "network" in self.fields:
            self.fields["network"].queryset = own_networks  # type: ignore[attr-defined]
        if "networks" in self.section.fields:
            self.fields["networks"] = self._networks_field()
        self.left_out = self._columns_not_sent()

    def _networks_field(self) -> Any:
        field = forms.ModelMultipleChoiceField(
            Network.objects.published().exclude(pk=self.instance.network_id),
            initial=list(self.proposal.networks.all()),
            **_words("networks"),
            widget=forms.CheckboxSelectMultiple,
        )
        return _dressed(field, "networks", self.section)

    def _columns_not_sent(self) -> set[str]:
        """Name what a form that came in part does not hold: it must not count as emptied."""
        if not self.is_bound:
            return set()
        came_whole = "whole" in self.data
        return {
            name
            for name, field in self.fields.items()
            if self._is_omitted(name, field) or (not came_whole and self.add_prefix(name) not in self.data)
        }

    def _is_omitted(self, name: str, field: forms.Field) -> bool:
        is_omitted = field.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))
        # Browsers send nothing for a group of radio buttons of which none is chosen.
        return is_omitted and not (isinstance(field.widget, forms.RadioSelect) and "whole" in self.data)

    @property
    def differing(self) -> list[str]:
        """Return the columns whose value differs from what is stored."""
        return [name for name in self.changed_data if name not in self.left_out]

    @property
    def stored_columns(self) -> list[str]:
        """Return the columns that can be stored: sent, changed and valid."""
        return [name for name in self.differing if name in self.cleaned_data and name not in self.errors]

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._check_years()
        self._check_description_of_picture()
        return self.cleaned_data

    def _check_years(self) -> None:
        since, until = self._current("running_since"), self._current("running_until")
        if since and until and until < since:
            message = _("This year lies before the one in which it began. The two years were not stored.")
            self._refuse("running_until", message, code="until_before_since", together=["running_since"])

    def _check_description_of_picture(self) -> None:
        alternatives = [self._current(column) for column in columns_of("picture_alt")]
        if not self._current("picture") or any(alternatives) or "picture" in self.errors:
            return
        if self.cleaned_data.get("picture") and "picture" in self.changed_data:
            message = _("The picture was not stored yet: describe it below, then choose the file once more.")
            self._refuse("picture", message, code="not_described")
        message = _("Describe the picture for those who do not see it.")
        self._refuse("picture_alt_de", message, code="required", together=["picture_alt_en"])

    def _refuse(self, name: str, message: Any, *, code: str, together: list[str] | None = None) -> None:
        """Refuse a column, and do not store those that mean nothing without it."""
        self.add_error(name, ValidationError(message, code=code))
        for other in together or []:
            self.cleaned_data.pop(other, None)

    def _current(self, name: str) -> Any:
        """Return what the column will hold: what was sent, or what is stored where that was not valid."""
        if name not in self.fields:
            return None
        if name in self.left_out or name not in self.cleaned_data:
            return getattr(self.instance, name)
        return self.cleaned_data[name]

    def store(self, example: Example) -> None:
        """Write the valid columns into ``example``, which was read within the transaction."""
        columns = [name for name in self.stored_columns if name != "networks"]
        lists = [name for name in columns if Example._meta.get_field(name).many_to_many]
        plain = [name for name in columns if name not in lists]
        for name in plain:
            field: Any = Example._meta.get_field(name)
            field.save_form_data(example, self.cleaned_data[name])
        if plain:
            example.save(update_fields=[*plain, "changed_at"])
        for name in lists:
            getattr(example, name).set(self.cleaned_data[name])
        if "networks" in self.stored_columns:
            self.proposal.networks.set(self.cleaned_data["networks"])


def _words(name: str) -> dict[str, Any]:
    return {"label": label_of_lazy(name), "help_text": GUIDANCE.get(name, ""), "required": False}


def _dressed(field: Any, name: str, section: Section) -> Any:
    # Of a text in two languages, the name above both says whether it is needed.
    return dress(field, is_needed=name in section.required or name in TEXTS)


def _text_field(column: Any, name: str) -> forms.Field:
    """Return the field of one language; name and help stand above both."""
    language = column.name[-2:]
    limit = limit_of(name)
    field = PlainText(
        label=LANGUAGE_NAMES[language], required=False, max_length=limit, lines=name not in ONE_LINE
    )
    field.widget.attrs["lang"] = language
    field.is_counted = True  # type: ignore[attr-defined]
    field.help_text = format_lazy(_("At most {limit} characters."), limit=limit)
    return field


OWN_FIELDS: dict[str, Any] = {
    "running_since": Year,
    "running_until": Year,
    "staff_fte": Figure,
    "setup_weeks": Weeks,
    "picture": partial(PictureField, widget=PictureInput(attrs=PictureField.widget.attrs)),
}


def _field(column: Any, name: str) -> Any:
    words = _words(name)
    if name in OWN_FIELDS:
        return OWN_FIELDS[name](**words)
    if name in TEXTS:
        return _text_field(column, name)
    if column.choices:
        return _choice(column, words)
    if isinstance(column, models.CharField):
        return PlainText(**words, max_length=column.max_length)
    if column.many_to_many:
        words["widget"] = forms.CheckboxSelectMultiple
    elif column.remote_field:
        words["empty_label"] = _("Please choose")
    return column.formfield(**words)


def _choice(column: Any, words: dict[str, Any]) -> forms.ChoiceField:
    """Return radio buttons; none is chosen until somebody does so."""
    messages = {"required": _("Choose one of them.")}
    return forms.ChoiceField(
        **{**words, "required": not column.blank},
        choices=column.choices,
        widget=forms.RadioSelect,
        error_messages=messages,
    )


def _form_of(section: Section) -> Any:
    names = {
        column: name for name in section.fields for column in columns_of(name) if name not in PROPOSAL_FIELDS
    }

    def formfield(column: Any, **kwargs: Any) -> Any:
        name = names[column.name]
        return _dressed(_field(column, name), name, section)

    form: Any = forms.modelform_factory(
        Example, form=SectionForm, fields=list(names), formfield_callback=formfield
    )
    form.section = section
    return form


FORMS: dict[str, type[SectionForm]] = {section.key: _form_of(section) for section in SECTIONS}


def title_of(column: str) -> str:
    """Return the name of a column, with its language if it has one: for summaries of errors and kept texts."""
    name, _dash, language = column.rpartition("_")
    if name in TEXTS and language in LANGUAGE_NAMES:
        return f"{label_of(name)} ({LANGUAGE_NAMES[language]})"
    return label_of(column)
