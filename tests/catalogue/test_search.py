import pytest
from django.db import connection
from django.utils.safestring import SafeString

from catalogue import facets, search
from catalogue.models import Example
from catalogue.models.text import LocalText
from catalogue.query import cleaned, parse
from tests.factories import (
    ExampleFactory,
    FederalStateFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)


def found(query):
    """Return the titles of all hits, newest first; ``None`` if the query filters nothing."""
    snapshot = facets.current()
    hits = search.find(query, snapshot)
    if hits is None:
        return None
    titles = {example.pk: example.title_de for example in Example.objects.all()}
    return [titles[pk] for pk in snapshot.ids(hits.bits)]


# Finding


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "Anerkennung",
        "anerkennungen",
        "ANERKENNUNG",
        "anerk",
        "anerkennu",
        "Förderung",
        "Foerderung",
        "Forderung",
        "foerderu",
        "förde",
        "forder",
        "Straße",
        "STRASSE",
        "strass",
        "recognition of the skills",
        "Anerkennung recognition",
        "die Anerkennung",
        '"Anerkennung und Förderung"',
        "Quatsch OR Anerkennung",
        "Anerkennung -Quatsch",
        "Bildungswerk",
        "Lotsendienst",
        "Nordlicht",
        "iq-netzwerk",
        "Netzwerk IQ",
        "Sprache",
        "language",
        "Pflegekräfte",
        "pflegekraefte",
        "Bremen",
        "Teilnehmende",
        "teilnehmer*innen",
        "lessons",
        "Fo\u0308rderung",
        "Förder\u00adung",
    ],
)
def test_find_finds(query):
    ExampleFactory(
        published=True,
        title_de="Anerkennung und Förderung",
        title_en="Recognising skills: a recognition service",
        summary_de="An der Straße des Erfolgs",
        network=NetworkFactory(name="IQ-Netzwerk Nordlicht"),
        organisation="Bildungswerk e. V.",
        subproject="Lotsendienst",
        topics=[TopicFactory(name_de="Sprache", name_en="Language")],
        target_groups=[TargetGroupFactory(name_de="Pflegekräfte")],
        states=[FederalStateFactory(name_de="Bremen")],
        success_de="Viele Teilnehmer:innen. 40 Teilnehmende haben bestanden.",
        lessons_en="The lesson: start early.",
    )
    ExampleFactory(published=True, title_de="Etwas anderes")

    assert found(query) == ["Anerkennung und Förderung"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "Anerkennung -Handwerk",
        "Anerkennung Pflege",
        '"Handwerk Anerkennung"',
        "-Anerkennung",
        "-Anerkennungen",
        "-Recognition Anerkennung",
        "erkennung",
        "Anerk Handwerk",
    ],
)
def test_find_does_not_find(query):
    ExampleFactory(published=True, title_de="Anerkennung im Handwerk", title_en="Recognition of crafts")

    assert found(query) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "   ", "!!!", "-", '"', '""', "😀", "& | ! ( ) : * <->", "_", "\u00ad"]
)
def test_find_filters_nothing_without_a_word(query):
    assert search.find(query, facets.current()) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "'",
        "a'b",
        "'); DROP TABLE catalogue_example; --",
        "%s %(x)s %",
        "\\",
        "a:* & !b | (c <-> d",
        '"offen',
        "OR",
        "OR OR",
        "a OR",
        "OR b",
        "- -",
        "--a",
        '-"a b"',
        "und der die",
        "the and",
        "x" * 10_000,
        "a " * 5_000,
        '"' * 199,
        "😀 👩‍👩‍👧 wort",
        "日本語",
        "हिन्दी",
        "ﷺ",
        "ß" * 300,
        "½ ² ①",
        "http://example.org/a?b=c",
        "a@b.example",
        "{x}",
        "{explain}",
    ],
)
def test_find_survives(query):
    ExampleFactory(published=True, title_de="Etwas")

    assert found(query) in ([], ["Etwas"], None)


@pytest.mark.django_db
def test_find_keeps_stop_words_if_there_is_nothing_else():
    ExampleFactory(published=True, title_de="IT und mehr", title_en="")
    ExampleFactory(published=True, title_de="Etwas", title_en="")

    assert found("IT") == ["IT und mehr"]


@pytest.mark.django_db
def test_find_is_bound_to_what_is_published():
    ExampleFactory(title_de="Entwurf")
    ExampleFactory(withdrawn=True, title_de="Entwurf")

    assert found("Entwurf") == []


@pytest.mark.django_db
def test_find_ranks_hits_in_the_head_before_the_rest():
    in_title = ExampleFactory(published=True, title_de="Mentoring", summary_de="Mentoring für alle")
    in_summary = ExampleFactory(published=True, summary_de="Ein langer Satz, in dem Mentoring vorkommt")
    in_text = ExampleFactory(published=True, need_de="Mentoring Mentoring Mentoring")
    snapshot = facets.current()

    hits = search.find("Mentoring", snapshot)

    assert snapshot.page(hits.bits, "relevance", 1, 20, hits) == [in_title.pk, in_summary.pk, in_text.pk]
    assert snapshot.page(hits.bits, "newest", 1, 20, hits) == [in_text.pk, in_summary.pk, in_title.pk]


@pytest.mark.django_db
def test_find_ranks_the_newest_of_many_hits_only(monkeypatch):
    monkeypatch.setattr(search, "BEST", 2)
    examples = ExampleFactory.create_batch(4, published=True, title_de="Mentoring")
    snapshot = facets.current()

    hits = search.find("Mentoring", snapshot)

    assert hits.best == (0, 1)
    assert snapshot.page(hits.bits, "relevance", 1, 20, hits) == [
        example.pk for example in reversed(examples)
    ]


