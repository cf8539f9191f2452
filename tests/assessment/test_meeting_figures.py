"""Dot plots and figures in words: pure, without a database."""

from fractions import Fraction

import pytest
from django.utils.translation import override

from assessment.agreement import agreement, alpha
from assessment.figures import number
from assessment.plots import Dot, in_words, plot
from assessment.scoring import Figures


def figures(*points, cannot_assess=0):
    return Figures("transferable", tuple(sorted(points)), cannot_assess)


def test_each_member_is_a_dot_above_the_level():
    drawn = plot(figures(1, 3, 3))

    assert drawn.dots == [Dot(16, 63), Dot(72, 63), Dot(72, 51)]
    assert (drawn.width, drawn.height, drawn.floor) == (144, 80, 68)
    assert drawn.ticks == [16, 44, 72, 100, 128]


def test_many_dots_stay_within_the_drawing():
    drawn = plot(figures(*[4] * 12))

    assert min(dot.y for dot in drawn.dots) - drawn.radius >= 0
    assert max(dot.y for dot in drawn.dots) + drawn.radius <= drawn.floor


@pytest.mark.parametrize(
    ("points", "place"), [([4], "100"), ([3, 4], "86"), ([], "")], ids=["whole", "half", "none"]
)
def test_median_is_marked_where_it_lies(points, place):
    assert plot(figures(*points)).median == place


def test_median_is_written_with_a_point_in_german_too():
    with override("de"):
        assert plot(figures(1, 2)).median == "30"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (figures(2, 4, 4), "1 × weak, 2 × convincing"),
        (figures(5, cannot_assess=1), "1 × exemplary, 1 × cannot be assessed from the text"),
        (figures(), "no points"),
    ],
    ids=["points", "cannot_assess", "none"],
)
def test_plot_has_a_text_that_says_the_same(given, words):
    with override("en"):
        assert in_words(given).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        (None, "–", "–"),
        (Fraction(4), "4", "4"),
        (Fraction(7, 2), "3,5", "3.5"),
        (Fraction(11, 3), "3,67", "3.67"),
        (Fraction(10), "10", "10"),
    ],
    ids=str,
)
def test_number_is_written_as_the_language_writes_it(value, german, english):
    with override("de"):
        assert number(value) == german
    with override("en"):
        assert number(value) == english


# Agreement ------------------------------------------------------------------------------------------------------------

PUBLISHED = [
    (1, 1, 1),
    (2, 2, 3, 2),
    (3, 3, 3, 3),
    (3, 3, 3, 3),
    (2, 2, 2, 2),
    (1, 2, 3, 4),
    (4, 4, 4, 4),
    (1, 1, 2, 1),
    (2, 2, 2, 2),
    (5, 5, 5),
    (1, 1),
    (3,),
]
"""K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section E: ordinal alpha is 0.815."""


def test_alpha_is_that_of_the_published_example():
    assert round(alpha(PUBLISHED), 3) == 0.815


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], None),
        ([(4, 4), (4, 4)], None),
        ([(1,), (5,)], None),
        ([(1, 1), (5, 5)], 1),
        ([(1, 2), (1, 2)], -0.5),
    ],
    ids=["nothing", "all_equal", "nobody_to_compare", "full", "worse_than_chance"],
)
def test_alpha_at_its_ends(units, expected):
    assert alpha(units) == expected


def test_interval_holds_alpha_and_is_the_same_each_time():
    found = agreement(PUBLISHED)

    assert found.low <= found.alpha <= found.high
    assert agreement(PUBLISHED) == found
    assert agreement(PUBLISHED[:9]) is None
