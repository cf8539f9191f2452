"""Which memberships."""

import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone


class MembershipQuerySet(models.QuerySet[Any]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=True)

    def on(self, day: datetime.date) -> Self:
        """Keep those that hold on ``day``."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def confirmable_by(self, user: Any) -> Self:
        """Keep claims of others in the networks where ``user`` is a confirmed member today."""
        own = (
            self.model._default_manager.get_queryset()
            .confirmed()
            .on(timezone.localdate())
            .filter(user=user.pk, network=OuterRef("network"))
        )
        return self.unconfirmed().exclude(user=user.pk).filter(Exists(own))

    def with_names(self) -> Self:
        return self.select_related("user", "network", "confirmed_by")
