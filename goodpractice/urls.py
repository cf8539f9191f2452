"""All addresses. Pages carry their language in front (``/de/beispiele/``); files for machines do not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.static import serve

from assessment import guards
from assessment.sitemaps import SITEMAPS as CALLS
from catalogue.sitemaps import SITEMAPS as CATALOGUE
from catalogue.views import machine

handler400 = "catalogue.views.errors.bad_request"
handler403 = "catalogue.views.errors.forbidden"
handler404 = "catalogue.views.errors.not_found"
handler500 = "catalogue.views.errors.server_error"
handler429 = "goodpractice.accounts.views.too_many_requests"

PICTURE_SECONDS = 60 * 60
"""For how long browsers and proxies may keep a picture without asking: it is gone everywhere within the hour."""

picture = cache_control(public=True, max_age=PICTURE_SECONDS)(serve)

SITEMAPS = {**CATALOGUE, **CALLS}

urlpatterns: list[URLPattern | URLResolver] = [
    path("", machine.choose_language, name="choose_language"),
    path("robots.txt", machine.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS}, name="django.contrib.sitemaps.views.index"),
    path(
        "sitemap-<section>.xml",
        sitemaps.sitemap,
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("healthz", machine.healthz, name="healthz"),
    path("readyz", machine.readyz, {"is_guarded": guards.are_in_place}, name="readyz"),
    path(
        "files/pictures/<path:path>",
        picture,
        {"document_root": settings.MEDIA_ROOT / "pictures"},
        name="picture",
    ),
    *i18n_patterns(
        path("", include("catalogue.urls")),  # first, because asked for most
        path("admin/", admin.site.urls),
        path(_("account/"), include("goodpractice.accounts.allauth_urls")),
        path("", include("goodpractice.accounts.urls")),
        path("", include("assessment.urls")),
    ),
]
