"""Filters of the inbox: fixed words, unknown ones do nothing."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment import inbox
from assessment.models import Call, Status
from catalogue.admin.filters import Choices, NetworkFilter, WordFilter

RECEIVED = [choice for choice in Status.choices if choice[0] != Status.DRAFT]
WAITING: Choices = [
    ("office", _("office")),
    ("second", _("a second person")),
    ("submitter", _("submitter")),
    ("board", _("advisory board")),
    ("all", pgettext_lazy("proposals", "all, also the finished ones")),
]


def waiting_for(query: QueryDict) -> str:
    """Return whose turn is asked for: the office's, unless somebody searches or names a state."""
    chosen = query.get("waiting", "")
    if chosen in dict(WAITING):
        return chosen
    return "all" if any(query.get(name) for name in ("status", "overdue", "q")) else "office"


class WaitingFilter(WordFilter):
    title, parameter_name = _("waiting for"), "waiting"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.chosen, self.user = waiting_for(request.GET), request.user

    def known(self) -> Choices:
        return WAITING

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.chosen == "second":
            return inbox.to_confirm(queryset, by=request.user)  # type: ignore[arg-type]
        if self.chosen in inbox.WAITING_FOR:
            return queryset.filter(status__in=inbox.WAITING_FOR[self.chosen])
        return queryset

    def choices(self, changelist: Any) -> Any:
        for value, words in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": value == self.chosen, "query_string": query, "display": words}


class ProposalStatusFilter(WordFilter):
    title, parameter_name = _("state"), "status"

    def known(self) -> Choices:
        return RECEIVED


class CallFilter(WordFilter):
    title, parameter_name = _("call"), "call"

    def known(self) -> Choices:
        return [(call.slug, str(call)) for call in Call.objects.all()]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(call__slug=value)


class ProposalNetworkFilter(NetworkFilter):
    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(example__network__slug=value)


class OverdueFilter(WordFilter):
    title, parameter_name = _("answer overdue"), "overdue"

    def known(self) -> Choices:
        return [("yes", _("Yes"))]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return inbox.overdue(queryset, timezone.localdate())
