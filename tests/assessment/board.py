"""What the tests of the members' pages share: a call with a rubric and seats, proposals, and what a member sends."""

from django.contrib.messages import get_messages
from django.core.management import call_command
from django.utils import timezone

from assessment import judging, workflow
from assessment.marks import Draft, Mark
from assessment.models import Assessment, BoardSeat, Rubric, Status
from catalogue.models import Criterion
from tests.assessment.factories import DAY, CallFactory, UserFactory, pass_on, proposal_in
from tests.goodpractice.signing_in import signed_in

LIST = "/en/admin/assessment/assessment/"
SIDES = [
    BoardSeat.Constituency.MINISTRY,
    BoardSeat.Constituency.REGIONAL_NETWORK,
    BoardSeat.Constituency.COMPETENCE_CENTRE,
    BoardSeat.Constituency.DISSEMINATION,
]


def call_with_rubric(**values):
    if not Rubric.objects.exists():
        call_command("loaddata", "rubric", verbosity=0)
    return CallFactory(rubric=Rubric.objects.get(), **values)


def seat(call, user=None, constituency=None):
    """Return a member's seat; the constituencies take turns."""
    constituency = constituency or SIDES[call.seats.count() % len(SIDES)]
    return BoardSeat.objects.create(call=call, user=user or UserFactory(), constituency=constituency)


def seats(call, number=3):
    return [seat(call) for _number in range(number)]


def in_review(call, **values):
    return proposal_in(Status.IN_REVIEW, call=call, **values)


def page_of(proposal, step=""):
    return f"{LIST}{proposal.reference}/{step}"


def member(one):
    """Return a client who is signed in as the holder of a seat."""
    return signed_in(one.user)


def declared(one, *proposals):
    for proposal in proposals:
        judging.declare(one, proposal, has_conflict=False)
    return one


def draft(points=4, advice="approve", comment="Because.", **more):
    marks = {criterion: Mark(points=points, comment=comment) for criterion in Criterion}
    return Draft(marks, advice, **more)


def hand_in(one, proposal, *, points=4, advice="approve", comment="Because."):
    """Have a member answer, assess and hand in."""
    declared(one, proposal)
    begun = judging.begin(one, proposal)
    return judging.hand_in(begun, draft(points, advice, comment), seen=begun.saves)


def score_again(one, proposal, **values):
    begun = judging.begin(one, proposal, turn=Assessment.Turn.AFTER_THE_REVEAL)
    return judging.hand_in(begun, draft(reason="I have heard more.", **values), seen=begun.saves)


def new_version(proposal, **texts):
    """Have the office take a proposal back, the submitter change it, and the office pass it on again."""
    office = UserFactory()
    workflow.return_to_screening(proposal, by=office, reason="A gap.")
    workflow.ask(
        proposal, by=office, questions={"need": "Why?"}, reason="A gap.", due_on=timezone.localdate() + DAY
    )
    type(proposal.example).objects.filter(pk=proposal.example_id).update(**texts)
    workflow.answer(proposal, by=proposal.submitted_by, answers={"need": "Because."})
    pass_on(proposal)
    proposal.refresh_from_db()
    return proposal


def sent(version=0, points="4", **values):
    """Return what the form sends when everything is filled in."""
    data = {"version": version, "whole": "1", "advice": "approve", "then": "save"}
    for criterion in Criterion.values:
        data |= {
            criterion: points,
            f"{criterion}_comment": f"About {criterion}.",
            f"{criterion}_passed_on": "",
        }
    return {**data, **values}


def scores_of(assessment):
    """Return ``{criterion: points}``, with ``None`` for what cannot be assessed or was left open."""
    return dict(assessment.scores.values_list("criterion", "points"))


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]
