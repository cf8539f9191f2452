"""Calls and proposals that are valid by default; what they are made of is in ``tests.factories``."""

import datetime

import factory
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from assessment import judging, workflow
from assessment.marks import Draft, Mark
from assessment.models import (
    LOCKING,
    Anchor,
    BoardSeat,
    Call,
    Decision,
    FormalRejection,
    Proposal,
    ProposalEditor,
    Rubric,
    RubricCriterion,
    Status,
    Transition,
)
from catalogue.models import Consent, ContactPerson, Criterion, Example, Link
from goodpractice.accounts.models import Membership, User
from tests.factories import (
    AudienceFactory,
    FederalStateFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)

DAY = datetime.timedelta(days=1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class CallFactory(DjangoModelFactory):
    """A call that is open now."""

    class Meta:
        model = Call

    slug = factory.Sequence(lambda n: f"call-{n}")
    title_de = factory.Sequence(lambda n: f"Aufruf {n}")
    title_en = factory.Sequence(lambda n: f"Call {n}")
    opens_at = factory.LazyFunction(lambda: timezone.now() - 10 * DAY)
    closes_at = factory.LazyFunction(lambda: timezone.now() + 20 * DAY)
    scoring_closes_at = factory.LazyFunction(lambda: timezone.now() + 50 * DAY)


def member_of(network, user=None):
    """Return a person with a confirmed membership in ``network``."""
    user = user or UserFactory()
    Membership.objects.create(
        user=user,
        network=network,
        since=datetime.date(2024, 1, 1),
        confirmed_at=timezone.now(),
        confirmed_by=UserFactory(),
    )
    return user


def draft(call=None, by=None, network=None, **values):
    """Return a proposal just begun."""
    network = network or NetworkFactory()
    example = Example(**{"title_de": "Titel", "kind": Example.Kind.MEASURE, "network": network, **values})
    return workflow.start(call or CallFactory(), by=by or member_of(network), example=example)


def complete(proposal):
    """Fill in all that a proposal needs to be handed in."""
    example = proposal.example
    for field in ("benefit", "summary", "need", "solution", "success", "transfer"):
        setattr(example, f"{field}_de", f"Text zu {field}.")
    example.organisation, example.running_since = "Musterbüro", 2020
    example.staff_fte, example.setup_weeks, example.cost_band = 1, 8, Example.CostBand.UP_TO_5K
    example.save()
    example.topics.set([TopicFactory()])
    example.target_groups.set([TargetGroupFactory()])
    example.audiences.set([AudienceFactory()])
    example.states.set([FederalStateFactory()])
    Link.objects.create(example=example, title_de="Quelle", url="https://www.example.org/quelle")
    contact = ContactPerson.objects.create(example=example, name="Büro", email="buero@example.org")
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.LINK)
    return proposal


DECLARATION = workflow.Declaration(tried_since=2021, has_rights=True)


def submitted(proposal=None, **values):
    """Return a proposal that was handed in now."""
    proposal = complete(proposal or draft(**values))
    return workflow.submit(
        proposal, by=proposal.submitted_by, declaration=DECLARATION, arrived=timezone.now()
    )


# Those who take part ------------------------------------------------------------------------------------------------


def office_member(**values):
    """Return a person who may screen proposals."""
    user = UserFactory(is_staff=True, **values)
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="assessment", codename="screen_proposal")
    )
    return user


def co_editor(proposal, user=None, right="edit", **values):
    """Return a colleague who has accepted the invitation to ``proposal``."""
    user = user or UserFactory()
    given = {"email": user.email, "user": user, "accepted_at": timezone.now()}
    ProposalEditor.objects.create(
        proposal=proposal, invited_by=proposal.submitted_by, right=right, **{**given, **values}
    )
    return user


# A board ------------------------------------------------------------------------------------------------------------


def rubric_of(version="test"):
    """Return a rubric with all its words."""
    rubric, is_new = Rubric.objects.get_or_create(
        version=version, defaults={"name_de": "Raster", "name_en": "Rubric"}
    )
    if is_new:
        for position, criterion in enumerate(Criterion.values, start=1):
            part = RubricCriterion.objects.create(
                rubric=rubric, criterion=criterion, position=position, prompts_de="Was?", prompts_en="What?"
            )
            Anchor.objects.bulk_create(
                Anchor(
                    criterion=part, level=level, sentence_de=f"Stufe {level}.", sentence_en=f"Level {level}."
                )
                for level in range(1, 6)
            )
    return rubric


def with_board(call, size=4):
    """Give the call a rubric and a board as far as it has none; return the seats."""
    if call.rubric is None:
        call.rubric = rubric_of()
        call.save(update_fields=["rubric"])
    for number in range(call.seats.count(), size):
        constituency = BoardSeat.Constituency.values[number % 4]
        BoardSeat.objects.create(call=call, user=UserFactory(), constituency=constituency)
    return list(call.seats.filter(ended_at=None))


def pass_on(proposal, reason="Seit 2021."):
    """Bring it before the board, whether or not there is one; tests of that step ask the workflow."""
    proposal.refresh_from_db()
    moved(proposal, Status.IN_REVIEW, reason)
    proposal.refresh_from_db()
    return proposal


