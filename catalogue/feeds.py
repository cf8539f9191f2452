"""The Atom feed of new examples, one a language: of all, or of a selection made on the list."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import facets
from catalogue.filters import ExampleFilter
from catalogue.models import Example

LENGTH = 30


class ExampleFeed(Feed):  # type: ignore[type-arg]  # not generic at run time
    """The newest published examples of the list's query string. Contacts are not part of it (trust.md)."""

    feed_type = Atom1Feed
    subtitle = gettext_lazy("What has worked, what it takes, and whom to call.")

    def get_object(self, request: HttpRequest) -> ExampleFilter:
        return ExampleFilter(request.GET, facets.current())

    def title(self, found: ExampleFilter) -> str:
        name = _("IQ Good Practice: new examples")
        return f"{name} ({', '.join(chip.label for chip in found.chips)})" if found.is_narrowed else name

    def link(self, found: ExampleFilter) -> str:
        query = found.query_string()
        return reverse("catalogue:example_list") + (f"?{query}" if query else "")

    def author_name(self) -> str:
        return settings.OPERATOR["name"] or "IQ Good Practice"

    def items(self, found: ExampleFilter) -> Any:
        newest = found.qs.order_by("-published_at", "-pk")
        return newest.select_related("network").prefetch_related("topics")[:LENGTH]

    def item_title(self, item: Example) -> str:
        return (
            _("%(title)s (made-up demo record)") % {"title": item.title} if item.is_demo else str(item.title)
        )

    def item_description(self, item: Example) -> str:
        return str(item.benefit or item.summary)

    def item_author_name(self, item: Example) -> str:
        return str(item.shown_network or item.organisation)

    def item_categories(self, item: Example) -> list[str]:
        return [str(topic) for topic in item.topics.all()]

    def item_pubdate(self, item: Example) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Example) -> datetime:
        return item.changed_at
