"""Error pages that help: what happened, and where to go on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token; ``reason`` is for the log, the page says what to do."""
    return render(request, "errors/403_csrf.html", status=403)
