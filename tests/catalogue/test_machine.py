"""What machines ask for: language choice, robots.txt, sitemap, health."""

import datetime
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from catalogue.models import Example, Network
from catalogue.sitemaps import PageSitemap, RecordSitemap
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
            "checks": {"database": True, "migrations": True, "guards": True, "jobs": True},
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
            "checks": {"database": True, "migrations": False, "guards": True, "jobs": True},
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
            "checks": {"database": False, "migrations": False, "guards": False, "jobs": False},
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


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def pages_of_sitemap(client):
    """Return the addresses of the sitemap's pages, each with the day it names."""
    return {
        page.find("s:loc", NAMES).text.removeprefix("http://testserver"): page.findtext(
            "s:lastmod", "", NAMES
        )
        for page in read(client, "/sitemap.xml").findall("s:sitemap", NAMES)
    }


def entries(client, page):
    return read(client, page).findall("s:url", NAMES)


def sitemap(client):
    return {
        url.find("s:loc", NAMES).text: {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)
        }
        for page in pages_of_sitemap(client)
        for url in entries(client, page)
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
    assert len(found) == 2 * (len(PageSitemap().items()) + 2 + 1)  # the last one is the list of calls


@pytest.mark.django_db
def test_sitemap_pages_are_there(client):
    addresses = [address.removeprefix("http://testserver") for address in sitemap(client)]

    assert {client.get(address).status_code for address in addresses} == {200}


@pytest.mark.django_db
def test_sitemap_of_a_large_catalogue_has_several_pages(client, monkeypatch):
    monkeypatch.setattr(RecordSitemap, "limit", 4)
    network = NetworkFactory()
    ExampleFactory.create_batch(5, published=True, network=network)

    pages = list(pages_of_sitemap(client))

    assert pages == [
        "/sitemap-pages.xml",
        "/sitemap-examples.xml",
        "/sitemap-examples.xml?p=2",
        "/sitemap-examples.xml?p=3",
        "/sitemap-networks.xml",
        "/sitemap-calls.xml",
    ]
    assert [len(entries(client, page)) for page in pages] == [2 * len(PageSitemap().items()), 4, 4, 2, 2, 2]
    assert len(sitemap(client)) == 2 * (len(PageSitemap().items()) + 5 + 1 + 1)


@pytest.mark.django_db
def test_sitemap_of_an_empty_catalogue_is_complete(client):
    assert pages_of_sitemap(client) == {
        "/sitemap-pages.xml": "",
        "/sitemap-examples.xml": "",
        "/sitemap-networks.xml": "",
        "/sitemap-calls.xml": "",
    }
    assert entries(client, "/sitemap-examples.xml") == []


@pytest.mark.django_db
def test_sitemap_says_when_records_were_changed(client):
    network = NetworkFactory()
    for slug, day in [("old", 1), ("new", 2)]:
        example = ExampleFactory(published=True, slug=slug, network=network)
        moment = datetime.datetime(2026, 3, day, 12, tzinfo=datetime.UTC)
        Example.objects.filter(pk=example.pk).update(changed_at=moment)
    Network.objects.update(changed_at=datetime.datetime(2026, 4, 1, 12, tzinfo=datetime.UTC))

    found = {
        url.find("s:loc", NAMES).text.rsplit("/", 2)[1]: url.findtext("s:lastmod", "", NAMES)
        for page in ("/sitemap-examples.xml", "/sitemap-networks.xml")
        for url in entries(client, page)
    }

    assert found == {"old": "2026-03-01", "new": "2026-03-02", network.slug: "2026-04-01"}
    assert [day[:10] for day in pages_of_sitemap(client).values()] == ["", "2026-03-02", "2026-04-01", ""]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/sitemap-others.xml", "/sitemap-examples.xml?p=2", "/sitemap-pages.xml?p=x"]
)
def test_sitemap_has_no_other_page(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "queries"), [("/sitemap.xml", 5), ("/sitemap-examples.xml", 2)])
@pytest.mark.parametrize("size", [1, 5])
def test_sitemap_asks_the_same_number_of_queries_for_many(
    client, django_assert_num_queries, address, queries, size
):
    ExampleFactory.create_batch(size, published=True)

    with django_assert_num_queries(queries):
        client.get(address)
