"""The minutes of a call as a document: who was present, and each proposal as far as the person who asks may see it."""

import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessment.figures import CriterionLine, conflict_count, lines, number, recommendation
from assessment.meeting import Meeting, Row
from assessment.minutes import members
from assessment.models import Decision
from assessment.moments import moment
from assessment.outcomes import reasons_of
from catalogue.pdf.blocks import Block, bullets, from_line, from_paragraphs, paragraph, run
from catalogue.pdf.document import Document, arcs, section


def minutes_document(meeting: Meeting, address: str, now: datetime.datetime) -> Document:
    call = meeting.call
    return Document(
        title=_("Minutes: %(call)s") % {"call": call.title},
        kind=_("Advisory board"),
        address=address,
        edition=_("As of %(moment)s. Internal: for the office and members of the board.")
        % {"moment": moment(now)},
        dated=now,
        is_demo=call.is_demo,
        body=[
            {"type": "table", "heading": _("Meeting"), "rows": _meeting(meeting)},
            *(block for rank, row in meeting.ranked for block in _proposal(rank, row)),
            *_titles(_("Still being assessed"), meeting.in_progress),
            *_titles(_("Not shown: a conflict of interest, or not assessed"), meeting.withheld),
        ],
    )


def _meeting(meeting: Meeting) -> list[dict[str, Any]]:
    call = meeting.call
    present = [str(seat) for seat in meeting.seats if seat.pk in meeting.present]
    rows = [
        (_("Call"), str(call.title)),
        (_("Rubric"), str(call.rubric or "–")),
        (_("Assessment ended"), date_format(localtime(call.scoring_closes_at), "DATE_FORMAT")),
        (_("Proposals"), str(len(meeting.ranked))),
    ]
    table = [{"label": label, "blocks": [paragraph(run(text))]} for label, text in rows]
    names = [bullets([paragraph(run(name))] for name in present)] if present else from_line(_("nobody noted"))
    return [*table, {"label": _("Present"), "blocks": names}]


def _proposal(rank: int, row: Row) -> list[Block]:
    found, proposal = row.standing, row.proposal
    eligible, counted, conflicted = members(row)
    figures = [
        (_("Rank"), str(rank)),
        (_("State"), proposal.get_status_display()),
        *((capfirst(str(line.label)), _figures(line)) for line in lines(found)),
        (_("Overall"), number(row.result.overall)),
        (_("Split"), _split(row)),
        (_("Rule"), recommendation(found)),
        (
            _("Quorum"),
            _("%(counted)s of %(eligible)s who may judge it counted.")
            % {"counted": counted, "eligible": eligible},
        ),
        (_("Conflicts"), conflict_count(int(conflicted or 0))),
    ]
    table: Block = {
        "type": "table",
        "heading": f"{proposal.reference} {proposal.example.title}",
        "rows": [{"label": label, "blocks": [paragraph(run(text))]} for label, text in figures],
    }
    return [table, *(_decision(row.decision) if row.decision else from_line(_("Not decided yet.")))]


def _split(row: Row) -> str:
    """Say whether the members are split, and what came of it when they talked about it."""
    if row.discussion:
        return _("Discussed. What came of it: %(words)s") % {"words": row.discussion}
    return _("Yes, it has to be discussed.") if row.is_split else _("No")


def _figures(line: CriterionLine) -> str:
    values = {"n": line.n, "median": line.median, "mean": line.mean, "span": line.span}
    words = _("median %(median)s, mean %(mean)s, from %(span)s, %(n)d members") % values
    return f"{words} ({line.plot.text})"


def _decision(decision: Decision) -> list[Block]:
    in_order = reasons_of(decision)
    board: Block = {
        "type": "board",
        "heading": _("Decision"),
        "columns": [_("Criterion"), _("Level"), _("Reason")],
        "beacon": arcs({one.criterion: one.level for one in in_order}),
        "statements": [
            {
                "criterion": one.criterion,
                "name": one.get_criterion_display(),
                "level": one.get_level_display(),
                "blocks": from_line(one.sentence),
            }
            for one in in_order
        ],
        "blocks": [
            *from_line(_who(decision)),
            *from_line(_replacement(decision)),
            *from_paragraphs(decision.summary),
            *_departure(decision),
        ],
    }
    return [board]


def _who(decision: Decision) -> str:
    return _("%(outcome)s on %(day)s, proposed by %(proposer)s, confirmed by %(confirmer)s") % {
        "outcome": capfirst(decision.get_outcome_display()),
        "day": _day(decision),
        "proposer": decision.proposed_by,
        "confirmer": decision.confirmed_by,
    }


def _replacement(decision: Decision) -> str:
    replaced = decision.supersedes
    if replaced is None:
        return ""
    words = _("Replaces the decision of %(day)s: %(outcome)s.")
    return words % {"day": _day(replaced), "outcome": replaced.get_outcome_display()}


def _departure(decision: Decision) -> list[Block]:
    if not decision.deviation:
        return []
    label = run(_("Why the board departs from the recommendation") + ":", style=["strong"])
    return [paragraph(label), *from_paragraphs(decision.deviation)]


def _day(decision: Decision) -> str:
    return str(date_format(localtime(decision.decided_at), "DATE_FORMAT"))


def _titles(heading: str, rows: list[Row]) -> list[Block]:
    """Return proposals by reference and title alone."""
    items = [[paragraph(run(f"{row.proposal.reference} {row.proposal.example.title}"))] for row in rows]
    return section(heading, [bullets(items)] if items else [])
