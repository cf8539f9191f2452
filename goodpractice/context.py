"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from goodpractice.languages import alternates


def site(request: HttpRequest) -> dict[str, Any]:
    return {"alternates": alternates(request), "demo": settings.DEMO, "operator": settings.OPERATOR}
