"""Good Practice examples: list, form in the order of the public page, publish and withdraw, preview."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from catalogue import publishing
from catalogue.admin import searching
from catalogue.admin.filters import (
    DemoFilter,
    FreshnessFilter,
    KindFilter,
    NetworkFilter,
    StateFilter,
    StatusFilter,
    TopicFilter,
)
from catalogue.admin.forms import ExampleForm
from catalogue.admin.history import Tracked
from catalogue.admin.inlines import (
    AttachmentInline,
    BoardStatementInline,
    ContactInline,
    LinkInline,
    TransferInline,
)
from catalogue.admin.records import THIS_CHANGE, RecordAdmin, freshness_mark, pair
from catalogue.admin.transitions import MOST_AT_ONCE, PUBLISH, WITHDRAW, address_query, confirm
from catalogue.files import drop_unnamed_after
from catalogue.models import (
    Attachment,
    BoardStatement,
    ContactPerson,
    Example,
    Link,
    Network,
    Transfer,
)
from catalogue.uploads import PictureField
from catalogue.views.examples import render_example
from goodpractice.admin import Task, Waiting

LISTED = [
    "slug",
    "status",
    "title_de",
    "title_en",
    "kind",
    "network__name",
    "is_demo",
    "status_of_information",
    "changed_at",
]


@admin.register(Example)
class ExampleAdmin(RecordAdmin):
    task = Task.CONTENT
    rank = 10
    form = ExampleForm
    belongings = tuple(
        Tracked(model, "example_id") for model in (ContactPerson, Link, Attachment, Transfer, BoardStatement)
    )

    list_display = ["name", "kind", "network", "state", "freshness_word", "changed"]
    list_display_links = ["name"]
    list_filter = [
        StatusFilter,
        KindFilter,
        FreshnessFilter,
        NetworkFilter,
        TopicFilter,
        StateFilter,
        DemoFilter,
    ]
    list_select_related = ["network"]
    search_fields = ["title_de", "title_en", "slug", "organisation"]
    search_help_text = _(
        "Words or their beginnings (drafts: of title, network and organisation), or the short name."
    )
    sortable_by = []
    ordering = ["-pk"]
    actions = ["publish_chosen", "withdraw_chosen"]
    inlines = [ContactInline, LinkInline, AttachmentInline, TransferInline, BoardStatementInline]

    rows = {
        "benefit": 3,
        "summary": 6,
        "need": 8,
        "solution": 12,
        "success": 8,
        "transfer": 8,
        "title_note": 2,
        "picture_alt": 2,
        "award": 2,
    }
    fieldsets = [
        (
            _("At a glance"),
            {
                "fields": [
                    *pair("title", "benefit", "summary", "plain_summary", "title_note"),
                    ("kind", "slug"),
                    "is_demo",
                ]
            },
        ),
        (_("Filed under"), {"fields": ["topics", "target_groups", "audiences", "states", "is_nationwide"]}),
        (
            _("Who and since when"),
            {
                "fields": [
                    "network",
                    ("organisation", "subproject"),
                    ("running_since", "running_until"),
                    "is_regular_service",
                ]
            },
        ),
        (_("Need, solution, success"), {"fields": pair("need", "solution", "success", "lessons")}),
        (
            _("Transfer"),
            {"fields": pair("transfer", "transfer_adaptable", "transfer_fixed", "transfer_statutory")},
        ),
        (_("Effort"), {"fields": [("staff_fte", "setup_weeks"), "cost_band"]}),
        (_("Picture"), {"fields": ["picture", *pair("picture_alt"), "picture_credit"]}),
        (_("Label and status of information"), {"fields": [*pair("award"), "status_of_information"]}),
        THIS_CHANGE,
    ]

    # The list -----------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what is in a selection process: it is written and published there, not here."""
        queryset: Any = super().get_queryset(request)
        queryset = queryset.edited_at_will()
        if request.resolver_match and request.resolver_match.url_name == "catalogue_example_changelist":
            return queryset.select_related("network").only(*LISTED)  # type: ignore[no-any-return]
        return queryset  # type: ignore[no-any-return]

    def _get_obj_does_not_exist_redirect(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        return searching.found(queryset, search_term), False

    @admin.display(description=_("title"))
    def name(self, example: Example) -> str:
        mark = format_html(' <span class="tag tag--demo">{}</span>', _("Demo")) if example.is_demo else ""
        return format_html("{}{}", example, mark)

    @admin.display(description=_("state"))
    def state(self, example: Example) -> str:
        return format_html(
            '<span class="state" data-status="{}">{}</span>', example.status, example.get_status_display()
        )

    @admin.display(description=_("status of information"))
    def freshness_word(self, example: Example) -> str:
        return freshness_mark(example)

    @admin.display(description=_("changed"))
    def changed(self, example: Example) -> str:
        return date_format(localtime(example.changed_at), "SHORT_DATE_FORMAT")

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        drafts = Example.objects.edited_at_will().filter(status=Example.Status.DRAFT).count()
        return [Waiting(drafts, _("in draft"), self.list_url("?status=draft"))]

    @admin.action(description=_("Publish …"), permissions=["change"])
    def publish_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._ask("publish", request, queryset)

    @admin.action(description=_("Withdraw …"), permissions=["change"])
    def withdraw_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._ask("withdraw", request, queryset)

    def _ask(self, name: str, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(keys) > MOST_AT_ONCE:
            messages.error(request, _("Choose at most %(count)s examples at once.") % {"count": MOST_AT_ONCE})
            return None
        return HttpResponseRedirect(reverse(f"admin:catalogue_example_{name}") + address_query(keys))

    # The form -----------------------------------------------------------------------------------------------

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "picture":
            help_text = _(
                "JPEG, PNG or WebP, at most 10 MB. It is made smaller; place and camera are removed."
            )
            return PictureField(label=_("Picture"), required=False, help_text=help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "network":
            kwargs["queryset"] = Network.objects.only("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            drop_unnamed_after(Example.objects.filter(pk=obj.pk))
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        drop_unnamed_after(Example.objects.filter(pk=obj.pk))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            drop_unnamed_after(queryset)
            super().delete_queryset(request, queryset)

    def after_edit(self, record: Any) -> None:
        publishing.changed(record)

    def beside_form(self, record: Any) -> dict[str, Any]:
        is_public = record.status == Example.Status.PUBLISHED
        return {
            "moves": [
                (move, reverse(f"admin:catalogue_example_{move.name}") + f"?id={record.pk}")
                for move in (PUBLISH, WITHDRAW)
                if record.status in move.sources
            ],
            "preview_url": reverse("admin:catalogue_example_preview", args=[record.pk]),
            "public_url": record.get_absolute_url() if is_public else "",
            "state": self.state(record),
        }

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """What was once public is withdrawn, not deleted: its address goes on to say what happened."""
        was_public = isinstance(obj, Example) and obj.status != Example.Status.DRAFT
        return not was_public and super().has_delete_permission(request, obj)

    # Pages of their own -------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("publish/", view(self.publish_view), name="catalogue_example_publish"),
            path("withdraw/", view(self.withdraw_view), name="catalogue_example_withdraw"),
            path("<path:object_id>/preview/", view(self.preview_view), name="catalogue_example_preview"),
            *super().get_urls(),
        ]

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        return confirm(self, request, PUBLISH)

    def withdraw_view(self, request: HttpRequest) -> HttpResponse:
        return confirm(self, request, WITHDRAW)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the example as the public sees it or would see it."""
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        example = Example.objects.with_page_parts().get(pk=found.pk)
        return render_example(request, example, preview=True)
