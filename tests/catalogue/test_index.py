import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from catalogue import facets, index
from catalogue.models import Example, ExampleIndex
from tests.factories import (
    AudienceFactory,
    ExampleFactory,
    FederalStateFactory,
    MemberKindFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def indexed():
    return set(ExampleIndex.objects.values_list("pk", flat=True))


def finds(query, example, vector="body"):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {vector} @@ plainto_tsquery('german', %s)"
            " FROM catalogue_exampleindex WHERE example_id = %s",
            [query, example.pk],
        )
        return cursor.fetchone()[0]


def test_refresh_writes_every_fact_of_a_published_example():
    topics = TopicFactory.create_batch(2)
    example = ExampleFactory(
        published=True,
        title_de="Öffnung",
        title_en="",
        kind="tool",
        topics=topics,
        target_groups=[target_group := TargetGroupFactory()],
        audiences=[audience := AudienceFactory()],
        states=[state := FederalStateFactory()],
        is_nationwide=True,
        cost_band="up_to_25k",
        staff_fte="0.5",
        setup_weeks=6,
        running_since=2019,
        status_of_information=datetime.date(2026, 3, 1),
        levels={"innovative": 3, "transferable": 5},
    )

    row = ExampleIndex.objects.values().get()

    del row["head"], row["body"]
    assert row == {
        "example_id": example.pk,
        "kind": "tool",
        "topics": sorted(topic.pk for topic in topics),
        "target_groups": [target_group.pk],
        "audiences": [audience.pk],
        "states": [state.pk],
        "is_nationwide": True,
        "network": example.network.pk,
        "cost_band": "up_to_25k",
        "setup_weeks": 6,
        "effort": 15_000 + 32_500 + 600,
        "running_since": 2019,
        "status_of_information": datetime.date(2026, 3, 1),
        "levels": [5, 3, 0, 0],
        "published_at": example.published_at,
        "title_key_de": "offnung",
        "title_key_en": "offnung",
        "words": sorted({"öffnung", "netz", "satz", "one", "sentence", "term", "deutsch", "english"}),
    }


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_refresh_deletes_the_row_of_an_example_that_is_not_public(status):
    example, other = ExampleFactory.create_batch(2, published=True)
    dates = {"published_at": None} if status == "draft" else {"withdrawn_at": example.published_at}
    Example.objects.filter(pk=example.pk).update(status=status, **dates)

    index.refresh([example.pk])

    assert indexed() == {other.pk}


def test_refresh_ignores_unknown_ids_and_drafts():
    draft = ExampleFactory()

    index.refresh([draft.pk, draft.pk + 1000])

    assert indexed() == set()


def test_refresh_replaces_the_row():
    example = ExampleFactory(published=True, title_de="Alt", kind="tool")
    Example.objects.filter(pk=example.pk).update(title_de="Neu", kind="measure")

    index.refresh([example.pk])

    assert list(ExampleIndex.objects.values_list("kind", "title_key_de")) == [("measure", "neu")]
    assert (finds("neu", example, "head"), finds("alt", example)) == (True, False)


def test_refresh_belongs_to_the_transaction_of_the_caller():
    example = ExampleFactory(published=True, kind="tool")

    with transaction.atomic():
        Example.objects.filter(pk=example.pk).update(kind="measure")
        index.refresh([example.pk])
        transaction.set_rollback(True)

    assert ExampleIndex.objects.get().kind == "tool"


def test_deleting_an_example_deletes_its_row_and_raises_the_revision():
    example = ExampleFactory(published=True)
    before = facets.revision()

    example.delete()

    assert indexed() == set()
    assert facets.revision().number > before.number


def test_refresh_network_renames_it_in_the_rows_of_its_examples():
    network = NetworkFactory(name="IQ Netzwerk Nordlicht")
    example = ExampleFactory(published=True, network=network)
    network.name = "IQ Netzwerk Südwind"
    network.save()

    index.refresh_network(network)

    assert (finds("Südwind", example), finds("Nordlicht", example)) == (True, False)


def test_network_that_is_not_public_is_neither_named_nor_counted():
    network = NetworkFactory(name="Geheimbund", is_published=False)

    example = ExampleFactory(published=True, network=network)

    assert ExampleIndex.objects.get().network is None
    assert not finds("Geheimbund", example)


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (TopicFactory, "topics"),
        (TargetGroupFactory, "target_groups"),
        (AudienceFactory, "audiences"),
        (FederalStateFactory, "states"),
    ],
    ids=["topic", "target group", "audience", "state"],
)
def test_refresh_term_renames_it_in_the_rows_of_its_examples(factory, field):
    term = factory(name_de="Vorher")
    example = ExampleFactory(published=True, **{field: [term]})
    term.name_de = "Nachher"
    term.save()

    index.refresh_term(term)

    assert (finds("Nachher", example), finds("Vorher", example)) == (True, False)


