"""The pages of the board's members within the administration: one entry, "My assessments", for whoever has a seat.

Nobody has rights on the records themselves: Django's own pages for assessments and scores do not exist.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from assessment import agenda
from assessment.admin import assessing, members
from assessment.admin.own_pages import OwnPagesAdmin, holds_seat
from assessment.models import Assessment
from assessment.permissions import is_office
from goodpractice.admin import Waiting


@admin.register(Assessment)
class AssessmentAdmin(OwnPagesAdmin):
    rank = 5
    serves_others = True
    label = _("My assessments")
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return holds_seat(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show the entry to members; a single record is nobody's to view here."""
        return obj is None and holds_seat(request)

    def landing(self, request: HttpRequest) -> str:
        if is_office(request.user) or not holds_seat(request):  # type: ignore[arg-type]
            return ""
        return self.list_url()

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        dockets = agenda.of(request.user)  # type: ignore[arg-type]
        count = sum(len(docket.to_do) for docket in dockets)
        return [Waiting(count, _("to assess"), self.list_url("?show=todo"))]

    def get_urls(self) -> list[URLPattern]:
        name = "assessment_assessment"
        return [
            path("", members.assessment_list, name=f"{name}_changelist"),
            path("<str:reference>/", assessing.assessment_score, name=f"{name}_score"),
            path("<str:reference>/conflict/", members.assessment_declare, name=f"{name}_declare"),
            path("<str:reference>/autosave/", assessing.assessment_autosave, name=f"{name}_score_autosave"),
            path("<str:reference>/again/", assessing.assessment_again, name=f"{name}_again"),
            path(
                "<str:reference>/again/autosave/",
                assessing.assessment_again_autosave,
                name=f"{name}_again_autosave",
            ),
            path("<str:reference>/reconfirm/", assessing.assessment_reconfirm, name=f"{name}_reconfirm"),
            path("<str:reference>/files/<int:pk>/", members.attachment_download, name=f"{name}_file"),
        ]
