from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from goodpractice import env


@pytest.mark.parametrize("value", ["1", "true", "TRUE", " yes ", "on"])
def test_boolean_true(monkeypatch, value):
    monkeypatch.setenv("SWITCH", value)

    assert env.boolean("SWITCH") is True


@pytest.mark.parametrize("value", ["", "0", "False", "no", "off"])
def test_boolean_false(monkeypatch, value):
    monkeypatch.setenv("SWITCH", value)

    assert env.boolean("SWITCH", default=True) is False


def test_boolean_refuses_what_it_does_not_know(monkeypatch):
    monkeypatch.setenv("SWITCH", "maybe")

    with pytest.raises(ImproperlyConfigured, match=r"SWITCH must be one of .* it is 'maybe'"):
        env.boolean("SWITCH")


@pytest.mark.parametrize("default", [True, False])
def test_boolean_takes_its_default(monkeypatch, default):
    monkeypatch.delenv("SWITCH", raising=False)

    assert env.boolean("SWITCH", default=default) is default


def test_text_without_default_must_be_given(monkeypatch):
    monkeypatch.delenv("WORD", raising=False)

    with pytest.raises(ImproperlyConfigured, match="Set the environment variable WORD"):
        env.text("WORD")


def test_integer_refuses_words(monkeypatch):
    monkeypatch.setenv("NUMBER", "many")

    with pytest.raises(ImproperlyConfigured, match="NUMBER must be a whole number; it is 'many'"):
        env.integer("NUMBER", 4)


@pytest.mark.parametrize(("value", "number"), [(None, 4), ("7", 7), ("-1", -1)])
def test_integer(monkeypatch, value, number):
    monkeypatch.delenv("NUMBER", raising=False)
    if value:
        monkeypatch.setenv("NUMBER", value)

    assert env.integer("NUMBER", 4) == number


def test_words_are_stripped_and_empty_ones_dropped(monkeypatch):
    monkeypatch.setenv("HOSTS", " a.example.org, ,b.example.org,")

    assert env.words("HOSTS") == ["a.example.org", "b.example.org"]


def test_path_expands_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("FOLDER", "~/data")

    assert env.path("FOLDER", Path("/other")) == Path("/home/somebody/data")


def test_path_takes_its_default_for_an_empty_value(monkeypatch):
    monkeypatch.setenv("FOLDER", "")

    assert env.path("FOLDER", Path("/other")) == Path("/other")


def test_database_reads_every_part(monkeypatch):
    monkeypatch.setenv("DB", "postgresql://user:p%40ss@db.example.org:5433/catalogue?sslmode=require")

    assert env.database("DB") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "catalogue",
        "USER": "user",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_reads_the_folder_of_a_socket(monkeypatch):
    monkeypatch.setenv("DB", "postgresql://postgres@/catalogue?host=%2Fa%20folder")

    found = env.database("DB")

    assert (found["HOST"], found["NAME"], found["OPTIONS"]) == ("/a folder", "catalogue", {})


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://db.example.org/catalogue", "DB is no PostgreSQL address"),
        ("postgresql://db.example.org/", "DB must name a database"),
    ],
    ids=["other kind", "no name"],
)
def test_database_refuses(monkeypatch, url, message):
    monkeypatch.setenv("DB", url)

    with pytest.raises(ImproperlyConfigured, match=message):
        env.database("DB")


PRIMARY = "postgresql://user@db.example.org/catalogue"


@pytest.fixture
def replicas(monkeypatch):
    """A function that reads the addresses of replicas next to that of a primary."""

    def read(addresses):
        monkeypatch.setenv("DB", PRIMARY)
        monkeypatch.setenv("REPLICAS", addresses)
        return env.databases("DB", "REPLICAS")

    return read


