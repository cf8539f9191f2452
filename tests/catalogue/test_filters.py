import pytest
from django.http import QueryDict
from django.utils import translation

from catalogue import facets
from catalogue.filters import ExampleFilter
from catalogue.results import Chip, RelaxationLink, SortOption, SuggestionLink
from tests.factories import ExampleFactory, FederalStateFactory, TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def asked(query_string):
    return ExampleFilter(QueryDict(query_string), facets.current())


@pytest.fixture
def catalogue():
    """Make a tool and a measure about language, and a measure about work."""
    language = TopicFactory(slug="language", name_en="Language", position=1)
    work = TopicFactory(slug="work", name_en="Work", position=2)
    bremen = FederalStateFactory(slug="bremen", name_en="Bremen")
    return {
        "tool": ExampleFactory(
            published=True, kind="tool", title_en="Deck", topics=[language], states=[bremen]
        ),
        "course": ExampleFactory(published=True, kind="measure", title_en="Course", topics=[language, work]),
        "office": ExampleFactory(
            published=True, kind="measure", title_en="Bureau", topics=[work], cost_band="up_to_5k"
        ),
    }


def test_nothing_asked_shows_everything_newest_first(catalogue):
    found = asked("")

    assert found.result.ids == [catalogue[name].pk for name in ("office", "course", "tool")]
    assert (found.query, found.selection, found.sort, found.page) == ("", {}, "newest", 1)
    assert (found.is_narrowed, found.chips, found.query_string(), dict(found.form.errors)) == (
        False,
        [],
        "",
        {},
    )


def test_values_of_a_facet_are_alternatives_and_facets_restrict_each_other(catalogue):
    found = asked("topic=work&topic=language&kind=measure")

    assert found.selection == {"topic": ("language", "work"), "kind": ("measure",)}
    assert found.result.ids == [catalogue["office"].pk, catalogue["course"].pk]
    assert {value.value: value.count for value in found.result.facets[1].values} == {
        "product": 0,
        "tool": 1,
        "concept": 0,
        "measure": 2,
        "event_format": 0,
    }


def test_query_and_facets_restrict_each_other(catalogue):
    assert asked("q=Course&kind=measure").result.ids == [catalogue["course"].pk]
    assert asked("q=Course&kind=tool").result.ids == []


def test_qs_holds_the_same_examples(catalogue):
    found = asked("topic=language")

    assert {example.pk for example in found.qs} == {catalogue["tool"].pk, catalogue["course"].pk}


