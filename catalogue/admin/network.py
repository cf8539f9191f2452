"""Network profiles, in the four parts of their public page."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalogue import publishing
from catalogue.admin.filters import CategoryFilter, DemoFilter, FreshnessFilter, PublishedFilter, StateFilter
from catalogue.admin.forms import NetworkForm
from catalogue.admin.history import Tracked
from catalogue.admin.inlines import ContactInline, LinkInline, SocialMediaInline
from catalogue.admin.records import THIS_CHANGE, RecordAdmin, freshness_mark, pair
from catalogue.models import ContactPerson, Link, Network, SocialMedia
from goodpractice.admin import Task, yes_no


@admin.register(Network)
class NetworkAdmin(RecordAdmin):
    task = Task.CONTENT
    rank = 20
    form = NetworkForm
    belongings = (
        Tracked(ContactPerson, "network_id"),
        Tracked(Link, "network_id"),
        Tracked(SocialMedia, "network_id"),
    )

    list_display = ["name", "category", "existence", "freshness_word", "published"]
    list_display_links = ["name"]
    list_filter = [PublishedFilter, CategoryFilter, StateFilter, FreshnessFilter, DemoFilter]
    search_fields = ["name", "slug", "coordinating_organisation_de", "coordinating_organisation_en"]
    search_help_text = _("Name, short name or coordinating organisation.")
    sortable_by = ["name"]
    ordering = ["sort_key", "id"]
    actions = None
    inlines = [ContactInline, LinkInline, SocialMediaInline]

    rows = {
        "description": 10,
        "impact": 8,
        "remark": 3,
        "coordinating_organisation": 3,
        "funding_acknowledgement": 6,
    }
    fieldsets = [
        (
            _("Name and state"),
            {
                "fields": [
                    ("name", "slug"),
                    ("category", "is_published"),
                    ("valid_from", "valid_until"),
                    "successors",
                    *pair("remark"),
                    "is_demo",
                ]
            },
        ),
        (
            _("1. Facts"),
            {
                "fields": [
                    "founding_year",
                    *pair("location"),
                    "states",
                    *pair("coordinating_organisation"),
                    "formalisation",
                    "member_kinds",
                    "fields_of_action",
                    "target_groups",
                    "network_type",
                ]
            },
        ),
        (
            _("2. Network profile"),
            {"fields": pair("description", "resources", "internal_communication", "external_communication")},
        ),
        (
            _("3. Success factors and main challenges"),
            {"fields": pair("success_factors", "challenges", "evaluation", "impact")},
        ),
        (_("4. Further information"), {"fields": [("website", "email")]}),
        (
            _("Status of information and licence"),
            {"fields": [("status_of_information", "licence"), *pair("funding_acknowledgement")]},
        ),
        THIS_CHANGE,
    ]

    def after_edit(self, record: Any) -> None:
        publishing.network_changed(record)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "successors":
            kwargs["queryset"] = Network.objects.only("name")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("existed"))
    def existence(self, network: Network) -> str:
        if not (network.valid_from or network.valid_until):
            return "–"
        return f"{network.valid_from or ''}–{network.valid_until or ''}"

    @admin.display(description=_("status of information"))
    def freshness_word(self, network: Network) -> str:
        return freshness_mark(network)

    @admin.display(description=_("published"))
    def published(self, network: Network) -> str:
        return yes_no(network.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Published profiles have readers and links: unpublish them first."""
        is_public = isinstance(obj, Network) and obj.is_published
        return not is_public and super().has_delete_permission(request, obj)