def handed_in(seat, proposal, points=4, advice="approve"):
    """Have a member answer, assess and hand in."""
    judging.declare(seat, proposal, has_conflict=False)
    begun = judging.begin(seat, proposal)
    marks = {one: Mark(points=points, comment="So.", comment_to_submitter="Gut.") for one in Criterion}
    return judging.hand_in(begun, Draft(marks, advice), seen=begun.saves)


def decision_of(proposal, outcome, by=None):
    """Return a decision that waits for its second person."""
    reasons = {one: workflow.Reason(4, "Satz.", "Sentence.") for one in Criterion.values}
    draft = workflow.DecisionDraft(outcome, "Gut begründet.", reasons, deviation="Weil.")
    return workflow.propose_decision(proposal, by=by or UserFactory(), draft=draft)


def decided_by_a_board(proposal, outcome):
    """Have a board assess and decide; the proposal is being assessed."""
    for seat in with_board(proposal.call):
        handed_in(seat, proposal)
    workflow.conclude_review(proposal)
    workflow.confirm_decision(decision_of(proposal, outcome), by=UserFactory())


# A proposal in each state -------------------------------------------------------------------------------------------

QUESTIONS = {"success": "Wie viele?", "transfer": "Was braucht man?"}


def proposal_in(status, **values):
    """Return a complete proposal that went to ``status`` by the shortest way."""
    proposal = complete(draft(**values))
    for target in ROUTES[Status(status)]:
        STEPS[target](proposal)
        proposal.refresh_from_db()
    return proposal


def moved(proposal, target, reason=""):
    """Go somewhere without what the workflow asks for: the transition, the status and the lock in one transaction."""
    with transaction.atomic():
        Transition.objects.create(
            proposal=proposal,
            source=proposal.status,
            target=target,
            reason=reason,
            version=proposal.versions.last(),
        )
        Proposal.objects.filter(pk=proposal.pk).update(status=target)
        type(proposal.example).objects.filter(pk=proposal.example_id).update(is_locked=target in LOCKING)


def asked(proposal):
    due = timezone.localdate() + 14 * DAY
    workflow.ask(proposal, by=UserFactory(), questions=QUESTIONS, reason="Uns fehlen Zahlen.", due_on=due)


def rejection_of(proposal, **values):
    """Return a rejection that waits for a second person."""
    given = {"ground": FormalRejection.Ground.DUPLICATE, "explanation": "Gibt es schon."}
    return FormalRejection.objects.create(
        proposal=proposal,
        **{**given, "proposed_by": values.pop("proposed_by", None) or UserFactory()},
        **values,
    )


def rejected(proposal):
    workflow.confirm_rejection(rejection_of(proposal), by=UserFactory())


STEPS = {
    Status.SUBMITTED: lambda proposal: workflow.submit(
        proposal, by=proposal.submitted_by, declaration=DECLARATION, arrived=timezone.now()
    ),
    Status.SCREENING: lambda proposal: workflow.begin_screening(proposal, by=UserFactory()),
    Status.NEEDS_INFO: asked,
    Status.REJECTED: rejected,
    Status.APPROVED: lambda proposal: decided_by_a_board(proposal, Decision.Outcome.APPROVED),
    Status.DEFERRED: lambda proposal: decided_by_a_board(proposal, Decision.Outcome.DEFERRED),
    Status.WITHDRAWN: lambda proposal: workflow.withdraw(proposal, by=proposal.submitted_by),
    **{
        status: lambda proposal, status=status: moved(proposal, status)
        for status in (
            Status.IN_REVIEW,
            Status.DISCUSSION,
            Status.DECISION_PENDING,
            Status.PUBLISHED,
            Status.UNPUBLISHED,
        )
    },
}
"""How to get into each state, from the one before it."""
TO_SCREENING = [Status.SUBMITTED, Status.SCREENING]
TO_DECISION = [*TO_SCREENING, Status.IN_REVIEW]
ROUTES = {
    Status.DRAFT: [],
    Status.SUBMITTED: [Status.SUBMITTED],
    Status.SCREENING: TO_SCREENING,
    Status.NEEDS_INFO: [*TO_SCREENING, Status.NEEDS_INFO],
    Status.IN_REVIEW: [*TO_SCREENING, Status.IN_REVIEW],
    Status.DISCUSSION: [*TO_SCREENING, Status.IN_REVIEW, Status.DISCUSSION],
    Status.DECISION_PENDING: [*TO_DECISION, Status.DECISION_PENDING],
    Status.APPROVED: [*TO_DECISION, Status.APPROVED],
    Status.REJECTED: [*TO_SCREENING, Status.REJECTED],
    Status.DEFERRED: [*TO_DECISION, Status.DEFERRED],
    Status.PUBLISHED: [*TO_DECISION, Status.APPROVED, Status.PUBLISHED],
    Status.UNPUBLISHED: [*TO_DECISION, Status.APPROVED, Status.PUBLISHED, Status.UNPUBLISHED],
    Status.WITHDRAWN: [Status.SUBMITTED, Status.WITHDRAWN],
}


# What the database holds --------------------------------------------------------------------------------------------


def check_deferred():
    """Bring forward what the database checks at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
