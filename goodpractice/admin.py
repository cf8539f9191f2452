"""The administration as one site, grouped by task, and the base of every ``ModelAdmin`` of ours.

The base closes what the stock admin leaves open: filters by any field, searches of any length, formsets of
any size. What a task holds and what waits in it is said by the ``ModelAdmin`` itself (``task``,
``waiting``), so this module knows no model.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin, ShowFacets, StackedInline
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst, format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from goodpractice.http import erases_copies

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
    _StackedInline = StackedInline[Any, Any]
else:
    _ModelAdmin, _StackedInline = ModelAdmin, StackedInline

LANGUAGE_NAMES = {"de": _("German"), "en": _("English")}
SEARCH_LENGTH, SEARCH_WORDS = 100, 5
DEFAULT_ROWS = 5


class Task(models.TextChoices):
    """What people come here to do; the order is the order on the page."""

    PROPOSALS = "proposals", _("Proposals")
    CONTENT = "content", _("Content")
    PEOPLE = "people", _("People")
    MESSAGES = "messages", _("Messages")
    VOCABULARIES = "vocabularies", _("Vocabularies")


@dataclass(frozen=True)
class Waiting:
    """So many records of one kind that somebody should look at, and where they are listed."""

    count: int
    label: Any
    url: str


class GoodPracticeAdminConfig(AdminConfig):
    default_site = "goodpractice.admin.GoodPracticeAdminSite"


class GoodPracticeAdminSite(AdminSite):
    site_header = _("Good Practice – administration")
    site_title = _("Good Practice – administration")
    index_title = _("Tasks")
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "site_url": f"/{get_language()}/"}

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the one place where people sign in; who has done so and comes here lacks the right."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            if landing := self.landing(request):
                return redirect(landing)
            raise PermissionDenied
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return erases_copies(super().logout)(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the one place where passwords are changed, which asks again who it is and sends a mail."""
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the tasks, in the shape of Django's list of apps, each with what the person may see.

        Who is no staff is asked about for the entries that serve others too; behind the rest there is a sign-in.
        """
        is_staff = self.has_permission(request)
        entries: dict[str, list[Any]] = {task: [] for task in Task.values}
        for one in self._offices():
            is_asked = (is_staff or one.serves_others) and app_label in {None, one.opts.app_label}
            if is_asked and (entry := one.task_entry(request)):
                entries[one.task].append(entry)
        return [
            {
                "app_label": task.value,
                "name": task.label,
                "app_url": f"#{task.value}",
                "models": sorted(entries[task], key=_rank),
            }
            for task in Task
            if entries[task]
        ]

    def landing(self, request: HttpRequest) -> str:
        """Return the page on which this person begins instead of the tasks, if a ``ModelAdmin`` has one."""
        return next(filter(None, (one.landing(request) for one in self._offices())), "")

    def _offices(self) -> "list[OfficeAdmin]":
        return [one for one in self._registry.values() if isinstance(one, OfficeAdmin)]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the tasks with what waits in each, or lead where the person has the only one."""
        if landing := self.landing(request):
            return redirect(landing)
        tasks = self.get_app_list(request)
        for task in tasks:
            for entry in task["models"]:
                entry["waiting"] = [item for item in entry["admin"].waiting(request) if item.count]
        return super().index(request, {"tasks": tasks, **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Lead to the tasks: nobody here thinks in Django's apps."""
        return redirect("admin:index")


def yes_no(value: object) -> str:
    """Return a word for a list's cell: Django's icon has an English text alternative in every language."""
    return gettext("Yes") if value else gettext("No")


def _rank(entry: dict[str, Any]) -> tuple[int, str]:
    return entry["admin"].rank, str(entry["name"])


class LongText(forms.Textarea):
    """A text with paragraphs. Browsers end lines in a way of their own, which would count as a change."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class ShortText(forms.Textarea):
    """A short text that is too long for a line on the screen; it stays one paragraph."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return " ".join(value.split()) if isinstance(value, str) else value


class BilingualFieldsMixin:
    """Name the language at each field of a pair, and tell browser and screen reader which it is."""

    rows: dict[str, int] = {}
    """Height of the text areas that differ from the usual, by the name of the field without its language."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        name = db_field.name
        language = getattr(db_field, "_translated_field_language_code", None)
        stem = name.removesuffix(f"_{language}") if language else name
        if isinstance(db_field, models.TextField) or stem in self.rows:
            area = LongText if isinstance(db_field, models.TextField) else ShortText
            kwargs["widget"] = area(attrs={"rows": self.rows.get(stem, DEFAULT_ROWS)})
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is None:
            return None
        # No pop-up windows for related records: they need a script, and small icons as targets.
        field.widget = getattr(field.widget, "widget", field.widget)
        if language:
            field.label = format_lazy("{} – {}", capfirst(str(field.label)), LANGUAGE_NAMES[language])
            field.widget.attrs["lang"] = language
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


class OfficeAdmin(BilingualFieldsMixin, _ModelAdmin):
    """A ``ModelAdmin`` of this site."""

    task: Task
    rank = 50
    """Place within the task; equal ones go by name."""
    label: Any = ""
    """What the records are called here, where their model's name would not do."""
    serves_others = False
    """Whether people who are no staff find pages here as well."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    view_on_site = False
    actions_selection_counter = True

    @property
    def media(self) -> forms.Media:
        """Load no scripts for widgets that we do not use; formsets bring their own."""
        return forms.Media()

    def task_entry(self, request: HttpRequest) -> dict[str, Any] | None:
        """Return what the list of tasks says of these records; nothing to whom they are closed."""
        if not self.has_module_permission(request):
            return None
        perms = self.get_model_perms(request)
        if not any(perms.values()):
            return None
        return {
            "admin": self,
            "model": self.model,
            "name": self.label or capfirst(str(self.opts.verbose_name_plural)),
            "object_name": self.opts.object_name,
            "perms": perms,
            "admin_url": self.list_url() if perms["view"] or perms["change"] else None,
            "add_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
            if perms["add"]
            else None,
            "view_only": not perms["change"],
        }

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        """Return what somebody should look at; called with the index page only."""
        return []

    def landing(self, request: HttpRequest) -> str:
        """Return where somebody begins who comes for this alone; nothing for everybody else."""
        return ""

    def list_url(self, query: str = "") -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist") + query

    def beside_form(self, record: Any) -> dict[str, Any]:
        """Return what the page of a stored record shows beside its form."""
        return {}

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the record as it is stored: what was typed stays in it when a form is refused."""
        if record := kwargs.get("obj"):
            if context["errors"]:
                record = self.get_queryset(request).filter(pk=record.pk).first() or record
                context |= {"original": record, "subtitle": str(record)}
            context |= self.beside_form(record)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Refuse keys that are none: Django would fail on them."""
        if not all(key.isascii() and key.isdigit() for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("A chosen record has no valid key.")
        return super().response_action(request, queryset, *args, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow our own filters, nothing else: Django lets people filter by any local field."""
        return lookup in {getattr(spec, "parameter_name", None) for spec in self.get_list_filter(request)}

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search for the first few words: each costs a condition on each column."""
        words = search_term[:SEARCH_LENGTH].split()[:SEARCH_WORDS]
        return super().get_search_results(
            request, queryset, " ".join(words).replace('"', "").replace("'", "")
        )


class OfficeInline(BilingualFieldsMixin, _StackedInline):
    """Records that belong to another: one below the other, as many as a person can oversee."""

    extra = 1
    max_num = 40
    classes = ["collapse"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Build no more forms than a page can have: the count comes from the browser and may be anything."""
        kwargs.setdefault("absolute_max", self.max_num + 10)
        kwargs.setdefault("validate_max", True)
        return super().get_formset(request, obj, **kwargs)
