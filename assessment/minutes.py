"""The minutes of a call as a table: one line a proposal, with what the person who asks may see and nothing else."""

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessment.figures import RECOMMENDATIONS, CriterionLine, lines, number
from assessment.meeting import Meeting, Row
from catalogue.exports import safe_cell
from catalogue.models import Criterion


def as_table(meeting: Meeting) -> Iterator[list[str]]:
    """Yield the head and the rows; no cell can start a formula."""
    head = _head()
    yield head
    for rank, row in meeting.ranked:
        yield [safe_cell(cell) for cell in _figures(rank, row)]
    for row in [*meeting.in_progress, *meeting.withheld]:
        cells = ["", row.proposal.reference, str(row.proposal.example.title)]
        yield [safe_cell(cell) for cell in cells] + [""] * (len(head) - len(cells))


def _head() -> list[str]:
    words = [_("n"), _("median"), _("mean"), _("lowest–highest")]
    of_criteria = [f"{criterion.label}: {word}" for criterion in Criterion for word in words]
    before = [_("rank"), _("reference"), _("title"), _("state")]
    after = [
        _("overall"),
        _("split"),
        _("what came of the discussion"),
        _("recommendation of the rule"),
        _("members who may judge it"),
        _("assessments that count"),
        _("members with a conflict"),
        _("outcome"),
        _("decided on"),
        _("reason in the whole"),
        _("why the board departs from the recommendation"),
    ]
    return [*before, *of_criteria, *after]


def _figures(rank: int, row: Row) -> list[str]:
    found, decision = row.standing, row.decision
    decided = [""] * 4
    if decision and decision.decided_at:
        day = localtime(decision.decided_at).date().isoformat()
        decided = [decision.get_outcome_display(), day, decision.summary, decision.deviation]
    return [
        str(rank),
        row.proposal.reference,
        str(row.proposal.example.title),
        row.proposal.get_status_display(),
        *(cell for line in lines(found) for cell in _cells(line)),
        number(row.result.overall),
        _("Yes") if row.is_split else _("No"),
        row.discussion or "",
        str(RECOMMENDATIONS[row.result.recommendation]),
        *map(str, members(row)),
        *decided,
    ]


def members(row: Row) -> tuple[Any, Any, Any]:
    """Return how many could judge, how many counted, how many had a conflict; as noted where it is decided."""
    if row.decision is not None:
        return row.decision.eligible, row.decision.counted, row.decision.conflicted
    found = row.standing
    return len(found.eligible), len(found.counting), len(found.conflicted)


def _cells(line: CriterionLine) -> list[str]:
    return [str(line.n), line.median, line.mean, line.span]
