"""The made-up records, and what keeps pages fast at any size: statements, plans and bytes, which no noise moves."""

import re
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.http import QueryDict

from benchmarks import average, generator, in_process, load, pages
from benchmarks import client as http
from catalogue import facets, search
from catalogue.filters import ExampleFilter
from catalogue.models import Example, ExampleIndex
from catalogue.query import parse

SIZE = 1_000
LIST = "/de/beispiele/"


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def catalogue(django_db_setup, django_db_blocker):
    """A catalogue of made-up records for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load.load(SIZE)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ask(catalogue, db, client):
    """A function that asks for a page and returns it with the number of its statements; the process is warm."""

    def ask(address):
        with in_process.counting() as count:
            response = client.get(address)
        assert response.status_code == 200
        return response, count()

    ask(f"{LIST}?page=2")
    return ask


# The generator ----------------------------------------------------------------------------------------------


def test_record_alone_is_the_record_of_a_run():
    assert [generator.record(number) for number in range(5, 25)] == list(generator.records(0, 25))[5:]


def test_record_depends_on_the_seed():
    assert generator.record(7) != generator.record(7, seed=1)


def test_record_stays_what_it_is():
    made = generator.record(12)

    assert {key: made.fields[key] for key in ("slug", "kind", "running_since")} == {
        "slug": "example-000012",
        "kind": "concept",
        "running_since": 2018,
    }


def test_records_have_the_mixture_that_is_promised():
    made = list(generator.records(0, 400))
    languages = [tuple(code for code in ("de", "en") if f"title_{code}" in one.fields) for one in made]
    full = [one.fields for one in made if "need_de" in one.fields]

    assert {pair: round(languages.count(pair) / len(made), 1) for pair in set(languages)} == {
        ("de", "en"): 0.7,
        ("de",): 0.2,
        ("en",): 0.1,
    }
    assert (
        3_500
        < sum(len("".join(str(fields[f"{name}_de"]) for name in generator.SECTIONS)) for fields in full)
        / len(full)
        < 6_500
    )


def test_words_are_as_frequent_as_in_real_text():
    made = [one.fields for one in generator.records(0, 400) if "need_de" in one.fields]

    def share(word):
        texts = (" ".join(str(fields[f"{name}_de"]) for name in generator.SECTIONS) for fields in made)
        return sum(word in re.findall(r"\w+", text) for text in texts) / len(made)

    assert share("Beratung") > 0.5
    assert 0 < share("Rosenfurt") < 0.2


def test_queries_are_different_and_the_same_each_time():
    queries = generator.queries(pages.QUERIES)

    assert len(set(queries)) == pages.QUERIES > search._Found.SIZE
    assert generator.queries(20) == queries[:20]


def test_examples_for_the_first_time_are_all_different():
    slugs = pages.queries("first", 1_500)

    assert len(set(slugs)) == len(slugs) == pages.FIRST


# The loader -------------------------------------------------------------------------------------------------


def test_load_publishes_every_record_and_indexes_it(catalogue, db):
    made = generator.record(SIZE - 1)

    example = Example.objects.get(slug=made.fields["slug"])

    assert (Example.objects.published().count(), ExampleIndex.objects.count()) == (SIZE, SIZE)
    assert {field: getattr(example, field) for field in made.fields} == made.fields
    assert set(example.topics.values_list("slug", flat=True)) == set(made.lists["topics"])
    assert example.network.slug == made.network


def test_load_never_mixes_with_other_records(catalogue, db):
    with pytest.raises(load.CatalogueNotEmpty):
        load.load(1)


# What pages cost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "most"),
    [("list", 4), ("deep", 4), ("filter", 4), ("search", 5), ("detail", 3), ("first", 3)],
)
def test_statements_of_a_page_are_bounded(ask, scenario, most):
    # One of them reads the revision, which a process in production does once a second.
    counts = {ask(address)[1] for address in pages.ours(scenario, SIZE)[:12]}

    assert {count for count in counts if count > most} == set()


@pytest.mark.parametrize("scenario", ["list", "deep", "filter", "search", "detail"])
def test_page_asked_again_reads_the_revision_only(ask, scenario):
    for address in pages.ours(scenario, SIZE)[:5]:
        ask(address)

    assert {ask(address)[1] for address in pages.ours(scenario, SIZE)[:5]} == {1}


@pytest.mark.parametrize(
    "query", ["Beratung", "netzwerk -sprache", '"das Netzwerk"', "quali", "Beratung Pflege"]
)
def test_search_reads_no_table_from_end_to_end(catalogue, db, query):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalogue_exampleindex")
        cursor.execute(*search.statement(parse(query), explain="EXPLAIN"))
        while cursor.description is None:
            cursor.nextset()
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert re.findall(r"Seq Scan on (\w+)", plan) == []
    assert set(re.findall(r"Bitmap Index Scan on (\w+)", plan)) == {"exampleindex_head", "exampleindex_body"}


def test_list_page_with_style_script_and_picture_is_light(ask):
    page = ask(LIST)[0].content.decode()
    parts = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]* (?:href|src)="([^"]+)"', page)
    files = [finders.find(part.removeprefix(settings.STATIC_URL)) for part in parts]

    contents = [page.encode(), *(Path(file).read_bytes() for file in files)]

    assert len(contents) <= 4
    assert sum(len(brotli.compress(content, quality=5)) for content in contents) <= 60_000


def test_list_page_shows_twenty_rows_whatever_the_number(ask):
    page = ask(LIST)[0].content.decode()

    assert page.count('<li class="row">') == 20


# The measuring itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", pages.queries("filter", SIZE)[:5])
def test_average_page_finds_as_many_as_ours(catalogue, db, query):
    asked = QueryDict(query.removeprefix("?"))

    found = average.ExampleFilter(asked, Example.objects.published()).qs

    assert found.count() == ExampleFilter(asked, facets.current()).result.total


def test_request_in_process_reads_to_the_end():
    closed = []

    class Body(list):
        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [("X-Asked", f"{environ['PATH_INFO']} {environ['QUERY_STRING']}")])
        return Body([b"two ", b"parts"])

    answer = in_process.request(application, "/de/?page=2")

    assert (answer.status, answer.headers["X-Asked"], answer.content) == (200, "/de/ page=2", b"two parts")
    assert closed == [True]


def test_client_reads_answers_with_and_without_a_body():
    def application(environ, start_response):
        is_known = "HTTP_IF_NONE_MATCH" in environ
        start_response(
            "304 Not Modified" if is_known else "200 OK", [("Content-Length", "5"), ("X-Seen", "yes")]
        )
        return [] if is_known else [b"bytes"]

    with make_server("127.0.0.1", 0, application, handler_class=QuietHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        messages = [http.message("/"), http.message("/", {"If-None-Match": '"tag"'})]
        outcome = http.run(server.server_port, messages, connections=1, seconds=5, limit=1)
        headers, body = http.fetch(server.server_port, "/")
        server.shutdown()

    assert (outcome.number, headers["x-seen"], body) == (1, "yes", b"bytes")
