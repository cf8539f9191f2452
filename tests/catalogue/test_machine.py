"""What machines ask for: language choice, robots.txt, sitemap, health."""

import datetime
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from catalogue.sitemaps import PageSitemap
from catalogue.views import machine
from goodpractice.outbox import jobs
from tests.factories import ExampleFactory, NetworkFactory

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.mark.parametrize(
    ("asked", "home"),
    [
        ("de", "/de/"),
        ("en", "/en/"),
        ("en-GB,en;q=0.9", "/en/"),
        ("de-AT;q=0.8,en;q=0.5", "/de/"),
        ("fr,en;q=0.5", "/en/"),
        ("fr,tr;q=0.9", "/de/"),
        ("*", "/de/"),
        ("", "/de/"),
        ("x" * 900, "/de/"),
    ],
)
def test_choose_language_goes_by_the_browser_and_else_to_german(client, asked, home):
    response = client.get("/", headers={"Accept-Language": asked})

    assert (response.status_code, response.url) == (302, home)
    assert "Accept-Language" in response["Vary"]
    assert response.cookies == {}


@pytest.mark.parametrize("address", ["/", "/robots.txt", "/healthz", "/readyz"])
def test_machine_addresses_refuse_other_methods(client, address):
    assert client.post(address).status_code == 405


def test_robots_closes_the_office_and_names_the_sitemap(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().split("\n") == [
        "User-agent: *",
        "Disallow: /de/admin/",
        "Disallow: /de/rueckmeldung/",
        "Disallow: /en/admin/",
        "Disallow: /en/feedback/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
        "",
    ]


def test_picture_may_be_kept_for_an_hour(client, settings):
    folder = settings.MEDIA_ROOT / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.webp").write_bytes(b"picture")

    response = client.get("/files/pictures/one.webp")

    assert b"".join(response) == b"picture"
    assert sorted(response["Cache-Control"].split(", ")) == ["max-age=3600", "public"]


def test_healthz_answers_without_the_database(client, django_assert_num_queries):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ready_with_database_and_migrations(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ready",
            "checks": {"database": True, "migrations": True, "jobs": True},
            "oldest_job_seconds": 0,
        },
    )
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_not_ready_before_a_migration(client):
    MigrationRecorder.Migration.objects.filter(app="catalogue").latest("id").delete()

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {
            "status": "not ready",
            "checks": {"database": True, "migrations": False, "jobs": True},
            "oldest_job_seconds": 0,
        },
    )


def test_readyz_is_not_ready_without_the_database(client, monkeypatch):
    def dead(connection):
        raise OperationalError("secret address")

    monkeypatch.setattr(machine, "MigrationExecutor", dead)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {
            "status": "not ready",
            "checks": {"database": False, "migrations": False, "jobs": False},
            "oldest_job_seconds": None,
        },
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "is_ready"), [(-60, True), (299, True), (302, False)], ids=["future", "in time", "late"]
)
def test_readyz_tells_how_long_the_oldest_job_waits(client, seconds, is_ready):
    due = timezone.now() - datetime.timedelta(seconds=seconds)
    jobs.in_transaction("outbox.deliver", schedule_at=due).defer(mail_id=1)

    response = client.get("/readyz")

    found = response.json()
    assert (response.status_code, found["checks"]["jobs"]) == (200 if is_ready else 503, is_ready)
    assert max(0, seconds) <= found["oldest_job_seconds"] <= max(0, seconds) + 5


@pytest.mark.django_db
def test_readyz_counts_a_job_without_a_time_from_when_it_was_made(client):
    jobs.in_transaction("outbox.deliver").defer(mail_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '10 minutes'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert 600 <= response.json()["oldest_job_seconds"] <= 605


def sitemap(client):
    response = client.get("/sitemap.xml")
    tree = ElementTree.fromstring(response.content)
    return {
        url.find("s:loc", NAMES).text: {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)
        }
        for url in tree.findall("s:url", NAMES)
    }


@pytest.mark.django_db
def test_sitemap_names_what_is_public_in_both_languages(client):
    ExampleFactory(published=True, slug="shown", network=NetworkFactory(slug="net"))
    ExampleFactory(slug="draft", network=None)
    ExampleFactory(withdrawn=True, slug="withdrawn", network=None)
    NetworkFactory(slug="hidden", is_published=False)

    found = sitemap(client)

    german = "http://testserver/de/beispiele/shown/"
    english = "http://testserver/en/examples/shown/"
    assert found[german] == found[english] == {"de": german, "en": english}
    assert "http://testserver/de/netzwerke/net/" in found
    assert len(found) == 2 * (len(PageSitemap().items()) + 2)


@pytest.mark.django_db
def test_sitemap_pages_are_there(client):
    addresses = [address.removeprefix("http://testserver") for address in sitemap(client)]

    assert {client.get(address).status_code for address in addresses} == {200}


@pytest.mark.django_db
def test_sitemap_asks_the_same_number_of_queries_for_many(client, django_assert_num_queries):
    ExampleFactory.create_batch(5, published=True)

    with django_assert_num_queries(2):
        client.get("/sitemap.xml")
