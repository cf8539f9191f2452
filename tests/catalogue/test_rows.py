"""Rows of lists that are drawn once: what they show, and that they never outlive what they show."""

import datetime

import pytest
from django.db import connection
from django.urls import set_script_prefix
from django.utils import timezone, translation

from catalogue import facets, index, rows
from catalogue.models import Example, Network
from tests.factories import BoardStatementFactory, ExampleFactory, FederalStateFactory, NetworkFactory

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("1")</script> & Beratung'


def drawn(*examples, **options):
    """Return the rows of ``examples`` in the catalogue as it is."""
    return rows.rows(facets.current(), [example.pk for example in examples], **options)


def edit(example, **fields):
    """Change an example as the office does."""
    Example.objects.filter(pk=example.pk).update(**fields)
    index.refresh([example.pk])


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("query", ["", "Beratung", "script", "&", "alert 1"])
def test_row_escapes_hostile_texts_each_time(query):
    example = ExampleFactory(
        published=True,
        title_en=HOSTILE,
        benefit_en=HOSTILE,
        network=NetworkFactory(name=HOSTILE),
        states=[FederalStateFactory(name_en=HOSTILE)],
    )

    first, second = drawn(example, query=query), drawn(example, query=query)

    assert first == second
    plain = first[0].replace("<mark>", "").replace("</mark>", "")
    assert plain.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Beratung") == 4
    assert "<script" not in first[0]


def test_row_marks_the_words_of_each_query_and_forgets_them():
    example = ExampleFactory(published=True, title_en="Advice on nursing", benefit_en="Nursing pays.")

    marked, other, plain = (drawn(example, query=query)[0] for query in ("nursing", "advice", ""))

    assert (marked.count("<mark>"), other.count("<mark>"), plain.count("<mark>")) == (2, 1, 0)
    assert "Advice on <mark>nursing</mark>" in marked
    assert "<mark>Advice</mark> on nursing" in other
    assert "Advice on nursing" in plain


def test_rows_stand_in_the_order_asked_for_without_those_that_are_not_public():
    first, second, draft = ExampleFactory(published=True), ExampleFactory(published=True), ExampleFactory()

    found = drawn(second, draft, first)

    assert [example.title_en in row for example, row in zip((second, first), found, strict=True)] == [
        True
    ] * 2


def test_rows_are_drawn_once(django_assert_num_queries):
    examples = ExampleFactory.create_batch(3, published=True)
    snapshot, ids = facets.current(), [example.pk for example in examples]
    first = rows.rows(snapshot, ids)

    with django_assert_num_queries(0):
        assert rows.rows(snapshot, ids) == first


def test_row_shows_an_edit_at_once():
    example = ExampleFactory(published=True, title_en="Before")
    before = drawn(example)[0]

    edit(example, title_en="After")

    assert ("Before" in before, "Before" in drawn(example)[0], "After" in drawn(example)[0]) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize("change", ["network", "state", "board"])
def test_row_shows_a_change_around_the_example_at_once(change):
    state, network = FederalStateFactory(name_en="Old"), NetworkFactory(name="Old")
    example = ExampleFactory(published=True, states=[state], network=network)
    before = drawn(example)[0]

    if change == "network":
        Network.objects.filter(pk=network.pk).update(name="New")
    elif change == "state":
        type(state).objects.filter(pk=state.pk).update(name_en="New")
    else:
        BoardStatementFactory(example=example, criterion="efficient", level=3)

    after = drawn(example)[0]
    assert before.count("Old") == 2
    assert after != before
    assert ("New" in after or 'class="row__mark"' in after) is True


def test_row_of_a_withdrawn_example_is_gone():
    example = ExampleFactory(published=True)
    drawn(example)

    edit(example, status="withdrawn", withdrawn_at=timezone.now())

    assert drawn(example) == []


def test_row_of_a_change_that_was_rolled_back_does_not_stay():
    example = ExampleFactory(published=True, title_en="Kept")
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        edit(example, title_en="Never")
        inside = drawn(example)[0]
        cursor.execute("ROLLBACK TO SAVEPOINT before")

    assert ("Never" in inside, "Kept" in drawn(example)[0]) == (True, True)


def test_rows_of_both_languages_and_headings_are_kept_apart():
    example = ExampleFactory(published=True, title_de="Titel", title_en="Title")

    english, heading = drawn(example)[0], drawn(example, heading="h3")[0]
    with translation.override("de"):
        german = drawn(example)[0]

    assert '<h2><a href="/en/examples/' in english
    assert '<h3><a href="/en/examples/' in heading
    assert '<h2><a href="/de/beispiele/' in german
    assert ("Title" in english, "Titel" in german) == (True, True)


def test_row_of_a_site_that_is_mounted_elsewhere_has_other_addresses():
    example = ExampleFactory(published=True)
    plain = drawn(example)[0]

    set_script_prefix("/practice/")
    try:
        mounted = drawn(example)[0]
    finally:
        set_script_prefix("/")

    assert ('href="/practice/en/' in plain, 'href="/practice/en/' in mounted) == (False, True)


@pytest.mark.parametrize("query", ["", "Titel"])
def test_row_names_the_other_language_of_its_texts(query):
    example = ExampleFactory(published=True, title_de="Titel", title_en="", benefit_en="One sentence.")

    row = drawn(example, query=query)[0]

    assert row.count('<span lang="de">') == 1
    assert '<span class="tag">in German</span>' in row


@pytest.mark.parametrize("is_demo", [True, False])
def test_row_marks_made_up_records(is_demo):
    example = ExampleFactory(published=True, is_demo=is_demo)

    assert ("tag--demo" in drawn(example)[0]) is is_demo


def test_row_without_benefit_shows_the_beginning_of_the_summary():
    example = ExampleFactory(published=True, benefit_de="", benefit_en="", summary_en="word " * 60)

    row = drawn(example, query="word")[0]

    assert row.count("<mark>word</mark>") == 36
    assert "…" in row


def test_row_grows_old_with_the_day(monkeypatch):
    month = datetime.date(2024, 1, 1)
    example = ExampleFactory(published=True, status_of_information=month)
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2025, 1, 31))
    fresh = drawn(example)[0]
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2025, 2, 1))

    assert 'data-freshness="fresh"' in fresh
    assert 'data-freshness="due"' in drawn(example)[0]


def test_rows_take_no_more_than_their_room(monkeypatch):
    examples = ExampleFactory.create_batch(6, published=True)
    monkeypatch.setattr(rows._kept, "max_bytes", 6_000)

    found = drawn(*examples)

    assert len(found) == 6
    assert 1 <= rows._kept.count(facets.current()) < 6
