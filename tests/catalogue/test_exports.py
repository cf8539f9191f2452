import csv
import io
import json

import pytest

from catalogue.exports import safe_cell
from tests.factories import ContactPersonFactory, ExampleFactory, TopicFactory

pytestmark = pytest.mark.django_db


def body(response):
    return b"".join(response.streaming_content).decode()


def test_example_list_csv_holds_exactly_the_selection(client):
    topic = TopicFactory()
    wanted = ExampleFactory(published=True, topics=[topic], title_en="Wanted", running_since=2019)
    ExampleFactory(published=True)
    ExampleFactory(topics=[topic])

    response = client.get("/en/examples.csv", {"topic": topic.slug})

    rows = list(csv.DictReader(io.StringIO(body(response).removeprefix("\ufeff"))))
    assert [(row["title"], row["topics"], row["running_since"]) for row in rows] == [
        ("Wanted", topic.name_en, "2019")
    ]
    assert rows[0]["url"] == f"http://testserver/en/examples/{wanted.slug}/"


def test_example_list_csv_speaks_the_reader_s_language(client):
    ExampleFactory(published=True, title_de="Gesucht", title_en="Wanted")

    assert "Gesucht" in body(client.get("/de/beispiele.csv"))


def test_example_list_json_holds_exactly_the_selection(client):
    first, second = ExampleFactory(published=True, kind="tool"), ExampleFactory(published=True, kind="tool")
    ExampleFactory(published=True, kind="product")

    response = client.get("/en/examples.json", {"kind": "tool"})

    assert [record["slug"] for record in json.loads(body(response))] == [second.slug, first.slug]


@pytest.mark.parametrize("address", ["/en/examples.csv", "/en/examples.json", "/en/examples/feed/"])
def test_export_holds_no_contact(client, address):
    example = ExampleFactory(published=True)
    ContactPersonFactory(example=example, email="office@example.org")

    response = client.get(address)

    assert "office@example.org" not in (body(response) if response.streaming else response.content.decode())


def test_example_feed_follows_the_selection(client):
    ExampleFactory(published=True, kind="tool", title_en="A tool")
    ExampleFactory(published=True, kind="product", title_en="A product")

    feed = client.get("/en/examples/feed/", {"kind": "tool"}).content.decode()

    assert "A tool" in feed
    assert "A product" not in feed


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@cmd", "\tx", "\rx"])
def test_cell_cannot_start_a_formula(text):
    assert safe_cell(text) == f"'{text}"


def test_cell_of_plain_text_stays():
    assert safe_cell("Beratung = gut") == "Beratung = gut"