@pytest.mark.django_db
def test_find_leaves_out_of_the_head_what_the_body_excludes():
    ExampleFactory(published=True, title_de="Mentoring", need_de="Pflege")

    hits = search.find("Mentoring -Pflege", facets.current())

    assert (hits.bits, hits.head, hits.best) == (0, 0, ())


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 30])
def test_find_runs_one_statement_for_a_new_query_and_none_for_a_known_one(rows, django_assert_num_queries):
    ExampleFactory.create_batch(rows, published=True, title_de="Mentoring")
    snapshot = facets.current()

    with django_assert_num_queries(1):
        hits = search.find("Mentoring", snapshot)
    with django_assert_num_queries(0):
        again = search.find("  Mentoring ", snapshot)

    assert hits.bits.bit_count() == rows
    assert again is hits


@pytest.mark.django_db
def test_find_asks_again_after_a_change():
    ExampleFactory(published=True, title_de="Mentoring")
    assert len(found("Mentoring")) == 1

    ExampleFactory(published=True, title_de="Mentoring")

    assert len(found("Mentoring")) == 2


@pytest.mark.django_db
def test_find_leaves_the_planner_as_it_was():
    search.find("Mentoring", facets.current())

    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["Titel", "Titel OR Satz -Quatsch", '"ein Satz"', "Tit"])
def test_find_reads_the_index_and_never_the_whole_table(query):
    ExampleFactory.create_batch(3, published=True)
    with connection.cursor() as cursor:
        cursor.execute(*search.statement(parse(query), explain="EXPLAIN"))
        cursor.nextset()
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan" not in plan
    assert plan.count("Bitmap Index Scan on exampleindex_head") == 1
    assert plan.count("Bitmap Index Scan on exampleindex_body") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  a\n\tb  ", "a b"), ("!!!", ""), ("x" * 300, "x" * 200), ('"a b"', '"a b"'), ("", "")],
)
def test_cleaned_query(text, expected):
    assert cleaned(text) == expected


# Marking


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Die Anerkennungen hier", "Anerkennung", "Die <mark>Anerkennungen</mark> hier"),
        ("Förderung", "foerderung", "<mark>Förderung</mark>"),
        ("Förderung", "Forderung", "<mark>Förderung</mark>"),
        ("Foerderung", "Förderung", "<mark>Foerderung</mark>"),
        ("Ärztinnen", "Aerzt", "<mark>Ärztinnen</mark>"),
        ("Straße", "strasse", "<mark>Straße</mark>"),
        ("Skills recognised", "recognising skill", "<mark>Skills</mark> <mark>recognised</mark>"),
        ("Pflegekräfte in Bremen", "Pfleg", "<mark>Pflegekräfte</mark> in Bremen"),
        ("Pflegekräfte in Bremen", "Pflegek Bremen", "Pflegekräfte in <mark>Bremen</mark>"),
        ("die Arbeit und die Pause", "die Arbeit", "die <mark>Arbeit</mark> und die Pause"),
        ("Arbeit und Pause", "Arbeit -Pause", "<mark>Arbeit</mark> und Pause"),
        ("Arbeit und Pause", '"Arbeit und"', "<mark>Arbeit</mark> und Pause"),
        ("a < b & c > d", "b", "a &lt; <mark>b</mark> &amp; c &gt; d"),
        (
            "<script>alert(1)</script>",
            "script",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ("Text", '<img src=x onerror="1">', "Text"),
        ("Text", "", "Text"),
        ("<b>", "", "&lt;b&gt;"),
        ("", "Text", ""),
        ("Text", "!!!", "Text"),
        ("Migrant:innen", "Migranten", "<mark>Migrant</mark>:innen"),
    ],
)
def test_highlight(text, query, expected):
    html = search.highlight(text, query)

    assert html == expected
    assert isinstance(html, SafeString)


def test_highlight_takes_a_text_that_knows_its_language():
    assert search.highlight(LocalText("Arbeit", "de", is_fallback=True), "arbeit") == "<mark>Arbeit</mark>"


# Did you mean?


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("anerkenung", "anerkennung"),
        ("Anerkenung Pflege", "Anerkennung Pflege"),
        ("Foerdrung", "Förderung"),
        ("nordlict", "nordlicht"),
        ("Anerkennung", None),
        ("xyzxyz", None),
        ("anerkenung quatsch", None),
        ("pfl", None),
        ("", None),
    ],
)
def test_did_you_mean(query, expected):
    network = NetworkFactory(name="Nordlicht")
    ExampleFactory(published=True, title_de="Anerkennung", benefit_de="Pflege und Förderung", network=network)

    assert search.did_you_mean(query, facets.current()) == expected


@pytest.mark.django_db
def test_did_you_mean_prefers_the_more_frequent_of_two_words_that_are_as_near():
    ExampleFactory(published=True, title_de="Haus")
    ExampleFactory.create_batch(2, published=True, title_de="Maus")

    assert search.did_you_mean("Xaus", facets.current()) == "Maus"


@pytest.mark.django_db
def test_did_you_mean_suggests_only_what_is_found():
    ExampleFactory(published=True, title_de="Anerkennung")
    ExampleFactory(published=True, title_de="Pflege")

    assert search.did_you_mean("anerkenung pflege", facets.current()) is None


@pytest.mark.django_db
def test_did_you_mean_loads_the_words_once_a_revision(django_assert_num_queries):
    ExampleFactory(published=True, title_de="Anerkennung")
    snapshot = facets.current()
    with django_assert_num_queries(2):
        search.did_you_mean("anerkenung", snapshot)

    with django_assert_num_queries(0):
        search.did_you_mean("anerkenung", snapshot)
