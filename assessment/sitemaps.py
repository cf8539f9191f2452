"""What of the calls belongs into the sitemap: the list, and each call."""

from typing import Any

from django.urls import reverse

from assessment.models import Call
from catalogue.sitemaps import PublicSitemap


class CallSitemap(PublicSitemap):
    def items(self) -> Any:
        return Call.objects.only("slug")


class TakePartSitemap(PublicSitemap):
    def items(self) -> list[str]:
        return ["call_list"]

    def location(self, item: str) -> str:
        return reverse(f"assessment:{item}")


SITEMAPS = {"take_part": TakePartSitemap, "calls": CallSitemap}