@pytest.mark.parametrize("factory", [TopicFactory, MemberKindFactory], ids=["unused topic", "kind of member"])
def test_refresh_term_raises_the_revision_even_without_examples(factory):
    term = factory()
    before = facets.revision()

    index.refresh_term(term)

    assert facets.revision().number > before.number


def test_head_holds_title_benefit_and_summary_only():
    example = ExampleFactory(
        published=True,
        title_de="Lotsen",
        benefit_de="Nutzen",
        summary_de="Kurzfassung",
        need_de="Bedarf",
        organisation="Bildungswerk",
        topics=[TopicFactory(name_de="Sprache")],
    )
    asked = ["Lotsen", "Nutzen", "Kurzfassung", "Bedarf", "Bildungswerk", "Sprache"]

    assert [finds(word, example, "head") for word in asked] == [True, True, True, False, False, False]
    assert [finds(word, example, "body") for word in asked] == [True] * 6


def test_text_beyond_the_limit_of_postgresql_is_cut():
    text = " ".join(f"wort{number}" for number in range(200_000))

    example = ExampleFactory(published=True, need_de=text, need_en=text)

    assert finds("wort1", example)


@pytest.mark.parametrize(
    ("cost_band", "staff_fte", "setup_weeks", "expected"),
    [
        ("up_to_5k", 0, None, 2_500),
        ("up_to_5k", 1, 4, 2_500 + 65_000 + 400),
        ("over_100k", 0, 1, 150_100),
        ("", 0, 10, 1_000_001_000),
        ("up_to_100k", None, None, 1_000_062_500),
        ("", None, None, 2_000_000_000),
        ("over_100k", 999.9, 32_767, 150_000 + 64_993_500 + 3_276_700),
    ],
)
def test_effort_of_an_example(cost_band, staff_fte, setup_weeks, expected):
    example = Example(cost_band=cost_band, staff_fte=staff_fte, setup_weeks=setup_weeks)

    assert index.effort(example) == expected


def test_refresh_all_writes_missing_rows_in_batches_and_deletes_stale_ones(monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    examples = ExampleFactory.create_batch(5, published=True, indexed=False)
    stale = ExampleFactory(published=True)
    Example.objects.filter(pk=stale.pk).update(status="draft", published_at=None)
    told = []

    done = index.refresh_all(progress=told.append)

    assert (done, told) == (5, [2, 4, 5])
    assert indexed() == {example.pk for example in examples}


@pytest.mark.parametrize("rows", [1, 30])
def test_refresh_runs_the_same_statements_for_any_number_of_examples(rows, django_assert_num_queries):
    ids = [example.pk for example in ExampleFactory.create_batch(rows, published=True, indexed=False)]

    # savepoint, revision, delete, examples, four vocabularies, statements of the board, upsert, release
    with django_assert_num_queries(11):
        index.refresh(ids)


@pytest.mark.django_db(transaction=True)
def test_refresh_leaves_no_words_pending():
    """What is pending is read from end to end by each search."""
    examples = ExampleFactory.create_batch(3, published=True, indexed=False)

    index.refresh([example.pk for example in examples])

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list('exampleindex_head'::regclass),"
            " gin_clean_pending_list('exampleindex_body'::regclass)"
        )
        pages = cursor.fetchone()
    assert pages == (0, 0)
    assert indexed() == {example.pk for example in examples}


def test_rebuild_index_writes_all_rows_and_may_run_again():
    ExampleFactory.create_batch(3, published=True, indexed=False)
    out = StringIO()

    call_command("rebuild_index", stdout=out)
    call_command("rebuild_index", stdout=out)

    assert out.getvalue() == "Wrote 3 rows.\nWrote 3 rows.\n"
    assert len(indexed()) == 3


def test_rebuild_index_dry_run_writes_nothing():
    ExampleFactory(published=True, indexed=False)
    out = StringIO()

    call_command("rebuild_index", "--dry-run", stdout=out)

    assert out.getvalue() == "Would write 1 rows and delete 0.\n"
    assert indexed() == set()


def test_vectors_are_stored_outside_the_row():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, attstorage FROM pg_attribute WHERE attrelid = 'catalogue_exampleindex'::regclass"
            " AND attname IN ('head', 'body', 'topics')"
        )
        storage = dict(cursor.fetchall())
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'catalogue_exampleindex'::regclass")
        options = cursor.fetchone()[0]

    assert storage == {"head": "e", "body": "e", "topics": "m"}
    assert options == ["toast_tuple_target=128"]
