"""Which database a request reads, what is closed, and the second attempt; without any server."""

import datetime

import pytest
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import OperationalError
from django.urls import URLPattern, get_resolver

from catalogue.models import Example
from catalogue.snapshot import Revision
from goodpractice.pagecache import Edition, Editions
from goodpractice.replicas import choosing, middleware
from goodpractice.replicas.choosing import Choice, FellBehind, Router
from goodpractice.replicas.watch import Mark
from tests.goodpractice.test_outage import CUT_SHORT, OTHERS, OUT_OF_REACH

pytestmark = pytest.mark.django_db  # a second attempt looks after the connections

# Where code reads ---------------------------------------------------------------------------------------


def test_code_reads_the_primary_unless_told(in_use):
    router = Router()

    assert router.db_for_read(Example) == PRIMARY
    with choosing.reading(Choice("one", Mark(1, "7"))):
        assert router.db_for_read(Example) == "one"
        with choosing.reading(Choice("two", Mark(1, "7"))):
            assert router.db_for_read(Example) == "two"
        assert router.db_for_read(Example) == "one"
    assert router.db_for_read(Example) == PRIMARY


def test_everything_is_written_to_the_primary(in_use):
    with choosing.reading(Choice("one", Mark(1, "7"))):
        assert Router().db_for_write(Example) == PRIMARY
    assert [Router().allow_migrate(alias, "catalogue") for alias in (PRIMARY, "one")] == [True, False]


def test_fit_replicas_take_turns(in_use):
    found = [choosing.choose().alias for _time in range(4)]

    assert sorted(found[:2]) == sorted(found[2:]) == ["one", "two"]


def test_primary_is_read_where_no_replica_is_fit(servers, in_use):
    servers.says["one"] = servers.says["two"] = None

    assert choosing.choose() == Choice(PRIMARY, Mark(1, "7"))


def test_parts_that_are_sent_later_are_read_from_the_same_database(in_use):
    parts = choosing.each(Choice("one", None), (choosing.alias() for _part in range(2)))

    assert [(part, choosing.alias()) for part in parts] == [("one", PRIMARY)] * 2


def test_revision_is_the_watchs(in_use):
    assert choosing.revision() == Mark(1, "7")


def test_revision_is_not_told_to_who_reads_a_replica_chosen_before_it(servers, in_use):
    """What the process keeps under the new revision would be added to from the old replica."""
    choice = choosing.choose()
    servers.all_say(2, 2000)
    servers.now += 1

    with choosing.reading(choice), pytest.raises(FellBehind):
        choosing.revision()
    with choosing.reading(Choice(PRIMARY, None)):
        assert choosing.revision() == Mark(2, "7")


def test_revision_is_an_error_of_the_database_while_all_are_silent(servers, in_use):
    servers.says = dict.fromkeys(servers.says)

    with pytest.raises(OperationalError, match="No database answers"):
        choosing.revision()


def test_page_cache_ends_an_edition_as_soon_as_the_watch_knows_a_newer_one(servers, in_use, settings):
    settings.REVISION_SECONDS = 60
    day = datetime.date(2024, 1, 1)
    editions = Editions(lambda: Edition(Revision(*choosing.revision()), day), clock=lambda: servers.now)
    before = editions.current().revision
    servers.all_say(2, 2000)
    servers.now += 1

    assert (before, editions.current().revision) == (Revision(1, "7"), Revision(2, "7"))


def test_nothing_is_watched_without_replicas():
    assert (choosing.revision(), choosing.fitness(), choosing.alias()) == (None, {}, PRIMARY)


def test_fitness_of_each_database(servers, in_use):
    servers.says["one"] = None

    assert choosing.fitness() == {PRIMARY: True, "one": False, "two": True}


# Whose requests -----------------------------------------------------------------------------------------


@pytest.fixture
def read_from(rf, in_use):
    """A function that tells which database a request reads; none where it is closed."""

    def read_from(path, method="GET", cookie=""):
        found = []

        def answer(request):
            found.append(choosing.alias())
            return middleware.HttpResponse()

        request = rf.generic(method, path, headers={"Cookie": cookie} if cookie else None)
        response = middleware.ReadFromReplicas(answer)(request)
        assert response.status_code == (200 if found else 503)
        return found[0] if found else None

    return read_from


REPLICA = {"one", "two"}
PUBLIC_PATHS = [
    "/de/",
    "/en/examples/",
    "/de/beispiele/?q=Pflege",
    "/de/beispiele/eins/",
    "/de/beispiele/eins.pdf",
    "/de/netzwerke/netz/",
    "/de/beispiele/feed/",
    "/sitemap.xml",
    "/sitemap-examples.xml",
    "/de/kriterien/",
    "/de/gibt-es-nicht/",
]
OTHER_PATHS = [
    "/de/admin/",
    "/de/konto/anmelden/",
    "/de/rueckmeldung/",
    "/de/kontakt/1/",
    "/de/einwilligung/geheim/",
    "/de/vorschlaege/",
    "/en/calls/one/propose/",
]
WITHOUT_DATABASE = ["/", "/healthz", "/readyz", "/robots.txt", "/files/pictures/a.jpg"]


