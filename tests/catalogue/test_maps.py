"""The map of the federal states: every state once, its count in words, its link, the choice in force."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from catalogue.entries import Entry
from catalogue.maps import examples_in, networks_in, outlines, state_map
from tests.factories import FederalStateFactory

ISO_CODES = ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]


@pytest.fixture
def states(db):
    """Two states of the map and one that has no outline."""
    FederalStateFactory(
        slug="sachsen-anhalt", name_de="Sachsen-Anhalt", name_en="Saxony-Anhalt", iso_code="DE-ST", position=2
    )
    FederalStateFactory(slug="bayern", name_de="Bayern", name_en="Bavaria", iso_code="DE-BY", position=1)
    FederalStateFactory(slug="elsewhere", iso_code="XX-YY", position=3)


def place(slug, count):
    return Entry(slug, slug, count, f"/list/?state={slug}")


def test_outlines_hold_the_sixteen_states():
    found = outlines()

    assert sorted(found.by_iso_code) == [f"DE-{code}" for code in ISO_CODES]
    assert all(outline.path.startswith("M") for outline in found.by_iso_code.values())


def test_outlines_have_their_figure_within_the_view_box():
    found = outlines()
    left, top, width, height = map(float, found.view_box.split())

    assert [
        code
        for code, outline in found.by_iso_code.items()
        if not (left < outline.x < left + width and top < outline.y < top + height)
    ] == []


def test_outlines_are_read_once():
    assert outlines() is outlines()


@pytest.mark.usefixtures("states")
def test_state_map_draws_the_known_states_in_the_order_of_the_vocabulary():
    with translation.override("en"):
        found = state_map({"sachsen-anhalt": place("sachsen-anhalt", 3), "bayern": place("bayern", 1)})

    assert [(state.text, state.count, state.url) for state in found.states] == [
        ("Bavaria: 1 example", 1, "/list/?state=bayern"),
        ("Saxony-Anhalt: 3 examples", 3, "/list/?state=sachsen-anhalt"),
    ]


@pytest.mark.usefixtures("states")
def test_state_map_draws_a_city_state_last_with_its_reach():
    FederalStateFactory(slug="bremen", iso_code="DE-HB", position=0)

    found = state_map({})

    assert [state.outline.reach > 0 for state in found.states] == [False, False, True]


@pytest.mark.usefixtures("states")
def test_state_map_marks_the_choice_in_force():
    found = state_map({}, current={"bayern"})

    assert [state.is_current for state in found.states] == [True, False]


@pytest.mark.usefixtures("states")
def test_state_map_gives_a_state_without_a_place_no_link():
    found = state_map({"bayern": place("bayern", 0)}, text=networks_in)

    assert [(state.url, state.count) for state in found.states] == [("/list/?state=bayern", 0), ("", 0)]


@pytest.mark.usefixtures("states")
def test_state_map_asks_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        state_map({"bayern": place("bayern", 1)})


@pytest.mark.parametrize(
    ("text", "count", "words"),
    [
        (examples_in, 1, "Bavaria: 1 example"),
        (examples_in, 0, "Bavaria: 0 examples"),
        (networks_in, 1, "Bavaria: 1 network"),
        (networks_in, 2, "Bavaria: 2 networks"),
    ],
    ids=["one example", "no examples", "one network", "two networks"],
)
def test_texts_say_the_count_in_words(text, count, words):
    with translation.override("en"):
        assert text("Bavaria", count) == words


@pytest.mark.usefixtures("states")
def test_map_template_writes_figures_without_a_decimal_comma():
    """SVG knows the point only, whatever the reader's language."""
    with translation.override("de"):
        html = render_to_string("components/_map.html", {"map": state_map({"bayern": place("bayern", 1200)})})

    outline = outlines().by_iso_code["DE-BY"]
    assert f'<text x="{outline.x}" y="{outline.y}">1200</text>' in html
    assert html.count("<a href") == 1
