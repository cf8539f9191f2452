"""Messages from readers: read, deal with, delete."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue.admin.filters import HandledFilter
from catalogue.models import Feedback
from goodpractice.admin import OfficeAdmin, Task, Waiting, yes_no


@admin.register(Feedback)
class FeedbackAdmin(OfficeAdmin):
    task = Task.MESSAGES
    list_display = ["about", "page", "received_at", "is_handled"]
    list_filter = [HandledFilter]
    list_select_related = ["contact"]
    sortable_by = []
    ordering = [F("handled_at").asc(nulls_first=True), "-received_at"]
    actions = ["mark_as_handled"]
    fields = ["about", "page", "message", ("name", "email"), "contact", ("received_at", "handled_at")]
    readonly_fields = ["about", "page", "message", "name", "email", "contact", "received_at", "handled_at"]

    @admin.display(description=_("dealt with"))
    def is_handled(self, feedback: Feedback) -> str:
        return yes_no(feedback.handled_at)

    @admin.action(description=_("Mark as dealt with"), permissions=["change"])
    def mark_as_handled(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = queryset.filter(handled_at=None).update(handled_at=timezone.now())
        self.message_user(
            request,
            ngettext("%(count)s message is dealt with.", "%(count)s messages are dealt with.", count)
            % {"count": count},
        )

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        count = Feedback.objects.filter(handled_at=None).count()
        return [Waiting(count, _("open"), self.list_url("?handled=no"))]
