"""The shortlist and the comparison: each is its address, shows what is public, and copes with any other."""

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertNumQueries

from catalogue import comparison
from catalogue.models import Example
from catalogue.pdf.shortlist import shortlist_document
from catalogue.shortlist import LONGEST, Shortlist
from tests.factories import ExampleFactory, FederalStateFactory, NetworkFactory, TopicFactory

pytestmark = pytest.mark.django_db


def address(view, *slugs, language="en", **more):
    with override(language):
        path = reverse(f"catalogue:{view}")
    return f"{path}?{urlencode([*(('example', slug) for slug in slugs), *more.items()])}"


def titles(response):
    return [entry.example.title_en for entry in response.context["entries"]]


def html(response):
    return response.content.decode()


@pytest.fixture
def three():
    return [ExampleFactory(published=True, slug=slug, title_en=slug.upper()) for slug in ("c", "a", "b")]


def test_list_is_read_in_its_order_each_once():
    names = [f"s{number}" for number in range(LONGEST + 5)]

    assert Shortlist.read(QueryDict("example=b&example=a&example=b&q=x")).slugs == ("b", "a")
    assert Shortlist.read(QueryDict("example=%3Cb%3E&example=&example=../a&example=a")).slugs == ("a",)
    assert Shortlist.read(QueryDict(urlencode({"example": names}, doseq=True))).slugs == tuple(
        names[:LONGEST]
    )


def test_shortlist_shows_what_is_public_and_counts_the_rest(client, three):
    ExampleFactory(slug="draft")
    ExampleFactory(withdrawn=True, slug="gone")

    response = client.get(address("shortlist", "b", "draft", "a", "gone", "unheard-of"))

    assert titles(response) == ["B", "A"]
    assert "3 examples of this list are not public any more." in html(response)
    assert [entry.address for entry in response.context["entries"]] == [
        "/en/shortlist/?example=a",
        "/en/shortlist/?example=b",
    ]


def test_shortlist_finds_an_example_by_its_former_slug(client, three):
    Example.objects.filter(slug="a").update(slug="new")

    response = client.get(address("shortlist", "a", "new", "b"))

    assert titles(response) == ["A", "B"]
    assert response.context["chosen"].address() == "/en/shortlist/?example=new&example=b"


def test_empty_shortlist_says_how_to_begin(client):
    response = client.get(address("shortlist"))

    assert (response.status_code, response.context["entries"]) == (200, [])
    assert "Put on the shortlist" in html(response)
    assert '<meta name="robots"' not in html(response)


def test_shortlist_offers_hits_that_are_not_on_it_yet(client, three):
    ExampleFactory(published=True, slug="d", title_en="Nursing")

    found = client.get(address("shortlist", "a", q="nursing")).context["offered"]
    nothing = client.get(address("shortlist", "d", q="nursing"))

    assert [(offer.example.slug, offer.address) for offer in found] == [
        ("d", "/en/shortlist/?example=a&example=d&q=nursing")
    ]
    assert nothing.context["offered"] == []
    assert "No further example fits this search." in html(nothing)


def test_full_shortlist_takes_no_more(client):
    examples = ExampleFactory.create_batch(LONGEST, published=True)

    response = client.get(address("shortlist", *(example.slug for example in examples), q="title"))

    assert (len(response.context["entries"]), response.context["offered"]) == (LONGEST, [])
    assert "The list is full." in html(response)


def test_first_four_are_ticked(client):
    examples = ExampleFactory.create_batch(6, published=True)

    response = client.get(address("shortlist", *(example.slug for example in examples)))

    assert [entry.is_ticked for entry in response.context["entries"]] == [True] * 4 + [False] * 2
    assert html(response).count(" checked>") == 4


@pytest.mark.parametrize("rows", [2, 4])
@pytest.mark.parametrize(("view", "statements"), [("shortlist", 3), ("compare", 7)])
def test_number_of_statements_is_the_same_for_any_number_of_rows(client, view, statements, rows):
    examples = [
        ExampleFactory(
            published=True, topics=[TopicFactory()], states=[FederalStateFactory()], levels={"efficient": 3}
        )
        for _ in range(rows)
    ]
    asked = address(view, *(example.slug for example in examples))
    client.get(asked)

    with assertNumQueries(statements):
        response = client.get(asked)

    assert len(response.context["entries"]) == rows


