"""What belongs to an example or network, edited on its page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalogue.admin.forms import (
    ConsentForm,
    ConsentFormSet,
    ContactForm,
    LinkFormSet,
    OrderedFormSet,
    RowForm,
)
from catalogue.admin.records import pair
from catalogue.admin.widgets import MOMENTS, DayField
from catalogue.models import (
    Attachment,
    BoardStatement,
    Consent,
    ContactPerson,
    Criterion,
    Link,
    SocialMedia,
    Transfer,
)
from catalogue.uploads import AttachmentField
from goodpractice.admin import OfficeInline


class ContactInline(OfficeInline):
    model = ContactPerson
    form = ContactForm
    formset = OrderedFormSet
    show_change_link = True
    max_num = 12
    fields = [
        ("name", "organisation"),
        *pair("role"),
        ("email", "phone"),
        ("is_email_shown", "is_published"),
        ("position", "consent"),
    ]
    readonly_fields = ["consent"]

    @staticmethod
    def consent(contact: Any) -> str:
        if not contact.pk:
            return _("Save first; then record the consent.")  # type: ignore[return-value]
        in_force = contact.consents.filter(withdrawn_at=None).first()
        return str(in_force) if in_force else _("No consent in force.")  # type: ignore[return-value]


class LinkInline(OfficeInline):
    model = Link
    form = RowForm
    formset = LinkFormSet
    fields = ["url", *pair("title"), ("purpose", "position"), "link_health"]
    readonly_fields = ["link_health"]

    @staticmethod
    def link_health(link: Any) -> str:
        return link.get_health_display() if link.pk else "–"

    link_health.short_description = _("state of the link")  # type: ignore[attr-defined]


class AttachmentInline(OfficeInline):
    model = Attachment
    form = RowForm
    formset = OrderedFormSet
    max_num = 12
    fields = [*pair("title"), ("file", "position")]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "file":
            help_text = _("PDF, DOCX, ODT, PPTX, XLSX, PNG, JPEG or WebP; at most 10 MB.")
            return AttachmentField(label=_("File"), help_text=help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TransferInline(OfficeInline):
    model = Transfer
    rows = {"adaptation": 3}
    fields = [("institution", "place"), *pair("adaptation"), ("year", "confirmed_on")]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "confirmed_on":
            help_text = _("Shown to the public once a day is given.")
            return DayField(label=_("Confirmed by the office on"), required=False, help_text=help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class BoardStatementInline(OfficeInline):
    model = BoardStatement
    max_num = len(Criterion)
    rows = {"sentence": 3}
    fields = [("criterion", "level"), *pair("sentence")]


class SocialMediaInline(OfficeInline):
    model = SocialMedia
    form = RowForm
    formset = OrderedFormSet
    max_num = 12
    fields = ["platform", "url", "position"]


class ConsentInline(OfficeInline):
    model = Consent
    form = ConsentForm
    formset = ConsentFormSet
    can_delete = False
    classes = []
    fields = [("how", "text_version"), ("given_at", "withdrawn_at")]
    formfield_overrides = MOMENTS
