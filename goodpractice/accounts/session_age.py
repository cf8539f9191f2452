"""When a session began, and whether it has lasted long enough. Idle ones end by the age of their cookie."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

SESSION_KEY = "signed_in_at"


@receiver(user_logged_in)
def note_start(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    request.session[SESSION_KEY] = time.time()


def is_over(request: HttpRequest) -> bool:
    """Tell whether the session is too old; one that does not know its beginning is."""
    started: float = request.session.get(SESSION_KEY, 0)
    return time.time() - started > settings.SESSION_LONGEST_SECONDS
