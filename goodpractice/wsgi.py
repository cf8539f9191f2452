"""The WSGI application that the server (granian, gunicorn ...) runs: the page cache, and Django behind it."""

import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodpractice.settings")
application: WSGIApplication = get_wsgi_application()

from goodpractice.pagecache import PageCache  # noqa: E402 - it needs the models, which Django has now loaded

if settings.PAGE_CACHE_BYTES:
    application = PageCache(application, settings.PAGE_CACHE_BYTES)
