"""Whole calls with random members, conflicts and scores, in any order: the rules of the database hold after each step.

``STATE_MACHINE_EXAMPLES`` and ``STATE_MACHINE_STEPS`` make it look longer, and anew each time; ``DRAFT_SAVES`` saves a
draft more often.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from assessment import judging, permissions, seating, standing, workflow
from assessment.invariants import DATA
from assessment.marks import Draft, Mark
from assessment.models import Assessment, BoardSeat, Decision, Proposal, Status
from assessment.permissions import Sight
from assessment.second_person import SamePerson
from assessment.workflow import deciding
from catalogue.models import ContactPerson, Criterion
from goodpractice.accounts.models import Membership
from tests.assessment.factories import (
    CallFactory,
    UserFactory,
    check_deferred,
    co_editor,
    decision_of,
    member_of,
    office_member,
    pass_on,
    proposal_in,
    with_board,
)
from tests.assessment.test_concurrency import at_once

EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "6"))
STEPS = int(os.environ.get("STATE_MACHINE_STEPS", "22"))
SAVES = int(os.environ.get("DRAFT_SAVES", "100"))

REFUSALS = (
    workflow.TransitionNotAllowed,
    workflow.NoQuorum,
    workflow.DecisionConflict,
    workflow.AlreadyProposed,
    workflow.ReasonsMissing,
    workflow.SplitNotDiscussed,
    workflow.BoardNotReady,
    judging.ConflictOfInterest,
    judging.NotDeclared,
    judging.NotOpen,
    judging.Frozen,
    judging.StaleDraft,
    judging.IncompleteAssessment,
    judging.NothingToWithdraw,
    seating.SeatRefused,
    SamePerson,
)
members = st.integers(0, 5)
proposals = st.integers(0, 1)
points = st.lists(st.sampled_from([1, 2, 3, 4, 4, 4, 5, None]), min_size=4, max_size=4)
advice = st.sampled_from(["approve", "approve", "approve_with_changes", "reject"])
outcomes = st.sampled_from(["approved", "approved", "rejected", "deferred"])


class BoardMachine(RuleBasedStateMachine):
    """Each example is one transaction that is rolled back; each step reaches what is checked at the end of one."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize(size=st.integers(4, 6))
    def begin(self, size):
        self.call = CallFactory()
        with_board(self.call, size=size)
        self.seats = list(self.call.seats.order_by("pk"))
        self.proposals = [proposal_in(Status.IN_REVIEW, call=self.call) for _number in range(2)]
        self.office = [office_member(), office_member()]
        self.frozen = {}

    # What people do ---------------------------------------------------------------------------------------------------

    @rule(who=members, which=proposals, given=points, advice=advice)
    def judge(self, who, which, given, advice):
        seat, proposal = self.seat(who), self.proposal(which)

        def act():
            judging.declare(seat, proposal, has_conflict=False)
            begun = judging.begin(seat, proposal)
            judging.hand_in(begun, ballot(given, advice), seen=begun.saves)
            workflow.conclude_review(proposal)

        self.attempt(act)

    @rule(which=proposals, given=points, advice=advice)
    def all_judge(self, which, given, advice):
        """Chance alone would seldom make a quorum."""
        for who in range(len(self.seats)):
            self.judge(who, which, given if who % 2 else given[::-1], advice)

    @rule(who=members, which=proposals, given=points, advice=advice)
    def judge_again(self, who, which, given, advice):
        seat, proposal = self.seat(who), self.proposal(which)

        def act():
            begun = judging.begin(seat, proposal, turn=Assessment.Turn.AFTER_THE_REVEAL)
            judging.hand_in(begun, ballot(given, advice, "I have heard more."), seen=begun.saves)

        self.attempt(act)

    @rule(who=members, which=proposals, way=st.sampled_from(["membership", "editor", "contact", "declared"]))
    def conflict_comes_up(self, who, which, way):
        seat, proposal = self.seat(who), self.proposal(which)
        ways = {
            "membership": lambda: member_of(proposal.example.network, seat.user),
            "editor": lambda: co_editor(proposal, seat.user),
            "contact": lambda: ContactPerson.objects.create(
                example=proposal.example,
                name="Neu",
                email=seat.user.email,
                position=9 + proposal.example.contacts.count(),
            ),
            "declared": lambda: judging.declare(seat, proposal, has_conflict=True),
        }
        is_known = permissions.sight(seat.user, [proposal])[proposal.pk] is Sight.TITLE and (
            Membership.objects.filter(user=seat.user).exists()
            or proposal.editors.filter(user=seat.user).exists()
            or proposal.example.contacts.filter(email=seat.user.email).exists()
        )
        if not is_known:
            self.attempt(ways[way])

    @rule(who=members, which=proposals, same=st.booleans())
    def withdraw_a_declared_conflict(self, who, which, same):
        declaration = self.seat(who).declarations.filter(proposal=self.proposal(which)).first()
        if declaration is None:
            return
        first, second = self.office

        def act():
            judging.propose_withdrawal(declaration, by=first, reason="A mistake.")
            judging.confirm_withdrawal(declaration, by=first if same else second)

        self.attempt(act)

    @rule(who=members)
    def end_a_seat(self, who):
        if self.call.seats.filter(ended_at=None).count() > 3:
            self.attempt(lambda: seating.end(self.seat(who), by=self.office[0]))

    @rule(number=st.integers(0, 3))
    def give_a_seat(self, number):
        person = seating.Person(f"new{self.call.seats.count()}@example.org", "Neu")

        def act():
            constituency = BoardSeat.Constituency.values[number]
            self.seats.append(seating.give(self.call, person, constituency=constituency, by=self.office[0]))

        if self.call.seats.count() < 8:
            self.attempt(act)

    @rule(which=proposals)
    def time_is_over(self, which):
        self.attempt(lambda: workflow.conclude_review(self.proposal(which), is_over=True))

    @rule(which=proposals)
    def text_changes(self, which):
        proposal, office = self.proposal(which), self.office[0]

        def act():
            workflow.return_to_screening(proposal, by=office, reason="A gap.")
            workflow.ask(
                proposal, by=office, questions={"need": "Why?"}, reason="?", due_on=self.call.closes_at.date()
            )
            workflow.answer(proposal, by=proposal.submitted_by, answers={"need": "So."})
            pass_on(proposal)

        self.attempt(act)

    @rule(who=members, which=proposals)
    def confirm_for_the_new_text(self, who, which):
        own = Assessment.objects.filter(seat=self.seat(who), proposal=self.proposal(which)).last()
        if own is not None:
            self.attempt(lambda: judging.reconfirm(own))

    @rule(which=proposals, outcome=outcomes, by=st.integers(0, 2), and_by=st.integers(0, 2))
    def decide(self, which, outcome, by, and_by):
        proposal = self.proposal(which)
        people = [*self.office, proposal.submitted_by]

        def act():
            if proposal.status == Status.DISCUSSION:
                workflow.note_discussed(proposal, by=people[by], reason="Talked.")
            waiting = proposal.decisions.filter(decided_at=None, dismissed_at=None).first()
            decision = waiting or decision_of(self.proposal(which), outcome, by=people[by])
            workflow.confirm_decision(decision, by=people[and_by])

        self.attempt(act)

    @rule(which=proposals)
    def talk_about_a_new_split(self, which):
        self.attempt(lambda: workflow.reopen_discussion(self.proposal(which)))

    @rule(which=proposals)
    def withdraw(self, which):
        proposal = self.proposal(which)
        if proposal.reference.endswith("7"):  # seldom: nothing happens to it afterwards
            self.attempt(lambda: workflow.withdraw(proposal, by=proposal.submitted_by))

    # What must hold ---------------------------------------------------------------------------------------------------

    @invariant()
    def all_rules_of_the_data_hold(self):
        assert {rule.name: found for rule in DATA if (found := rule.violations())} == {}

    @invariant()
    def first_assessments_stay_as_they_were_handed_in(self):
        for one in Assessment.objects.filter(turn=1, handed_in_at__isnull=False).prefetch_related("scores"):
            said = (
                one.advice,
                one.handed_in_at,
                sorted((score.criterion, score.points) for score in one.scores.all()),
            )
            assert self.frozen.setdefault(one.pk, said) == said

    @invariant()
    def decisions_had_a_quorum_and_python_agrees_with_the_database(self):
        for one in Decision.objects.filter(decided_at__isnull=False):
            assert one.counted >= max(3, -(-one.eligible // 2))
        for which in range(2):
            found = standing.of(self.proposal(which))
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM assessment_counting_seats(%s)", [found.proposal.pk])
                assert cursor.fetchone() == (len(found.counting),)
                cursor.execute("SELECT assessment_undiscussed_split(%s)", [found.proposal.pk])
                assert cursor.fetchone() == (deciding.has_undiscussed_split(found),)

    # ------------------------------------------------------------------------------------------------------------------

    def seat(self, who):
        return BoardSeat.objects.select_related("user", "call").get(pk=self.seats[who % len(self.seats)].pk)

    def proposal(self, which):
        return Proposal.objects.with_names().get(pk=self.proposals[which].pk)

    def attempt(self, act):
        """Do it, or be refused in words of ours: nothing else may come of it."""
        try:
            with transaction.atomic():
                act()
                check_deferred()
        except REFUSALS:
            pass


def ballot(given, advice, reason=""):
    marks = {
        criterion: Mark(points=point, cannot_assess=point is None, comment="So.")
        for criterion, point in zip(Criterion, given, strict=True)
    }
    return Draft(marks, advice, reason)


@pytest.mark.django_db
def test_no_board_in_any_order_breaks_the_rules():
    run_state_machine_as_test(
        BoardMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize="STATE_MACHINE_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )


# In real threads ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once_and_one_decides():
    call = CallFactory()
    proposal = proposal_in(Status.IN_REVIEW, call=call)
    for seat in with_board(call):
        judging.declare(seat, proposal, has_conflict=False)
        begun = judging.begin(seat, proposal)
        judging.hand_in(begun, ballot([4, 4, 4, 4], "approve"), seen=0)
    workflow.conclude_review(proposal)
    decision = decision_of(Proposal.objects.get(pk=proposal.pk), "approved")

    results = at_once(
        *(
            lambda: workflow.confirm_decision(Decision.objects.get(pk=decision.pk), by=UserFactory())
            for _two in "ab"
        )
    )

    refused = [type(one) for one in results if isinstance(one, Exception)]
    assert refused == [workflow.TransitionNotAllowed]
    assert Decision.objects.get().decided_at is not None
    assert {rule.name: found for rule in DATA if (found := rule.violations())} == {}


@pytest.mark.django_db(transaction=True)
def test_many_saves_of_a_draft_lose_nothing():
    """Four windows save as fast as they can: whoever is stale is told and saves again on top of what is there."""
    call = CallFactory()
    seat, *_others = with_board(call)
    proposal = proposal_in(Status.IN_REVIEW, call=call)
    judging.declare(seat, proposal, has_conflict=False)
    begun = judging.begin(seat, proposal)

    def save(number):
        try:
            while True:
                current = Assessment.objects.get(pk=begun.pk)
                stored = {one.criterion: one.comment for one in current.scores.all()}
                said = f"{stored.get('efficient', '')} {number}"
                marks = {Criterion.EFFICIENT: Mark(points=4, comment=said)}
                try:
                    judging.save(current, Draft(marks, "approve"), seen=current.saves)
                except judging.StaleDraft:
                    continue
                return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, range(SAVES)))

    begun.refresh_from_db()
    kept = begun.scores.get(criterion="efficient").comment.split()
    assert begun.saves == SAVES
    assert sorted(map(int, kept)) == list(range(SAVES))
