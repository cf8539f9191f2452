"""Safe by default: what a forgotten variable leads to, read from the settings module run anew."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from goodpractice.postgres import ROOT

NAMES = [
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_REPLICA_URLS",
    "DEBUG",
    "DEMO",
    "EMAIL_URL",
    "HTTPS",
    "SECRET_KEY",
]
PRODUCTION = {
    "SECRET_KEY": "from-a-vault",
    "ALLOWED_HOSTS": "catalogue.example.org",
    "DATABASE_URL": "postgresql://db.example.org/catalogue",
    "EMAIL_URL": "smtp://catalogue:secret@mail.example.org",
}


@pytest.fixture
def settings_for(monkeypatch):
    def run(**environment):
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "goodpractice" / "settings.py"))

    return run


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL"])
def test_production_needs(settings_for, name):
    given = {key: value for key, value in PRODUCTION.items() if key != name}

    with pytest.raises(ImproperlyConfigured, match=f"Set the environment variable {name}"):
        settings_for(**given)


def test_production_is_closed_unless_opened(settings_for):
    found = settings_for(**PRODUCTION)

    assert {name: found[name] for name in ("DEBUG", "DEMO", "HTTPS", "BEHIND_PROXY")} == {
        "DEBUG": False,
        "DEMO": False,
        "HTTPS": True,
        "BEHIND_PROXY": False,
    }
    assert found["ALLOWED_HOSTS"] == ["catalogue.example.org"]
    assert "SECURE_PROXY_SSL_HEADER" not in found


def test_production_cookies_and_transport_are_for_tls_alone(settings_for):
    found = settings_for(**PRODUCTION)

    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == (
        "__Host-sessionid",
        "__Host-csrftoken",
    )
    assert all(
        found[name] is True
        for name in (
            "SESSION_COOKIE_SECURE",
            "SESSION_COOKIE_HTTPONLY",
            "CSRF_COOKIE_SECURE",
            "CSRF_COOKIE_HTTPONLY",
            "SECURE_SSL_REDIRECT",
            "SECURE_HSTS_INCLUDE_SUBDOMAINS",
            "SECURE_HSTS_PRELOAD",
        )
    )
    assert found["SECURE_HSTS_SECONDS"] == 63072000


def test_content_security_policy_allows_nothing_but_the_site_itself(settings_for):
    found = settings_for(**PRODUCTION)

    directives = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert {source for sources in directives.values() for source in sources} == {"'none'", "'self'"}


def test_proxy_is_trusted_only_when_told(settings_for):
    found = settings_for(**PRODUCTION, BEHIND_PROXY="1")

    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_development_needs_only_debug(settings_for):
    found = settings_for(DEBUG="1", DATABASE_URL="postgresql:///catalogue")

    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert found["HTTPS"] is False


def test_plain_http_is_refused_for_a_public_name(settings_for):
    with pytest.raises(ImproperlyConfigured, match="HTTPS=0 is for this machine alone"):
        settings_for(**PRODUCTION, HTTPS="0")


@pytest.mark.parametrize(
    "environment",
    [
        PRODUCTION,
        {**PRODUCTION, "ALLOWED_HOSTS": "localhost"},
        {**PRODUCTION, "ALLOWED_HOSTS": "localhost", "HTTPS": "0", "BEHIND_PROXY": "1"},
        {"DEBUG": "1", "DATABASE_URL": "postgresql:///catalogue", "HTTPS": "1"},
    ],
    ids=["public name", "https", "proxy", "debug with https"],
)
def test_demo_cannot_be_switched_on_for_others(settings_for, environment):
    with pytest.raises(ImproperlyConfigured, match="DEMO=1 is for this machine alone"):
        settings_for(**environment, DEMO="1")


def test_demo_with_a_public_name_and_without_tls_is_refused(settings_for):
    with pytest.raises(ImproperlyConfigured, match="for this machine alone"):
        settings_for(**PRODUCTION, HTTPS="0", DEMO="1")


def test_demo_writes_mails_to_a_folder(settings_for):
    found = settings_for(
        SECRET_KEY="x",
        ALLOWED_HOSTS="localhost",
        HTTPS="0",
        DEMO="1",
        DATABASE_URL="postgresql:///catalogue",
    )

    assert found["MAIL_TRANSPORT"] == "goodpractice.outbox.folder.FolderBackend"
    assert found["EMAIL_FILE_PATH"] == str(found["DATA_DIR"] / "mails")


@pytest.mark.parametrize("url", ["smtp://mail.example.org", "file:///srv/mails", "console:"])
def test_every_mail_goes_through_the_outbox(settings_for, url):
    found = settings_for(**{**PRODUCTION, "EMAIL_URL": url})

    assert found["EMAIL_BACKEND"] == "goodpractice.outbox.backend.OutboxBackend"
    assert found["MAIL_TRANSPORT"] != found["EMAIL_BACKEND"]


def test_replicas_are_routed_to_and_stand_before_the_sessions(settings_for):
    alone = settings_for(**PRODUCTION)
    found = settings_for(**PRODUCTION, DATABASE_REPLICA_URLS="postgresql://a.example.org/catalogue")

    assert (alone["REPLICAS"], "DATABASE_ROUTERS" in alone) == ([], False)
    assert (found["REPLICAS"], found["DATABASE_ROUTERS"]) == (
        ["replica_1"],
        ["goodpractice.replicas.choosing.Router"],
    )
    middleware = found["MIDDLEWARE"]
    assert set(middleware) - set(alone["MIDDLEWARE"]) == {"goodpractice.replicas.middleware.ReadFromReplicas"}
    assert (
        middleware.index("goodpractice.replicas.middleware.ReadFromReplicas")
        == middleware.index("django.contrib.sessions.middleware.SessionMiddleware") - 1
    )


def test_malformed_replica_stops_the_start(settings_for):
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_REPLICA_URLS \(address 1\) must be like"):
        settings_for(**PRODUCTION, DATABASE_REPLICA_URLS="a.example.org")


def test_sessions_and_accounts_are_strict(settings_for):
    found = settings_for(**PRODUCTION)

    assert (found["SESSION_COOKIE_AGE"], found["SESSION_LONGEST_SECONDS"]) == (7200, 43200)
    assert (found["ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS"], found["ACCOUNT_PREVENT_ENUMERATION"]) == (False, True)
    assert found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, interactive=False, verbosity=0)
