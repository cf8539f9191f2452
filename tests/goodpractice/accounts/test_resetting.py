"""A lost second factor is taken away by office or administrators, never by oneself; the person is told."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth import get_user
from django.core.management import call_command
from django.db import DatabaseError, transaction

from goodpractice.accounts import resetting
from goodpractice.accounts.models import FactorReset
from tests.goodpractice.signing_in import signed_in, with_factor

REASON = "Phone lost; called back at the desk."


def path(person):
    return f"/en/admin/accounts/user/{person.pk}/reset-factor/"


@pytest.fixture(autouse=True)
def _roles(db):
    call_command("loaddata", "roles", verbosity=0)


@pytest.fixture
def people(make_person):
    return {
        "office": make_person("office@example.org", "office", is_staff=True),
        "administrator": make_person("admin@example.org", "administrator", is_staff=True),
        "second_office": make_person("second@example.org", "office", "submitter", is_staff=True),
        "board": with_factor(make_person("board@example.org", "board", is_staff=True, language="en")),
        "submitter": make_person("kim@example.org", "submitter"),
        "root": make_person("root@example.org", is_staff=True, is_superuser=True),
    }


ALLOWED = {
    ("office", "board"),
    ("office", "submitter"),
    *(("administrator", other) for other in ("office", "second_office", "board", "submitter", "root")),
    *(("root", other) for other in ("office", "second_office", "board", "submitter", "administrator")),
    *(("second_office", other) for other in ("board", "submitter")),
}


def test_who_may_reset_whose_factor(people):
    found = {
        (by, whose)
        for by, one in people.items()
        for whose, other in people.items()
        if resetting.may_reset(one, other)
    }

    assert found == ALLOWED


def test_reset_takes_all_factors_ends_sessions_is_recorded_and_told(people, mailoutbox):
    office, board = people["office"], people["board"]
    RecoveryCodes.activate(board)
    theirs = signed_in(board)
    UserSession.objects.create(
        user=board, session_key=theirs.session.session_key, ip="192.0.2.1", user_agent="Firefox"
    )

    page = signed_in(office).post(path(board), {"reason": REASON}, follow=True)

    done = FactorReset.objects.get()
    assert (done.person, done.by, done.reason) == (board, office, REASON)
    assert not Authenticator.objects.filter(user=board).exists()
    assert not get_user(theirs).is_authenticated
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["board@example.org"], "Your second factor was reset")
    assert "Office has taken away the second factor of your account" in mail.body
    assert REASON in mail.body
    assert f"by Office: {REASON}" in page.content.decode()


def test_reset_without_a_reason_does_nothing(people):
    response = signed_in(people["office"]).post(path(people["board"]), {"reason": " "})

    assert list(response.context["form"].errors) == ["reason"]
    assert Authenticator.objects.filter(user=people["board"]).exists()


def test_second_reset_finds_nothing_and_records_nothing(people, mailoutbox):
    client = signed_in(people["office"])
    for _ in range(2):
        client.post(path(people["board"]), {"reason": REASON})

    assert (FactorReset.objects.count(), len(mailoutbox)) == (1, 1)


@pytest.mark.parametrize(
    ("by", "whose"), [("office", "office"), ("office", "administrator"), ("administrator", "administrator")]
)
def test_reset_is_refused(people, by, whose):
    with_factor(people[whose])

    assert signed_in(people[by]).post(path(people[whose]), {"reason": REASON}).status_code == 403
    assert Authenticator.objects.filter(user=people[whose]).exists()


def test_reset_asks_again_who_it_is(people):
    client = signed_in(
        people["office"], account_authentication_methods=[{"method": "mfa", "type": "totp", "at": 1}]
    )

    response = client.post(path(people["board"]), {"reason": REASON})

    assert (response.status_code, response.url.partition("?")[0]) == (302, "/en/account/confirm/code/")
    assert Authenticator.objects.filter(user=people["board"]).exists()


def test_office_sees_accounts_without_their_passwords_and_changes_none(people):
    client = signed_in(people["office"])
    account = f"/en/admin/accounts/user/{people['board'].pk}/change/"

    page = client.get(account)

    assert "password" not in flatten_fieldsets(page.context["adminform"].fieldsets)
    assert client.post(account, {"name": "Other"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_database_keeps_records_of_resets(people):
    done = resetting.reset(people["board"], by=people["office"], reason=REASON)

    for change in (done.delete, lambda: FactorReset.objects.update(reason="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        FactorReset.objects.create(person=people["board"], by=people["board"], reason="x")
