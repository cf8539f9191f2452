"""What the pages of records share: the reason of a change, its lists in the history, the history page."""

from collections.abc import Sequence
from typing import Any

import pghistory
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalogue.admin.forms import RecordForm
from catalogue.admin.history import Tracked, history_of
from catalogue.admin.widgets import MonthField
from catalogue.models import Consent
from goodpractice.admin import OfficeAdmin

THIS_CHANGE: Any = (_("This change"), {"fields": ["reason", "version"], "classes": ["closing"]})


def pair(*names: str) -> list[Any]:
    """Return the German and the English field of each name, side by side."""
    return [(f"{name}_de", f"{name}_en") for name in names]


def freshness_mark(record: Any) -> SafeString:
    """Show how old a record's facts are, in the words and with the mark of the public pages."""
    word = record.freshness
    return format_html('<span class="freshness" data-freshness="{}">{}</span>', word.value, word.label)


class RecordAdmin(OfficeAdmin):
    """A record whose changes are kept with who and why."""

    form = RecordForm
    belongings: Sequence[Tracked] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "status_of_information":
            return MonthField(
                label=capfirst(db_field.verbose_name),
                required=False,
                help_text=_("The month the facts are from, for example 2026-05."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        pghistory.context(
            reason=form.cleaned_data.get("reason", ""), lists=_changed_lists(obj, form) if change else {}
        )
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.after_edit(form.instance)

    def after_edit(self, record: Any) -> None:
        """Follow an edit: called in its transaction, when lists and belongings are saved."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let consents go with their contact; alone they cannot be deleted, because they are evidence."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, perms_needed - {Consent._meta.verbose_name}, protected

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show what happened, with differences; for those who may change the record."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "history": history_of(record, self.belongings),
        }
        return TemplateResponse(request, "admin/history.html", context)


def _changed_lists(record: models.Model, form: Any) -> dict[str, dict[str, list[str]]]:
    """Return the words before and after of each changed list."""
    lists = {}
    for source in record._meta.many_to_many:
        if source.name in form.changed_data:
            old, new = getattr(record, source.name).all(), form.cleaned_data[source.name]
            lists[source.name] = {"old": [str(term) for term in old], "new": [str(term) for term in new]}
    return lists
