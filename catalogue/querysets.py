"""Which rows: everything a page loops over comes from one of these methods, with what it needs already fetched."""

from collections.abc import Sequence
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Prefetch, Q


class ExampleQuerySet(models.QuerySet[Any]):
    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)

    def published(self) -> Self:
        return self.filter(status="published")

    def as_cards(self, ids: Sequence[int]) -> list[Any]:
        """Return the examples of a list page in the order of ``ids``: three statements, whatever their number."""
        found = self.filter(pk__in=ids).select_related("network").prefetch_related("states", "board_statements")
        by_id = {example.pk: example for example in found}
        return [by_id[pk] for pk in ids if pk in by_id]

    def with_page_parts(self) -> Self:
        """Fetch all that the page of one example shows."""
        contacts = apps.get_model("catalogue", "ContactPerson").objects.published()
        transfers = apps.get_model("catalogue", "Transfer").objects.filter(confirmed_on__isnull=False)
        return self.select_related("network").prefetch_related(
            "topics",
            "target_groups",
            "audiences",
            "states",
            "links",
            "attachments",
            "board_statements",
            Prefetch("contacts", contacts, to_attr="shown_contacts"),
            Prefetch("transfers", transfers, to_attr="confirmed_transfers"),
        )


class NetworkQuerySet(models.QuerySet[Any]):
    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)

    def published(self) -> Self:
        return self.filter(is_published=True)

    def current(self, year: int) -> Self:
        """Keep the networks that exist in ``year`` as far as is known."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=year), Q(valid_from=None) | Q(valid_from__lte=year))

    def as_rows(self) -> Self:
        """Fetch what a list row shows, with the number of published examples."""
        return self.prefetch_related("states").annotate(
            example_count=Count("examples", Q(examples__status="published"), distinct=True)
        )

    def with_profile_parts(self) -> Self:
        """Fetch all four parts of the profile."""
        contacts = apps.get_model("catalogue", "ContactPerson").objects.published()
        return self.select_related("formalisation", "network_type").prefetch_related(
            "states",
            "member_kinds",
            "fields_of_action",
            "target_groups",
            "social_media",
            "links",
            Prefetch("successors", self.model.objects.published()),
            Prefetch("predecessors", self.model.objects.published()),
            Prefetch("contacts", contacts, to_attr="shown_contacts"),
        )


class ContactPersonQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        return self.filter(is_published=True)
