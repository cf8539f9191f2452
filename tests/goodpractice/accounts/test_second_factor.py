"""Board, office and administrators show a second factor before they reach any page of theirs."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import get_user
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.utils import translation

from goodpractice.accounts import middleware
from tests.goodpractice.signing_in import signed_in, with_factor

ADMIN = "/en/admin/"
PASSWORD = "a long enough passphrase"


def current_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def without_factor(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture(params=["board", "office", "administrator", "staff", "superuser"])
def strong(request, make_person):
    flags = {"staff": {"is_staff": True}, "superuser": {"is_staff": True, "is_superuser": True}}
    if request.param in flags:
        return make_person("strong@example.org", **flags[request.param])
    return make_person("strong@example.org", request.param, is_staff=True)


def test_strong_role_without_a_factor_is_led_to_set_one_up(strong):
    response = without_factor(strong).get(ADMIN)

    assert (response.status_code, response.url) == (302, "/en/account/second-factor/")


def test_strong_role_with_a_factor_that_was_not_shown_is_asked_for_it(strong):
    response = without_factor(with_factor(strong)).get(ADMIN)

    assert (response.status_code, response.url) == (302, "/en/account/confirm/code/?next=%2Fen%2Fadmin%2F")


def test_strong_role_that_has_shown_a_factor_enters(strong):
    assert signed_in(strong).get(ADMIN).status_code == 200


def test_factor_that_was_removed_no_longer_counts(strong):
    client = signed_in(strong)
    Authenticator.objects.all().delete()

    assert client.get(ADMIN).url == "/en/account/second-factor/"


def test_recovery_codes_alone_are_no_factor(strong):
    client = signed_in(strong)
    Authenticator.objects.all().delete()
    RecoveryCodes.activate(strong)

    assert client.get(ADMIN).url == "/en/account/second-factor/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_forms_are_refused_as_well(strong, method):
    response = getattr(without_factor(strong), method)(
        "/en/admin/accounts/user/add/", {"email": "x@example.org"}
    )

    assert response.url == "/en/account/second-factor/"


def test_strong_role_changes_nothing_of_the_own_account_without_a_factor(strong):
    response = without_factor(strong).post("/en/account/details/", {"name": "Other"})

    strong.refresh_from_db()
    assert (response.url, strong.name) == ("/en/account/second-factor/", "Strong")


@pytest.mark.parametrize(
    "path", ["/en/", "/en/examples/", "/en/account/", "/en/account/second-factor/", "/healthz"]
)
def test_public_pages_and_the_own_account_stay_open(strong, path):
    assert without_factor(strong).get(path).status_code == 200


def test_submitter_needs_no_factor(make_person):
    response = without_factor(make_person("kim@example.org", "submitter")).get("/en/account/details/")

    assert response.status_code == 200


def test_every_page_of_the_administration_is_guarded(make_person):
    client = without_factor(make_person("office@example.org", "office", is_staff=True))
    patterns = [key for key in get_resolver().namespace_dict["admin"][1].reverse_dict if isinstance(key, str)]
    plain = []
    for name in patterns:
        try:
            with translation.override("en"):
                plain.append(reverse(f"admin:{name}"))
        except Exception:  # noqa: BLE001 - needs the key of a record
            continue
    open_ones = {
        path for path in plain if client.get(path).headers.get("Location") != "/en/account/second-factor/"
    }

    assert len(plain) > 20
    assert open_ones == {"/en/admin/logout/"}


def test_a_new_room_is_guarded_before_anybody_thinks_of_it(rf, make_person):
    class Match:
        namespaces, view_name = ["assessment"], "assessment:proposal_list"

    request = rf.get("/en/proposals/")
    request.user, request.resolver_match = make_person("board@example.org", "board"), Match()
    request.session, request._messages = {}, type("Messages", (), {"add": lambda *args: None})()

    response = middleware.require_second_factor(lambda request: None).process_view(request, None, (), {})

    assert response.url == reverse("mfa_index")


# Setting up and using it ---------------------------------------------------------------------------------


def by_password(person):
    client = Client()
    response = client.post("/en/account/sign-in/", {"login": person.email, "password": PASSWORD})
    return client, response


def confirmed(person):
    """Sign in and give the password once more, as sensitive changes ask."""
    client, _ = by_password(person)
    client.post("/en/account/confirm/", {"password": PASSWORD})
    return client


@pytest.mark.django_db(transaction=True)
def test_office_sets_up_an_app_and_enters_at_once(make_person, mailoutbox):
    office = make_person("office@example.org", "office", password=PASSWORD, is_staff=True)
    client = confirmed(office)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})

    assert client.get(ADMIN).status_code == 200
    assert [mail.subject for mail in mailoutbox] == ["IQ Good Practice: A second factor was set up"]
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]


def test_wrong_code_sets_nothing_up(make_person):
    client = confirmed(make_person(password=PASSWORD))
    client.get(reverse("mfa_activate_totp"))

    response = client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert list(response.context["form"].errors) == ["code"]
    assert not Authenticator.objects.exists()


def test_sign_in_asks_for_the_code_of_the_app(make_person):
    office = make_person("office@example.org", "office", password=PASSWORD, is_staff=True)
    secret = generate_totp_secret()
    TOTP.activate(office, secret)

    client, response = by_password(office)
    before = get_user(client).is_authenticated
    client.post(response.url, {"code": current_code(secret)})

    assert (response.url, before) == ("/en/account/sign-in/second-factor/", False)
    assert client.get(ADMIN).status_code == 200


def test_recovery_code_works_once(make_person):
    person = with_factor(make_person(password=PASSWORD))
    code = RecoveryCodes.activate(person).get_unused_codes()[0]

    outcomes = []
    for _ in range(2):
        client, response = by_password(person)
        client.post(response.url, {"code": code})
        outcomes.append(get_user(client).is_authenticated)

    assert outcomes == [True, False]


def test_removing_the_app_sends_a_mail(make_person, mailoutbox):
    client = signed_in(make_person())

    with translation.override("en"):
        client.post(reverse("mfa_deactivate_totp"))

    assert [mail.subject for mail in mailoutbox] == ["IQ Good Practice: A second factor was removed"]


def test_recovery_codes_are_shown_to_their_owner_only(make_person):
    person = with_factor(make_person())
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    other = make_person("other@example.org")

    own = signed_in(person).get(reverse("mfa_view_recovery_codes")).content.decode()
    answer = signed_in(other).get(reverse("mfa_view_recovery_codes"))

    assert code in own
    assert answer.status_code == 404


# How long a session lasts --------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "status"), [(11.9, 200), (12.1, 302)])
def test_session_ends_after_twelve_hours(make_person, hours, status):
    client = signed_in(make_person(), signed_in_at=time.time() - hours * 3600)

    assert client.get("/en/account/").status_code == status
    assert get_user(client).is_authenticated is (status == 200)


def test_session_without_a_beginning_is_over(make_person):
    client = signed_in(make_person(), signed_in_at=0)

    assert client.get("/en/account/").url == "/en/account/sign-in/?next=%2Fen%2Faccount%2F"


def test_session_ends_two_hours_after_the_last_request(make_person):
    client = signed_in(make_person())

    response = client.get("/en/account/")

    assert response.cookies["sessionid"]["max-age"] == 7200


@pytest.mark.parametrize("path", ["/en/", "/de/beispiele/", "/de/kriterien/"])
def test_visitors_get_no_cookie(client, path):
    assert client.get(path).cookies == {}


@override_settings(DEMO=True)
def test_visitors_of_the_demonstration_get_no_cookie(client):
    assert client.get("/en/").cookies == {}
