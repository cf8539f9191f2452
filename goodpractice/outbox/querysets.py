"""Which mails."""

import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q


class MailQuerySet(models.QuerySet[Any]):
    def queued(self) -> Self:
        return self.filter(state="queued")

    def failed(self) -> Self:
        return self.filter(state="failed")

    def due_before(self, time: datetime.datetime) -> Self:
        """Keep those that wait for longer than since ``time``."""
        return self.queued().filter(due_at__lt=time)

    def done_before(self, time: datetime.datetime) -> Self:
        """Keep those of before ``time`` that wait for nothing."""
        return self.exclude(state="queued").filter(created_at__lt=time)

    def with_body(self) -> Self:
        return self.filter(~Q(text="") | ~Q(html=""))
