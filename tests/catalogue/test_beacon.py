import pytest
from django.utils import translation

from catalogue.beacon import beacon

LEVELS = {"transferable": 5, "innovative": 3, "sustainable": 4, "efficient": 1}


def test_beacon_says_in_words_what_it_shows():
    with translation.override("en"):
        mark = beacon(LEVELS, fine=True)

    assert (
        mark.text
        == "transferable: exemplary, innovative: adequate, sustainable: convincing, efficient: not shown"
    )


def test_beacon_fills_each_quarter_to_its_level():
    mark = beacon(LEVELS, fine=True)

    filled = {c: sum(arc.is_filled for arc in mark.arcs if arc.criterion == c) for c in LEVELS}
    assert filled == LEVELS
    assert len(mark.arcs) == 20


@pytest.mark.parametrize(("level", "widths"), [(0, [33]), (2, [33, 13.2]), (5, [33])])
def test_beacon_in_a_list_row_has_one_arc_as_broad_as_the_level(level, widths):
    mark = beacon({"transferable": level} if level else {"innovative": 1}, fine=False)

    assert [arc.width for arc in mark.arcs if arc.criterion == "transferable"] == widths


def test_beacon_without_levels_is_the_logo():
    mark = beacon(None, fine=False)

    assert mark.is_logo
    assert [arc.is_filled for arc in mark.arcs] == [True] * 4
    assert mark.text == "Good Practice"
