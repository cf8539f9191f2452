"""The e-mail backend of the site: whatever sends a mail, Django's and django-allauth's functions too, puts it here."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import get_language

from goodpractice.languages import NAMES
from goodpractice.outbox import delivery
from goodpractice.outbox.models import Mail


class Letter(EmailMultiAlternatives):
    """A mail that knows its kind, its language, and whether it holds a code or a personal link."""

    kind = "other"
    language = ""
    is_secret = False


class OutboxBackend(BaseEmailBackend):
    """Writes mails down, one for each receiver, in the transaction of the caller.

    The sender is always the site's, as other servers accept no other from ours; an address to answer to is kept.
    """

    @transaction.atomic
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for mail in _mails(message):
                mail.as_message().message()  # refuses line breaks in headers: here, not in the worker
                delivery.put(mail)
        return len(email_messages)


def _mails(message: EmailMessage) -> list[Mail]:
    if message.attachments:
        raise ValueError("The outbox takes no attachments.")
    language = getattr(message, "language", "") or get_language() or ""
    return [
        Mail(
            kind=getattr(message, "kind", Letter.kind),
            is_secret=getattr(message, "is_secret", Letter.is_secret),
            language=language if language in NAMES else "de",
            receiver=address,
            reply_to=parseaddr(message.reply_to[0])[1] if message.reply_to else "",
            subject=str(message.subject),
            text=str(message.body),
            html=_html(message),
        )
        for address in dict.fromkeys(parseaddr(receiver)[1] for receiver in message.recipients())
    ]


def _html(message: EmailMessage) -> str:
    alternatives = getattr(message, "alternatives", [])
    return next((str(content) for content, mimetype in alternatives if mimetype == "text/html"), "")
