"""Calls: dates with their time zone, how many proposals each has, and what a change means while a call runs."""

import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, ProtectedError, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import DateTimeField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessment import eligibility, moments, rubrics
from assessment.models import Call, Proposal, Status
from catalogue.admin.forms import RecordForm
from catalogue.admin.records import THIS_CHANGE, RecordAdmin, pair
from catalogue.admin.widgets import DayInput, MomentInput
from goodpractice.admin import Task, Waiting

FIRST_YEAR, LAST_YEAR = 2000, 2100
ZONE = _("Time in Germany (Europe/Berlin).")
BEGUN = _(
    "This call has opened. A new end counts at once, also for those who are writing: an earlier one shuts them out, "
    "a later one lets them go on. What was handed in stays handed in, and late stays late."
)


class CallMomentInput(MomentInput):
    """Date and time to the minute, or to the second where a call has seconds."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.attrs["step"] = "60"

    def format_value(self, value: Any) -> str | None:
        text = super().format_value(value)
        return text.removesuffix(":00") if text and text.count(":") > 1 else text


class CallMomentField(DateTimeField):
    """A moment from 2000 to 2100; the bounds keep out what cannot be shown in another time zone."""

    widget = CallMomentInput

    def clean(self, value: Any) -> datetime.datetime | None:
        moment: datetime.datetime | None = super().clean(value)
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(_("Give a year between 2000 and 2100."), code="out_of_range")
        return moment


class CallForm(RecordForm):
    name_fields = ("title_de", "title_en")

    def clean_rubric(self) -> Any:
        """Hold the rubric fast once the board assesses; the database does so from the first assessment on."""
        rubric = self.cleaned_data["rubric"]
        if "rubric" in self.changed_data and self.instance.pk and rubrics.is_pinned([self.instance.pk]):
            message = _("The board of this call has got proposals already, so the call keeps its rubric.")
            raise ValidationError(message, code="used")
        if rubric is not None and not eligibility.is_complete(rubric):
            message = _(
                "This rubric is not complete: each criterion needs its questions, each level its meaning."
            )
            raise ValidationError(message, code="incomplete")
        return rubric


@admin.register(Call)
class CallAdmin(RecordAdmin):
    task = Task.PROPOSALS
    rank = 20
    label = _("Calls")
    form = CallForm
    list_display = ["title", "opens", "closes", "drafts", "in_office", "with_board", "finished"]
    list_display_links = ["title"]
    search_fields = ["title_de", "title_en", "slug"]
    search_help_text = _("Words of the title, or the short name.")
    sortable_by = []
    ordering = ["-opens_at", "-pk"]
    actions = None
    readonly_fields = ["proposals_by_state"]
    rows = {"introduction": 6}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name == "assessment_call_changelist":
            return queryset.annotate(**{name: _count(states) for name, states in GROUPS.items()})  # type: ignore[no-any-return]
        return queryset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        has_begun = obj is not None and obj.opens_at <= timezone.now()
        shown = ["slug", "rubric", "is_demo"]
        if obj is not None:
            shown.append("proposals_by_state")
        return [
            (_("What it is about"), {"fields": [*pair("title", "introduction"), *shown]}),
            (
                _("Dates"),
                {
                    "fields": [("opens_at", "closes_at"), ("scoring_closes_at", "outcome_on")],
                    "description": BEGUN if has_begun else "",
                },
            ),
            THIS_CHANGE,
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"opens_at", "closes_at", "scoring_closes_at"}:
            kwargs |= {"form_class": CallMomentField, "widget": CallMomentInput, "help_text": ZONE}
        if db_field.name == "rubric":
            kwargs["help_text"] = _("By which the board assesses. It stays once the board has got proposals.")
        if db_field.name == "outcome_on":
            kwargs["widget"] = DayInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "closes_at" in form.changed_data and obj.opens_at <= timezone.now():
            messages.warning(request, _what_it_means(obj))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        call = kwargs.get("obj")
        if call is not None:
            context["public_url"] = call.get_absolute_url()
        return super().render_change_form(request, context, *args, **kwargs)

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        count = Call.objects.open_at(timezone.now()).count()
        return [Waiting(count, _("open now"), self.list_url())]

    # What is never deleted ----------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name how many proposals keep a call, not each of them: they may be thousands."""
        count = Proposal.objects.filter(call__in=objs).count()
        if count:
            text = ngettext("%(count)d proposal", "%(count)d proposals", count) % {"count": count}
            return [], {}, set(), [text]
        return super().get_deleted_objects(objs, request)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            messages.error(request, _("A proposal was begun meanwhile, so the call stays."))
            return redirect(self.list_url())

    # Columns ------------------------------------------------------------------------------------------------

    @admin.display(description=_("opens (Berlin time)"))
    def opens(self, call: Call) -> str:
        return _moment(call.opens_at)

    @admin.display(description=_("closes (Berlin time)"))
    def closes(self, call: Call) -> str:
        return _moment(call.closes_at)

    @admin.display(description=_("drafts"))
    def drafts(self, call: Any) -> int:
        return int(call.count_drafts)

    @admin.display(description=_("with the office"))
    def in_office(self, call: Any) -> int:
        return int(call.count_in_office)

    @admin.display(description=_("with the board"))
    def with_board(self, call: Any) -> int:
        return int(call.count_with_board)

    @admin.display(description=_("finished"))
    def finished(self, call: Any) -> int:
        return int(call.count_finished)

    @admin.display(description=_("proposals by state"))
    def proposals_by_state(self, call: Call) -> str:
        """Return a line for each state that occurs, from one query."""
        found = Proposal.objects.filter(call=call).order_by().values_list("status").annotate(Count("pk"))
        counts = dict(found)
        lines = [(label, counts[state]) for state, label in Status.choices if state in counts]
        return format_html_join("\n", "{}: {}", lines) or str(_("none yet"))


GROUPS = {
    "count_drafts": [Status.DRAFT],
    "count_in_office": [Status.SUBMITTED, Status.SCREENING, Status.NEEDS_INFO],
    "count_with_board": [Status.IN_REVIEW, Status.DISCUSSION, Status.DECISION_PENDING],
    "count_finished": [
        Status.APPROVED,
        Status.REJECTED,
        Status.DEFERRED,
        Status.PUBLISHED,
        Status.UNPUBLISHED,
        Status.WITHDRAWN,
    ],
}
"""Columns of the list, counted in its one statement."""


def _count(states: list[Status]) -> Coalesce:
    """Count in a subquery, not a join: the count of the list itself would read all proposals with a join."""
    found = Proposal.objects.filter(call=OuterRef("pk"), status__in=states).order_by().values("call")
    return Coalesce(Subquery(found.annotate(number=Count("pk")).values("number")), 0)


def _moment(moment: datetime.datetime) -> str:
    return str(date_format(localtime(moment), "SHORT_DATETIME_FORMAT"))


def _what_it_means(call: Call) -> str:
    drafts = Proposal.objects.filter(call=call, status=Status.DRAFT).count()
    if call.is_open(timezone.now()):
        text = ngettext(
            "The call now closes at %(closes)s. %(count)d draft is being written; nobody was told of the new date.",
            "The call now closes at %(closes)s. %(count)d drafts are being written; nobody was told of the new date.",
            drafts,
        )
    else:
        text = ngettext(
            "The call is closed now. %(count)d draft can no longer be handed in; it stays stored.",
            "The call is closed now. %(count)d drafts can no longer be handed in; they stay stored.",
            drafts,
        )
    return text % {"closes": moments.moment(call.closes_at), "count": drafts}
