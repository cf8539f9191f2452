"""How a mail gets out: written down with a job in one transaction, tried again with growing waits, then given up.

A mail is locked while it is delivered, and called sent in the same transaction. Whoever dies in between leaves it
waiting, and it is delivered again under the same Message-ID: at least once through SMTP, where most servers
and programs drop the copy, and exactly one file in a folder.
"""

import datetime
import logging
import smtplib

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from goodpractice.outbox import jobs
from goodpractice.outbox.models import Mail

TASK, QUEUE = "outbox.deliver", "mail"
URGENT = 10
"""Priority of a secret: somebody sits in front of the form that asks for it."""

WAITS = [
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=10),
    datetime.timedelta(hours=1),
    datetime.timedelta(hours=6),
    datetime.timedelta(hours=17),
]
"""Waits after each failed attempt but the last: six attempts in about a day."""
WAITS_OF_SECRETS = [datetime.timedelta(seconds=seconds) for seconds in (5, 15, 40, 120, 240)]
"""A code is good for ten minutes; after that nobody wants the mail any more."""

OVERDUE = datetime.timedelta(minutes=5)
DAYS_OF_BODIES, DAYS_OF_ROWS = 30, 365
PERMANENT = 500
"""From this answer of a mail server on, another attempt is useless (RFC 5321, 4.2.1)."""

logger = logging.getLogger(__name__)


class SendingNotAllowed(Exception):
    """The mail did not fail, or its text has been forgotten."""


@transaction.atomic
def put(mail: Mail) -> Mail:
    """Write the mail down, to be delivered once the transaction of the caller holds."""
    mail.save(force_insert=True)
    _wake_up_for(mail)
    return mail


@transaction.atomic
def deliver(pk: int) -> None:
    """Try once to deliver the mail, unless it is delivered already or somebody else is at it."""
    mail = Mail.objects.select_for_update(skip_locked=True).queued().filter(pk=pk).first()
    if mail is None:
        return
    mail.attempts += 1
    try:
        get_connection(settings.MAIL_TRANSPORT).send_messages([mail.as_message()])
    except (OSError, ValueError) as error:  # SMTP and network; what cannot be put into a mail
        _note_failure(mail, error)
    else:
        _note_success(mail)


@transaction.atomic
def send_again(mail: Mail) -> Mail:
    """Give a failed mail all its attempts anew."""
    found: Mail | None = Mail.objects.select_for_update().failed().exclude(text="").filter(pk=mail.pk).first()
    if found is None:
        raise SendingNotAllowed
    found.state, found.attempts, found.due_at = Mail.State.QUEUED, 0, timezone.now()
    found.save(update_fields=["state", "attempts", "due_at"])
    _wake_up_for(found)
    return found


@transaction.atomic
def wake_up_for_overdue() -> int:
    """Make new jobs for mails that wait in vain, as theirs was lost, and return how many."""
    now = timezone.now()
    overdue = list(Mail.objects.select_for_update(skip_locked=True).due_before(now - OVERDUE))
    for mail in overdue:
        mail.due_at = now
        mail.save(update_fields=["due_at"])
        _wake_up_for(mail)
    return len(overdue)


def forget_old() -> None:
    """Erase bodies after 30 days and rows after a year; what still waits is kept."""
    now = timezone.now()
    Mail.objects.done_before(now - datetime.timedelta(days=DAYS_OF_ROWS)).delete()
    old = Mail.objects.done_before(now - datetime.timedelta(days=DAYS_OF_BODIES))
    old.with_body().update(text="", html="")


def _wake_up_for(mail: Mail) -> None:
    priority = URGENT if mail.is_secret else 0
    job = jobs.in_transaction(TASK, queue=QUEUE, priority=priority, schedule_at=mail.due_at)
    job.defer(mail_id=mail.pk)


def _note_success(mail: Mail) -> None:
    mail.state, mail.sent_at, mail.last_error = Mail.State.SENT, timezone.now(), ""
    _forget_secret(mail)
    mail.save(update_fields=["state", "sent_at", "attempts", "last_error", "text", "html"])


def _note_failure(mail: Mail, error: Exception) -> None:
    """Plan the next attempt, or give up. The log names no address; the office reads the whole error."""
    logger.warning("Mail %s: attempt %s failed: %s", mail.pk, mail.attempts, type(error).__name__)
    mail.last_error = f"{type(error).__name__}: {error}".replace("\0", "")
    waits = WAITS_OF_SECRETS if mail.is_secret else WAITS
    if mail.attempts > len(waits) or _is_permanent(error):
        mail.state = Mail.State.FAILED
        _forget_secret(mail)
    else:
        mail.due_at = timezone.now() + waits[mail.attempts - 1]
        _wake_up_for(mail)
    mail.save(update_fields=["state", "due_at", "attempts", "last_error", "text", "html"])


def _is_permanent(error: Exception) -> bool:
    """Tell whether the server knows no such receiver. Any other refusal may be a fault of ours that gets mended."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= PERMANENT for code, _answer in error.recipients.values())


def _forget_secret(mail: Mail) -> None:
    """Forget codes and personal links; only the demonstration, which sends none, keeps them to be read."""
    if mail.is_secret and not settings.DEMO:
        mail.text = mail.html = ""
