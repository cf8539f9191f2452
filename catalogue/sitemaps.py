"""The sitemap: every published example, network and page, each with its address in the other language."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from catalogue.models import Example, Network


class PublicSitemap(Sitemap):  # type: ignore[type-arg]  # not generic at run time
    """Both languages of each page, each naming the other."""

    i18n = True
    alternates = True


class ExampleSitemap(PublicSitemap):
    def items(self) -> Any:
        return Example.objects.published().only("slug", "changed_at")

    def lastmod(self, item: Example) -> datetime:
        return item.changed_at


class NetworkSitemap(PublicSitemap):
    def items(self) -> Any:
        return Network.objects.published().only("slug")


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
        ]

    def location(self, item: str) -> str:
        return reverse(f"catalogue:{item}")


SITEMAPS = {"pages": PageSitemap, "examples": ExampleSitemap, "networks": NetworkSitemap}
