import datetime

import pytest
from django.utils import timezone

from catalogue import retention
from catalogue.models import Feedback


@pytest.mark.django_db
def test_messages_are_forgotten_ninety_days_after_they_were_dealt_with():
    now = timezone.now()
    for name, days in [("old", 91), ("recent", 89), ("open", None)]:
        handled_at = days and now - datetime.timedelta(days=days)
        Feedback.objects.create(about="other", message="x", name=name, handled_at=handled_at)

    assert (retention.forget_messages(), retention.forget_messages()) == (1, 0)
    assert sorted(Feedback.objects.values_list("name", flat=True)) == ["open", "recent"]
