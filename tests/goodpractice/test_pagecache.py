"""The page cache as the server calls it. Answers from it are told by their ETag: Django's have none."""

import datetime
import gzip
import random
import re
import threading
import time
from typing import NamedTuple
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import brotli
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from catalogue import publishing
from catalogue.models import Consent, ContactPerson, Example, Network
from catalogue.snapshot import Revision
from goodpractice.accounts.models import User
from goodpractice.pagecache import Address, Edition, Editions, Page, PageCache, Pages
from tests.factories import ContactPersonFactory, ExampleFactory, NetworkFactory, TopicFactory

MEGABYTE = 1024 * 1024


# A tiny client ------------------------------------------------------------------------------------------


class Reply(NamedTuple):
    status: int
    headers: dict
    raw: bytes

    @property
    def body(self):
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
            self.headers.get("Content-Encoding"), bytes
        )
        return unpack(self.raw)

    @property
    def text(self):
        return self.body.decode()

    @property
    def is_known(self):
        return "ETag" in self.headers


def ask(application, address, method="GET", **environ):
    """Send a request as a server would, and read and close the answer."""
    path, _mark, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_HOST": "testserver",
        **environ,
    }
    setup_testing_defaults(environ)
    said = []
    answer = application(environ, lambda status, headers, exc_info=None: said.append((status, headers)))
    try:
        raw = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    ((status, headers),) = said
    return Reply(int(status.split()[0]), dict(headers), raw)


@pytest.fixture(autouse=True)
def _transaction_of_the_test(monkeypatch):
    """Keep the connection between requests, as Django's own client does, while a test lives in a transaction."""
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete
    monkeypatch.setattr(
        BaseDatabaseWrapper,
        "close_if_unusable_or_obsolete",
        lambda self: None if self.in_atomic_block else close(self),
    )


class Counting:
    """The application behind the cache, and how often it was asked."""

    def __init__(self, application):
        self.application = application
        self.asked = 0

    def __call__(self, environ, start_response):
        self.asked += 1
        return self.application(environ, start_response)


@pytest.fixture
def django():
    return Counting(get_wsgi_application())


@pytest.fixture
def site(django):
    return PageCache(django, MEGABYTE)


@pytest.fixture
def example(db):
    topic = TopicFactory(slug="pflege", name_de="Pflege")
    return ExampleFactory(published=True, slug="eins", title_de="Brücke zur Pflege", topics=[topic])


def known(site, address, **environ):
    """Ask until the page is kept."""
    ask(site, address, **environ)
    ask(site, address, **environ)
    return ask(site, address, **environ)


PAGES = [
    "/de/",
    "/en/",
    "/de/beispiele/",
    "/en/examples/",
    "/de/beispiele/?q=Pflege",
    "/de/beispiele/?topic=pflege",
    "/de/beispiele/?q=Pflege&topic=pflege&sort=title",
    "/de/beispiele/eins/",
    "/de/beispiele/eins.json",
    "/de/beispiele/feed/",
    "/de/beispiele/feed/?topic=pflege",
    "/de/netzwerke/",
    "/de/netzwerke/?category=regional_network",
    "/de/impressum/",
]


# What is kept -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_public_page_is_known_when_asked_for_the_third_time(site, django, example, address):
    plain = ask(get_wsgi_application(), address)

    replies = [ask(site, address) for _time in range(3)]

    assert [reply.is_known for reply in replies] == [False, True, True]
    assert {reply.body for reply in replies} == {plain.body}
    assert django.asked == 2
    assert replies[2].headers == {
        **plain.headers,
        "Cache-Control": "no-cache",
        "ETag": replies[2].headers["ETag"],
    }


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/de/admin/login/",
        "/de/rueckmeldung/",
        "/de/beispiele.csv",
        "/de/beispiele.json",
        "/de/beispiele/eins.pdf",
        "/de/beispiele/gibt-es-nicht/",
        "/de/examples/",
        "/robots.txt",
        "/healthz",
    ],
)
def test_everything_else_is_not_kept(site, example, address):
    replies = [ask(site, address) for _time in range(4)]

    assert [reply.is_known for reply in replies] == [False] * 4
    assert len(site.pages) == 0


