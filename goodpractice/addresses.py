"""Full addresses where no request tells the host: in mails."""

from django.conf import settings


def absolute(path: str) -> str:
    """Return the address of a path of this site (``SITE_URL``)."""
    return f"{settings.SITE_URL}{path}"
