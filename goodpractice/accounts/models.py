"""People who sign in, and the networks they belong to. E-mail addresses are compared without regard to case."""

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.models import Network
from goodpractice.accounts.querysets import MembershipQuerySet
from goodpractice.languages import NAMES

NOWHERE = "erased.invalid"
"""Where the addresses of those end who asked to be erased: mail can never reach it (RFC 2606)."""


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password nobody can sign in as them until they set one."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True, default="", db_default="")
    subproject = models.CharField(_("subproject"), max_length=200, blank=True, default="", db_default="")
    language = models.CharField(
        _("language of mails"), max_length=7, choices=list(NAMES.items()), default="de", db_default="de"
    )
    is_staff = models.BooleanField(_("may enter the administration"), default=False)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Switch off instead of deleting: records keep pointing to the person."),
    )
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("This address has an account already."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        """Return the name; of somebody who asked to be erased, what stands for it in all that stays."""
        return gettext("former member %(number)s") % {"number": self.pk} if self.is_erased else self.name

    def get_short_name(self) -> str:
        return self.get_full_name()

    @property
    def is_erased(self) -> bool:
        return self.email.endswith(f"@{NOWHERE}")


@pghistory.track()
class Membership(models.Model):
    """A person belongs to a network for a time. It counts once the office or a member has confirmed it."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="memberships")
    network = models.ForeignKey(
        Network, models.PROTECT, verbose_name=_("network"), related_name="memberships"
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed on"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        editable=False,
        related_name="confirmed_memberships",
    )

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="membership_until_not_before_since",
                violation_error_message=_("A membership cannot end before it began."),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="membership_confirmed_by_somebody",
                violation_error_message=_("Whoever confirms a membership is recorded with the time."),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("user")),
                name="membership_not_confirmed_by_oneself",
                violation_error_message=_("Nobody confirms the own membership."),
            ),
            models.UniqueConstraint(
                fields=["user", "network"],
                condition=models.Q(until__isnull=True),
                name="membership_open_once",
                violation_error_message=_("You have named this network already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.network}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class FactorReset(models.Model):
    """Somebody took away the second factors of another person, who had lost them. Only ever added."""

    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="factor_resets")
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("reset by"), related_name="+")
    at = models.DateTimeField(_("reset on"), default=timezone.now)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("reset of a second factor")
        verbose_name_plural = _("resets of second factors")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(by=models.F("person")), name="factorreset_not_by_oneself"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person} ({self.at:%Y-%m-%d})"


class Erasure(models.Model):
    """Somebody was erased at their own wish; records go on pointing to a person without a name. Only ever added."""

    person = models.OneToOneField(User, models.PROTECT, verbose_name=_("person"), related_name="erasure")
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("erased by"), related_name="+")
    at = models.DateTimeField(_("erased on"), default=timezone.now)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("erasure of a person")
        verbose_name_plural = _("erasures of persons")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(by=models.F("person")), name="erasure_not_by_oneself")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person} ({self.at:%Y-%m-%d})"