@pytest.mark.parametrize(
    "query",
    [
        "q=",
        "q=%50flege",
        "q=Pflege+",
        "q=Pflege&q=Pflege",
        "q=Pflege&page=1",
        "topic=pflege&q=Pflege",
        "topic=pflege&topic=pflege",
        "topic=unbekannt",
        "topic=pflege&utm_source=x",
        "sort=newest",
        "page=x",
        "&",
        "fbclid=1",
        "q=%00",
        "q=" + "a" * 600,
    ],
)
@pytest.mark.parametrize(
    "page", ["/de/beispiele/", "/de/beispiele/feed/", "/de/netzwerke/", "/de/impressum/"]
)
def test_query_that_our_links_would_write_otherwise_takes_no_room(site, example, page, query):
    replies = [ask(site, f"{page}?{query}") for _time in range(3)]

    assert [reply.is_known for reply in replies] == [False] * 3
    assert len(site.pages) == 0


def test_each_spelling_of_a_query_gets_its_own_page(site, example):
    """The language switch and the conditions hold the query as it was sent."""
    known(site, "/de/beispiele/?q=Pflege")

    reply = ask(site, "/de/beispiele/?q=Pflege&utm_source=x")

    assert "utm_source=x" in reply.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Set-Cookie": "a=b"},
        {"Cache-Control": "private"},
        {"Cache-Control": "no-store"},
        {"Vary": "Cookie"},
        {"Vary": "Accept-Encoding, Accept-Language"},
        {"Vary": "*"},
        {"Content-Type": "text/plain"},
        {"Content-Encoding": "zstd"},
        {"ETag": '"own"'},
    ],
    ids=str,
)
def test_answer_that_is_not_for_everybody_is_not_kept(db, headers):
    site = PageCache(answering(lambda: HttpResponse("text", headers=headers)), MEGABYTE)

    known(site, "/de/")

    assert len(site.pages) == 0


@pytest.mark.parametrize(
    "response",
    [
        lambda: HttpResponse("moved", status=301),
        lambda: HttpResponse("gone", status=410),
        lambda: HttpResponse("x" * (MEGABYTE + 1)),
        lambda: StreamingHttpResponse(["text"]),
    ],
    ids=["301", "410", "too long", "streaming"],
)
def test_answer_that_is_no_whole_page_is_not_kept(db, response):
    site = PageCache(answering(response), 8 * MEGABYTE)

    known(site, "/de/")

    assert len(site.pages) == 0


def answering(make):
    def application(environ, start_response):
        response = make()
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    return application


# How it is sent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "packing"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br;q=0.5", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("br; q=0.000, gzip; q=0", None),
        ("identity", None),
        ("", None),
        ("gzip," * 200, None),
    ],
)
def test_known_page_is_sent_as_the_reader_can_unpack_it(site, example, accepted, packing):
    plain = known(site, "/de/")

    reply = ask(site, "/de/", HTTP_ACCEPT_ENCODING=accepted)

    assert reply.headers.get("Content-Encoding") == packing
    assert reply.body == plain.raw
    assert reply.headers["Content-Length"] == str(len(reply.raw))
    assert (reply.headers["Vary"], reply.headers["Cache-Control"]) == ("Accept-Encoding", "no-cache")


def test_each_encoding_has_its_own_tag(site, example):
    known(site, "/de/")

    tags = {
        ask(site, "/de/", HTTP_ACCEPT_ENCODING=name).headers["ETag"] for name in ("br", "gzip", "identity")
    }

    assert len(tags) == 3