@pytest.mark.parametrize(
    ("query_string", "field"),
    [
        ("topic=unknown", "topic"),
        ("kind=<script>", "kind"),
        ("kind=tool&kind=unknown", "kind"),
        ("state=bremen'--", "state"),
        ("year=1066", "year"),
        ("year=abc", "year"),
        ("freshness=", "freshness"),
        ("transferable=2", "transferable"),
        ("efficient=adequate", "efficient"),
        ("sort=unknown", "sort"),
        ("sort=-title", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=abc", "page"),
        ("page=99999999999999999999999", "page"),
        ("page=1.5", "page"),
        ("q=a%00b", "q"),
        ("unknown=1", None),
    ],
)
def test_bad_input_is_an_error_of_its_field_and_filters_nothing(catalogue, query_string, field):
    found = asked(query_string)

    assert list(found.form.errors) == ([field] if field else [])
    assert (found.result.total, found.page, found.sort, found.query_string()) == (3, 1, "newest", "")


def test_bad_input_is_not_repeated_in_the_message(catalogue):
    assert asked("kind=<script>").form.errors["kind"] == ["This filter knows no such value. It was left out."]


def test_bad_input_in_one_field_leaves_the_others_in_force(catalogue):
    found = asked("kind=unknown&topic=language&page=x&sort=title")

    assert found.result.ids == [catalogue["course"].pk, catalogue["tool"].pk]
    assert found.query_string() == "topic=language&sort=title"


@pytest.mark.parametrize(
    ("query_string", "sort"),
    [
        ("", "newest"),
        ("sort=title", "title"),
        ("sort=relevance", "newest"),
        ("q=course", "relevance"),
        ("q=course&sort=newest", "newest"),
        ("q=!!!", "newest"),
    ],
)
def test_sort_by_relevance_if_there_is_a_query(query_string, sort):
    assert asked(query_string).sort == sort


def test_sorts_keep_the_rest_of_the_address(catalogue):
    assert asked("kind=tool&sort=title&page=3").sorts == [
        SortOption("newest", "Newest first", "kind=tool", is_current=False),
        SortOption("title", "Title", "kind=tool&sort=title", is_current=True),
        SortOption("effort", "Least effort", "kind=tool&sort=effort", is_current=False),
    ]
    assert [option.query_string for option in asked("q=deck").sorts] == [
        "q=deck",
        "q=deck&sort=newest",
        "q=deck&sort=title",
        "q=deck&sort=effort",
    ]


def test_chips_name_each_condition_and_the_address_without_it(catalogue):
    found = asked("sort=title&kind=tool&topic=work&q=deck&topic=language&page=2&x=1")

    assert found.chips == [
        Chip("q", "deck", "", "deck", "topic=language&topic=work&kind=tool&sort=title"),
        Chip("topic", "language", "Topic", "Language", "q=deck&topic=work&kind=tool&sort=title"),
        Chip("topic", "work", "Topic", "Work", "q=deck&topic=language&kind=tool&sort=title"),
        Chip("kind", "tool", "Kind", "Tool", "q=deck&topic=language&topic=work&sort=title"),
    ]


def test_lowest_of_several_minimums_decides():
    adequate = ExampleFactory(published=True, levels={"transferable": 3, "efficient": 5})
    ExampleFactory(published=True, levels={"transferable": 5, "efficient": 2})

    found = asked("transferable=5&transferable=3&innovative=&efficient=4")

    assert (found.selection, dict(found.form.errors)) == ({"transferable": ("3",), "efficient": ("4",)}, {})
    assert found.result.ids == [adequate.pk]
    assert found.query_string() == "transferable=3&efficient=4"
    assert found.chips == [
        Chip("transferable", "3", "", "transferable: at least adequate", "efficient=4"),
        Chip("efficient", "4", "", "efficient: at least convincing", "transferable=3"),
    ]


def test_minimum_that_is_left_out_is_named_with_its_criterion():
    ExampleFactory(published=True, levels={"innovative": 3}, kind="tool")

    result = asked("innovative=5&kind=tool").result

    assert result.relaxations == [RelaxationLink("innovative: exemplary", 1, "kind=tool")]


@pytest.mark.parametrize(
    ("query_string", "conditions"),
    [
        ("", ""),
        ("sort=title&page=2&kind=unknown", ""),
        ("q=deck&sort=title", "“deck”"),
        ("kind=tool&q=deck&topic=work&topic=language", "“deck”, Language, Work, Tool"),
    ],
)
def test_conditions_say_what_is_asked_for(catalogue, query_string, conditions):
    assert asked(query_string).conditions == conditions


@pytest.mark.parametrize(
    ("query_string", "chosen_sort"),
    [
        ("", ""),
        ("sort=newest", ""),
        ("sort=title", "title"),
        ("q=deck", ""),
        ("q=deck&sort=newest", "newest"),
    ],
)
def test_form_hands_on_an_order_that_was_chosen(catalogue, query_string, chosen_sort):
    assert asked(query_string).chosen_sort == chosen_sort


@pytest.mark.parametrize(
    ("query_string", "changes", "expected"),
    [
        ("kind=tool&q=a+b&x=1&page=7", {}, "q=a+b&kind=tool"),
        ("kind=tool", {"page": 2}, "kind=tool&page=2"),
        ("kind=tool", {"page": 1}, "kind=tool"),
        ("q=deck&sort=relevance", {"q": ""}, ""),
        ("q=deck&sort=newest", {"q": ""}, ""),
        ("q=deck", {"sort": "newest"}, "q=deck&sort=newest"),
        ("topic=work&topic=work", {}, "topic=work"),
        ("topic=work", {"topic": ["language", "work"]}, "topic=language&topic=work"),
        ("q=%26+%3D", {}, ""),
        ("q=%C3%96l+%26+Gas", {}, "q=%C3%96l+%26+Gas"),
    ],
)
def test_query_string_is_normalised(catalogue, query_string, changes, expected):
    assert asked(query_string).query_string(**changes) == expected


def test_result_of_a_page_in_the_middle():
    ExampleFactory.create_batch(45, published=True)

    result = asked("page=2&sort=title").result

    assert (result.total, result.pages, result.page, result.first, result.last) == (45, 3, 2, 21, 40)
    assert (result.previous, result.next) == ("sort=title", "sort=title&page=3")


@pytest.mark.parametrize(
    ("page", "first", "last", "previous", "following"),
    [(1, 1, 20, None, "page=2"), (2, 21, 21, "", None), (3, 0, 0, None, None)],
)
def test_result_at_the_ends(page, first, last, previous, following):
    ExampleFactory.create_batch(21, published=True)

    result = asked(f"page={page}").result

    assert (result.first, result.last, result.previous, result.next) == (first, last, previous, following)


def test_empty_catalogue_has_one_empty_page():
    result = asked("").result

    assert (result.total, result.pages, result.first, result.last, result.ids) == (0, 1, 0, 0, [])


def test_empty_result_offers_what_to_leave_out(catalogue):
    result = asked("q=deck&kind=measure&kind=concept&cost=up_to_5k").result

    assert result.relaxations == [RelaxationLink("“deck”", 1, "kind=concept&kind=measure&cost=up_to_5k")]


def test_empty_result_names_all_values_of_the_facet_that_is_left_out(catalogue):
    result = asked("kind=concept&kind=product&topic=work").result

    assert result.relaxations == [RelaxationLink("Product, Concept", 2, "topic=work")]


def test_full_result_offers_nothing_to_leave_out(catalogue):
    assert asked("kind=tool").result.relaxations == []


def test_query_that_finds_nothing_gets_a_better_spelling(catalogue):
    result = asked("q=Coruse&kind=measure").result

    assert result.did_you_mean == SuggestionLink("Course", "q=Course&kind=measure")


def test_query_that_finds_something_elsewhere_is_spelled_well(catalogue):
    result = asked("q=Course&kind=tool").result

    assert (result.total, result.did_you_mean) == (0, None)


def test_query_is_cut(catalogue):
    assert asked("q=" + "x" * 10_000).query == "x" * 200


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("query_string", "statements"), [("kind=measure&sort=title", 0), ("q=Title", 1)])
def test_filter_runs_the_same_statements_for_any_number_of_rows(
    rows, query_string, statements, django_assert_num_queries
):
    ExampleFactory.create_batch(rows, published=True)
    snapshot = facets.current()

    with django_assert_num_queries(statements):
        found = ExampleFilter(QueryDict(query_string), snapshot)
        result = found.result
        found.chips, found.sorts  # noqa: B018

    assert result.total == rows
