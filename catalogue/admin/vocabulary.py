"""The eight vocabularies: one page for each, all alike."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from catalogue import publishing
from catalogue.admin.forms import TermForm
from catalogue.admin.records import THIS_CHANGE, RecordAdmin
from catalogue.models import (
    Audience,
    FederalState,
    FieldOfAction,
    Formalisation,
    MemberKind,
    NetworkType,
    TargetGroup,
    Topic,
)
from goodpractice.admin import LANGUAGE_NAMES, Task

MOST_USERS_NAMED = 10


@admin.register(
    Topic, TargetGroup, Audience, FederalState, MemberKind, FieldOfAction, Formalisation, NetworkType
)
class TermAdmin(RecordAdmin):
    task = Task.VOCABULARIES
    form = TermForm
    list_display = ["german_name", "english_name", "slug", "position"]
    list_display_links = ["german_name", "english_name"]
    sortable_by = []
    ordering = ["position"]
    actions = None

    @admin.display(description=format_lazy("{} – {}", _("name"), LANGUAGE_NAMES["de"]))
    def german_name(self, term: Any) -> str:
        return term.name_de  # type: ignore[no-any-return]

    @admin.display(description=format_lazy("{} – {}", _("name"), LANGUAGE_NAMES["en"]))
    def english_name(self, term: Any) -> str:
        return term.name_en  # type: ignore[no-any-return]

    def after_edit(self, record: Any) -> None:
        publishing.term_changed(record)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        code = ["iso_code"] if self.model is FederalState else []
        return [(None, {"fields": [("name_de", "name_en"), ("slug", "position"), *code]}), THIS_CHANGE]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuse to delete an entry that is in use: Django would drop it from every list without a word."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        users = [user for term in objs for user in _users(term)]
        return deleted, counts, perms_needed, [*protected, *users]

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete what nothing uses; the page offers no more, so a use that appeared since is a conflict."""
        if _users(obj):
            raise models.ProtectedError(str(_("The entry is in use.")), {obj})
        super().delete_model(request, obj)


def _users(term: models.Model) -> list[str]:
    """Name some of the records filed under ``term``."""
    named = []
    for relation in term._meta.related_objects:
        if relation.many_to_many and relation.related_model:
            kind = capfirst(str(relation.related_model._meta.verbose_name))
            found = relation.related_model._default_manager.filter(**{relation.field.name: term})
            named += [f"{kind}: {record}" for record in found[:MOST_USERS_NAMED]]
            if (rest := found.count() - MOST_USERS_NAMED) > 0:
                named.append(str(_("… and %(count)s more") % {"count": rest}))
    return named
