"""Filters of the lists: their choices are fixed words, so none scans a table; unknown values do nothing."""

import datetime
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Example, FederalState, Network, Topic
from catalogue.models.freshness import MONTHS_UNTIL_DUE, MONTHS_UNTIL_STALE, Freshness
from catalogue.models.vocabulary import Term

Choices = list[tuple[str, Any]]


class WordFilter(SimpleListFilter):
    """One of some known words."""

    parameter_name: str

    def known(self) -> Choices:
        raise NotImplementedError

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: value})

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Choices:
        return self.known()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None or value not in {str(known) for known, _label in self.lookup_choices}:
            return queryset
        return self.narrow(queryset, value)


class StatusFilter(WordFilter):
    title, parameter_name = _("state"), "status"

    def known(self) -> Choices:
        return list(Example.Status.choices)


class KindFilter(WordFilter):
    title, parameter_name = _("kind"), "kind"

    def known(self) -> Choices:
        return list(Example.Kind.choices)


class CategoryFilter(WordFilter):
    title, parameter_name = _("category"), "category"

    def known(self) -> Choices:
        return list(Network.Category.choices)


class TermFilter(WordFilter):
    """An entry of a vocabulary, by its short name."""

    vocabulary: type[Term]

    def known(self) -> Choices:
        return [(term.slug, str(term)) for term in self.vocabulary._default_manager.all()]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.parameter_name}__slug": value})


class TopicFilter(TermFilter):
    title, parameter_name, vocabulary = _("topic"), "topics", Topic


class StateFilter(TermFilter):
    title, parameter_name, vocabulary = _("federal state"), "states", FederalState


class NetworkFilter(WordFilter):
    title, parameter_name = _("network"), "network"

    def known(self) -> Choices:
        return list(Network.objects.values_list("slug", "name"))

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(network__slug=value)


class FreshnessFilter(WordFilter):
    """The same bounds as ``freshness()``, as ranges of the month."""

    title, parameter_name = _("status of information"), "freshness"

    def known(self) -> Choices:
        return list(Freshness.choices)

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        due, stale = months_ago(MONTHS_UNTIL_DUE), months_ago(MONTHS_UNTIL_STALE)
        conditions = {
            Freshness.FRESH: models.Q(status_of_information__gte=due),
            Freshness.DUE: models.Q(status_of_information__lt=due, status_of_information__gte=stale),
            Freshness.STALE: models.Q(status_of_information__lt=stale),
            Freshness.UNKNOWN: models.Q(status_of_information=None),
        }
        return queryset.filter(conditions[Freshness(value)])


class YesNoFilter(WordFilter):
    """A yes/no field."""

    def known(self) -> Choices:
        return [("yes", _("Yes")), ("no", _("No"))]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: value == "yes"})


class PublishedFilter(YesNoFilter):
    title, parameter_name = _("published"), "is_published"


class DemoFilter(YesNoFilter):
    title, parameter_name = _("made-up demo record"), "is_demo"


class ConsentFilter(YesNoFilter):
    """Whether a contact has agreed to be shown."""

    title, parameter_name = _("consent in force"), "consent"

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(has_consent=value == "yes")


class InForceFilter(YesNoFilter):
    title, parameter_name = _("in force"), "in_force"

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(withdrawn_at__isnull=value == "yes")


class HandledFilter(YesNoFilter):
    title, parameter_name = _("dealt with"), "handled"

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(handled_at__isnull=value == "no")


def months_ago(months: int) -> datetime.date:
    """Return the first day of the month ``months`` before this one."""
    today = timezone.localdate()
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return datetime.date(year, month + 1, 1)
