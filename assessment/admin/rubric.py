"""The rubric, version by version: both languages side by side, read-only once a board assesses by it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import eligibility, rubrics
from assessment.admin.own_pages import OwnPagesAdmin
from assessment.admin.rubric_forms import RubricForm, VersionForm
from assessment.models import Rubric

NAME = "assessment_rubric"


@admin.register(Rubric)
class RubricAdmin(OwnPagesAdmin):
    rank = 28
    label = _("Rubrics")

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("", rubric_list, "changelist"),
            ("<slug:version>/", rubric_detail, "detail"),
            ("<slug:version>/copy/", rubric_copy, "copy"),
            ("<slug:version>/edit/", rubric_update, "update"),
            ("<slug:version>/remove/", rubric_delete, "remove"),
        ]
        return [path(route, self.office_only(view), name=f"{NAME}_{name}") for route, view, name in pages]


@require_safe
def rubric_list(request: HttpRequest) -> HttpResponse:
    found = [
        (one, rubrics.is_used(one), list(one.calls.all())) for one in Rubric.objects.prefetch_related("calls")
    ]
    return _page(request, "list", {"title": _("Rubrics"), "rubrics": found})


@require_safe
def rubric_detail(request: HttpRequest, version: str) -> HttpResponse:
    rubric = _find(version)
    context = {
        "title": rubric.version,
        "subtitle": str(rubric.name),
        "is_used": rubrics.is_used(rubric),
        "is_complete": eligibility.is_complete(rubric),
        "criteria": rubric.criteria.prefetch_related("anchors"),
        "calls": rubric.calls.all(),
    }
    return _page(request, "detail", context, rubric)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_copy(request: HttpRequest, version: str) -> HttpResponse:
    rubric = _find(version)
    form = VersionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        new = rubrics.copy(rubric, version=form.cleaned_data["version"])
        messages.success(request, _("Begun. Word it now, then choose it in the next call."))
        return redirect(f"admin:{NAME}_update", new.version)
    context = {"title": rubric.version, "subtitle": _("New version from this one"), "form": form}
    return _page(request, "copy", context, rubric)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_update(request: HttpRequest, version: str) -> HttpResponse:
    rubric = _find(version)
    if request.method != "POST" and rubrics.is_used(rubric):
        return _refuse(request, rubric)
    form = RubricForm(rubric, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            rubrics.reword(rubric, facts=form.facts, texts=form.texts, seen=form.cleaned_data["seen"])
        except rubrics.StaleRubric:
            form.refuse_as_stale()
        except rubrics.RubricUsed:
            form.add_error(None, ValidationError(USED, code="used"))
        else:
            messages.success(request, _("The rubric was saved."))
            return redirect(f"admin:{NAME}_detail", rubric.version)
    context = {"title": rubric.version, "subtitle": _("Word the rubric"), "form": form}
    return _page(request, "edit", context, rubric)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_delete(request: HttpRequest, version: str) -> HttpResponse:
    """Ask once, then delete a rubric that no call names."""
    rubric = _find(version)
    try:
        if request.method != "POST":
            rubrics.check_unnamed(rubric)
            context = {"title": rubric.version, "subtitle": _("Delete the rubric")}
            return _page(request, "delete", context, rubric)
        rubrics.delete(rubric)
    except rubrics.RubricUsed:
        messages.warning(request, NAMED)
        return redirect(f"admin:{NAME}_detail", version)
    messages.success(request, _("The rubric %(version)s was deleted.") % {"version": version})
    return redirect(f"admin:{NAME}_changelist")


NAMED = _("A call names this rubric, so it stays.")
USED = _("A board assesses by this rubric, so it stays as it is. Make a new version for the next call.")


def _find(version: str) -> Any:
    return get_object_or_404(Rubric, version=version)


def _refuse(request: HttpRequest, rubric: Rubric) -> HttpResponse:
    messages.warning(request, USED)
    return redirect(f"admin:{NAME}_detail", rubric.version)


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], rubric: Rubric | None = None
) -> HttpResponse:
    context = {**admin.site.each_context(request), "opts": Rubric._meta, "rubric": rubric, **context}
    return TemplateResponse(request, f"admin/assessment/rubric/{name}.html", context)
