"""What machines ask for: the way to a language, robots.txt, and whether the service lives and is ready."""

from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from goodpractice import replicas
from goodpractice.languages import NAMES
from goodpractice.outbox import health


@require_safe
@vary_on_headers("Accept-Language")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Lead to the language that the browser asks for; German when in doubt (``LANGUAGE_CODE``)."""
    with override(get_language_from_request(request)):
        return redirect("catalogue:home")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of the office and of the forms; name the sitemap."""
    closed = []
    for language in NAMES:
        with override(language):
            closed += [reverse("admin:index"), reverse("catalogue:feedback_create")]
    sitemap = request.build_absolute_uri(reverse("django.contrib.sitemaps.views.index"))
    context = {"closed": closed, "sitemap": sitemap}
    return render(request, "catalogue/robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest, is_guarded: Callable[[], bool]) -> HttpResponse:
    """Tell whether the database answers, with every migration and guard, and whether jobs get done; 503 if not."""
    checks, oldest_job = {"database": False, "migrations": False, "guards": False, "jobs": False}, None
    databases = replicas.fitness()
    try:
        if not databases.get(DEFAULT_DB_ALIAS, True):
            raise OperationalError  # known already: no need to wait for it
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["guards"] = is_guarded()
        oldest_job = health.oldest_job_seconds()
        checks["jobs"] = oldest_job <= health.LONGEST_WAIT
    except Error:
        pass
    is_ready = all(checks.values())
    return JsonResponse(
        {
            "status": "ready" if is_ready else "not ready",
            "checks": checks,
            "oldest_job_seconds": oldest_job,
            **({"databases": databases} if databases else {}),
        },
        status=200 if is_ready else 503,
    )