@pytest.mark.parametrize("path", PUBLIC_PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_visitors_read_public_pages_from_a_replica(read_from, path, method):
    assert read_from(path, method) in REPLICA
    assert read_from(path, method, cookie="csrftoken=x") in REPLICA


@pytest.mark.parametrize("path", PUBLIC_PATHS)
def test_people_who_are_signed_in_read_the_primary(read_from, path):
    assert read_from(path, cookie="sessionid=x") == PRIMARY


@pytest.mark.parametrize("path", PUBLIC_PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_unsafe_methods_go_to_the_primary(read_from, path, method):
    assert read_from(path, method) == PRIMARY


@pytest.mark.parametrize("path", [*OTHER_PATHS, *WITHOUT_DATABASE])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_all_other_pages_go_to_the_primary(read_from, path, method):
    assert read_from(path, method) == PRIMARY


@pytest.mark.parametrize("path", PUBLIC_PATHS)
def test_everybody_reads_public_pages_as_a_visitor_while_the_primary_is_silent(read_from, servers, path):
    servers.says[PRIMARY] = None

    assert read_from(path) in REPLICA
    assert read_from(path, cookie="sessionid=x") in REPLICA


@pytest.mark.parametrize(
    ("path", "method"),
    [*((path, "GET") for path in OTHER_PATHS), ("/de/rueckmeldung/", "POST"), ("/de/", "POST")],
)
def test_all_else_is_closed_while_the_primary_is_silent(read_from, servers, path, method):
    servers.says[PRIMARY] = None

    assert read_from(path, method) is None


@pytest.mark.parametrize("path", WITHOUT_DATABASE)
def test_what_needs_no_database_is_never_closed(read_from, servers, path):
    servers.says = dict.fromkeys(servers.says)

    assert read_from(path) == PRIMARY


def names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)


def test_each_page_of_the_catalogue_is_decided_about():
    """A new page reads the primary until it is named; one that writes must not be."""
    catalogue = {name for name in names(get_resolver().url_patterns) if name.startswith("catalogue:")}

    assert catalogue - middleware.PUBLIC == {
        "catalogue:consent_answer",
        "catalogue:consent_withdraw",
        "catalogue:contact_message",
        "catalogue:feedback_create",
        "catalogue:feedback_thanks",
    }
    assert set(names(get_resolver().url_patterns)) >= middleware.PUBLIC


# The second attempt -------------------------------------------------------------------------------------


class Failing:
    """A site whose pages fail with ``errors`` one after the other, then succeed."""

    def __init__(self, *errors):
        self.errors, self.read = list(errors), []
        self.middleware = middleware.ReadFromReplicas(self)

    def __call__(self, request):
        self.read.append(choosing.alias())
        if self.errors:
            response = self.middleware.process_exception(request, self.errors.pop(0))
            return response or middleware.HttpResponse(status=500)
        return middleware.HttpResponse()


@pytest.mark.parametrize("error", [*OUT_OF_REACH.values(), CUT_SHORT], ids=[*OUT_OF_REACH, "cut short"])
def test_public_page_that_fails_with_its_database_is_made_once_more(rf, in_use, error):
    site = Failing(error)

    response = site.middleware(rf.get("/de/"))

    assert response.status_code == 200
    assert set(site.read) == REPLICA  # on another one


def test_page_is_closed_after_the_second_failure(rf, in_use):
    site = Failing(OperationalError(), OperationalError(), OperationalError())

    response = site.middleware(rf.get("/de/"))

    assert (response.status_code, len(site.read)) == (503, 2)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_pages_are_never_made_twice(rf, in_use, method):
    site = Failing(OperationalError())

    response = site.middleware(rf.generic(method, "/de/rueckmeldung/"))

    assert (response.status_code, site.read) == (503, [PRIMARY])


@pytest.mark.parametrize("name", OTHERS)
def test_other_errors_are_left_to_django(rf, in_use, name):
    site = Failing(OTHERS[name])

    response = site.middleware(rf.get("/de/"))

    assert (response.status_code, len(site.read)) == (500, 1)


def test_replica_that_failed_is_left_out(rf, in_use):
    site = Failing(OperationalError())
    site.middleware(rf.get("/de/"))

    assert in_use.state().replicas == (site.read[1],)


def test_replica_that_fell_behind_is_not_reported(rf, in_use):
    Failing(FellBehind()).middleware(rf.get("/de/"))

    assert in_use.state().replicas == ("one", "two")


# What it says while it is closed ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "language"), [("/de/rueckmeldung/", "de"), ("/en/feedback/", "en"), ("/en/admin/", "en")]
)
def test_closed_page_asks_to_come_again(rf, servers, in_use, path, language):
    servers.says[PRIMARY] = None

    response = middleware.ReadFromReplicas(Failing())(rf.get(path))

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert f'<html lang="{language}">' in response.text


def test_closed_form_says_how_the_text_gets_there(rf, servers, in_use):
    servers.says[PRIMARY] = None

    response = middleware.ReadFromReplicas(Failing())(rf.post("/en/feedback/", {"message": "long"}))

    assert response.status_code == 503
    assert "What you typed is not lost" in response.text
