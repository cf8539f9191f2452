"""What the tests of the board's meeting share: a board, its assessments, and decisions in each state."""

from django.contrib.auth.models import Permission

from assessment import judging, workflow
from assessment.marks import Draft, Mark
from assessment.models import Assessment, BoardSeat, Decision, Proposal
from assessment.workflow import DecisionDraft, Reason
from catalogue.models import Criterion
from tests.assessment.factories import CallFactory, UserFactory, member_of, pass_on, rubric_of, submitted
from tests.factories import NetworkFactory

MEETINGS = "/en/admin/assessment/decision/"
CONSTITUENCIES = ["ministry", "dissemination", "regional_network", "competence_centre"]
GOOD = [4, 4, 4, 4]
BAD = [2, 2, 2, 2]


def a_call(**values):
    return CallFactory(rubric=rubric_of(), **values)


def a_board(call, size=4):
    """Return the seats of a board, its constituencies in turn; the first member is of the ministry."""
    return [
        BoardSeat.objects.create(
            call=call,
            user=UserFactory(name=f"Member {number}", language="en"),
            constituency=CONSTITUENCIES[number % 4],
        )
        for number in range(size)
    ]


def in_review(call, **values):
    """Return a proposal that the board assesses."""
    proposal = workflow.begin_screening(submitted(call=call, **values), by=UserFactory())
    pass_on(proposal)
    return Proposal.objects.get(pk=proposal.pk)


def as_draft(points, advice="approve", passed_on="Well described.", reason=""):
    marks = {
        criterion: Mark(
            points=point,
            cannot_assess=point is None,
            comment="For the board alone.",
            comment_to_submitter=passed_on,
        )
        for criterion, point in zip(Criterion.values, points, strict=True)
    }
    return Draft(marks=marks, advice=advice, reason=reason)


def assess(seat, proposal, points=GOOD, **values):
    judging.declare(seat, proposal, has_conflict=False)
    begun = judging.begin(seat, proposal)
    return judging.hand_in(begun, as_draft(points, **values), seen=begun.saves)


def assessed(call, seats, points=GOOD, **values):
    """Return a proposal that all of ``seats`` have assessed alike, concluded."""
    proposal = in_review(call, **values)
    for seat in seats:
        assess(seat, proposal, points)
    return concluded(proposal)


def assess_again(seat, proposal, points=GOOD):
    begun = judging.begin(seat, proposal, turn=Assessment.Turn.AFTER_THE_REVEAL)
    return judging.hand_in(begun, as_draft(points, reason="They convinced me."), seen=begun.saves)


def concluded(proposal):
    workflow.conclude_review(proposal, is_over=True)
    proposal.refresh_from_db()
    return proposal


def split(call, seats, **values):
    """Return a proposal about which the board has to talk."""
    proposal = in_review(call, **values)
    for number, seat in enumerate(seats):
        assess(seat, proposal, BAD if number % 2 else [5, 5, 5, 5])
    return concluded(proposal)


def decision_draft(outcome="approved", deviation="", **values):
    given = {"summary": "A strong example.", "reasons": reasons(), "deviation": deviation}
    return DecisionDraft(outcome=Decision.Outcome(outcome), **{**given, **values})


def reasons():
    return {
        criterion: Reason(4, f"Satz zu {criterion}.", f"Sentence on {criterion}.")
        for criterion in Criterion.values
    }


def proposed(proposal, outcome="approved", by=None, **values):
    return workflow.propose_decision(
        proposal, by=by or UserFactory(), draft=decision_draft(outcome, **values)
    )


def decided(proposal, outcome="approved", **values):
    """Return the decision in force, made by two people."""
    decision = proposed(proposal, outcome, **values)
    workflow.confirm_decision(decision, by=UserFactory())
    proposal.refresh_from_db()
    return Decision.objects.get(pk=decision.pk)


def announced(proposal, outcome="approved", **values):
    decision = decided(proposal, outcome, **values)
    workflow.announce([decision], by=UserFactory())
    proposal.refresh_from_db()
    return Decision.objects.get(pk=decision.pk)


def english_author():
    """Return network and submitter of a proposal whose mails are in English."""
    network = NetworkFactory()
    return {"network": network, "by": member_of(network, UserFactory(language="en"))}


def office_with(seat):
    """Let the member be of the office as well."""
    seat.user.is_staff = True
    seat.user.save()
    seat.user.user_permissions.add(Permission.objects.get(codename="screen_proposal"))
    return type(seat.user).objects.get(pk=seat.user.pk)


def page_of(thing, step=""):
    """Return the address of a page of a call or of a proposal."""
    name = getattr(thing, "slug", "") or thing.reference
    return f"{MEETINGS}{name}/{step}"


def decision_data(page, **changes):
    """Return what the browser would send from the form on ``page``."""
    form = page.context["form"]
    data = {field.html_name: field.value() for field in form}
    return {**{name: value for name, value in data.items() if value is not None}, **changes}
