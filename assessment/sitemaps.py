"""What of the calls belongs into the sitemap: the list, and each call."""

from django.urls import reverse

from assessment.models import Call
from catalogue.sitemaps import PublicSitemap


class CallSitemap(PublicSitemap):
    def items(self) -> list[Call | None]:
        """Return all calls; nothing stands for their list."""
        return [None, *Call.objects.only("slug")]

    def location(self, item: Call | None) -> str:
        return item.get_absolute_url() if item else reverse("assessment:call_list")


SITEMAPS = {"calls": CallSitemap}
