"""Lists in a form. Each row is stored by itself, as far as it is valid.

A row that is not mentioned stays: only the box "remove" takes one away. A new row that came before, and whose answer
was lost, is known again by its text and not stored twice.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet
from django.forms.renderers import get_default_renderer
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import cached_property

from assessment.forms.fields import dress
from catalogue.models import Example

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _FormSet = BaseFormSet[Any]
else:
    _ModelForm, _FormSet = forms.ModelForm, BaseFormSet

LARGEST_POSITION = 30_000


class RowNumber(forms.CharField):
    """Which stored row this is; empty for a new one. Says nothing about whether somebody typed."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RowForm(_ModelForm):
    """One row of a list."""

    typed: ClassVar[tuple[str, ...]]
    """Columns that people type into: with all of them empty, a new row is none."""
    essential: ClassVar[tuple[str, ...]]
    """Columns without which a new row cannot be stored."""

    row = RowNumber(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].initial = self.instance.pk
        for name, field in self.fields.items():
            dress(field, is_needed=name in self.essential)
            field.required = name in self.essential

    @property
    def is_new(self) -> bool:
        return self.instance.pk is None

    @property
    def is_blank(self) -> bool:
        """Tell whether this is a new row into which nothing was typed."""
        return self.is_new and not any(str(self[name].data or "").strip() for name in self.typed)

    @property
    def is_removed(self) -> bool:
        return DELETION_FIELD_NAME in self.fields and bool(self[DELETION_FIELD_NAME].data)

    def full_clean(self) -> None:
        if self.is_bound and (self.is_blank or self.is_removed):
            self._errors, self.cleaned_data = ErrorDict(), {}  # nothing to judge
            return
        super().full_clean()

    @property
    def valid_columns(self) -> list[str]:
        columns = {field.name for field in self._meta.model._meta.fields}
        return [name for name in self.cleaned_data if name in columns and name not in self.errors]

    def store(self, example: Example, position: int) -> Any:
        """Write the valid columns and return the record; nothing if a new row lacks what it cannot do without."""
        rows: Any = self._meta.model._default_manager
        record = None if self.is_new else rows.filter(example=example, pk=self.instance.pk).first()
        columns = self.valid_columns
        if record is None:
            if not set(self.essential) <= set(columns):
                return None
            record = self._meta.model(example=example, position=position)
        for name in columns:
            record._meta.get_field(name).save_form_data(record, self.cleaned_data[name])
        record.save()
        return record


class Rows(_FormSet):
    """The rows of one list."""

    name: ClassVar[str]
    most: ClassVar[int]
    words: ClassVar[dict[str, Any]]
    form: type[RowForm]

    min_num, can_order, can_delete, can_delete_extra = 0, False, True, True
    validate_min = validate_max = False
    conflict: Any = None

    def __init__(
        self,
        example: Example,
        data: Any = None,
        files: Any = None,
        *,
        more: bool = False,
        takes_files: bool = True,
    ) -> None:
        self.example = example
        self.takes_files = takes_files
        self.max_num, self.absolute_max = self.most, self.most + 5
        self.extra = 1 if more or not self.stored else 0
        self.renderer = get_default_renderer()
        super().__init__(data, files, prefix=self.name, initial=[{} for _row in self.stored])
        if self.is_bound:
            self._recognise()

    @cached_property
    def stored(self) -> list[Any]:
        return list(self._manager.all())

    @property
    def _manager(self) -> Any:
        return getattr(self.example, self.name)

    @property
    def others(self) -> list[Any]:
        """Return the stored rows that the sent ones do not mention."""
        mentioned = {form.instance.pk for form in self.forms}
        return [row for row in self.stored if row.pk not in mentioned]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {"instance": self._instance(index)}

    def _instance(self, index: int | None) -> Any:
        if index is not None and not self.is_bound and index < len(self.stored):
            return self.stored[index]
        number = self.data.get(f"{self.prefix}-{index}-row", "") if self.is_bound else ""
        by_number = {str(row.pk): row for row in self.stored}
        return by_number.get(number) or self.form._meta.model(example=self.example)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.is_new:
            del form.fields[DELETION_FIELD_NAME]
            return
        form.fields[DELETION_FIELD_NAME].label = self.words["remove"]
        dress(form.fields[DELETION_FIELD_NAME], is_needed=True)

    def _recognise(self) -> None:
        """Give new rows that are stored already (their answer was lost) the number that they have."""
        sent = range(self.total_form_count())
        numbers = {self.data.get(f"{self.prefix}-{index}-row", "") for index in sent}
        free = {self._text_of(row): str(row.pk) for row in self.stored if str(row.pk) not in numbers}
        for index in sent:
            is_new = self._instance(index).pk is None and f"{self.prefix}-{index}-file" not in self.files
            if is_new and (number := free.pop(self._sent_text(index), None)):
                self._set(f"{self.prefix}-{index}-row", number)

    def _text_of(self, row: Any) -> tuple[str, ...]:
        return tuple(str(getattr(row, name)) for name in self.form.typed if name != "file")

    def _sent_text(self, index: int) -> tuple[str, ...]:
        names = [name for name in self.form.typed if name != "file"]
        return tuple(self.data.get(f"{self.prefix}-{index}-{name}", "").strip() for name in names)

    def _set(self, name: str, value: str) -> None:
        assert isinstance(self.data, QueryDict)  # noqa: S101 - a copy of the page's, which may be written
        self.data[name] = value

    @property
    def waiting(self) -> list[Any]:
        """Return the new rows that wait for the button: no file is stored by itself."""
        if self.takes_files or "file" not in self.form.essential:
            return []
        return [form for form in self.forms if form.is_new and not form.is_blank]

    @cached_property
    def changed(self) -> list[Any]:
        """Return the rows that differ from what is stored."""
        return [
            form
            for form in self.forms
            if form not in self.waiting
            and (form.is_removed or (form.has_changed() if not form.is_new else not form.is_blank))
        ]

    @property
    def wrong(self) -> list[Any]:
        """Return the rows with errors."""
        return [form for form in self.forms if form not in self.waiting and form.errors]

    def clean(self) -> None:
        kept = [form for form in self.forms if not form.is_blank and not form.is_removed]
        if len(kept) + len(self.others) > self.most:
            raise ValidationError(self.words["too_many"] % {"most": self.most}, code="too_many")

    def store(self) -> None:
        """Write what has changed, as far as it is valid and there is room."""
        if self.non_form_errors():
            return
        for form in self.changed:
            if form.is_removed:
                self._manager.filter(pk=form.instance.pk).delete()
            elif record := form.store(self.example, self._next_position()):
                self._set(f"{form.prefix}-row", str(record.pk))

    def _next_position(self) -> int:
        last = self._manager.aggregate(models.Max("position"))["position__max"] or 0
        if last < LARGEST_POSITION:
            return int(last) + 1
        taken = set(self._manager.values_list("position", flat=True))
        return next(position for position in range(1, LARGEST_POSITION) if position not in taken)

    def numbers(self) -> list[str]:
        """Return the numbers of the rows, in the order in which they were sent; empty for those not stored."""
        return [self.data.get(f"{form.prefix}-row", "") for form in self.forms]

    @property
    def stored_text(self) -> str:
        """Return the stored rows in words, one a line."""
        return "\n".join(" – ".join(part for part in self._text_of(row) if part) for row in self.stored)
