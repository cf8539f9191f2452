"""A mail goes out once, is tried again with growing waits, and is given up in the open."""

import datetime
import email
import threading
from email.utils import parsedate_to_datetime

import pytest
from django.core.mail import send_mail
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from goodpractice.outbox import delivery
from goodpractice.outbox.models import Mail

pytestmark = pytest.mark.django_db

TRANSPORTS = "tests.goodpractice.outbox.transports"
SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)


def files(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def job_times():
    return list(ProcrastinateJob.objects.order_by("id").values_list("scheduled_at", flat=True))


# Getting out -----------------------------------------------------------------------------------------------


def test_delivered_mail_is_a_file_named_by_its_message_id(folder, make_mail):
    mail = make_mail(html="<p>Good news.</p>", reply_to="office@example.org")

    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("sent", 1, "")
    assert timezone.now() - mail.sent_at < 10 * SECOND
    assert files(folder) == [f"{mail.message_id}.eml"]
    message = email.message_from_bytes((folder / f"{mail.message_id}.eml").read_bytes())
    assert {
        name: message[name] for name in ("To", "Subject", "Reply-To", "Message-ID", "Content-Language")
    } == {
        "To": "kim@example.org",
        "Subject": "Hello",
        "Reply-To": "office@example.org",
        "Message-ID": f"<{mail.message_id}>",
        "Content-Language": "en",
    }
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == mail.created_at.replace(microsecond=0)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_mail_delivered_again_writes_the_same_file_and_nothing_else(folder, make_mail):
    mail = make_mail()
    delivery.deliver(mail.pk)
    Mail.objects.update(state="queued", sent_at=None)  # as after a death between sending and noting it

    delivery.deliver(mail.pk)

    assert files(folder) == [f"{mail.message_id}.eml"]


def test_sent_mail_is_not_sent_again_by_a_second_job(folder, make_mail):
    mail = make_mail()
    delivery.deliver(mail.pk)
    (folder / f"{mail.message_id}.eml").unlink()

    delivery.deliver(mail.pk)

    assert files(folder) == []


def test_job_of_a_mail_that_is_gone_does_nothing(folder):
    delivery.deliver(987)

    assert files(folder) == []


@pytest.mark.django_db(transaction=True)
def test_mail_that_somebody_delivers_just_now_is_left_alone(folder, make_mail):
    mail = make_mail()

    def other():
        delivery.deliver(mail.pk)
        connections.close_all()

    with transaction.atomic():
        Mail.objects.select_for_update().get(pk=mail.pk)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)

    mail.refresh_from_db()
    assert (thread.is_alive(), mail.state, mail.attempts, files(folder)) == (False, "queued", 0, [])


# Failing ---------------------------------------------------------------------------------------------------


def test_attempts_fail_six_times_in_about_a_day_then_the_mail_is_given_up(settings, make_mail, caplog):
    settings.MAIL_TRANSPORT = f"{TRANSPORTS}.Busy"
    mail = make_mail()
    waits = []
    for attempt in range(1, 7):
        delivery.deliver(mail.pk)
        mail.refresh_from_db()
        assert mail.attempts == attempt
        if mail.state == "queued":
            waits.append(round((mail.due_at - timezone.now()) / SECOND))

    assert waits == [60, 600, 3600, 21600, 61200]
    assert len(job_times()) == 5
    assert (mail.state, mail.sent_at, mail.text) == ("failed", None, "Good news.")
    assert mail.last_error == ("SMTPRecipientsRefused: {'kim@example.org': (450, b'try again later')}")
    assert "kim@example.org" not in caplog.text
    assert "attempt 6 failed: SMTPRecipientsRefused" in caplog.text


def test_each_wait_has_a_job_of_its_time(settings, make_mail):
    settings.MAIL_TRANSPORT = f"{TRANSPORTS}.Busy"
    mail = make_mail()

    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert job_times() == [mail.due_at]


def test_unknown_receiver_is_given_up_at_once(settings, make_mail):
    settings.MAIL_TRANSPORT = f"{TRANSPORTS}.UnknownReceiver"
    mail = make_mail()

    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, job_times()) == ("failed", 1, [])


@pytest.mark.parametrize("transport", ["WrongPassword", "Unencodable"])
def test_other_errors_are_tried_again(settings, make_mail, transport):
    settings.MAIL_TRANSPORT = f"{TRANSPORTS}.{transport}"
    mail = make_mail()

    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 1)


