"""Trying a role: in the demonstration, on this machine, and nowhere else."""

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.models import Permission
from django.test import Client

from goodpractice import demo
from goodpractice.accounts.roles import ROLES
from goodpractice.accounts.trying import SESSION_KEY

LIST, TRY = "/en/role/", "/en/role/try/"


@pytest.fixture
def demonstration(settings):
    settings.DEMO = True
    demo._create_accounts()


@pytest.fixture
def client():
    return Client(SERVER_NAME="localhost")


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.email)
def test_one_click_signs_in(client, role):
    response = client.post(TRY, {"email": role.email}, follow=True)

    assert get_user(client).email == role.email
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == ("/en/admin/" if role.is_staff else "/en/account/")


@pytest.mark.usefixtures("demonstration")
def test_page_lists_every_role(client):
    page = client.get("/de/rolle/").content.decode()

    assert [role.name in page for role in ROLES] == [True] * 6


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_demonstration_there_is_no_such_page(client, method):
    demo._create_accounts()

    answer = getattr(client, method)(LIST if method == "get" else TRY, {"email": ROLES[0].email})

    assert (answer.status_code, get_user(client).is_authenticated) == (404, False)


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize(
    "request_from",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "::ffff:192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "testserver"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
    ],
    ids=lambda given: "-".join(f"{key}={value}" for key, value in given.items()),
)
def test_requests_from_elsewhere_are_refused(client, request_from):
    answers = [
        client.get(LIST, **request_from).status_code,
        client.post(TRY, {"email": ROLES[0].email}, **request_from).status_code,
    ]

    assert answers == [404, 404]
    assert not get_user(client).is_authenticated


@pytest.mark.usefixtures("demonstration")
def test_setting_for_tls_closes_it(client, settings):
    settings.HTTPS = True

    assert client.get(LIST).status_code == 404


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("email", ["", "real@example.org", "nobody@example.org"])
def test_only_made_up_people_can_be_tried(client, make_person, email):
    make_person("real@example.org")

    answer = client.post(TRY, {"email": email})

    assert (answer.status_code, get_user(client).is_authenticated) == (404, False)


@pytest.mark.usefixtures("demonstration")
def test_reading_signs_nobody_in(client):
    assert client.get(TRY, {"email": ROLES[0].email}).status_code == 405


@pytest.mark.usefixtures("demonstration")
def test_click_without_a_token_is_refused():
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)

    assert strict.post(TRY, {"email": ROLES[0].email}).status_code == 403


@pytest.mark.usefixtures("demonstration")
def test_mark_in_the_session_opens_nothing_once_the_demonstration_is_over(client, settings):
    client.post(TRY, {"email": "office@example.org"})
    settings.DEMO = False

    assert client.session[SESSION_KEY] is True
    assert client.get("/en/admin/").url == "/en/account/second-factor/"


@pytest.mark.usefixtures("demonstration")
def test_tried_roles_are_no_superusers():
    rights = Permission.objects.filter(group__name="submitter")

    assert list(rights) == []
    assert not any(role.is_superuser for role in ROLES)
