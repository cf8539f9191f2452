"""The inbox of the office: Django's list of proposals, held to our own filters. Nothing is edited here; a row leads
to the page of the proposal (``screening``).
"""

import re
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assessment import inbox
from assessment.admin import screening
from assessment.admin.filters import (
    CallFilter,
    OverdueFilter,
    ProposalNetworkFilter,
    ProposalStatusFilter,
    WaitingFilter,
    waiting_for,
)
from assessment.admin.steps import STEPS
from assessment.models import Proposal, Status
from assessment.permissions import is_office
from goodpractice.admin import OfficeAdmin, Task, Waiting

MOST_COUNTED = 10_000
REFERENCE = re.compile(r"GP-\d{4}-\d{4,9}", re.ASCII | re.IGNORECASE)
LISTED = [
    "reference",
    "status",
    "is_late",
    "submitted_at",
    "call__slug",
    "submitted_by__name",
    "submitted_by__email",
    "example__title_de",
    "example__title_en",
    "example__slug",
    "example__network__name",
]
if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

View = Callable[..., HttpResponse]


class BoundedPaginator(_Paginator):
    """Counts as far as anybody turns pages: a whole count reads the whole table."""

    most = MOST_COUNTED

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: self.most].count())


class Inbox(ChangeList):
    """The list; a row leads to our page of the proposal, by its reference number."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:assessment_proposal_detail", args=[result.reference])


@admin.register(Proposal)
class ProposalAdmin(OfficeAdmin):
    task = Task.PROPOSALS
    rank = 10
    label = _("Inbox")
    paginator = BoundedPaginator
    list_display = ["reference", "title", "network", "state", "submitter", "age", "due"]
    list_display_links = ["reference"]
    list_filter = [WaitingFilter, ProposalStatusFilter, OverdueFilter, CallFilter, ProposalNetworkFilter]
    search_fields = [
        "reference__istartswith",
        "example__title_de",
        "example__title_en",
        "example__organisation",
        "submitted_by__name",
        "submitted_by__email",
    ]
    search_help_text = _("Reference number, words of the title, submitter or organisation.")
    sortable_by = []
    actions = None

    # Who --------------------------------------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_office(request.user)  # type: ignore[arg-type]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request.user)  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # The list ---------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        proposals = Proposal.objects.received().with_names().only(*LISTED)
        listed: QuerySet[Any] = inbox.with_ages(proposals, by=request.user)  # type: ignore[arg-type]
        return listed.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Put the oldest first where somebody waits, the newest where nobody does."""
        return ["-pk"] if waiting_for(request.GET) == "all" else ["submitted_at", "pk"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find a reference number by its index; words are looked for row by row."""
        if REFERENCE.fullmatch(search_term.strip()):
            return queryset.filter(reference=search_term.strip().upper()), False
        return super().get_search_results(request, queryset, search_term)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Inbox

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        received: Any = Proposal.objects.received()
        arrived = received.filter(status=Status.SUBMITTED).count()
        late = inbox.overdue(received, timezone.localdate()).count()
        second = inbox.to_confirm(received, by=request.user).count()  # type: ignore[arg-type]
        return [
            Waiting(arrived, ngettext("arrived", "arrived", arrived), self.list_url("?status=submitted")),
            Waiting(late, ngettext("overdue answer", "overdue answers", late), self.list_url("?overdue=yes")),
            Waiting(
                second,
                ngettext("rejection to confirm", "rejections to confirm", second),
                self.list_url("?waiting=second"),
            ),
        ]

    @admin.display(description=_("title"))
    def title(self, proposal: Proposal) -> SafeString:
        mark = format_html(' <span class="tag">{}</span>', _("late")) if proposal.is_late else ""
        return format_html("{}{}", proposal.example.title, mark)

    @admin.display(description=_("network"), empty_value="–")
    def network(self, proposal: Proposal) -> str:
        return str(proposal.example.network or "")

    @admin.display(description=_("state"))
    def state(self, proposal: Any) -> SafeString:
        words = format_html(
            '<span class="state" data-status="{}">{}</span>', proposal.status, proposal.get_status_display()
        )
        mark = _("needs a second person") if proposal.is_to_reject else ""
        return format_html('{} <span class="tag">{}</span>', words, mark) if mark else words

    @admin.display(description=_("submitter"))
    def submitter(self, proposal: Proposal) -> str:
        return str(proposal.submitted_by)

    @admin.display(description=_("in this state"))
    def age(self, proposal: Any) -> str:
        days = (timezone.localdate() - localtime(proposal.since).date()).days
        if days == 0:
            return gettext("since today")
        return ngettext("since %(days)d day", "since %(days)d days", days) % {"days": days}

    @admin.display(description=_("answer by"), empty_value="–")
    def due(self, proposal: Any) -> str | SafeString:
        if proposal.due_on is None:
            return ""
        day = date_format(proposal.due_on, "SHORT_DATE_FORMAT")
        if proposal.due_on >= timezone.localdate():
            return day
        return format_html('{} <strong class="overdue">{}</strong>', day, _("overdue"))

    # Pages of their own -----------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Offer the list and our pages; Django's own for adding, changing, deleting and history do not exist."""
        name = "assessment_proposal"
        return [
            path("", self._view(self.changelist_view), name=f"{name}_changelist"),
            path("<str:reference>/", self._view(screening.proposal_detail), name=f"{name}_detail"),
            *(
                path(
                    f"<str:reference>/{step.name.replace('_', '-')}/",
                    self._view(partial(screening.proposal_step, step=step)),
                    name=f"{name}_{step.name}",
                )
                for step in STEPS
            ),
        ]

    def _view(self, view: View) -> View:
        """Let visitors sign in, as everywhere; for others who are not of the office there is nothing here."""
        guarded = self.admin_site.admin_view(view)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not is_office(request.user):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)
