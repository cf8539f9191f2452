"""Contact persons and their consents. A contact is entered at the example or network that it belongs to."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue import consenting
from catalogue.admin.filters import ConsentFilter, InForceFilter, PublishedFilter
from catalogue.admin.forms import ConsentForm
from catalogue.admin.history import Tracked
from catalogue.admin.inlines import ConsentInline
from catalogue.admin.records import THIS_CHANGE, RecordAdmin, pair
from catalogue.admin.widgets import MOMENTS
from catalogue.models import Consent, ContactPerson
from goodpractice.admin import OfficeAdmin, Task, Waiting, yes_no


@admin.register(ContactPerson)
class ContactPersonAdmin(RecordAdmin):
    task = Task.PEOPLE
    rank = 10
    belongings = (Tracked(Consent, "contact_id"),)
    list_display = ["name", "belongs_to", "organisation", "published", "consent"]
    list_filter = [PublishedFilter, ConsentFilter]
    list_select_related = ["example", "network"]
    search_fields = ["name", "organisation", "email"]
    search_help_text = _("Name, organisation or e-mail address.")
    sortable_by = []
    ordering = ["-pk"]
    actions = ["ask_for_consent"]
    inlines = [ConsentInline]
    readonly_fields = ["belongs_to"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "belongs_to",
                    ("name", "organisation"),
                    *pair("role"),
                    ("email", "phone"),
                    ("is_email_shown", "is_published"),
                ]
            },
        ),
        THIS_CHANGE,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        in_force = Consent.objects.filter(contact=OuterRef("pk"), withdrawn_at=None)
        queryset: Any = super().get_queryset(request)
        queryset = queryset.exclude(example__is_proposed=True)
        return queryset.with_consents().annotate(has_consent=Exists(in_force))  # type: ignore[no-any-return]

    @admin.display(description=_("belongs to"))
    def belongs_to(self, contact: ContactPerson) -> str:
        return str(contact.example or contact.network)

    @admin.display(description=_("published"))
    def published(self, contact: ContactPerson) -> str:
        return yes_no(contact.is_published)

    @admin.display(description=_("consent"))
    def consent(self, contact: ContactPerson) -> str:
        return str(contact.consent_status)

    @admin.action(description=_("Ask for consent by mail"), permissions=["change"])
    def ask_for_consent(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        asked = 0
        for contact in queryset.order_by("pk"):
            try:
                consenting.ask(contact)
            except consenting.AskingRefused as refused:
                messages.error(request, f"{contact}: {refused}")
            else:
                asked += 1
        if asked:
            sent = ngettext("%(count)s person was asked.", "%(count)s persons were asked.", asked)
            messages.success(request, sent % {"count": asked})

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A contact without a record would reach nobody."""
        return False

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        count = self.get_queryset(request).filter(has_consent=False).count()
        return [Waiting(count, _("without consent"), self.list_url("?consent=no"))]


@admin.register(Consent)
class ConsentAdmin(OfficeAdmin):
    task = Task.PEOPLE
    rank = 20
    form = ConsentForm
    list_display = ["contact", "how", "text_version", "given_at", "withdrawn_at"]
    list_filter = [InForceFilter]
    list_select_related = ["contact"]
    sortable_by = []
    ordering = ["-given_at", "-pk"]
    actions = None
    fields = ["contact_name", "how", "text_version", "given_at", "confirmed_at", "withdrawn_at", "lapsed"]
    readonly_fields = ["contact_name", "confirmed_at", "lapsed"]
    formfield_overrides = MOMENTS

    @admin.display(description=_("contact person"))
    def contact_name(self, consent: Consent) -> str:
        return str(consent.contact)

    @admin.display(description=_("ended because it was not confirmed again"))
    def lapsed(self, consent: Consent) -> str:
        return yes_no(consent.has_lapsed)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A consent is recorded at its contact person."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A consent is evidence: it is withdrawn, or goes with the person."""
        return False
