"""What the office's forms share: the reason for a change, and no silent overwriting of somebody else's."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from catalogue.publishing import missing_parts

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    _ModelForm, _InlineFormSet = forms.ModelForm, forms.BaseInlineFormSet

ASIDE = 16_000
"""More than any number that people give; twice as much still fits the column."""
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def latest_event(record: models.Model) -> Any:
    """Return the newest entry of the record's history: whoever read the record before it has an old copy."""
    events = type(record).pgh_event_model.objects  # type: ignore[attr-defined]
    return events.filter(pgh_obj_id=record.pk).order_by("-pgh_id").first()


class RecordForm(_ModelForm):
    """A form that says why something was changed, and notices when the record was changed meanwhile."""

    name_fields: tuple[str, ...] = ("name_de", "name_en")
    """Where a short name for the address is taken from if none is given."""

    reason = forms.CharField(
        label=_("Reason for this change"),
        max_length=300,
        required=False,
        help_text=_("Kept in the history, for example: “Figures of 2026 from the network”."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            event = latest_event(self.instance)
            self.initial["version"] = event.pgh_id if event else None
        if "slug" in self.fields and not self.instance.pk:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it is made from the title.")

    def _get_validation_exclusions(self) -> set[str]:
        """Leave out the month: ``MonthField`` gives its first day, and PostgreSQL cannot judge an empty one."""
        return {*super()._get_validation_exclusions(), "status_of_information"}  # type: ignore[misc]

    def clean_version(self) -> int | None:
        version: int | None = self.cleaned_data["version"]
        current: int | None = self.initial.get("version")
        if self.instance.pk and version != current:
            # The next attempt counts as made in the knowledge of the other change.
            self.data = {**self.data, self.add_prefix("version"): str(current or "")}
            self.add_error(None, self._conflict())
        return version

    def _conflict(self) -> ValidationError:
        message = _(
            "Somebody has changed this record since you opened it. What you typed is still here. Open the "
            "record in a second window to compare; if you save again, your version replaces theirs."
        )
        return ValidationError(message, code="changed_meanwhile")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "slug" in self.fields and "slug" not in self.errors and not self.cleaned_data.get("slug"):
            self.cleaned_data["slug"] = self._free_slug()
        return cleaned

    def _free_slug(self) -> str:
        """Make a short name from the title, with a number if it is taken."""
        field = self._meta.model._meta.get_field("slug")
        text = next((text for name in self.name_fields if (text := self.cleaned_data.get(name))), "")
        stem = slugify(text.translate(GERMAN))[: (field.max_length or 50) - 4].strip("-")
        if not stem:
            raise ValidationError({"slug": _("Give a short name for the address.")}, code="required")
        taken = set(
            self._meta.model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True)
        )
        return next(
            slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, 999))) if slug not in taken
        )


class ExampleForm(RecordForm):
    name_fields = ("title_de", "title_en")

    def _post_clean(self) -> None:
        """Hold a public example to what publishing asks for; no constraint is checked for its state."""
        super()._post_clean()  # type: ignore[misc]
        if self.instance.status == self.instance.Status.PUBLISHED and (
            missing := missing_parts(self.instance)
        ):
            message = _("This example is public and would lack: %(missing)s.")
            parts = ", ".join(str(part) for part in missing)
            self.add_error(None, ValidationError(message, code="public_lacks", params={"missing": parts}))


class NetworkForm(RecordForm):
    name_fields = ("name",)


class TermForm(RecordForm):
    pass


class RowForm(_ModelForm):
    """One row of an ``OrderedFormSet``, which settles its number."""

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "position"}  # type: ignore[misc]


class OrderedFormSet(_InlineFormSet):
    """Rows in an order that people give or leave to us: the order on the page settles doubts.

    The database wants the numbers of a record's rows to differ at every moment: rows that move step aside.
    """

    group_by: tuple[str, ...] = ()
    """Fields within which the numbers count."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        position = form.fields["position"]
        position.required = False
        position.help_text = _("Leave empty to put it last.")
        if not form.instance.pk:
            position.initial = None

    def save(self, commit: bool = True) -> Any:
        deleted = [form for form in self.deleted_forms if form.instance.pk]
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        self._number(kept)
        moved = [form for form in kept if form.instance.pk and self._has_moved(form)]
        leaving = [form.instance.pk for form in moved + deleted]
        rows: Any = self.model
        rows._default_manager.filter(pk__in=leaving).update(position=F("position") + ASIDE)
        saved = super().save(commit=commit)
        for form in moved:
            if not form.has_changed():
                form.instance.save(update_fields=["position"])
        return saved

    def _number(self, forms_in_order: list[Any]) -> None:
        last: dict[Any, int] = {}
        for form in sorted(forms_in_order, key=lambda form: form.cleaned_data.get("position") or ASIDE):
            group = tuple(getattr(form.instance, name) for name in self.group_by)
            last[group] = form.instance.position = last.get(group, 0) + 1

    def _has_moved(self, form: Any) -> bool:
        return any(
            form.initial.get(name) != getattr(form.instance, name) for name in (*self.group_by, "position")
        )


class LinkFormSet(OrderedFormSet):
    group_by = ("purpose",)


class ContactForm(RowForm):
    """A contact person at their example or network."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("is_published") and not self._has_consent():
            message = _(
                "Nobody is shown without a consent: save the contact, record the consent there, then publish."
            )
            self.add_error("is_published", ValidationError(message, code="no_consent"))
        return cleaned

    def _has_consent(self) -> bool:
        return bool(self.instance.pk and self.instance.consents.filter(withdrawn_at=None).exists())


class ConsentForm(_ModelForm):
    """A consent is evidence: once recorded it can be withdrawn, not rewritten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.disabled = bool(self.instance.pk) and (
                name != "withdrawn_at" or self.instance.withdrawn_at is not None
            )
        if not self.instance.pk:
            given_at = self.fields["given_at"]
            # An empty row must stay empty: with the present moment in it, it would count as filled in.
            given_at.initial, given_at.required, given_at.show_hidden_initial = None, False, False
            given_at.help_text = _("Left empty, it is the present moment.")

    def clean_given_at(self) -> Any:
        return self.cleaned_data["given_at"] or timezone.now()


class ConsentFormSet(_InlineFormSet):
    """All consents of one contact: at most one in force, and one if the contact is shown."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        used = [form for form in self.forms if form.instance.pk or form.has_changed()]
        in_force = sum(form.instance.withdrawn_at is None for form in used)
        if in_force > 1:
            raise ValidationError(
                _("Only one consent can be in force: withdraw the other first."), code="two_in_force"
            )
        if self.instance.is_published and not in_force:
            self._refuse_unless_withdrawn_now(used)

    def _refuse_unless_withdrawn_now(self, used: list[Any]) -> None:
        """Let a withdrawal pass, because it hides the contact; refuse to show somebody without."""
        if not any("withdrawn_at" in form.changed_data for form in used if form.instance.pk):
            raise ValidationError(
                _("Nobody is shown without a consent in force. Record it here."), code="no_consent"
            )