def test_folder_that_is_none_is_an_error_like_any_other(folder, make_mail):
    folder.write_text("a file")
    mail = make_mail()

    delivery.deliver(mail.pk)
    folder.unlink()
    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("sent", 2, "")
    assert files(folder) == [f"{mail.message_id}.eml"]


# Secrets ---------------------------------------------------------------------------------------------------


def test_secret_is_forgotten_once_sent(folder, make_mail):
    mail = make_mail(text="ABC-123", html="<p>ABC-123</p>", is_secret=True)

    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")
    assert "ABC-123" in (folder / f"{mail.message_id}.eml").read_text()


def test_secret_is_tried_for_minutes_only_and_forgotten_when_given_up(settings, make_mail):
    settings.MAIL_TRANSPORT = f"{TRANSPORTS}.Busy"
    mail = make_mail(text="ABC-123", is_secret=True)

    waits = []
    for _attempt in range(6):
        delivery.deliver(mail.pk)
        mail.refresh_from_db()
        waits.append(round((mail.due_at - timezone.now()) / SECOND))

    assert waits[:5] == [5, 15, 40, 120, 240]
    assert (mail.state, mail.text) == ("failed", "")


def test_secret_is_kept_in_the_demonstration(settings, make_mail):
    settings.DEMO = True
    mail = make_mail(text="ABC-123", is_secret=True)

    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.text) == ("sent", "ABC-123")


# Again -----------------------------------------------------------------------------------------------------


def test_failed_mail_is_sent_again_with_all_attempts(folder, make_mail):
    mail = make_mail(state="failed", attempts=6, last_error="gone")

    delivery.send_again(mail)
    delivery.deliver(mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("sent", 1)
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"mail_id": mail.pk}]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "queued"},
        {"state": "sent", "sent_at": timezone.now()},
        {"state": "failed", "text": ""},
    ],
    ids=["waiting", "sent", "forgotten"],
)
def test_sending_again_is_refused(make_mail, fields):
    mail = make_mail(**fields)

    with pytest.raises(delivery.SendingNotAllowed):
        delivery.send_again(mail)

    assert (Mail.objects.get().state, job_times()) == (fields["state"], [])


def test_mails_that_wait_in_vain_get_a_new_job_once(make_mail):
    now = timezone.now()
    lost = make_mail(due_at=now - 6 * 60 * SECOND)
    make_mail(due_at=now - 4 * 60 * SECOND)
    make_mail(due_at=now - DAY, state="failed")
    make_mail(due_at=now - DAY, state="sent", sent_at=now)

    counts = [delivery.wake_up_for_overdue(), delivery.wake_up_for_overdue()]

    assert counts == [1, 0]
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"mail_id": lost.pk}]


# Forgetting ------------------------------------------------------------------------------------------------


def test_bodies_are_forgotten_after_30_days_and_rows_after_a_year(make_mail):
    now = timezone.now()
    for name, age, state in [
        ("new", 29, "sent"),
        ("old", 31, "sent"),
        ("old-failed", 31, "failed"),
        ("ancient", 366, "sent"),
        ("waiting", 400, "queued"),
    ]:
        sent_at = now if state == "sent" else None
        make_mail(subject=name, html="<p>.</p>", created_at=now - age * DAY, state=state, sent_at=sent_at)

    delivery.forget_old()

    found = {mail.subject: (mail.text, mail.html) for mail in Mail.objects.all()}
    whole, empty = ("Good news.", "<p>.</p>"), ("", "")
    assert found == {"new": whole, "old": empty, "old-failed": empty, "waiting": whole}


# What the database holds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"state": "sent"}, "mail_sent_with_its_time"),
        ({"state": "failed", "sent_at": timezone.now()}, "mail_sent_with_its_time"),
        ({"text": ""}, "mail_waiting_with_its_text"),
        ({"message_id": "taken@example.org"}, "message_id"),
    ],
    ids=["sent without time", "failed with time", "nothing to send", "Message-ID of another"],
)
def test_database_refuses(make_mail, fields, name):
    make_mail(message_id="taken@example.org")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_mail(**fields)


def test_mail_without_words_is_refused_where_it_is_sent():
    with pytest.raises(IntegrityError, match="mail_waiting_with_its_text"), transaction.atomic():
        send_mail("Hello", "", None, ["kim@example.org"])

    assert job_times() == []
