"""The settings of production, and the pages that the catalogue is compared with."""

from goodpractice.settings import *  # noqa: F403
from goodpractice.settings import BASE_DIR, TEMPLATES

ROOT_URLCONF = "benchmarks.urls"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "benchmarks" / "templates")