@pytest.mark.parametrize("asked", ["{}", "W/{}", '"other", {}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_page_that_the_reader_has_is_not_sent_again(site, example, asked, method):
    tag = known(site, "/de/", HTTP_ACCEPT_ENCODING="br").headers["ETag"]

    reply = ask(site, "/de/", method, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=asked.format(tag))

    assert reply == (304, {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}, b"")


@pytest.mark.parametrize("asked", ['"other"', "", "{}x", "br"])
def test_page_that_the_reader_does_not_have_is_sent(site, example, asked):
    tag = known(site, "/de/", HTTP_ACCEPT_ENCODING="br").headers["ETag"]

    reply = ask(site, "/de/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=asked.format(tag.strip('"')))

    assert (reply.status, reply.raw != b"") == (200, True)


def test_head_gets_the_headers_alone(site, example):
    page = known(site, "/de/")

    reply = ask(site, "/de/", "HEAD")

    assert reply == (200, page.headers, b"")


def test_known_page_asks_the_database_nothing(site, example, settings, django_assert_num_queries):
    known(site, "/de/")
    settings.REVISION_SECONDS = 60
    tag = ask(site, "/de/").headers["ETag"]

    with django_assert_num_queries(0):
        ask(site, "/de/")
        ask(site, "/de/", "HEAD")
        ask(site, "/de/", HTTP_IF_NONE_MATCH=tag)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_cache_keeps_to_the_rules_of_wsgi(example, method):
    site = validator(PageCache(get_wsgi_application(), MEGABYTE))

    for _time in range(3):
        reply = ask(site, "/de/", method)

    assert reply.status == 200


# Who gets it --------------------------------------------------------------------------------------------


def test_post_is_left_to_django(site, django, example):
    known(site, "/de/")
    asked = django.asked

    reply = ask(site, "/de/", "POST")

    assert (reply.status, django.asked) == (403, asked + 1)


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": "a=b; sessionid=x"},
        {"HTTP_COOKIE": 'a="b; sessionid=x'},
        {"HTTP_COOKIE": "\u2003sessionid=x".encode().decode("latin-1")},
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_COOKIE": "django_language=en"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"CONTENT_LENGTH": "3"},
    ],
    ids=str,
)
def test_request_of_a_person_is_left_to_django(site, django, example, environ):
    known(site, "/de/")
    asked, kept = django.asked, len(site.pages)

    reply = ask(site, "/de/", **environ)

    assert (reply.is_known, django.asked, len(site.pages)) == (False, asked + 1, kept)


@pytest.mark.parametrize("cookie", ["csrftoken=x", "_ga=1", "=", ";"])
def test_other_cookies_make_nobody_a_person(site, example, cookie):
    known(site, "/de/")

    assert ask(site, "/de/", HTTP_COOKIE=cookie).is_known


def test_nothing_of_a_signed_in_person_is_kept_or_known(site, example):
    user = User.objects.create_user("office@example.org", "x" * 12, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    addresses = [*PAGES, "/de/admin/", "/de/admin/catalogue/example/", "/de/rueckmeldung/"]

    replies = [ask(site, address, HTTP_COOKIE=cookie) for address in addresses for _time in range(4)]

    assert {reply.is_known for reply in replies} == {False}
    assert len(site.pages) == 0
    assert not any(ask(site, address).is_known for address in PAGES)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "TESTSERVER", "testserver:x", "", "testserver/evil", "testserver@evil.example", "a b"],
)
def test_other_hosts_are_left_to_django(site, example, host):
    replies = [ask(site, "/de/", HTTP_HOST=host) for _time in range(3)]

    assert [reply.is_known for reply in replies] == [False] * 3
    assert len(site.pages) == 0


def test_each_host_and_scheme_has_its_own_page(site, example):
    requests = [
        {"HTTP_HOST": "testserver"},
        {"HTTP_HOST": "localhost"},
        {"HTTP_HOST": "localhost:8000"},
        {"HTTP_HOST": "testserver", "wsgi.url_scheme": "https"},
    ]

    replies = [known(site, "/de/", **environ) for environ in requests]

    plain = [ask(get_wsgi_application(), "/de/", **environ) for environ in requests]
    assert [reply.body for reply in replies] == [reply.body for reply in plain]
    assert len({reply.body for reply in replies}) == 4


