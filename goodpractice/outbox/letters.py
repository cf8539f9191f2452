"""Mails from one template each: ``templates/mail/<kind>.txt``, whose first line is the subject.

The HTML is made of the same text, so that the two cannot differ. It extends ``mail/base.txt``.
"""

from typing import Any, Protocol

from django.template import Context
from django.template.loader import get_template
from django.utils.translation import get_language, override

from goodpractice.outbox import markup
from goodpractice.outbox.backend import Letter


class Receiver(Protocol):
    """Who has an account, as far as a mail is concerned."""

    email: str
    name: str
    language: str


NO_ADDRESS = ".invalid"
"""How addresses end to which mail cannot be sent (RFC 2606)."""


def send(
    kind: str,
    to: Receiver | str,
    context: dict[str, Any] | None = None,
    *,
    language: str = "",
    reply_to: str = "",
    is_secret: bool = False,
) -> None:
    """Write a mail in the language of the receiver, and let it go out once the caller's transaction holds.

    An address without an account is written to in ``language`` or else in the one that is active. A mail with a code
    or a personal link ``is_secret``: its text is forgotten once it was sent. Who was erased gets none.
    """
    address, name = (to, "") if isinstance(to, str) else (to.email, to.name)
    if address.endswith(NO_ADDRESS):
        return
    if not language:
        language = (get_language() or "de") if isinstance(to, str) else to.language
    with override(language):
        subject, text = _rendered(kind, {"receiver_name": name, **(context or {})})
    compose(kind, address, subject, text, language=language, reply_to=reply_to, is_secret=is_secret).send()


def preview(kind: str, to: Receiver, context: dict[str, Any] | None = None) -> tuple[str, str]:
    """Return subject and text as ``send`` would write them; nothing is sent."""
    with override(to.language):
        return _rendered(kind, {"receiver_name": to.name, **(context or {})})


def compose(
    kind: str,
    address: str,
    subject: str,
    text: str,
    *,
    language: str,
    reply_to: str = "",
    is_secret: bool = False,
) -> Letter:
    """Return a mail of the text and of the HTML made of it, for callers with templates of their own."""
    letter = Letter(subject, text, to=[address], reply_to=[reply_to] if reply_to else None)
    letter.kind, letter.language, letter.is_secret = kind, language, is_secret
    letter.attach_alternative(markup.page(subject, text, language=language), "text/html")
    return letter


def _rendered(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    """Return subject and text. Nothing is escaped: this is no HTML."""
    template = get_template(f"mail/{kind}.txt").template  # type: ignore[attr-defined]
    rendered = template.render(Context(context, autoescape=False))
    subject, _, text = rendered.strip().partition("\n")
    return subject.strip(), f"{text.strip()}\n"
