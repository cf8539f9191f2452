"""Whatever sends a mail puts it into the outbox, in the transaction of the caller."""

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from goodpractice.outbox.models import Mail

pytestmark = pytest.mark.django_db


class Undone(Exception):
    pass


def jobs():
    return list(
        ProcrastinateJob.objects.order_by("id").values_list("task_name", "args", "status", "priority")
    )


def test_mail_waits_with_its_job():
    with override("en"):
        send_mail("Hello", "Good news.", None, ["kim@example.org"], html_message="<p>Good news.</p>")

    mail = Mail.objects.get()
    assert (mail.receiver, mail.subject, mail.text, mail.html) == (
        "kim@example.org",
        "Hello",
        "Good news.",
        "<p>Good news.</p>",
    )
    assert (mail.state, mail.kind, mail.language, mail.is_secret, mail.attempts) == (
        "queued",
        "other",
        "en",
        False,
        0,
    )
    assert jobs() == [("outbox.deliver", {"mail_id": mail.pk}, "todo", 0)]


def test_each_receiver_gets_a_mail_of_their_own_once():
    EmailMessage(
        "Hello",
        "Good news.",
        to=["Kim <kim@example.org>", "kim@example.org", "robin@example.org"],
        cc=["alex@example.org"],
        bcc=["sascha@example.org"],
        reply_to=["Office <office@example.org>"],
    ).send()

    mails = Mail.objects.order_by("id")
    assert [(mail.receiver, mail.reply_to) for mail in mails] == [
        (f"{name}@example.org", "office@example.org") for name in ("kim", "robin", "alex", "sascha")
    ]
    assert [mail.as_message().recipients() for mail in mails] == [[mail.receiver] for mail in mails]
    assert len({mail.message_id for mail in mails}) == len(jobs()) == 4


def test_mail_of_a_transaction_that_is_undone_never_was():
    def step():
        with transaction.atomic():
            send_mail("Hello", "Good news.", None, ["kim@example.org"])
            raise Undone

    with pytest.raises(Undone):
        step()

    assert (Mail.objects.count(), jobs()) == (0, [])


def test_several_mails_are_written_down_all_or_none():
    messages = [
        EmailMessage("Hello", "Good news.", to=["kim@example.org"]),
        EmailMessage("He\nllo", "Good news.", to=["robin@example.org"]),
    ]

    with pytest.raises(BadHeaderError):
        messages[0].get_connection().send_messages(messages)

    assert (Mail.objects.count(), jobs()) == (0, [])


def test_attachment_is_refused_rather_than_lost():
    message = EmailMultiAlternatives("Hello", "Good news.", to=["kim@example.org"])
    message.attach("list.csv", "a,b", "text/csv")

    with pytest.raises(ValueError, match="takes no attachments"):
        message.send()

    assert Mail.objects.count() == 0


def test_message_id_names_the_site_and_no_computer(settings, make_mail):
    settings.DEFAULT_FROM_EMAIL = "Good Practice <catalogue@good.example>"

    first, second = make_mail(), make_mail()

    assert first.message_id.partition("@")[2] == second.message_id.partition("@")[2] == "good.example"
    assert first.message_id != second.message_id