@pytest.mark.parametrize(
    ("said", "scheme"),
    [("https", "https"), ("https, http", "https"), ("http", "http"), ("junk", "http")],
)
def test_scheme_behind_a_proxy_is_the_one_that_django_sees(site, example, settings, said, scheme):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    reply = known(site, "/de/", HTTP_X_FORWARDED_PROTO=said)

    assert f'href="{scheme}://testserver/de/"' in reply.text


def test_redirect_to_https_is_not_kept(site, example, settings):
    settings.SECURE_SSL_REDIRECT = True
    site = PageCache(get_wsgi_application(), MEGABYTE)

    replies = [ask(site, "/de/") for _time in range(3)]

    assert [reply.status for reply in replies] == [301] * 3
    assert len(site.pages) == 0


HEADERS_THAT_MUST_NOT_MATTER = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_X_ORIGINAL_URL": "/en/",
    "HTTP_X_REWRITE_URL": "/en/",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    "HTTP_ACCEPT_LANGUAGE": "en",
    "HTTP_ACCEPT": "application/json",
    "HTTP_HX_REQUEST": "true",
    "HTTP_RANGE": "bytes=0-3",
    "HTTP_USER_AGENT": "<script>",
    "HTTP_REFERER": "https://evil.example/",
    "HTTP_FORWARDED": "host=evil.example;proto=https",
    "HTTP_IF_MODIFIED_SINCE": "Mon, 23 Nov 2099 08:00:00 GMT",
    "HTTP_ORIGIN": "https://evil.example",
}


@pytest.mark.parametrize("header", HEADERS_THAT_MUST_NOT_MATTER)
def test_page_cannot_be_poisoned_by_a_header(site, example, header):
    plain = ask(get_wsgi_application(), "/de/")

    poisoned = known(site, "/de/", **{header: HEADERS_THAT_MUST_NOT_MATTER[header]})

    assert ask(site, "/de/").body == poisoned.body == plain.body


# Like Django's answer -----------------------------------------------------------------------------------


def without_time(body):
    """Leave out when a feed without entries was made."""
    return re.sub(rb"<updated>[^<]*</updated>", b"", body)


@pytest.mark.parametrize("seed", range(2))
def test_answer_is_the_one_that_django_gives(site, example, seed):
    """Random requests in random order; only tags, caching and compression may differ."""
    dice = random.Random(seed)
    ExampleFactory(published=True, slug="zwei", title_de="Sprache & Arbeit")
    paths = [address.partition("?")[0] for address in PAGES] + ["/de/beispiele/zwei/", "/de/nichts/", "/de"]
    parts = ["q=Pflege", "q=", "topic=pflege", "topic=x", "sort=title", "page=2", "page=1", "a=b", "q=%C3%A4"]
    optional = {
        "HTTP_HOST": ["testserver", "localhost", "localhost:81", "evil.example"],
        "HTTP_ACCEPT_ENCODING": ["br", "gzip", "*;q=0", "identity", "gzip;q=0, br"],
        "HTTP_COOKIE": ["csrftoken=1", "sessionid=1", "messages=1", "x=y"],
        "wsgi.url_scheme": ["http", "https"],
        **{name: [value] for name, value in HEADERS_THAT_MUST_NOT_MATTER.items()},
    }
    requests = []
    for _request in range(40):
        query = "&".join(dice.sample(parts, dice.choice([0, 0, 1, 1, 2, 3])))
        path = dice.choice(paths)
        chosen = dice.sample(sorted(optional), dice.choice([0, 0, 1, 2]))
        requests.append((f"{path}?{query}", {name: dice.choice(optional[name]) for name in chosen}))
    plain = [ask(get_wsgi_application(), address, **environ) for address, environ in requests]

    was_known = 0
    for number in dice.choices(range(40), k=200):
        address, environ = requests[number]
        reply = ask(site, address, **environ)
        was_known += reply.is_known
        assert reply.status == plain[number].status
        assert without_time(reply.body) == without_time(plain[number].body)
        kinds = [found.headers.get("Content-Type") for found in (reply, plain[number])]
        assert kinds[0] == kinds[1]

    assert was_known > 40


