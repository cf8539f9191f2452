"""The formulas against tables that were computed by hand. No row needs the database."""

from fractions import Fraction

import pytest

from assessment.scoring import (
    CRITERIA,
    Advice,
    Figures,
    Recommendation,
    Thresholds,
    advice_is_split,
    needs_information,
    quorum,
    result,
)

APPROVE, CHANGES, REJECT = Advice
RECOMMENDED, OPEN, NOT_RECOMMENDED = Recommendation


def figures(*points, cannot_assess=0):
    return Figures("innovative", tuple(sorted(points)), cannot_assess)


def ballot(*points):
    return dict(zip(CRITERIA, points, strict=True))


def judged(*ballots, advice=(), **thresholds):
    return result([ballot(*points) for points in ballots], advice, Thresholds(**thresholds))


@pytest.mark.parametrize(
    ("points", "median", "mean", "spread"),
    [
        ([], None, None, 0),
        ([4], 4, 4, 0),
        ([1, 2], Fraction(3, 2), Fraction(3, 2), 1),
        ([5, 1, 3], 3, 3, 4),
        ([2, 3, 3, 5], 3, Fraction(13, 4), 3),
        ([2, 3, 4, 5], Fraction(7, 2), Fraction(7, 2), 3),
        ([4, 4, 5, 3, 2, 5, 4], 4, Fraction(27, 7), 3),
    ],
    ids=str,
)
def test_figures_of_a_criterion(points, median, mean, spread):
    found = figures(*points)

    assert (found.n, found.median, found.mean, found.range) == (len(points), median, mean, spread)


@pytest.mark.parametrize(
    ("points", "is_split"),
    [
        ([3, 3, 5], False),
        ([2, 5], True),
        ([1, 4], True),
        ([2, 4, 4], False),
        ([2, 2, 4], False),
        ([2, 2, 4, 4], True),
        ([2, 2, 3, 4, 4], True),
        ([3, 3, 4, 4, 5], False),
    ],
    ids=str,
)
def test_split_is_a_range_of_three_or_two_camps_of_two(points, is_split):
    assert figures(*points).is_split == is_split


@pytest.mark.parametrize(
    ("advice", "is_split"),
    [
        ([], False),
        ([APPROVE, CHANGES], False),
        ([CHANGES, REJECT], False),
        ([APPROVE, CHANGES, REJECT], True),
    ],
    ids=str,
)
def test_split_is_also_approve_against_reject(advice, is_split):
    found = judged([4, 4, 4, 4], [4, 4, 4, 4], advice=advice)

    assert (advice_is_split(advice), found.is_split) == (is_split, is_split)


def test_one_split_criterion_splits_the_proposal():
    assert judged([4, 4, 4, 5], [4, 4, 4, 2]).is_split


def test_result_of_three_members_by_hand():
    """Means 13/3, 3, 7/2 (one could not assess), 11/3; their mean is 29/8."""
    found = judged([5, 3, 4, 4], [4, 2, None, 3], [4, 4, 3, 4], advice=[APPROVE, APPROVE, CHANGES])

    assert [one.mean for one in found.figures] == [Fraction(13, 3), 3, Fraction(7, 2), Fraction(11, 3)]
    assert [one.median for one in found.figures] == [4, 3, Fraction(7, 2), 4]
    assert [(one.n, one.cannot_assess) for one in found.figures] == [(3, 0), (3, 0), (2, 1), (3, 0)]
    assert found.overall == Fraction(29, 8)
    assert (found.is_split, found.recommendation) == (False, RECOMMENDED)


def test_criteria_weigh_the_same_however_many_could_assess_them():
    """Means 5, 1, 3, 3: together 3, and not the mean of the eight points, which is 23/8."""
    found = judged([5, 1, 3, 3], [None, 1, 3, 3], [None, 1, None, None])

    assert found.overall == 3


@pytest.mark.parametrize(
    ("ballots", "found"),
    [
        # At the thresholds: every median 3, overall exactly 7/2.
        ([[3, 3, 4, 4]], RECOMMENDED),
        ([[3, 3, 4, 4], [3, 3, 4, 4], [3, 3, 4, 3]], OPEN),
        # Rounded to two places the second is 3.50 as well; compared is the fraction, which is smaller.
        ([[3, 3, 4, 4]] * 99 + [[3, 3, 4, 3]], OPEN),
        # A median of 5/2 is below 3, however good the rest.
        ([[5, 5, 5, 2], [5, 5, 5, 3]], NOT_RECOMMENDED),
        ([[5, 5, 5, 2], [5, 5, 5, 4]], RECOMMENDED),
        # A criterion that nobody could assess leaves it open; a low median beside it decides.
        ([[5, 5, 5, None]], OPEN),
        ([[5, 5, 2, None]], NOT_RECOMMENDED),
        ([], OPEN),
    ],
    ids=["at_both", "below", "hardly_below", "low_median", "median_at_three", "unknown", "low_unknown", "none"],
)  # fmt: skip
def test_recommendation_at_its_thresholds(ballots, found):
    assert judged(*ballots).recommendation == found


def test_thresholds_are_those_of_the_rubric():
    ballots = [[3, 4, 4, 4]]

    assert judged(*ballots, median=Fraction(7, 2)).recommendation == NOT_RECOMMENDED
    assert judged(*ballots, overall=Fraction(15, 4)).recommendation == RECOMMENDED
    assert judged(*ballots, overall=Fraction(4)).recommendation == OPEN


@pytest.mark.parametrize("cannot_assess", [0, 1, 2])
def test_two_who_cannot_assess_ask_for_more(cannot_assess):
    assert needs_information([figures(4), figures(4, cannot_assess=cannot_assess)]) == (cannot_assess == 2)


def test_quorum_is_half_of_the_eligible_rounded_up_and_three_at_least():
    assert [quorum(eligible) for eligible in range(3, 13)] == [3, 3, 3, 3, 4, 4, 5, 5, 6, 6]
