"""A site on two real servers, one copying the other: what lags or dies is read no more, and readers do not notice."""

import re
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection

from catalogue.models import CatalogueRevision
from goodpractice.postgres import DATABASE
from goodpractice.replicas.middleware import PUBLIC
from tests.assessment.factories import CallFactory, UserFactory
from tests.factories import ExampleFactory, NetworkFactory, TopicFactory
from tests.goodpractice.replication import Databases, Site, kill, start, until
from tests.goodpractice.signing_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("replication")]

PAGES = {
    "catalogue:about": "/de/ueber-uns/",
    "catalogue:accessibility": "/de/barrierefreiheit/",
    "catalogue:compare": "/de/vergleich/?example=eins",
    "catalogue:criteria": "/de/kriterien/",
    "catalogue:data": "/de/daten/",
    "catalogue:example_detail": "/de/beispiele/eins/",
    "catalogue:example_feed": "/de/beispiele/feed/",
    "catalogue:example_json": "/de/beispiele/eins.json",
    "catalogue:example_list": "/de/beispiele/?q=Stand&topic=pflege",
    "catalogue:example_list_csv": "/de/beispiele.csv",
    "catalogue:example_list_json": "/de/beispiele.json",
    "catalogue:example_pdf": "/de/beispiele/eins.pdf",
    "catalogue:home": "/de/",
    "catalogue:imprint": "/de/impressum/",
    "catalogue:network_detail": "/de/netzwerke/netz/",
    "catalogue:network_list": "/de/netzwerke/",
    "catalogue:network_pdf": "/de/netzwerke/netz.pdf",
    "catalogue:plain_language": "/de/leichte-sprache/",
    "catalogue:privacy": "/de/datenschutz/",
    "catalogue:search_help": "/de/suchhilfe/",
    "catalogue:shortlist": "/de/merkliste/?example=eins",
    "catalogue:shortlist_pdf": "/de/merkliste.pdf?example=eins",
    "catalogue:sign_language": "/de/gebaerdensprache/",
    "assessment:call_list": "/de/aufrufe/",
    "assessment:call_detail": "/de/aufrufe/aufruf/",
    "django.contrib.sitemaps.views.index": "/sitemap.xml",
    "django.contrib.sitemaps.views.sitemap": "/sitemap-examples.xml",
}


@pytest.fixture(scope="module")
def cookie():
    """The session of somebody who is signed in; known once the databases are filled."""
    return []


@pytest.fixture(scope="module")
def databases(tmp_path_factory, django_db_setup, django_db_blocker, cookie):
    with django_db_blocker.unblock():
        network = NetworkFactory(slug="netz")
        topic = TopicFactory(slug="pflege")
        for slug in ("eins", "zwei"):
            ExampleFactory(published=True, slug=slug, title_de="Stand 1", network=network, topics=[topic])
        CallFactory(slug="aufruf")
        cookie.append(signed_in(UserFactory()).cookies["sessionid"].value)
        made = Databases(tmp_path_factory.mktemp("replication"), url(connection.settings_dict))
        call_command("flush", verbosity=0, interactive=False)
        CatalogueRevision.objects.get_or_create(pk=1)
    yield made
    made.stop()


def url(settings):
    host = settings["HOST"].replace("/", "%2F")
    return f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}?host={host}&port={settings['PORT']}"


@pytest.fixture(scope="module")
def running(databases):
    site = Site(databases.primary.url(DATABASE), databases.copy.url(DATABASE))
    yield site
    site.stop()


@pytest.fixture
def site(running, databases):
    """The site with all databases in use, and pages as they were."""
    databases.resume()
    entitle(databases, "Stand 1", visibly=True)
    until(lambda: in_use(running) == {"default": True, "replica_1": True})
    until(lambda: "Stand 1" in running.get("/de/beispiele/eins/").text)
    return running


def in_use(site):
    return site.get("/readyz").json["databases"]


def entitle(databases, title, *, visibly):
    """Change a title; readers are told of a visible change by the catalogue's revision."""
    tell = "UPDATE catalogue_exampleindex SET effort = effort;" if visibly else ""
    databases.change(f"BEGIN; {tell} UPDATE catalogue_example SET title_de = '{title}'; COMMIT")


def stand(site, path="/de/beispiele/eins/", **headers):
    """Return the number in the title that is shown."""
    found = re.search(r"Stand (\d)", site.get(path, **headers).text)
    return found and found[1]


class Readers:
    """Threads that read pages without a pause; what they got."""

    def __init__(self, site, paths):
        self.statuses = []
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(site, path)) for path in paths]

    def _read(self, site, path):
        number = 0
        while not self._ended.is_set():
            number += 1
            # Every second question is a new one, which no cache knows.
            self.statuses.append(site.get(path if number % 2 else f"{path}?x={number}").status)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        for thread in self._threads:
            thread.join()


READ_UNDER_LOAD = ["/de/", "/de/beispiele/", "/de/beispiele/eins/", "/en/examples/"]


DATA = "/de/beispiele/eins.json"
"""Nothing of it is kept under the revision, but the page cache's copy, which another query passes by."""


def test_visitors_read_the_copy_and_people_the_primary(site, databases, cookie):
    databases.pause()
    entitle(databases, "Stand 2", visibly=False)

    assert stand(site, f"{DATA}?x=1") == "1"
    assert stand(site, DATA, Cookie=f"sessionid={cookie[0]}") == "2"