# Changes ------------------------------------------------------------------------------------------------


def published_contact(example):
    contact = ContactPersonFactory(example=example, name="Erika Muster")
    Consent.objects.create(contact=contact, text_version="1", how="written")
    ContactPerson.objects.filter(pk=contact.pk).update(is_published=True)


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def withdraw(example):
    publishing.withdraw(
        example, by=User.objects.create_user("o@example.org"), reason_de="Alt", reason_en="Old"
    )


CHANGES = {
    "consent withdrawn": (
        "/de/beispiele/eins/",
        "Erika Muster",
        lambda example: sql("UPDATE catalogue_consent SET withdrawn_at = given_at"),
    ),
    "person erased": (
        "/de/beispiele/eins/",
        "Erika Muster",
        lambda example: ContactPerson.objects.all().delete(),
    ),
    "topic renamed": (
        "/de/beispiele/eins/",
        "Pflege",
        lambda example: sql("UPDATE catalogue_topic SET name_de = 'Heilen'"),
    ),
    "topic renamed, list": (
        "/de/beispiele/?topic=pflege",
        "Pflege",
        lambda example: sql("UPDATE catalogue_topic SET name_de = 'Heilen'"),
    ),
    "network renamed": (
        "/de/netzwerke/",
        "Netz Nord",
        lambda example: Network.objects.filter(name="Netz Nord").update(name="Netz Süd"),
    ),
    "network hidden": (
        "/de/netzwerke/netz-nord/",
        "Netz Nord",
        lambda example: sql("UPDATE catalogue_network SET is_published = false"),
    ),
    "example withdrawn": ("/de/beispiele/", "Brücke", withdraw),
    "example withdrawn, page": ("/de/beispiele/eins/", "Erika Muster", withdraw),
    "example withdrawn, feed": ("/de/beispiele/feed/", "Brücke", withdraw),
    "example withdrawn, data": ("/de/beispiele/eins.json", "Brücke", withdraw),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_is_visible_at_the_next_request(site, example, change):
    address, text, make = CHANGES[change]
    network = NetworkFactory(slug="netz-nord", name="Netz Nord")
    Example.objects.filter(pk=example.pk).update(network=network, title_de="Brücke")
    published_contact(example)
    before = known(site, address)
    assert (before.is_known, text in before.text) == (True, True)

    make(example)

    after = ask(site, address)
    assert text not in after.text
    assert without_time(after.body) == without_time(ask(get_wsgi_application(), address).body)


def test_publication_is_visible_at_the_next_request(site, example):
    known(site, "/de/beispiele/")

    ExampleFactory(published=True, title_de="Ganz neu")

    assert "Ganz neu" in ask(site, "/de/beispiele/").text


def test_page_that_was_known_is_kept_at_once_after_a_change(site, example):
    known(site, "/de/")
    ExampleFactory(published=True)

    replies = [ask(site, "/de/") for _time in range(2)]

    assert [reply.is_known for reply in replies] == [True, True]


def test_nothing_is_kept_that_an_older_snapshot_made(site, example, settings):
    """The lists' snapshot asks for the revision by a clock of its own."""
    known(site, "/de/beispiele/")  # the snapshot has just been checked
    settings.REVISION_SECONDS = 60
    ExampleFactory(published=True, title_de="Ganz neu")
    late = PageCache(get_wsgi_application(), MEGABYTE)  # knows the new revision, its lists do not

    stale = [ask(late, "/de/beispiele/") for _time in range(3)]
    settings.REVISION_SECONDS = 0
    fresh = [ask(late, "/de/beispiele/") for _time in range(3)]

    assert [reply.is_known for reply in stale] == [False] * 3
    assert ["Ganz neu" in reply.text for reply in fresh] == [True] * 3


def test_new_day_begins_a_new_edition(site, django, example, monkeypatch):
    known(site, "/de/beispiele/eins/")
    asked, tomorrow = django.asked, timezone.localdate() + datetime.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)

    replies = [ask(site, "/de/beispiele/eins/") for _time in range(2)]

    assert [reply.is_known for reply in replies] == [True, True]
    assert django.asked == asked + 1


