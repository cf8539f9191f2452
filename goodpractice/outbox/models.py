"""What is to be sent, to whom, and what became of it. ``delivery`` alone changes a mail once it is written."""

import uuid
from email.utils import format_datetime, parseaddr
from typing import Any, ClassVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from goodpractice.languages import NAMES
from goodpractice.outbox.querysets import MailQuerySet


def new_message_id() -> str:
    """Return a Message-ID, without its angle brackets; the name of this computer is nobody's business."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"{uuid.uuid4().hex}@{domain}"


class Mail(models.Model):
    """One mail to one receiver. The row is the truth; a job only wakes somebody up to deliver it."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("of a mail", "waiting")
        SENT = "sent", pgettext_lazy("of a mail", "sent")
        FAILED = "failed", pgettext_lazy("of a mail", "failed")

    kind = models.CharField(_("kind"), max_length=80, default="other")
    receiver = models.EmailField(_("receiver"))
    reply_to = models.EmailField(_("answers go to"), blank=True)
    language = models.CharField(_("language"), max_length=7, choices=list(NAMES.items()))
    subject = models.TextField(_("subject"))
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("text as HTML"), blank=True)
    is_secret = models.BooleanField(
        _("holds a secret"),
        default=False,
        help_text=_("A code or a personal link: forgotten once it was sent, and shown to nobody."),
    )
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True, default=new_message_id)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("written on"), default=timezone.now)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    objects: ClassVar[Any] = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="mail_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | models.Q(~models.Q(state="sent"), sent_at__isnull=True),
                name="mail_sent_with_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="queued") | ~models.Q(text=""), name="mail_waiting_with_its_text"
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def as_message(self) -> EmailMultiAlternatives:
        """Return what goes out: the same Message-ID and date at each attempt, and a sign that a machine wrote it."""
        message = EmailMultiAlternatives(
            self.subject,
            self.text,
            to=[self.receiver],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers={
                "Message-ID": f"<{self.message_id}>",
                "Date": format_datetime(self.created_at),
                "Content-Language": self.language,
                "Auto-Submitted": "auto-generated",
            },
        )
        if self.html:
            message.attach_alternative(self.html, "text/html")
        return message