def test_copy_that_stands_still_is_left_out_though_nothing_visible_has_changed(site, databases):
    databases.pause()
    entitle(databases, "Stand 2", visibly=False)
    changed = time.monotonic()

    until(lambda: stand(site, f"{DATA}?x=1") == "2")

    assert (
        time.monotonic() - changed < 2 + 1 + 1 + 0.5
    )  # the permitted lag, a second before and after it to ask


def test_change_is_visible_within_two_seconds_though_the_copy_lags(site, databases):
    for _time in range(3):
        known = site.get("/de/beispiele/eins/")
    databases.pause()
    entitle(databases, "Stand 2", visibly=True)
    changed = time.monotonic()

    until(lambda: {stand(site), stand(site, "/de/beispiele/eins/?x=1"), stand(site, f"{DATA}?x=1")} == {"2"})

    assert "ETag" in known.headers
    assert time.monotonic() - changed < 2.5
    assert in_use(site) == {"default": True, "replica_1": False}
    assert [stand(site) for _time in range(3)] == ["2"] * 3


def test_copy_that_has_caught_up_is_in_use_again(site, databases):
    databases.pause()
    entitle(databases, "Stand 2", visibly=True)
    until(lambda: not in_use(site)["replica_1"])

    databases.resume()

    until(lambda: in_use(site)["replica_1"])


def test_no_page_goes_back_or_stays_while_the_copy_stumbles(site, databases):
    paths = ["/de/beispiele/eins/", "/de/beispiele/", f"{DATA}?x=1"]
    written, seen, late = [(0.0, 1)], {path: [] for path in paths}, []
    ended = threading.Event()

    def read(path):
        while not ended.is_set():
            due = max(number for at, number in written if at < time.monotonic() - 2)
            seen[path].append(int(stand(site, path)))
            if seen[path][-1] < due:
                late.append((path, seen[path][-1], due))

    readers = [threading.Thread(target=read, args=(path,)) for path in paths]
    for reader in readers:
        reader.start()
    try:
        for number, move in enumerate(
            [databases.pause, databases.pause, databases.resume, databases.pause], 2
        ):
            move()
            entitle(databases, f"Stand {number}", visibly=True)
            written.append((time.monotonic(), number))
            time.sleep(1.1)
        until(lambda: all(found[-1] == 5 for found in seen.values()))
    finally:
        ended.set()
        for reader in readers:
            reader.join()

    assert late == []
    assert seen == {path: sorted(found) for path, found in seen.items()}


def test_copy_killed_under_load_is_left_out(site, databases):
    with Readers(site, READ_UNDER_LOAD) as readers:
        time.sleep(0.3)
        kill(databases.copy)
        until(lambda: in_use(site) == {"default": True, "replica_1": False})
        time.sleep(0.3)
    start(databases.copy)

    assert set(readers.statuses) == {200}
    until(lambda: in_use(site)["replica_1"])


def test_primary_killed_under_load_is_not_missed_by_readers_and_the_rest_is_closed(site, databases, cookie):
    with Readers(site, READ_UNDER_LOAD) as readers:
        time.sleep(0.3)
        kill(databases.primary)
        until(lambda: in_use(site) == {"default": False, "replica_1": True})
        time.sleep(0.3)
    person = {"Cookie": f"sessionid={cookie[0]}"}
    public = {name: site.get(path).status for name, path in PAGES.items()}
    others = [site.get("/de/beispiele/gibt-es-nicht/"), site.get("/de/beispiele/eins/", **person)]
    closed = [
        site.get("/de/rueckmeldung/"),
        site.get("/de/rueckmeldung/", b"message=x"),
        site.get("/en/account/sign-in/", b"login=x"),
        site.get("/de/admin/", **person),
    ]
    asked_at = time.monotonic()
    machines = [site.get(path).status for path in ("/healthz", "/readyz", "/robots.txt")]
    seconds = time.monotonic() - asked_at
    start(databases.primary)

    assert set(readers.statuses) == {200}
    assert public == dict.fromkeys(PUBLIC - {"catalogue:attachment_download"}, 200)
    assert [reply.status for reply in others] == [404, 200]
    assert [(reply.status, reply.headers["Retry-After"]) for reply in closed] == [(503, "30")] * 4
    assert "What you typed is not lost" in closed[2].text
    assert (machines, seconds < 2) == ([200, 503, 200], True)  # the pool would wait for three


def test_primary_that_is_back_is_in_use_again(site):
    assert site.get("/en/account/sign-in/").status == 200


def test_what_was_changed_does_not_come_back_with_an_older_copy(site, databases):
    """The primary stays dead after this one."""
    databases.pause()
    entitle(databases, "Stand 2", visibly=True)
    until(lambda: stand(site) == "2")
    until(lambda: "ETag" in site.get("/de/beispiele/eins/").headers)
    kill(databases.primary)

    reply = site.get("/de/beispiele/zwei/")
    databases.resume()
    until(lambda: stand(site, "/de/beispiele/zwei/") == "2")

    assert (reply.status, "Stand 1" in reply.text) == (503, False)


def test_without_any_database_known_pages_stay_and_others_are_closed_politely(running, databases):
    kill(databases.primary)
    until(lambda: "ETag" in running.get("/de/beispiele/eins/").headers)
    kill(databases.copy)

    replies = [
        running.get(path) for path in ("/de/beispiele/eins/", "/en/examples/zwei/", "/en/account/sign-in/")
    ]

    assert [reply.status for reply in replies] == [200, 503, 503]
    assert [reply.headers["Retry-After"] for reply in replies] == [None, "30", "30"]