@pytest.mark.django_db(transaction=True)
def test_two_threads_see_each_change_within_the_interval(settings):
    settings.REVISION_SECONDS = 0.1
    example = ExampleFactory(published=True, slug="eins", title_de="Stand 0")
    django = Counting(get_wsgi_application())
    site = PageCache(django, MEGABYTE)
    written, seen, wrong = [(0.0, 0)], [0, 0], []
    ended = threading.Event()

    def read(reader):
        while not ended.is_set():
            due = [number for at, number in written if at < time.monotonic() - 1]
            number = int(ask(site, "/de/beispiele/eins/").text.partition("<h1")[2].partition("Stand ")[2][0])
            seen[reader] += 1
            if number < max(due, default=0):
                wrong.append((number, due))
        connection.close()

    readers = [threading.Thread(target=read, args=(reader,)) for reader in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 6):
        Example.objects.filter(pk=example.pk).update(title_de=f"Stand {number}")
        sql("UPDATE catalogue_exampleindex SET effort = effort")
        written.append((time.monotonic(), number))
        time.sleep(0.5)
    ended.set()
    for reader in readers:
        reader.join()

    assert wrong == []
    assert min(seen) > 10
    assert django.asked < sum(seen)


# Room ---------------------------------------------------------------------------------------------------


def test_made_up_requests_leave_the_useful_pages_in_place(db, monkeypatch):
    site = PageCache(answering(lambda: HttpResponse("text")), MEGABYTE)
    useful = ["/de/", "/de/beispiele/", "/de/beispiele/?q=Pflege"]
    for address in useful:
        known(site, address)

    for number in range(500):
        ask(site, f"/de/beispiele/?q=unsinn{number}")
        ask(site, f"/de/?utm_source={number}")
        ask(site, "/de/", HTTP_HOST=f"testserver:{number}")

    assert [ask(site, address).is_known for address in useful] == [True] * 3
    assert len(site.pages) == 3


EDITION = Edition(Revision(1, "1"), datetime.date(2024, 1, 1))


def address(number):
    return Address("https", "www.example.org", "", f"/de/{number}/", "")


def page():
    noise = random.Random(0).randbytes(5000)  # does not get smaller
    return Page([("Content-Type", "text/html")], noise)


def test_pages_that_are_asked_for_stay_when_junk_is_asked_for_twice():
    pages = Pages(20 * (page().size + 100))
    for number in range(10):
        pages.put(EDITION, address(number), page())

    for junk in range(1000, 3000):
        for number in range(10):
            if junk % 5 == number % 5:
                pages.get(EDITION, address(number))
        pages.put(EDITION, address(junk), page())

    assert [number for number in range(10) if pages.get(EDITION, address(number))] == list(range(10))


def test_pages_nobody_asks_for_any_more_make_room():
    pages = Pages(10 * (page().size + 100))
    for number in range(10):
        pages.put(EDITION, address(number), page())
        for _hit in range(100):
            pages.get(EDITION, address(number))

    for number in range(1000, 1100):
        pages.put(EDITION, address(number), page())

    assert [number for number in range(10) if pages.get(EDITION, address(number))] == []


def test_pages_take_no_more_room_than_they_may():
    dice = random.Random(1)
    pages = Pages(200_000)

    for _step in range(600):
        number = dice.randrange(200)
        if not pages.get(EDITION, address(number)):
            body = dice.randbytes(dice.choice([10, 1000, 40_000, 300_000]))
            pages.put(EDITION, address(number), Page([], body))
        assert pages.bytes <= 200_000
        assert pages.bytes == sum(kept.size for kept in pages._pages.values())


