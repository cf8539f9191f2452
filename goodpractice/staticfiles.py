"""One style sheet for a page, many small ones for us: ``site.css`` is ``static/css`` in cascade order."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage

BUNDLE = "site.css"
PARTS = [
    "tokens.css",
    "base.css",
    "layout.css",
    "components.css",
    "catalogue.css",
    "networks.css",
    "pages.css",
    "account.css",
    "progress.css",
    "proposals.css",
    "utilities.css",
    "print.css",
]


class StyleBundleFinder(BaseFinder):
    """Offer the concatenated style sheet to ``collectstatic`` and to tests, so that no build step is needed."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the bundle lies, written anew: ``runserver`` and live tests serve files, not storages."""
        if path != BUNDLE:
            return []  # as the other finders: None would count as a match beside their empty lists
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=settings.DATA_DIR, suffix=".css", delete=False) as file:
            file.write(_bundle())
        target = str(Path(file.name).replace(settings.DATA_DIR / BUNDLE))
        return [target] if find_all else target

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        storage = InMemoryStorage()
        storage.save(BUNDLE, ContentFile(_bundle()))
        yield BUNDLE, storage


def _bundle() -> str:
    folder = settings.BASE_DIR / "static" / "css"
    return "".join((folder / part).read_text() for part in PARTS)
