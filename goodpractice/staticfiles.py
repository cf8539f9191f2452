"""One style sheet and one script for a page, several small ones for us: ``static/css`` and ``static/js``, joined."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django_htmx
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage

STATIC = settings.BASE_DIR / "static"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
STYLES = [
    "tokens.css",
    "base.css",
    "layout.css",
    "components.css",
    "catalogue.css",
    "networks.css",
    "shortlist.css",
    "pages.css",
    "account.css",
    "progress.css",
    "proposals.css",
    "utilities.css",
    "print.css",
]
BUNDLES: dict[str, list[Path]] = {
    "site.css": [STATIC / "css" / name for name in STYLES],
    "listing.js": [HTMX, STATIC / "js" / "listing.js", STATIC / "js" / "shortlist.js"],
}
"""Name of each joined file -> its parts in their order (of style sheets, the cascade)."""


class BundleFinder(BaseFinder):
    """Offer the joined files to ``collectstatic`` and to tests, so that no build step is needed."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where a bundle lies, written anew: ``runserver`` and live tests serve files, not storages."""
        if path not in BUNDLES:
            return []  # as the other finders: None would count as a match beside their empty lists
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=settings.DATA_DIR, delete=False) as file:
            file.write(_joined(path))
        target = str(Path(file.name).replace(settings.DATA_DIR / path))
        return [target] if find_all else target

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        storage = InMemoryStorage()
        for name in BUNDLES:
            storage.save(name, ContentFile(_joined(name)))
            yield name, storage


def _joined(name: str) -> str:
    return "\n".join(part.read_text() for part in BUNDLES[name])