def test_comparison_has_a_row_for_each_fact_that_one_of_them_states():
    topic = TopicFactory(name_en="Work")
    first = ExampleFactory(
        kind="tool",
        network=NetworkFactory(name="Netz"),
        topics=[topic],
        is_nationwide=True,
        running_since=2019,
        running_until=2022,
        setup_weeks=1,
        staff_fte=Decimal("0.50"),
        levels={"efficient": 5},
        transfer_fixed_en="All",
    )
    second = ExampleFactory(
        kind="concept", network=NetworkFactory(is_published=False), benefit_en="Saves time."
    )

    with override("en"):
        found = comparison.groups([first, second])
        rows = {
            row.label: [
                str(cell) if row.form != "terms" else [str(term.name) for term in cell] for cell in row.cells
            ]
            for group in found
            for row in group.rows
        }

    assert [group.heading for group in found] == [
        "At a glance",
        "Effort",
        "Transfer: what you need",
        "What the advisory board says",
    ]
    assert rows == {
        "Benefit": ["One sentence.", "Saves time."],
        "Kind": ["Tool", "Concept"],
        "Topics": [["Work"], []],
        "Network": ["Netz", ""],
        "Where": [["nationwide"], []],
        "Running": ["2019–2022", ""],
        "Staff": ["0.5 full-time equivalents", ""],
        "Set-up time": ["1 week", ""],
        "Keep as it is": ["All", ""],
        "efficient": ["exemplary", ""],
    }


@pytest.mark.parametrize(
    ("count", "shown", "is_compared"), [(0, 0, False), (1, 1, False), (2, 2, True), (5, 4, True)]
)
def test_compare_takes_two_to_four(client, count, shown, is_compared):
    examples = ExampleFactory.create_batch(count, published=True)

    response = client.get(address("compare", *(example.slug for example in examples)))

    assert len(response.context["entries"]) == shown
    assert ("<table>" in html(response)) is is_compared
    assert ("The first four examples of your choice are shown." in html(response)) is (count > shown)


def test_compare_marks_texts_of_the_other_language(client, three):
    Example.objects.filter(slug="a").update(benefit_en="", benefit_de="Spart Zeit.")

    assert '<span lang="de">Spart Zeit.</span>' in html(client.get(address("compare", "a", "b")))


def test_pdf_holds_the_facts_of_each_example_and_no_contacts(client, three):
    examples = [Example.objects.with_facts().get(slug=slug) for slug in ("b", "a")]

    with override("en"):
        document = shortlist_document(
            examples, "http://testserver/en/shortlist/?example=b", lambda path: f"http://x{path}"
        )

    assert [part["heading"] for part in document.body] == ["B", "A"]
    labels = [row["label"] for row in document.body[0]["rows"]]
    assert labels == ["Benefit", "Kind", "Network", "Page with contact persons"]
    assert "http://x/en/examples/b/" in json.dumps(document.data())


def test_pdf_answers_the_list_and_refuses_an_empty_one(client, three):
    response = client.get(address("shortlist_pdf", "b", "a"))

    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")
    assert response["Content-Disposition"] == 'inline; filename="good-practice-en.pdf"'
    assert client.get(address("shortlist_pdf", "unheard-of")).status_code == 404


@pytest.mark.parametrize("view", ["shortlist", "compare", "shortlist_pdf"])
def test_shortlist_changes_nothing(client, view):
    assert client.post(address(view)).status_code == 405


def test_example_leads_to_a_list_with_it(client, three):
    page = html(client.get("/en/examples/a/"))

    assert 'href="/en/shortlist/?example=a" rel="nofollow" data-shortlist-add' in page


def test_list_has_a_box_for_each_row_and_home_has_none(client, three):
    assert html(client.get("/en/examples/")).count('name="example"') == 3
    assert html(client.get("/en/")).count('name="example"') == 0
