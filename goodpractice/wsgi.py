"""The WSGI application that the server (granian, gunicorn ...) runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodpractice.settings")
application = get_wsgi_application()
