"""The Atom feed: the newest examples, one feed a language, absolute addresses, no contacts."""

from xml.etree import ElementTree

import pytest

from catalogue.feeds import LENGTH
from tests.factories import ContactPersonFactory, ExampleFactory, TopicFactory

ATOM = "{http://www.w3.org/2005/Atom}"
pytestmark = pytest.mark.django_db


def feed(client, address="/en/examples/feed/"):
    return ElementTree.fromstring(client.get(address).content)


def titles(tree):
    return [entry.find(f"{ATOM}title").text for entry in tree.findall(f"{ATOM}entry")]


def test_feed_is_atom_with_absolute_addresses(client):
    ExampleFactory(published=True, slug="tandem")

    response = client.get("/en/examples/feed/")
    tree = ElementTree.fromstring(response.content)

    links = {link.get("rel"): link.get("href") for link in tree.findall(f"{ATOM}link")}
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert links == {
        "alternate": "http://testserver/en/examples/",
        "self": "http://testserver/en/examples/feed/",
    }
    assert tree.find(f"{ATOM}entry/{ATOM}link").get("href") == "http://testserver/en/examples/tandem/"


@pytest.mark.parametrize(
    ("address", "language", "title"),
    [("/de/beispiele/feed/", "de", "Sprachtandem"), ("/en/examples/feed/", "en", "Language tandem")],
)
def test_feed_speaks_one_language(client, address, language, title):
    ExampleFactory(published=True, title_de="Sprachtandem", title_en="Language tandem")

    tree = feed(client, address)

    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert titles(tree) == [title]


def test_feed_falls_back_to_the_other_language(client):
    ExampleFactory(published=True, title_de="Sprachtandem", title_en="")

    assert titles(feed(client)) == ["Sprachtandem"]


def test_feed_shows_the_newest_published_examples_only(client):
    ExampleFactory.reset_sequence(0)
    ExampleFactory.create_batch(LENGTH + 2, published=True)
    ExampleFactory(title_en="Draft")
    ExampleFactory(withdrawn=True, title_en="Withdrawn")

    assert titles(feed(client)) == [f"Title {number}" for number in range(LENGTH + 1, 1, -1)]


def test_feed_marks_made_up_records(client):
    ExampleFactory(published=True, title_en="Tandem", is_demo=True)

    assert titles(feed(client)) == ["Tandem (made-up demo record)"]


def test_feed_names_topic_and_network_but_no_contact(client):
    example = ExampleFactory(published=True, topics=[TopicFactory(name_en="Networking")])
    ContactPersonFactory(example=example, name="Kim Muster", email="kim@example.org")

    entry = feed(client).find(f"{ATOM}entry")

    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == ["Networking"]
    assert entry.find(f"{ATOM}author/{ATOM}name").text == example.network.name
    assert "Kim" not in ElementTree.tostring(entry, "unicode")


@pytest.mark.parametrize("examples", [1, 6])
def test_feed_asks_the_same_number_of_queries_for_one_and_many(client, django_assert_num_queries, examples):
    ExampleFactory.create_batch(examples, published=True, topics=[TopicFactory()])
    client.get("/en/examples/feed/")

    with django_assert_num_queries(3):
        client.get("/en/examples/feed/")


def test_empty_feed_is_valid(client):
    tree = feed(client)

    assert titles(tree) == []
    assert tree.find(f"{ATOM}updated").text
