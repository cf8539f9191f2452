"""The sitemap: every published example, network and page, each with its address in the other language.

``sitemap.xml`` is the index; it names the pages of each kind (``sitemap-examples.xml?p=2``). Index and page read
what they name and no more, however large the catalogue is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.urls import reverse

from catalogue.models import Example, Network
from goodpractice.languages import NAMES


class PublicSitemap(Sitemap):  # type: ignore[type-arg]  # not generic at run time
    """Both languages of each page, each naming the other."""

    i18n = True
    alternates = True


@dataclass(frozen=True)
class InEachLanguage:
    """Records in pairs with each language, as Django wants them; read a page at a time."""

    records: QuerySet[Any]

    def count(self) -> int:
        return len(NAMES) * self.records.count()

    def __getitem__(self, part: slice) -> list[tuple[Any, str]]:
        found = self.records[part.start // len(NAMES) : part.stop // len(NAMES)]
        return [(record, language) for record in found for language in NAMES]


class RecordSitemap(PublicSitemap):
    """Records with an address and a time of their last change."""

    model: Any
    limit = len(NAMES) * 5_000
    """Addresses on a page: a fifth of what is allowed, made within seconds; all languages of a record on one."""

    @property
    def paginator(self) -> "Paginator[Any]":
        return Paginator(InEachLanguage(self.items()), self.limit)  # type: ignore[arg-type]

    def items(self) -> Any:
        return self.model.objects.published().only("slug", "changed_at")

    def get_latest_lastmod(self) -> datetime | None:
        latest: datetime | None = self.items().aggregate(latest=Max("changed_at"))["latest"]
        return latest

    def lastmod(self, item: Any) -> datetime:
        changed_at: datetime = item.changed_at
        return changed_at


class ExampleSitemap(RecordSitemap):
    model = Example


class NetworkSitemap(RecordSitemap):
    model = Network


class PageSitemap(PublicSitemap):
    def items(self) -> list[str]:
        return [
            "home",
            "example_list",
            "network_list",
            "criteria",
            "about",
            "imprint",
            "privacy",
            "accessibility",
            "plain_language",
            "sign_language",
            "search_help",
            "data",
            "shortlist",
        ]

    def location(self, item: str) -> str:
        return reverse(f"catalogue:{item}")


SITEMAPS = {"pages": PageSitemap, "examples": ExampleSitemap, "networks": NetworkSitemap}
