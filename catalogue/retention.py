"""How long readers' messages are kept (trust.md, data protection; the privacy statement says the same)."""

import datetime

from django.utils import timezone

from catalogue.models import Feedback

DAYS_AFTER_HANDLING = 90
"""For questions that come back; then nobody needs name and address any more."""


def forget_messages() -> int:
    """Delete the messages that were dealt with long enough ago, and return their number."""
    long_ago = timezone.now() - datetime.timedelta(days=DAYS_AFTER_HANDLING)
    count, _by_model = Feedback.objects.filter(handled_at__lt=long_ago).delete()
    return count
