"""The office's steps as data: from which state, with which form, in which words. ``workflow`` does them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessment import workflow
from assessment.admin.forms import (
    AskForm,
    RejectionForm,
    ReturnForm,
    ReviewForm,
    SecondPersonForm,
    StepForm,
)
from assessment.models import FormalRejection, Proposal, Status
from goodpractice.accounts.models import User


@dataclass(frozen=True)
class Step:
    """One step. ``needs_rejection``: whether a proposed rejection must be open for it, must not, or does not matter."""

    name: str
    title: Any
    explanation: Any
    button: Any
    done: Any
    form: type[StepForm]
    apply: Callable[[Any, Proposal, User], Any]
    source: Status = Status.SCREENING
    needs_rejection: bool | None = None
    template: str = "step"

    @property
    def url_name(self) -> str:
        return f"admin:assessment_proposal_{self.name}"

    def fits(self, proposal: Proposal, rejection: FormalRejection | None) -> bool:
        return proposal.status == self.source and self.needs_rejection in (None, rejection is not None)


def _reject(form: RejectionForm, proposal: Proposal, by: User) -> Any:
    ground = FormalRejection.Ground(form.cleaned_data["ground"])
    explanation = form.cleaned_data["explanation"]
    return workflow.propose_rejection(proposal, by=by, ground=ground, explanation=explanation)


STEPS = [
    Step(
        name="begin_screening",
        title=_("Take up"),
        explanation=_("You begin to screen it; the submitter sees that it is being looked at."),
        button=_("Take up now"),
        done=_("You have taken up %(proposal)s."),
        form=StepForm,
        apply=lambda form, proposal, by: workflow.begin_screening(proposal, by=by),
        source=Status.SUBMITTED,
    ),
    Step(
        name="confirm_rejection",
        title=_("Confirm the rejection"),
        explanation=_("The submitter gets a mail with ground and explanation. It cannot be taken back here."),
        button=_("Confirm and reject"),
        done=_("%(proposal)s is rejected; the submitter is told."),
        form=SecondPersonForm,
        apply=lambda form, proposal, by: workflow.confirm_rejection(form.cleaned_data["rejection"], by=by),
        needs_rejection=True,
        template="second",
    ),
    Step(
        name="dismiss_rejection",
        title=_("Dismiss the rejection"),
        explanation=_("The proposal goes on being screened, as if the rejection had not been proposed."),
        button=_("Dismiss the rejection"),
        done=_("The rejection of %(proposal)s is off; it goes on being screened."),
        form=SecondPersonForm,
        apply=lambda form, proposal, by: workflow.dismiss_rejection(form.cleaned_data["rejection"], by=by),
        needs_rejection=True,
        template="second",
    ),
    Step(
        name="begin_review",
        title=_("Pass on to the board"),
        explanation=_("The text stays as it was handed in; from now on the advisory board assesses it."),
        button=_("Pass on now"),
        done=_("%(proposal)s is with the advisory board now."),
        form=ReviewForm,
        apply=lambda form, proposal, by: workflow.begin_review(
            proposal, by=by, finding=form.cleaned_data["finding"]
        ),
        needs_rejection=False,
        template="review",
    ),
    Step(
        name="ask",
        title=_("Ask for information"),
        explanation=_(
            "It goes back to the submitter, who answers each question and may change the text; then it returns to "
            "you. They get a mail with your questions and the day."
        ),
        button=_("Send the questions"),
        done=_("The questions about %(proposal)s are on their way."),
        form=AskForm,
        apply=lambda form, proposal, by: workflow.ask(
            proposal,
            by=by,
            questions=form.questions,
            reason=form.cleaned_data["reason"],
            due_on=form.cleaned_data["due_on"],
        ),
        template="ask",
    ),
    Step(
        name="propose_rejection",
        title=_("Reject on formal grounds"),
        explanation=_(
            "Only on these grounds, and never alone: a colleague confirms it or disagrees. Until then nobody outside "
            "hears of it."
        ),
        button=_("Propose the rejection"),
        done=_("The rejection of %(proposal)s waits for a colleague now."),
        form=RejectionForm,
        apply=_reject,
        needs_rejection=False,
        template="reject",
    ),
    Step(
        name="return_to_screening",
        title=_("Take back from the board"),
        explanation=_("The board stops for now, and it is screened again: you may ask the submitter."),
        button=_("Take back now"),
        done=_("%(proposal)s is being screened again."),
        form=ReturnForm,
        apply=lambda form, proposal, by: workflow.return_to_screening(
            proposal, by=by, reason=form.cleaned_data["reason"]
        ),
        source=Status.IN_REVIEW,
    ),
]
"""In the order they are offered in: what waits for somebody first."""


def possible(proposal: Proposal, rejection: FormalRejection | None, by: User) -> list[Step]:
    """Return the steps that ``by`` may take now; nobody confirms what they proposed themselves."""
    own = rejection is not None and rejection.proposed_by_id == by.pk
    return [
        step
        for step in STEPS
        if step.fits(proposal, rejection) and not (own and step.name == "confirm_rejection")
    ]
