"""Signing up and in by code or password, and what it tells to those who ask about others."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from goodpractice.accounts import session_list
from goodpractice.accounts.models import User
from tests.goodpractice.signing_in import signed_in

PASSWORD = "a long enough passphrase"
SIGN_UP, SIGN_IN, CODE = "/en/account/sign-up/", "/en/account/sign-in/", "/en/account/sign-in/code/"


def code_in(mail):
    return re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", mail.body, re.MULTILINE)[1]


def is_signed_in(client):
    return get_user(client).is_authenticated


def sign_up(client, email="kim@example.org", **data):
    return client.post(SIGN_UP, {"name": "Kim Muster", "email": email, **data})


def test_sign_up_takes_a_code_from_the_mail(client, mailoutbox, django_capture_on_commit_callbacks):
    response = sign_up(client)
    waiting = is_signed_in(client)
    client.post(response.url, {"code": code_in(mailoutbox[0])})

    person = User.objects.get()
    assert (waiting, is_signed_in(client)) == (False, True)
    assert (person.name, person.email, person.has_usable_password(), person.is_staff) == (
        "Kim Muster",
        "kim@example.org",
        False,
        False,
    )
    assert [group.name for group in person.groups.all()] == ["submitter"]
    assert EmailAddress.objects.get().verified


def test_sign_up_with_a_wrong_code_stays_outside(client):
    response = client.post(sign_up(client).url, {"code": "WRONG1"})

    assert response.context["form"].errors == {
        "code": ["This code is not right. Please check it, or request a new one."]
    }
    assert not is_signed_in(client)


def test_sign_up_needs_a_name(client):
    response = client.post(SIGN_UP, {"email": "kim@example.org"})

    assert list(response.context["form"].errors) == ["name"]
    assert not User.objects.exists()


def test_sign_up_refuses_a_short_password(client):
    response = sign_up(client, password1="short")

    assert list(response.context["form"].errors) == ["password1"]


def test_sign_up_with_a_known_address_says_the_same_and_tells_its_owner(client, make_person, mailoutbox):
    make_person()

    known = sign_up(Client())
    unknown = sign_up(Client(), "new@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["kim@example.org"], "IQ Good Practice: You have an account already"),
        (["new@example.org"], "IQ Good Practice: Your code to confirm your e-mail address"),
    ]


def test_sign_in_by_code(client, make_person, mailoutbox):
    make_person()

    response = client.post(CODE, {"email": "KIM@example.org"})
    client.post(response.url, {"code": code_in(mailoutbox[0])})

    assert is_signed_in(client)


def test_code_for_an_unknown_address_says_the_same_and_sends_nothing(make_person, mailoutbox):
    make_person()

    known = Client().post(CODE, {"email": "kim@example.org"})
    unknown = Client().post(CODE, {"email": "nobody@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [mail.to for mail in mailoutbox] == [["kim@example.org"]]


def test_password_reset_for_an_unknown_address_says_the_same_and_sends_nothing(make_person, mailoutbox):
    make_person(password=PASSWORD)
    address = reverse("account_reset_password")

    known = Client().post(address, {"email": "kim@example.org"})
    unknown = Client().post(address, {"email": "nobody@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [mail.to for mail in mailoutbox] == [["kim@example.org"]]


def test_sign_in_by_password_without_regard_to_case(client, make_person):
    make_person(password=PASSWORD)

    client.post(SIGN_IN, {"login": "Kim@EXAMPLE.org", "password": PASSWORD})

    assert is_signed_in(client)


@pytest.mark.parametrize("email", ["kim@example.org", "nobody@example.org"])
def test_refused_sign_in_says_the_same_whatever_is_wrong(client, make_person, email):
    make_person(password=PASSWORD)

    response = client.post(SIGN_IN, {"login": email, "password": "wrong"})

    assert response.context["form"].non_field_errors() == ["E-mail address and password do not fit together."]
    assert not is_signed_in(client)


def test_closed_account_does_not_sign_in(client, make_person):
    make_person(password=PASSWORD, is_active=False)

    client.post(SIGN_IN, {"login": "kim@example.org", "password": PASSWORD})

    assert not is_signed_in(client)


def test_address_is_confirmed_before_the_first_sign_in(client, make_person, mailoutbox):
    """An account that the office made: the password alone proves nothing about the address."""
    make_person(password=PASSWORD, verified=False)

    client.post(SIGN_IN, {"login": "kim@example.org", "password": PASSWORD})

    assert not is_signed_in(client)
    assert [mail.subject for mail in mailoutbox] == [
        "IQ Good Practice: Your code to confirm your e-mail address"
    ]


def test_sign_in_does_not_lead_to_other_sites(client, make_person):
    make_person(password=PASSWORD)

    response = client.post(
        SIGN_IN, {"login": "kim@example.org", "password": PASSWORD, "next": "https://evil.example/"}
    )

    assert response.url == "/en/account/"


def test_guessing_a_password_is_stopped(client, make_person):
    make_person(password=PASSWORD)
    for _ in range(5):
        client.post(SIGN_IN, {"login": "kim@example.org", "password": "wrong"})

    response = client.post(SIGN_IN, {"login": "kim@example.org", "password": PASSWORD})

    assert not is_signed_in(client)
    assert response.context["form"].non_field_errors() == [
        "Too many attempts. Please try again in a few minutes."
    ]


def test_too_many_sign_ups_get_our_page(client):
    for number in range(20):
        sign_up(Client(), f"{number}@example.org")

    response = sign_up(client, "last@example.org")

    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")
    assert "errors/429.html" in [template.name for template in response.templates]


def test_admin_has_no_sign_in_of_its_own(client):
    response = client.get("/en/admin/login/?next=/en/admin/catalogue/")

    assert (response.status_code, response.url) == (
        302,
        "/en/account/sign-in/?next=%2Fen%2Fadmin%2Fcatalogue%2F",
    )


def test_admin_refuses_people_who_may_not_enter(make_person):
    assert signed_in(make_person()).get("/en/admin/login/").status_code == 403


def test_admin_changes_no_password_of_its_own(make_person):
    response = signed_in(make_person("office@example.org", "office", is_staff=True)).get(
        "/en/admin/password_change/"
    )

    assert response.url == "/en/account/password/change/"


def test_sign_out_needs_a_post(make_person):
    client = signed_in(make_person())

    client.get("/en/account/sign-out/")
    before = is_signed_in(client)
    client.post("/en/account/sign-out/")

    assert (before, is_signed_in(client)) == (True, False)


# Changes to the account ----------------------------------------------------------------------------------


def by_password(person):
    """Sign in; that alone is not enough for a sensitive change."""
    client = Client()
    client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account_email", {"email": "new@example.org", "action_add": ""}),
        ("mfa_activate_totp", {"code": "123456"}),
        ("mfa_add_webauthn", {}),
    ],
)
def test_sensitive_change_asks_again_who_it_is(make_person, mailoutbox, name, data):
    client = by_password(make_person(password=PASSWORD))

    response = client.post(reverse(name), data)

    assert response.url.startswith("/en/account/confirm/")
    assert mailoutbox == []


def test_password_change_asks_for_the_old_one_and_sends_a_mail(make_person, mailoutbox):
    person = make_person(password=PASSWORD)
    client = by_password(person)
    new = {"password1": "another long passphrase", "password2": "another long passphrase"}
    address = reverse("account_change_password")

    wrong = client.post(address, {"oldpassword": "wrong", **new})
    client.post(address, {"oldpassword": PASSWORD, **new})

    person.refresh_from_db()
    assert list(wrong.context["form"].errors) == ["oldpassword"]
    assert person.check_password("another long passphrase")
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["kim@example.org"], "IQ Good Practice: Your password was changed")
    ]


def test_new_address_counts_after_its_code_and_the_old_one_is_told(make_person, mailoutbox):
    person = make_person(password=PASSWORD)
    client = by_password(person)
    client.post("/en/account/confirm/", {"password": PASSWORD})

    response = client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    person.refresh_from_db()
    before = person.email
    client.post(response.url, {"code": code_in(mailoutbox[0])})

    person.refresh_from_db()
    assert (before, person.email) == ("kim@example.org", "new@example.org")
    assert {mail.subject: mail.to for mail in mailoutbox}[
        "IQ Good Practice: Your e-mail address was changed"
    ] == ["kim@example.org"]


def test_mails_hold_no_address_of_a_computer(make_person, mailoutbox):
    client = by_password(make_person(password=PASSWORD))
    new = {"password1": "another long passphrase", "password2": "another long passphrase"}

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert "127.0.0.1" not in mailoutbox[0].body


# Sessions ------------------------------------------------------------------------------------------------


def test_session_list_ends_the_others(make_person):
    person = make_person(password=PASSWORD)
    here, there = by_password(person), by_password(person)

    here.post(reverse("usersessions_list"))

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


@pytest.mark.parametrize(
    ("address", "stored"), [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2:3::4", "2001:db8:1::")]
)
def test_session_list_shows_the_device_and_a_shortened_address(make_person, address, stored):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    client.post(SIGN_IN, {"login": make_person(password=PASSWORD).email, "password": PASSWORD})

    page = client.get(reverse("usersessions_list")).content.decode()

    assert UserSession.objects.get().ip == stored
    assert (f"Firefox, Linux, address {stored}" in page, address in page) == (True, False)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("curl/8.5", "curl/8.5"),
    ],
)
def test_device_is_said_in_words(agent, words):
    assert session_list.device(agent) == words


def test_ended_sessions_are_forgotten(make_person):
    person = make_person(password=PASSWORD)
    here, there = by_password(person), by_password(person)
    Session.objects.filter(pk=there.session.session_key).update(expire_date=timezone.now())

    session_list.forget_ended()

    assert [found.session_key for found in UserSession.objects.all()] == [here.session.session_key]
    assert Session.objects.count() == 1


@pytest.mark.parametrize("path", ["/en/account/sign-out/", "/en/admin/logout/"])
def test_signing_out_erases_what_the_browser_has_kept(make_person, path):
    client = signed_in(make_person("office@example.org", "office", is_staff=True))
    before = client.get("/en/account/")

    response = client.post(path)

    assert ("Clear-Site-Data" in before.headers, response.headers["Clear-Site-Data"]) == (False, '"storage"')


@pytest.mark.parametrize(
    "path", ["", "second-factor/", "sessions/", "email/", "password/change/", "details/"]
)
def test_visitor_is_led_to_the_sign_in(client, path):
    response = client.get(f"/en/account/{path}")

    assert (response.status_code, response.url.partition("?")[0]) == (302, SIGN_IN)


def test_german_says_sie_under_german_paths(client):
    page = client.post("/de/konto/anmelden/", {"login": "x@example.org", "password": "x"}).content.decode()

    assert "E-Mail-Adresse und Passwort passen nicht zusammen." in page
    assert not re.search(r"\b(du|dein\w*|dich|dir)\b", page, re.IGNORECASE)


# Mails ---------------------------------------------------------------------------------------------------


def test_codes_are_secrets_and_notices_are_none(make_person, mailoutbox):
    make_person(password=PASSWORD)
    person = User.objects.get()
    Client().post(CODE, {"email": "kim@example.org"})
    sign_up(Client(), "new@example.org")
    sign_up(Client())
    client = signed_in(person)
    client.post(
        reverse("account_change_password"),
        {
            "oldpassword": PASSWORD,
            "password1": "another long passphrase",
            "password2": "another long passphrase",
        },
    )

    found = {mail.kind: mail.is_secret for mail in mailoutbox}
    assert found == {
        "login_code": True,
        "email_confirmation_signup": True,
        "account_already_exists": False,
        "password_changed": False,
    }


@pytest.mark.parametrize(
    ("path", "language"), [("/en/account/sign-up/", "en"), ("/de/konto/registrieren/", "de")]
)
def test_person_gets_mails_in_the_language_of_the_sign_up(client, mailoutbox, path, language):
    client.post(path, {"name": "Kim Muster", "email": "kim@example.org"})

    (mail,) = mailoutbox
    html, mimetype = mail.alternatives[0]
    assert User.objects.get().language == mail.language == language
    assert (mimetype, f'<html lang="{language}">' in html, code_in(mail) in html) == ("text/html", True, True)


def test_person_chooses_the_language_of_mails(make_person):
    person = make_person()
    client = signed_in(person)

    client.post("/en/account/details/", {"name": "Kim", "language": "en"})
    person.refresh_from_db()
    refused = client.post("/en/account/details/", {"name": "Kim", "language": "fr"})

    assert person.language == "en"
    assert list(refused.context["form"].errors) == ["language"]


# Confirming by a mailed code, with neither password nor factor -------------------------------------------

AGAIN = "/en/account/confirm/mail/"


def by_code(person, mailoutbox):
    """Sign in by a mailed code, a quarter of an hour ago."""
    client = Client()
    client.post(CODE, {"email": person.email})
    client.post("/en/account/sign-in/code/confirm/", {"code": code_in(mailoutbox.pop())})
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 900
    session["signed_in_at"] -= 900
    session.save()
    return client


@pytest.fixture
def codeless(make_person, mailoutbox):
    client = by_code(make_person(), mailoutbox)
    assert is_signed_in(client)
    return client


@pytest.mark.parametrize("name", ["account_email", "account_set_password", "mfa_add_webauthn"])
def test_sensitive_change_asks_for_a_code_who_has_nothing_else(codeless, name):
    response = codeless.post(reverse(name), {"email": "new@example.org", "action_add": ""})

    assert (response.status_code, response.url.partition("?")[0]) == (302, AGAIN)


def test_code_that_was_just_shown_to_sign_in_is_enough(make_person, mailoutbox):
    client = Client()
    client.post(CODE, {"email": make_person().email})
    client.post("/en/account/sign-in/code/confirm/", {"code": code_in(mailoutbox.pop())})

    assert client.get(reverse("account_set_password")).status_code == 200


def test_code_that_was_just_shown_to_sign_up_is_enough(client, mailoutbox):
    client.post(sign_up(client).url, {"code": code_in(mailoutbox.pop())})

    assert client.get(reverse("account_set_password")).status_code == 200


def test_mailed_code_leads_back_to_what_was_wanted(codeless, mailoutbox):
    wanted = reverse("account_set_password")
    page = codeless.get(wanted).url
    shown = codeless.get(page)
    before = len(mailoutbox)
    codeless.post(page, {"send": ""})

    response = codeless.post(page, {"code": code_in(mailoutbox[-1])})

    assert (shown.context["form"], before, mailoutbox[-1].kind, mailoutbox[-1].is_secret) == (
        None,
        0,
        "confirm_code",
        True,
    )
    assert (response.url, codeless.get(wanted).status_code) == (wanted, 200)


def test_mailed_code_is_guessed_three_times_at_most(codeless, mailoutbox):
    codeless.post(AGAIN, {"send": ""})
    wrong = [codeless.post(AGAIN, {"code": "WRONG1"}).status_code for _ in range(3)]

    right = codeless.post(AGAIN, {"code": code_in(mailoutbox[-1])})

    assert wrong == [200, 200, 302]
    assert right.context["form"] is None
    assert codeless.get(reverse("account_set_password")).status_code == 302


def test_mailed_code_ends_after_ten_minutes(codeless, mailoutbox):
    codeless.post(AGAIN, {"send": ""})
    session = codeless.session
    session["account_code_to_confirm"]["at"] -= 601
    session.save()

    assert codeless.post(AGAIN, {"code": code_in(mailoutbox[-1])}).context["form"] is None


def test_mailbox_is_not_filled(codeless, mailoutbox):
    answers = [codeless.post(AGAIN, {"send": ""}).status_code for _ in range(6)]

    assert answers[-1] == 429
    assert len(mailoutbox) == answers.count(302)


def test_code_is_not_offered_to_who_has_a_password(make_person, mailoutbox):
    client = by_password(make_person(password=PASSWORD))

    response = client.post(f"{AGAIN}?next=/en/account/email/", {"send": ""})

    assert (response.url, mailoutbox) == ("/en/account/confirm/?next=/en/account/email/", [])
