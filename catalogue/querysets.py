"""Which rows: everything a page loops over comes from one of these methods, with what it needs already fetched."""

import datetime
from collections.abc import Sequence
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, F, Prefetch, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone

CARD_FIELDS = [
    *(f"{name}_{code}" for name in ("title", "benefit", "summary") for code in ("de", "en")),
    "slug",
    "kind",
    "is_demo",
    "is_nationwide",
    "running_since",
    "status_of_information",
    "network__name",
    "network__slug",
    "network__is_published",
]
"""What a row of a list shows; the long texts stay in the database."""


class ExampleQuerySet(models.QuerySet[Any]):
    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)

    def published(self) -> Self:
        return self.filter(status="published")

    def edited_at_will(self) -> Self:
        """Leave out what a selection process writes and publishes."""
        return self.filter(is_proposed=False)

    def as_cards(self, ids: Sequence[int]) -> list[Any]:
        """Return the examples of a list page in the order of ``ids``: three statements, whatever their number."""
        found = (
            self.filter(pk__in=ids)
            .only(*CARD_FIELDS)
            .select_related("network")
            .prefetch_related("states", "board_statements")
        )
        by_id = {example.pk: example for example in found}
        return [by_id[pk] for pk in ids if pk in by_id]

    def current_slugs(self, slugs: Sequence[str]) -> list[str]:
        """Return today's slugs of the examples that had or have ``slugs``, in their order, each once."""
        known = set(self.filter(slug__in=slugs).values_list("slug", flat=True))
        unknown = [slug for slug in slugs if slug not in known]
        former = self.filter(former_slugs__slug__in=unknown) if unknown else self.none()
        now = {**dict(former.values_list("former_slugs__slug", "slug")), **{slug: slug for slug in known}}
        return list(dict.fromkeys(now[slug] for slug in slugs if slug in now))

    def with_facts(self) -> Self:
        """Fetch what examples are compared by."""
        return self.select_related("network").prefetch_related(
            "topics", "target_groups", "audiences", "states", "board_statements"
        )

    def with_page_parts(self) -> Self:
        """Fetch all that the page of one example shows."""
        contacts = apps.get_model("catalogue", "ContactPerson").objects.published()
        transfers = apps.get_model("catalogue", "Transfer").objects.filter(confirmed_on__isnull=False)
        return self.with_facts().prefetch_related(
            "links",
            "attachments",
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
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gte=year), Q(valid_from=None) | Q(valid_from__lte=year)
        )

    def existing_first(self, year: int) -> Self:
        """Order by name, the networks that have ended before ``year`` last."""
        has_ended = Case(When(valid_until__lt=year, then=1), default=0)
        return self.order_by(has_ended, "sort_key", "pk")

    def as_rows(self) -> Self:
        """Fetch what a list row shows, with the number of published examples."""
        successors = Prefetch("successors", self.model.objects.published(), to_attr="shown_successors")
        return self.prefetch_related("states", successors).annotate(
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


RENEWED_AFTER = datetime.timedelta(days=365)
"""So long a consent holds; then the person is asked whether it still does (trust.md)."""
RENEWED_WITHIN = datetime.timedelta(days=30)


class ConsentQuerySet(models.QuerySet[Any]):
    def due_before(self, time: datetime.datetime) -> Self:
        """Keep those in force, of people on public pages, whose year was over before ``time``."""
        on_public_page = Q(contact__example__status="published") | Q(contact__network__is_published=True)
        in_force = self.filter(on_public_page, withdrawn_at=None, contact__is_published=True)
        found = in_force.exclude(how="placeholder").annotate(last=Coalesce("confirmed_at", "given_at"))
        return found.filter(last__lt=time - RENEWED_AFTER).select_related("contact")

    def to_ask_again(self) -> Self:
        """Keep those whose year is over, and who have not been asked since."""
        asked_since = Q(contact__asked_at__gte=F("last") + RENEWED_AFTER)
        return self.due_before(timezone.now()).exclude(contact__email="").exclude(asked_since)

    def unanswered(self) -> Self:
        """Keep those that nobody has confirmed in the time given, and those of people without an address to ask."""
        end = timezone.now() - RENEWED_WITHIN
        asked = Q(contact__asked_at__gte=F("last") + RENEWED_AFTER, contact__asked_at__lt=end)
        return self.due_before(end).filter(asked | Q(contact__email=""))


class LinkQuerySet(models.QuerySet[Any]):
    def get_by_natural_key(
        self, example: str | None, network: str | None, purpose: str, position: int
    ) -> Any:
        return self.get(example__slug=example, network__slug=network, purpose=purpose, position=position)

    def published(self) -> Self:
        """Keep those of public pages."""
        return self.filter(Q(example__status="published") | Q(network__is_published=True))

    def due(self, now: datetime.datetime, *, days_alive: int, days_dead: int) -> Self:
        """Keep the public links that were not looked at for long, those never looked at first."""
        long_ago = now - datetime.timedelta(days=days_alive)
        yesterday = now - datetime.timedelta(days=days_dead)
        is_due = Q(checked_at=None) | Q(checked_at__lt=long_ago) | Q(health="dead", checked_at__lt=yesterday)
        return self.published().filter(is_due).order_by(F("checked_at").asc(nulls_first=True), "pk")


class ContactPersonQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def with_consents(self) -> Self:
        """Fetch what ``consent_status`` reads."""
        return self.prefetch_related("consents")

    def reached_through_office(self) -> Self:
        """Keep public contacts whose address is not shown: the office passes messages on to them."""
        on_public_page = Q(example__status="published") | Q(network__is_published=True)
        found = self.published().filter(on_public_page, is_email_shown=False).exclude(email="")
        return found.select_related("example", "network")