def test_pages_of_another_edition_are_gone():
    pages = Pages(MEGABYTE)
    pages.put(EDITION, address(1), page())
    restored = Edition(Revision(1, "2"), EDITION.day)  # from a backup: the number came again

    assert pages.get(restored, address(1)) is None
    pages.put(restored, address(2), page())
    assert (len(pages), pages.get(EDITION, address(1))) == (1, None)


def test_only_the_last_addresses_are_remembered():
    pages = Pages(MEGABYTE)

    for number in range(Pages.ASKED + 1):
        pages.note(address(number))

    assert [pages.was_asked(address(number)) for number in (0, 1, Pages.ASKED)] == [False, True, True]


# A dead database ----------------------------------------------------------------------------------------


class Database:
    """A revision to read, until the server dies; and a clock."""

    def __init__(self):
        self.now = 100.0
        self.is_dead = False
        self.reads = 0
        self.number = 1

    def read(self):
        self.reads += 1
        if self.is_dead:
            raise OperationalError("the server is gone")
        return Edition(Revision(self.number, "1"), EDITION.day)


@pytest.fixture
def database(settings):
    settings.REVISION_SECONDS = 1
    return Database()


@pytest.fixture
def editions(database):
    return Editions(database.read, clock=lambda: database.now)


def attempts(editions):
    """Wait for the attempt that goes on in a thread of its own."""
    with editions._reading:
        return editions._read.__self__.reads


def test_edition_is_read_once_in_the_interval(editions, database):
    found = []
    for now in (100.0, 100.9, 101.0, 101.9):
        database.now, database.number = now, int(now)
        found.append(editions.current().revision.number)

    assert (found, database.reads) == ([100, 100, 101, 101], 2)


def test_edition_counts_for_some_minutes_without_the_database(editions, database, caplog):
    editions.current()
    database.is_dead = True

    found = []
    for seconds in (1, 3, 7, 300, 301):
        database.now = 100 + seconds
        found.append(editions.current() is not None)
        attempts(editions)

    assert found == [True, True, True, True, False]
    assert editions.is_certain is False
    assert database.reads == 4  # not at 3 and 301: a dead database is asked every five seconds
    assert [record.getMessage() for record in caplog.records] == [
        "The catalogue's revision cannot be read: the server is gone"
    ]


def test_edition_is_certain_again_when_the_database_is_back(editions, database):
    editions.current()
    database.is_dead = True
    database.now = 102
    editions.current()

    database.is_dead, database.number, database.now = False, 2, 110
    editions.current()
    attempts(editions)

    assert (editions.is_certain, editions.current().revision.number) == (True, 2)


def test_edition_is_unknown_while_the_database_never_answered(editions, database):
    database.is_dead = True

    assert editions.current() is None


def test_only_one_thread_reads_the_edition(database):
    inside, go_on = threading.Event(), threading.Event()

    def read():
        database.reads += 1
        inside.set()
        go_on.wait(5)
        return EDITION

    editions = Editions(read, clock=lambda: database.now)
    first = threading.Thread(target=editions.current)
    first.start()
    inside.wait(5)

    assert editions.current() is None  # does not wait
    go_on.set()
    first.join()
    assert (editions.current().revision.number, database.reads) == (1, 1)


def test_known_page_is_served_without_the_database_and_nothing_is_kept(site, django, example, monkeypatch):
    known(site, "/de/")
    ask(site, "/en/")
    asked = django.asked

    def refuse():
        raise OperationalError("the server is gone")

    site._editions._read = refuse
    replies = [ask(site, "/de/"), ask(site, "/en/"), ask(site, "/en/")]

    assert [reply.is_known for reply in replies] == [True, False, False]
    assert (django.asked, len(site.pages)) == (asked + 2, 1)
