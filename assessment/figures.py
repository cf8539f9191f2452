"""The board's figures in words: the same on the meeting's page, in the decision, in the minutes."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessment.models import BoardSeat, Rubric
from assessment.plots import Plot, plot
from assessment.scoring import Figures, Recommendation, needs_information
from assessment.standing import FEDERAL, FEWEST_ELIGIBLE, REGIONAL, Standing
from catalogue.models import Criterion

RECOMMENDATIONS = {
    Recommendation.RECOMMENDED: gettext_lazy("recommended"),
    Recommendation.OPEN: gettext_lazy("open"),
    Recommendation.NOT_RECOMMENDED: gettext_lazy("not recommended"),
}
HUNDREDTH = Decimal("0.01")


class CriterionLine:
    """One criterion of one proposal, ready to be shown."""

    def __init__(self, figures: Figures, comments: list[str]) -> None:
        self.figures = figures
        self.criterion = figures.criterion
        self.label = Criterion(figures.criterion).label
        self.comments = comments
        """Those that may be passed on, without names."""

    @property
    def n(self) -> int:
        return self.figures.n

    @property
    def median(self) -> str:
        return number(self.figures.median)

    @property
    def mean(self) -> str:
        return number(self.figures.mean)

    @property
    def span(self) -> str:
        points = self.figures.points
        return f"{points[0]}–{points[-1]}" if points else "–"

    @property
    def is_split(self) -> bool:
        return self.figures.is_split

    @property
    def plot(self) -> Plot:
        return plot(self.figures)


def lines(found: Standing) -> list[CriterionLine]:
    comments: dict[str, list[str]] = {criterion: [] for criterion in Criterion.values}
    for assessment in found.counting:
        for score in assessment.scores.all():
            if score.comment_to_submitter:
                comments[score.criterion].append(score.comment_to_submitter)
    return [CriterionLine(one, comments[one.criterion]) for one in found.result.figures]


def number(value: Fraction | None) -> str:
    """Return a figure rounded for reading, as the language writes it; it is compared unrounded."""
    if value is None:
        return "–"
    rounded = (Decimal(value.numerator) / value.denominator).quantize(HUNDREDTH, ROUND_HALF_UP)
    return str(number_format(rounded.normalize() if rounded != rounded.to_integral() else int(rounded)))


def recommendation(found: Standing) -> str:
    """Say what the rule recommends and why."""
    rubric = found.proposal.call.rubric or Rubric()
    limits = {
        "median": number(Fraction(rubric.median_threshold)),
        "overall": number(Fraction(rubric.overall_threshold)),
    }
    sentences = {
        Recommendation.RECOMMENDED: _(
            "The rule recommends to approve: each median is at least %(median)s, the overall mean at least %(overall)s."
        ),
        Recommendation.NOT_RECOMMENDED: _(
            "The rule does not recommend to approve: a median is below %(median)s."
        ),
        Recommendation.OPEN: _(
            "The rule leaves it open: no median is below %(median)s, but the overall mean does not reach %(overall)s."
        ),
    }
    if found.result.overall is None and found.result.recommendation == Recommendation.OPEN:
        return _("The rule leaves it open: not every criterion has been assessed.")
    return sentences[found.result.recommendation] % limits


def quorum(found: Standing) -> str:
    """Say how many assessments count, of how many members, and how many are needed."""
    eligible = len(found.eligible)
    text = ngettext(
        "%(counting)d of %(eligible)d member who may judge it counts; %(quorum)d are needed.",
        "%(counting)d of %(eligible)d members who may judge it count; %(quorum)d are needed.",
        eligible,
    )
    return text % {"counting": len(found.counting), "eligible": eligible, "quorum": found.quorum}


def lacking(found: Standing) -> list[str]:
    """Say what the quorum lacks; empty if it is there."""
    sides = {one.seat.constituency for one in found.counting}
    short = found.quorum - len(found.counting)
    checks: list[tuple[Any, str]] = [
        (
            len(found.eligible) < FEWEST_ELIGIBLE,
            _("Fewer than three members may judge it; substitutes are needed."),
        ),
        (
            short > 0,
            ngettext("%(count)d assessment is missing.", "%(count)d assessments are missing.", max(short, 0))
            % {"count": short},
        ),
        (not sides & FEDERAL, _("Nobody of the ministry or the IQ Dissemination Project counts.")),
        (not sides & REGIONAL, _("Nobody of the regional networks or competence centres counts.")),
    ]
    return [words for is_lacking, words in checks if is_lacking]


def missing_members(found: Standing) -> str:
    """Return from where members have not handed in yet, without names; empty if all have."""
    counts = Counter(seat.constituency for seat in found.waiting_for)
    return ", ".join(
        f"{BoardSeat.Constituency(constituency).label}: {counts[constituency]}"
        for constituency in BoardSeat.Constituency.values
        if counts[constituency]
    )


def conflicted(found: Standing) -> str:
    return conflict_count(len(found.conflicted))


def conflict_count(count: int) -> str:
    if not count:
        return _("Nobody has a conflict of interest.")
    text = ngettext(
        "%(count)d member has a conflict of interest and did not take part.",
        "%(count)d members have a conflict of interest and did not take part.",
        count,
    )
    return text % {"count": count}


def unclear(found: Standing) -> list[str]:
    """Return the criteria that too many could not assess from the text."""
    return [str(Criterion(one.criterion).label) for one in found.result.figures if needs_information([one])]