@pytest.mark.parametrize("addresses", ["", "  ", ",", None])
def test_databases_without_replicas_are_the_primary_alone(replicas, monkeypatch, addresses):
    if addresses is None:
        monkeypatch.delenv("REPLICAS", raising=False)

    assert replicas(addresses or "") == {"default": env.database("DB")}


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n", " ,\n  "])
def test_databases_take_replicas_with_blanks_or_commas_between_them(replicas, between):
    addresses = ["postgresql://user@a.example.org/catalogue", "postgres://b.example.org:5433/catalogue"]

    found = replicas(between.join(addresses) + between)

    assert {name: (each["HOST"], each["PORT"], each["NAME"]) for name, each in found.items()} == {
        "default": ("db.example.org", "", "catalogue"),
        "replica_1": ("a.example.org", "", "catalogue"),
        "replica_2": ("b.example.org", "5433", "catalogue"),
    }


def test_databases_know_commas_within_an_address(replicas):
    found = replicas("postgresql://a:5432,b:5433/catalogue,postgresql://c/catalogue")

    assert [each["HOST"] for each in found.values()] == ["db.example.org", "a,b", "c"]


def test_databases_do_not_wait_long_for_a_replica_unless_told(replicas):
    found = replicas("postgresql://a/catalogue postgresql://b/catalogue?connect_timeout=9&sslmode=require")

    assert found["default"]["OPTIONS"] == {}
    assert found["replica_1"]["OPTIONS"] == {"connect_timeout": "2", "tcp_user_timeout": "3000"}
    assert found["replica_2"]["OPTIONS"] == {
        "connect_timeout": "9",
        "tcp_user_timeout": "3000",
        "sslmode": "require",
    }


@pytest.mark.parametrize(
    ("addresses", "message"),
    [
        ("a.example.org", r"REPLICAS \(address 1\) must be like postgresql://"),
        ("mysql://user:secret@a/catalogue", r"REPLICAS \(address 1\) must be like postgresql://"),
        ("postgresql://a/catalogue, host=b dbname=c", r"REPLICAS \(address 2\) must be like postgresql://"),
        ("postgresql://a/catalogue http://b/", r"REPLICAS \(address 2\) must be like postgresql://"),
        ("postgresql://a/catalogue?nonsense=1", r"REPLICAS \(address 1\) is no PostgreSQL address"),
        ("postgresql://a/catalogue postgresql://b/", r"REPLICAS \(address 2\) must name a database"),
        (PRIMARY, r"REPLICAS \(address 1\) is the primary, or a replica that is named already"),
        ("postgresql://other@db.example.org:5432/catalogue", r"REPLICAS \(address 1\) is the primary"),
        ("postgresql://a/catalogue postgresql://a/catalogue", r"REPLICAS \(address 2\) is the primary, or a"),
    ],
)
def test_databases_refuse_a_replica(replicas, addresses, message):
    with pytest.raises(ImproperlyConfigured, match=message) as refusal:
        replicas(addresses)

    assert "secret" not in str(refusal.value)


# Mail ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://u%40x:p%3Aw@mail.example.org", 587, True, False),
        ("smtps://u%40x:p%3Aw@mail.example.org", 465, False, True),
        ("smtp://u%40x:p%3Aw@mail.example.org:2525", 2525, True, False),
    ],
)
def test_mail_reads_a_server(monkeypatch, url, port, tls, ssl):
    monkeypatch.setenv("EMAIL_URL", url)

    found = env.mail("EMAIL_URL")

    assert found == {
        "MAIL_TRANSPORT": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "u@x",
        "EMAIL_HOST_PASSWORD": "p:w",
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": ssl,
        "EMAIL_TIMEOUT": 10,
    }


def test_mail_without_encryption_stays_on_this_machine(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://localhost:25?tls=none")
    assert env.mail("EMAIL_URL")["EMAIL_USE_TLS"] is False

    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example.org?tls=none")
    with pytest.raises(ImproperlyConfigured, match="tls=none is for this machine alone"):
        env.mail("EMAIL_URL")


def test_mail_reads_a_folder(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "file:///srv/my%20mails")

    assert env.mail("EMAIL_URL")["EMAIL_FILE_PATH"] == "/srv/my mails"


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://h:99999"]
)
def test_mail_address_that_is_none_is_refused(monkeypatch, url):
    monkeypatch.setenv("EMAIL_URL", url)

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.mail("EMAIL_URL")
