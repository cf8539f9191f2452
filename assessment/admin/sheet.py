"""One member's form for one proposal: the rubric as its parts, what is stored, and what was sent to be stored."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.safestring import SafeString

from assessment import judging, workflow
from assessment.admin import drawn
from assessment.admin.members import Place
from assessment.forms.scoring import CANNOT, ScoringForm, draft_of
from assessment.models import Assessment, Proposal, Rubric, RubricCriterion
from catalogue.models import Criterion

INDEPENDENT, AGAIN = Assessment.Turn.INDEPENDENT, Assessment.Turn.AFTER_THE_REVEAL


@dataclass(frozen=True)
class Choice:
    """One radio button, the word first, and what it means for this criterion."""

    radio: Any
    meaning: Any


@dataclass(frozen=True)
class Part:
    """One criterion of the form."""

    criterion: str
    prompts: list[str]
    field: BoundField
    levels: list[Choice]
    cannot: Any
    comment: SafeString
    passed_on: SafeString


@dataclass(frozen=True)
class Sheet:
    """The form of one turn, with what is stored of it."""

    place: Place
    turn: Assessment.Turn
    assessment: Assessment | None
    is_anew: bool = False
    """An earlier one is void; the conflict of interest that voided it has been withdrawn."""

    @property
    def version(self) -> int:
        return self.assessment.saves if self.assessment else 0

    @property
    def is_open(self) -> bool:
        return self.place.proposal.status in judging.ASSESSING[self.turn]

    @property
    def is_handed_in(self) -> bool:
        return self.assessment is not None and self.assessment.handed_in_at is not None

    @property
    def holds(self) -> bool:
        """Tell whether it was handed in and no conflict of interest has voided it."""
        return self.is_handed_in and not self.is_void

    @property
    def is_void(self) -> bool:
        return self.assessment is not None and self.assessment.voided_at is not None

    def form(self, data: Any = None) -> ScoringForm:
        return ScoringForm(data, stored=draft_of(self.assessment), version=self.version, turn=self.turn)

    def store(self, form: ScoringForm) -> Assessment:
        """Save the draft; where nothing differs from what is stored, leave it as it is."""
        begun = self._begun()
        if self.assessment is not None and not form.differing:
            return begun
        return judging.save(begun, form.draft, seen=self._seen(form))

    def hand_in(self, form: ScoringForm) -> None:
        judging.hand_in(self._begun(), form.draft, seen=self._seen(form))
        conclude(self.place)

    def _begun(self) -> Assessment:
        begun = judging.begin(self.place.seat, self.place.proposal, turn=self.turn)
        if begun.handed_in_at is not None:
            raise judging.Frozen
        return begun

    def _seen(self, form: ScoringForm) -> int:
        """Return the version on which the page rests: an old page that says what is stored anyway is no conflict."""
        return form.seen if form.differing else self.version


def sheet_of(place: Place, turn: Assessment.Turn) -> Sheet:
    """Return the member's form. What a conflict of interest has voided is none once the conflict is gone."""
    own = Assessment.objects.filter(seat=place.seat, proposal=place.proposal, turn=turn)
    latest = own.select_related("version").prefetch_related("scores").order_by("-pk").first()
    sheet = Sheet(place, turn, latest)
    return Sheet(place, turn, None, is_anew=True) if sheet.is_void and sheet.is_open else sheet


def conclude(place: Place) -> None:
    """End the assessment if this was the last one that was missing; talk anew if a second one splits the board."""
    for step in (workflow.conclude_review, workflow.reopen_discussion):
        with suppress(workflow.TransitionNotAllowed):  # it stands elsewhere
            step(place.proposal)


def rubric_of(proposal: Proposal) -> QuerySet[RubricCriterion]:
    """Return the criteria of the call's rubric in its order; of the newest one where the call names none."""
    criteria = RubricCriterion.objects.all()
    if proposal.call.rubric_id:
        return criteria.filter(rubric=proposal.call.rubric_id)
    return criteria.filter(rubric__in=Rubric.objects.order_by("-version").values("pk")[:1])


def parts(form: ScoringForm, proposal: Proposal) -> list[Part]:
    asked = {one.criterion: one for one in rubric_of(proposal).prefetch_related("anchors")}
    order = [*asked, *(criterion for criterion in Criterion.values if criterion not in asked)]
    return [_part(form, criterion, asked.get(criterion)) for criterion in order]


def _part(form: ScoringForm, criterion: str, asked: Any) -> Part:
    field = form[criterion]
    meanings = {str(anchor.level): anchor.sentence for anchor in asked.anchors.all()} if asked else {}
    radios = {radio.data["value"]: radio for radio in field}
    return Part(
        criterion=criterion,
        prompts=str(asked.prompts).splitlines() if asked else [],
        field=field,
        levels=[Choice(radio, meanings.get(value, "")) for value, radio in radios.items() if value != CANNOT],
        cannot=radios[CANNOT],
        comment=drawn.comment(form[f"{criterion}_comment"]),
        passed_on=drawn.comment(form[f"{criterion}_passed_on"]),
    )
