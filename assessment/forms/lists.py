"""The lists of the form: sources, contact persons, attachments."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from assessment.forms.fields import PlainText
from assessment.forms.rows import RowForm, Rows
from catalogue.models import Attachment, ContactPerson, Example, Link
from catalogue.models.text import reader_language
from catalogue.uploads import AttachmentField

PERSON = {"name", "email", "phone"}
"""What makes a contact another one."""


class LinkRow(RowForm):
    typed = ("url", "title_de", "title_en")
    essential = ("url",)

    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput,
        error_messages={
            "required": _("Give the address."),
            "invalid": _("Write the address like this: https://www.example.org/report"),
        },
    )
    title_de = PlainText(label=_("Title (German)"), max_length=250)
    title_en = PlainText(label=_("Title (English)"), max_length=250)
    purpose = forms.ChoiceField(
        label=_("What it is"), choices=Link.Purpose.choices, initial=Link.Purpose.EVIDENCE, required=False
    )

    class Meta:
        model = Link
        fields: ClassVar[list[str]] = ["url", "title_de", "title_en", "purpose"]

    def clean_purpose(self) -> str:
        return self.cleaned_data["purpose"] or Link.Purpose.EVIDENCE

    def store(self, example: Example, position: int) -> Any:
        """Give a row that changes its kind a number of its own there."""
        purpose = self.cleaned_data.get("purpose")
        if not self.is_new and purpose and "purpose" in self.changed_data:
            rows = Link.objects.filter(example=example, pk=self.instance.pk)
            rows.update(position=position, purpose=purpose)
        return super().store(example, position)


class ContactRow(RowForm):
    typed = ("name", "organisation", "role_de", "role_en", "email", "phone")
    field_order = typed
    essential = ("name",)

    name = PlainText(
        label=_("Name of the office or person"),
        max_length=150,
        help_text=_("For example: Coordination of the network, or a first and last name."),
        error_messages={"required": _("Give a name.")},
    )
    role_de = PlainText(label=_("Role (German)"), max_length=150)
    role_en = PlainText(label=_("Role (English)"), max_length=150)
    organisation = PlainText(label=_("Organisation"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We ask this address whether it may be shown."),
        error_messages={"invalid": _("Write the e-mail address like this: name@example.org")},
    )
    phone = PlainText(label=_("Phone"), max_length=40)
    is_email_shown = forms.BooleanField(
        label=_("Show the e-mail address"),
        initial=True,
        help_text=_("Otherwise the page offers a form that passes a message on."),
    )

    class Meta:
        model = ContactPerson
        fields: ClassVar[list[str]] = [
            "name", "role_de", "role_en", "organisation", "email", "phone", "is_email_shown"
        ]  # fmt: skip

    def store(self, example: Example, position: int) -> Any:
        """Hold that a consent is a person's own: another name, address or number has not agreed to anything."""
        contact = super().store(example, position)
        if contact and not self.is_new and PERSON & set(self.changed_data) & set(self.valid_columns):
            contact.consents.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
            ContactPerson.objects.filter(pk=contact.pk).update(asked_at=None, declined_at=None)
        return contact


class AttachmentRow(RowForm):
    typed = ("title_de", "title_en", "file")
    essential = ("file",)

    file = AttachmentField(
        label=_("File"),
        help_text=_("PDF, DOCX, ODT, PPTX, XLSX, PNG, JPEG or WebP; at most 10 MB."),
        error_messages={"required": _("Choose a file.")},
    )
    title_de = PlainText(label=_("Title (German)"), max_length=200)
    title_en = PlainText(label=_("Title (English)"), max_length=200)

    class Meta:
        model = Attachment
        fields: ClassVar[list[str]] = ["file", "title_de", "title_en"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            del self.fields["file"]  # another file is another attachment

    def clean(self) -> dict[str, Any]:
        """Take the file's own name where no title is given: the database wants one."""
        super().clean()
        cleaned = self.cleaned_data
        free = [name for name in (f"title_{reader_language()}", "title_de", "title_en") if name in cleaned]
        if any(cleaned[name] for name in free):
            return cleaned
        if not self.is_new:
            self.add_error("title_de", ValidationError(_("Give the attachment a title."), code="required"))
            cleaned.pop("title_en", None)
        elif free and (file := cleaned.get("file")):
            cleaned[free[0]] = file.display_name or _("Attachment")
        elif "file" in cleaned:
            self.add_error("file", ValidationError(_("Please choose the file once more."), code="once_more"))
        return cleaned


class LinkRows(Rows):
    name, most, form = "links", 20, LinkRow
    words: ClassVar[dict[str, Any]] = {
        "row": _("Source"),
        "add": _("Add another source"),
        "remove": _("Remove this source"),
        "too_many": ngettext_lazy("At most %(most)d source.", "At most %(most)d sources.", "most"),
    }


class ContactRows(Rows):
    name, most, form = "contacts", 6, ContactRow
    words: ClassVar[dict[str, Any]] = {
        "row": _("Contact"),
        "add": _("Add another contact"),
        "remove": _("Remove this contact"),
        "too_many": ngettext_lazy("At most %(most)d contact.", "At most %(most)d contacts.", "most"),
    }

    @cached_property
    def stored(self) -> list[Any]:
        return list(self._manager.with_consents())


class AttachmentRows(Rows):
    name, most, form = "attachments", 10, AttachmentRow
    words: ClassVar[dict[str, Any]] = {
        "row": _("Attachment"),
        "add": _("Add another attachment"),
        "remove": _("Remove this attachment"),
        "too_many": ngettext_lazy("At most %(most)d attachment.", "At most %(most)d attachments.", "most"),
    }


ROWS: dict[str, type[Rows]] = {rows.name: rows for rows in (LinkRows, ContactRows, AttachmentRows)}
