"""Parts of the board's pages that repeat: their templates are rendered once, and what differs is put in.

What is kept is the same for everybody (words, labels, names of fields); names, dates and typed texts are put in.
"""

import datetime
from functools import cache, lru_cache
from typing import Any

from django.forms import BoundField
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from assessment.agenda import Item, State
from assessment.forms.scoring import ScoringForm
from assessment.marks import Draft, Mark
from assessment.models import Assessment, Score
from catalogue.drawing import HOLE, Place, kept_pieces, place
from catalogue.models import Criterion

ITEM, WHO = "admin/assessment/board/_item.html", "admin/assessment/board/_who.html"
VOICE = "admin/assessment/board/_voice.html"
SCORE = "admin:assessment_assessment_score"


def rows(items: list[Item]) -> list[SafeString]:
    """Return the rows of My assessments."""
    address = reverse(SCORE, args=["-"]).removesuffix("-/")
    return [_row(item, address) for item in items]


def comment(field: BoundField) -> SafeString:
    """Return the field of a comment, as ``as_field_group`` would."""
    if field.errors:
        return field.as_field_group()
    before, after = _around(field.name, place())
    return mark_safe(f"{before}{conditional_escape(field.value() or '')}{after}")  # noqa: S308 - both are escaped


def who(assessment: Any, *, is_own: bool) -> SafeString:
    """Return who has said it: the name and the seat of a member."""
    around = kept_pieces(
        WHO,
        place(),
        is_own=is_own,
        name="" if is_own else HOLE,
        seat=str(assessment.seat.get_constituency_display()),
        turn=assessment.turn,
    )
    return _filled(around, *([] if is_own else [str(assessment.seat.user)]))


def voice(score: Score, who: SafeString) -> SafeString:
    """Return what one member said about one criterion."""
    texts = [text for text in (score.comment, score.comment_to_submitter) if text]
    around = kept_pieces(
        VOICE,
        place(),
        who=HOLE,
        points=score.points or 0,
        level=str(score.get_points_display() or ""),
        comment=HOLE if score.comment else "",
        passed_on=HOLE if score.comment_to_submitter else "",
    )
    return _filled(around, who, *map(linebreaksbr, texts))


def _row(item: Item, address: str) -> SafeString:
    subject, since = item.proposal, _since(item)
    reference = subject.reference
    about = f"{reference}, {subject.network}" if subject.network else reference
    values = [f"{address}{reference}/", subject.title or reference, about]
    outcome = ""
    if since:
        values.append(since)
    if item.decision and item.decision.announced_at:
        outcome = str(item.decision.get_outcome_display())
        values.append(_day(item.decision.announced_at))
    around = kept_pieces(
        ITEM,
        place(),
        state=item.state.value,
        label=str(item.state.label),
        address=HOLE,
        title=HOLE,
        about=HOLE,
        since=HOLE if since else "",
        outcome=outcome,
        announced=HOLE,
    )
    return _filled(around, *values)


def _since(item: Item) -> str:
    if item.assessment is None or item.state not in {State.BEGUN, State.DONE}:
        return ""
    return _day(item.assessment.handed_in_at or item.assessment.saved_at)


def _day(moment: datetime.datetime) -> str:
    return _day_in_words(timezone.localdate(moment), get_language())


@lru_cache(maxsize=512)
def _day_in_words(day: datetime.date, _language: str | None) -> str:
    return date_format(day, "DATE_FORMAT")


def _filled(around: tuple[str, ...], *values: str) -> SafeString:
    """Put each text into its hole."""
    filled = [around[0]]
    for value, piece in zip(values, around[1:], strict=True):
        filled += conditional_escape(value), piece
    return mark_safe("".join(filled))  # noqa: S308 - the values are escaped


@cache
def _around(name: str, _place: Place) -> tuple[str, str]:
    """Return what stands before and after the text of a comment's field."""
    marks: dict[str, Mark] = {
        criterion: Mark(comment=HOLE, comment_to_submitter=HOLE) for criterion in Criterion
    }
    turn = Assessment.Turn.AFTER_THE_REVEAL
    form = ScoringForm(stored=Draft(marks, reason=HOLE), version=0, turn=turn)
    before, after = form[name].as_field_group().split(HOLE)
    return before, after
