"""The project's settings, less what is slow or goes outside."""

import atexit
import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("EMAIL_URL", "console:")
os.environ.setdefault("DATABASE_URL", "postgresql:///unused")  # tests.database puts a real one in its place

from goodpractice.settings import *  # noqa: F403
from goodpractice.settings import DATABASES, STORAGES

_files = tempfile.TemporaryDirectory(prefix="goodpractice-files-")
atexit.register(_files.cleanup)

MEDIA_ROOT = Path(_files.name, "media")
STATIC_ROOT = Path(_files.name, "static")
STATIC_ROOT.mkdir()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["OPTIONS"].pop("pool")
DATABASES["default"]["OPTIONS"]["options"] = "-c goodpractice.allow_truncate=on"
REVISION_SECONDS = 0

CHECK_LINKS = False
"""No test asks the web, also not at night."""
