"""The office sees what became of each mail, and sends again what failed; it reads none."""

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from goodpractice.accounts.models import User
from goodpractice.outbox.kinds import KINDS
from goodpractice.outbox.models import Mail
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

LIST = "/en/admin/outbox/mail/"


def person(*codenames):
    found = User.objects.create_user("office@example.org", name="Office", is_staff=True)
    found.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return found


@pytest.fixture
def office():
    return signed_in(person("view_mail", "change_mail"))


def subjects(response):
    return [mail.subject for mail in response.context["cl"].result_list]


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_office_sees_state_and_error_of_each_mail(office, make_mail):
    now = timezone.now()
    make_mail(subject="One", created_at=now - datetime.timedelta(hours=3), kind="login_code")
    make_mail(subject="Two", state="failed", attempts=6, last_error="SMTPError: " + 200 * "x")

    response = office.get(LIST)

    page = response.content.decode()
    assert subjects(response) == ["Two", "One"]
    assert all(
        text in page for text in ("Code to sign in", "kim@example.org", "3\xa0hours", "failed", "waiting")
    )
    assert f"SMTPError: {109 * 'x'} …" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=failed", ["Two"]),
        ("?state=nonsense", ["Two", "One"]),
        ("?kind=login_code", ["One"]),
        ("?kind=nonsense", []),
        ("?q=robin", ["Two"]),
        ("?q=one", ["One"]),
    ],
)
def test_list_is_narrowed_by(office, make_mail, query, found):
    make_mail(subject="One", kind="login_code")
    make_mail(subject="Two", state="failed", receiver="robin@example.org")

    assert subjects(office.get(LIST + query)) == found


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_queries(office, make_mail, django_assert_num_queries, count):
    for _number in range(count):
        make_mail()
    office.get(LIST)

    with django_assert_num_queries(12):
        office.get(LIST)


@pytest.mark.parametrize(("demo", "is_shown"), [(False, False), (True, True)], ids=["real", "demo"])
def test_words_of_a_mail_are_shown_in_the_demonstration_only(office, make_mail, settings, demo, is_shown):
    settings.DEMO = demo
    mail = make_mail(
        text="Your code:\n\nABC-123\n\nhttps://example.org/", html="<b>ABC-123</b>", is_secret=True
    )

    page = office.get(f"{LIST}{mail.pk}/change/").content.decode()

    assert ("ABC-123" in page) is is_shown
    assert ('<p class="code">ABC-123</p>\n<p><a href="https://example.org/">' in page) is is_shown


def test_nothing_is_written_added_or_deleted(office, make_mail):
    mail = make_mail()

    added = office.post(f"{LIST}add/", {"subject": "New"})
    deleted = office.post(f"{LIST}{mail.pk}/delete/", {"post": "yes"})
    changed = office.post(
        f"{LIST}{mail.pk}/change/", {"subject": "Other", "receiver": "me@example.org", "state": "sent"}
    )

    assert (added.status_code, deleted.status_code, changed.status_code) == (403, 403, 403)
    found = Mail.objects.get()
    assert (found.subject, found.receiver, found.state) == ("Hello", "kim@example.org", "queued")


def test_failed_mails_are_sent_again(office, make_mail):
    failed = [make_mail(state="failed", attempts=6), make_mail(state="failed", attempts=6)]
    data = {"action": "send_again", "_selected_action": [mail.pk for mail in failed]}

    response = office.post(LIST, data, follow=True)

    assert said(response) == ["2 mails are on their way again."]
    assert set(Mail.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert sorted(job.args["mail_id"] for job in ProcrastinateJob.objects.all()) == [
        mail.pk for mail in failed
    ]


def test_other_mails_are_not_sent_again(office, make_mail):
    sent = make_mail(state="sent", sent_at=timezone.now())

    response = office.post(LIST, {"action": "send_again", "_selected_action": [sent.pk]}, follow=True)

    assert said(response) == ["Not possible: “Hello”. It did not fail, or its text has been forgotten."]
    assert (Mail.objects.get().state, ProcrastinateJob.objects.count()) == ("sent", 0)


def test_who_may_only_look_sends_nothing_again(make_mail):
    failed = make_mail(state="failed")

    signed_in(person("view_mail")).post(LIST, {"action": "send_again", "_selected_action": [failed.pk]})

    assert (Mail.objects.get().state, ProcrastinateJob.objects.count()) == ("failed", 0)


@pytest.mark.parametrize("path", ["", "1/change/"])
def test_others_see_no_mails(make_mail, path):
    make_mail(pk=1)

    assert signed_in(person("view_topic")).get(LIST + path).status_code == 403


def test_failed_mails_wait_on_the_first_page(office, make_mail):
    make_mail(state="failed")
    make_mail()

    tasks = office.get("/en/admin/").context["tasks"]

    (entry,) = [entry for task in tasks for entry in task["models"] if entry["object_name"] == "Mail"]
    assert [(item.count, str(item.label), item.url) for item in entry["waiting"]] == [
        (1, "failed", f"{LIST}?state=failed")
    ]


def test_jobs_have_no_page():
    with pytest.raises(NoReverseMatch):
        reverse("admin:procrastinate_procrastinatejob_changelist")


def test_office_and_administrators_look_after_mails():
    call_command("loaddata", "roles", verbosity=0)

    rights = Permission.objects.filter(content_type__app_label="outbox", group__isnull=False)
    assert sorted(rights.values_list("group__name", "codename")) == [
        (name, right) for name in ("administrator", "office") for right in ("change_mail", "view_mail")
    ]


def test_every_kind_of_mail_has_words():
    """A template is a kind; parts of one begin with an underscore, what others extend is called base."""
    templates = Path(settings.BASE_DIR, "templates")
    ours = {path.stem for path in (templates / "mail").glob("[!_]*.txt")}
    theirs = {
        path.stem.removesuffix("_subject")
        for room in ("account", "mfa")
        for path in (templates / room / "email").glob("*_subject.txt")
    }

    assert (ours | theirs) - {"base"} - KINDS.keys() == set()
