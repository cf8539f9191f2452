"""What the database itself refuses about the board, attacked with raw SQL, ``update()`` and the bulk methods.

One world for each stage; each attack is undone before the next one.
"""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from assessment import guards, judging, marks, workflow
from assessment.conflicts import Ground
from assessment.models import (
    Anchor,
    Assessment,
    BoardSeat,
    Call,
    ConflictDeclaration,
    Decision,
    DecisionReason,
    Proposal,
    ProposalVersion,
    Rubric,
    RubricCriterion,
    Score,
    Status,
    Transition,
)
from catalogue.models import ContactPerson, Criterion
from goodpractice.accounts.models import Membership
from tests.assessment.boarded import (
    conflicted_seat,
    decided,
    in_review,
    now,
    pending,
    seat_of,
    sql,
    survivors,
)
from tests.assessment.factories import (
    CallFactory,
    UserFactory,
    check_deferred,
    co_editor,
    handed_in,
    member_of,
    proposal_in,
    with_board,
)
from tests.assessment.test_concurrency import at_once
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db

CONFLICT = "a conflict of interest"
FROZEN = "this assessment is frozen"
READ_ONLY = "Cannot update rows"
NEVER = "Cannot delete rows"
STAYS = "a decision stays"
NO_QUORUM = "no quorum"
NO_REASONS = "a reason for each criterion"
USED = "the rubric"


def put(model, **values):
    """Return an attack by ``update()`` on all rows."""
    return lambda board: model.objects.update(**values)


def assess_by(ground, how="bulk"):
    """Return an attack: somebody with a conflict begins an assessment."""

    def attack(board):
        seat = conflicted_seat(board, ground)
        version = board.proposal.versions.last()
        if how == "bulk":
            Assessment.objects.bulk_create([Assessment(seat=seat, proposal=board.proposal, version=version)])
        else:
            sql(
                "INSERT INTO assessment_assessment"
                " (seat_id, proposal_id, turn, version_id, advice, reason, saves, saved_at)"
                " VALUES (%s, %s, 1, %s, '', '', 0, now())",
                seat.pk,
                board.proposal.pk,
                version.pk,
            )

    return attack


def assess_by_contact(board):
    seat = seat_of(board.call, UserFactory(email="Buero@Example.org"))
    Assessment(seat=seat, proposal=board.proposal, version=board.proposal.versions.last()).save()


def assess_by_former_member(board):
    user = UserFactory()
    until = timezone.localdate() - datetime.timedelta(days=700)
    Membership.objects.create(
        user=user, network=board.proposal.example.network, since=datetime.date(2020, 1, 1), until=until
    )
    seat = seat_of(board.call, user)
    Assessment(seat=seat, proposal=board.proposal, version=board.proposal.versions.last()).save()


def assess_from_another_call(board):
    seat = seat_of(CallFactory(), UserFactory())
    Assessment(seat=seat, proposal=board.proposal, version=board.proposal.versions.last()).save()


def unvoid(board):
    member_of(board.proposal.example.network, board.seats[0].user)
    Assessment.objects.filter(voided_at__isnull=False).update(voided_at=None)


def declared(board):
    return ConflictDeclaration.objects.create(seat=board.seats[3], proposal=board.other, has_conflict=True)


def one_withdraws(board):
    person = UserFactory()
    ConflictDeclaration.objects.filter(pk=declared(board).pk).update(
        withdrawn_at=now(),
        withdrawal_proposed_by=person,
        withdrawal_confirmed_by=person,
        withdrawal_reason="No.",
    )


def fill(board, **change):
    """Give the draft four scores, the last of them as ``change`` says."""
    for number, criterion in enumerate(Criterion.values):
        values = {"points": 3, "criterion": criterion, **(change if number == 3 else {})}
        Score.objects.create(assessment=board.draft, **values)


def hand_in_with(advice="approve", **change):
    def attack(board):
        fill(board, **change)
        Assessment.objects.filter(pk=board.draft.pk).update(handed_in_at=now(), advice=advice)

    return attack


def again_without_a_reason(board):
    again = judging.begin(board.seats[0], board.proposal, turn=Assessment.Turn.AFTER_THE_REVEAL)
    for criterion in Criterion.values:
        Score.objects.create(assessment=again, criterion=criterion, points=3)
    Assessment.objects.filter(pk=again.pk).update(handed_in_at=now(), advice="approve")


def another_rubric(board):
    rubric = Rubric.objects.create(version="next", name_de="x", name_en="x")
    criterion = RubricCriterion.objects.create(
        rubric=rubric, criterion="efficient", position=1, prompts_de="?", prompts_en="?"
    )
    return Anchor.objects.create(criterion=criterion, level=1, sentence_de="x", sentence_en="x")


def bulk_update_scores(board):
    score = board.score
    score.points = 1
    Score.objects.bulk_update([score], ["points"])


WHILE_JUDGING = {
    # I1
    "by a member of the network": (assess_by("membership"), CONFLICT),
    "by a member of the network, raw": (assess_by("membership", "raw"), CONFLICT),
    "by the author": (assess_by("author"), CONFLICT),
    "by a co-editor": (assess_by("editor"), CONFLICT),
    "by who declared a conflict": (assess_by("declared"), CONFLICT),
    "by the contact": (assess_by_contact, CONFLICT),
    "by a member until 23 months ago": (assess_by_former_member, CONFLICT),
    "from another call": (assess_from_another_call, "not one of the proposal's call"),
    "draft given to another seat": (
        lambda board: Assessment.objects.filter(pk=board.draft.pk).update(seat=conflicted_seat(board)),
        FROZEN,
    ),
    "seat given to another person": (
        lambda board: BoardSeat.objects.filter(pk=board.seats[0].pk).update(user=UserFactory()),
        READ_ONLY,
    ),
    "seat moved to another call": (put(BoardSeat, call=None), READ_ONLY),
    "side of the board changed": (
        lambda board: sql("UPDATE assessment_boardseat SET constituency = 'ministry'"),
        "has assessed for this constituency",
    ),
    "voided one counts again": (unvoid, FROZEN),
    "voided without a conflict": (put(Assessment, voided_at=timezone.now()), "no conflict of interest voids"),
    "of a foreign version": (
        lambda board: Assessment.objects.update(version=board.other.versions.last()),
        "not one of the proposal",
    ),
    # I2
    "conflict denied later": (
        lambda board: (declared(board), ConflictDeclaration.objects.update(has_conflict=False)),
        READ_ONLY,
    ),
    "conflict moved": (
        lambda board: ConflictDeclaration.objects.filter(pk=declared(board).pk).update(
            proposal=board.proposal
        ),
        READ_ONLY,
    ),
    "conflict forgotten": (
        lambda board: (declared(board), sql("DELETE FROM assessment_conflictdeclaration")),
        NEVER,
    ),
    "conflict withdrawn by one": (one_withdraws, "declaration_withdrawn_by_two"),
    # I5
    "advice changed": (
        lambda board: Assessment.objects.filter(pk=board.done.pk).update(advice="reject"),
        FROZEN,
    ),
    "handed in taken back": (
        lambda board: sql(
            "UPDATE assessment_assessment SET handed_in_at = NULL WHERE id = %s", board.done.pk
        ),
        FROZEN,
    ),
    "points changed": (put(Score, points=1), FROZEN),
    "points changed, raw": (lambda board: sql("UPDATE assessment_score SET points = 1"), FROZEN),
    "points changed in bulk": (bulk_update_scores, FROZEN),
    "score removed": (lambda board: Score.objects.filter(pk=board.score.pk)._raw_delete("default"), FROZEN),
    "score moved into it": (
        lambda board: (
            fill(board),
            Score.objects.filter(assessment=board.draft).update(assessment=board.done),
        ),
        FROZEN,
    ),
    "assessment removed": (lambda board: sql("DELETE FROM assessment_assessment"), NEVER),
    # I12
    "six points": (lambda board: fill(board, points=6), "score_in_range_or_cannot_assess"),
    "no point": (lambda board: fill(board, points=0), "score_in_range_or_cannot_assess"),
    "points for what cannot be assessed": (
        lambda board: fill(board, cannot_assess=True),
        "score_in_range_or_cannot_assess",
    ),
    "two scores": (
        lambda board: (
            fill(board),
            Score.objects.bulk_create([Score(assessment=board.draft, criterion="efficient", points=3)]),
        ),
        "score_once",
    ),
    "unknown criterion": (lambda board: fill(board, criterion="pretty"), "score_criterion_known"),
    "handed in empty": (
        lambda board: Assessment.objects.filter(pk=board.draft.pk).update(
            handed_in_at=now(), advice="approve"
        ),
        "handed in whole",
    ),
    "handed in with an open criterion": (hand_in_with(points=None), "handed in whole"),
    "handed in without a comment": (hand_in_with(points=5), "handed in whole"),
    "handed in with spaces as comment": (hand_in_with(points=5, comment="  "), "handed in whole"),
    "handed in without advice": (hand_in_with(advice=""), "handed in whole"),
    "advice of the own": (hand_in_with(advice="bless"), "assessment_advice_known"),
    "again without a reason": (again_without_a_reason, "assessment_again_with_reason"),
    "second one of the same turn": (
        lambda board: Assessment.objects.bulk_create(
            [Assessment(seat=board.seats[0], proposal=board.proposal, version=board.proposal.versions.last())]
        ),
        "assessment_once",
    ),
    # I11
    "threshold lowered": (put(Rubric, overall_threshold=1), USED),
    "question reworded": (put(RubricCriterion, prompts_de="Anders?"), USED),
    "meaning reworded, raw": (
        lambda board: sql("UPDATE assessment_anchor SET sentence_de = 'Anders.'"),
        USED,
    ),
    "meaning removed": (lambda board: sql("DELETE FROM assessment_anchor WHERE level = 3"), USED),
    "meaning moved in": (
        lambda board: Anchor.objects.filter(pk=another_rubric(board).pk).update(
            criterion=RubricCriterion.objects.get(rubric=board.call.rubric, criterion="efficient"), level=9
        ),
        USED,
    ),
    "criterion added in bulk": (
        lambda board: RubricCriterion.objects.bulk_create(
            [RubricCriterion(rubric=board.call.rubric, criterion="efficient", position=9)]
        ),
        USED,
    ),
    "call takes another rubric": (
        lambda board: Call.objects.filter(pk=board.call.pk).update(
            rubric=another_rubric(board).criterion.rubric
        ),
        USED,
    ),
    "proposal moved to another call": (lambda board: Proposal.objects.update(call=CallFactory()), READ_ONLY),
}


def test_while_the_board_judges():
    board = in_review()

    assert survivors({"nothing": (lambda board: None, "")}, board) == {"nothing": ""}
    assert survivors(WHILE_JUDGING, board) == {}


# I7, I8, I3: deciding -------------------------------------------------------------------------------------------------


def whole(board, **values):
    return {
        "confirmed_by": UserFactory(),
        "decided_at": now(),
        "eligible": 4,
        "counted": 4,
        "conflicted": 0,
        **values,
    }


def decide(board, before=None, **values):
    """Confirm around the workflow, and move the proposal as if all were well."""
    if before:
        before(board)
    Decision.objects.filter(pk=board.decision.pk).update(**whole(board, **values))
    move(board)


def move(board, target="approved", source="decision_pending"):
    Proposal.objects.filter(pk=board.proposal.pk).update(status=target)
    Transition.objects.bulk_create([Transition(proposal=board.proposal, source=source, target=target)])


def attack_after(before, **values):
    return lambda board: decide(board, before, **values)


def conflict_of(*numbers):
    def before(board):
        for number in numbers:
            member_of(board.proposal.example.network, board.seats[number].user)

    return before


def all_of(constituency):
    """Return what puts the whole board on one side, past the guard of that."""

    def before(board):
        sql("SET LOCAL session_replication_role = replica")
        BoardSeat.objects.update(constituency=constituency)
        sql("SET LOCAL session_replication_role = origin")

    return before


def more_members(board):
    for number in range(5):
        seat_of(board.call, UserFactory(), BoardSeat.Constituency.values[number % 4])


def new_version(board):
    ProposalVersion.objects.create(
        proposal=board.proposal, number=2, content={}, created_by=board.proposal.submitted_by
    )
    Decision.objects.update(version=board.proposal.versions.last())


def bulk_decision(board):
    Decision.objects.bulk_create(
        [
            Decision(
                proposal=board.other,
                version=board.other.versions.last(),
                outcome="approved",
                summary="So.",
                proposed_by=UserFactory(),
                **whole(board),
            )
        ]
    )


WHILE_DECIDING = {
    "two conflicts, two members left": (attack_after(conflict_of(0, 1)), NO_QUORUM),
    "side of the ministry missing": (attack_after(all_of("regional_network")), "no quorum: 4 of 4 count"),
    "regional side missing": (attack_after(all_of("dissemination")), "no quorum: 4 of 4 count"),
    "four of nine": (attack_after(more_members), NO_QUORUM),
    "assessments of an older version": (attack_after(new_version), NO_QUORUM),
    "nobody has judged, in bulk": (bulk_decision, NO_QUORUM),
    "on an older version": (
        attack_after(
            lambda board: ProposalVersion.objects.create(
                proposal=board.proposal, number=2, content={}, created_by=board.proposal.submitted_by
            )
        ),
        "newest version",
    ),
    "proposed by the author": (
        attack_after(lambda board: Decision.objects.update(proposed_by=board.proposal.submitted_by)),
        "who decides has a conflict",
    ),
    "confirmed by a member of the network": (
        lambda board: decide(board, confirmed_by=member_of(board.proposal.example.network)),
        "who decides has a conflict",
    ),
    "confirmed by the proposer": (
        lambda board: decide(board, confirmed_by=board.decision.proposed_by),
        "decision_by_two_persons",
    ),
    "confirmed by nobody": (lambda board: decide(board, confirmed_by=None), "decision_decided_whole"),
    "decided at no time": (lambda board: decide(board, decided_at=None), "decision_decided_whole"),
    "without figures of the quorum": (lambda board: decide(board, eligible=None), "decision_decided_whole"),
    "without a reason for a criterion": (
        attack_after(
            lambda board: sql("DELETE FROM assessment_decisionreason WHERE criterion = 'efficient'")
        ),
        NO_REASONS,
    ),
    "with a reason of spaces": (
        attack_after(lambda board: DecisionReason.objects.update(sentence_de=" ", sentence_en="")),
        NO_REASONS,
    ),
    "with a level of six": (
        attack_after(lambda board: DecisionReason.objects.update(level=6)),
        "decisionreason_level_in_range",
    ),
    "without a reason in the whole": (
        attack_after(lambda board: Decision.objects.update(summary="")),
        "decision_with_reason",
    ),
    "decided, and the proposal stays": (
        lambda board: Decision.objects.filter(pk=board.decision.pk).update(**whole(board)),
        "the proposal is still decision_pending",
    ),
    "moved without a decision": (move, "has no decision for this outcome"),
    "moved against the decision": (
        lambda board: (
            Decision.objects.filter(pk=board.decision.pk).update(**whole(board)),
            move(board, "rejected"),
        ),
        "has no decision for this outcome",
    ),
    "two proposed at once": (
        lambda board: Decision.objects.bulk_create(
            [
                Decision(
                    proposal=board.proposal,
                    version=board.decision.version,
                    outcome="rejected",
                    summary="No.",
                    proposed_by=UserFactory(),
                )
            ]
        ),
        "decision_one_proposed",
    ),
    "announced before it is decided": (put(Decision, announced_at=timezone.now()), "decision_decided_whole"),
}


def test_while_the_board_decides():
    board = pending()

    assert survivors(WHILE_DECIDING, board) == {}


def test_decision_around_the_workflow_holds_if_all_is_well():
    """The attacks above fail for their own reason."""
    board = pending()

    decide(board)
    type(board.proposal.example).objects.filter(pk=board.proposal.example_id).update(is_locked=True)
    check_deferred()

    assert board.fresh().status == Status.APPROVED


@pytest.mark.parametrize("missing", ["draft", "abstaining"])
def test_two_judged_and_a_third_who_does_not_count_make_no_quorum(missing):
    call = CallFactory()
    seats = with_board(call, size=3)
    proposal = proposal_in(Status.DECISION_PENDING, call=call)
    version = proposal.versions.last()
    for number, seat in enumerate(seats):
        is_third = number == 2
        assessment = Assessment.objects.create(seat=seat, proposal=proposal, version=version)
        for criterion in Criterion.values:
            abstains = is_third and missing == "abstaining"
            Score.objects.create(
                assessment=assessment,
                criterion=criterion,
                points=None if abstains else 4,
                cannot_assess=abstains,
                comment="So.",
            )
        if not is_third or missing == "abstaining":
            Assessment.objects.filter(pk=assessment.pk).update(advice="approve", handed_in_at=now())
    decision = Decision.objects.create(
        proposal=proposal, version=version, outcome="approved", summary="So.", proposed_by=UserFactory()
    )

    def attack(board):
        Decision.objects.filter(pk=decision.pk).update(**whole(board, eligible=3, counted=3))

    assert survivors({"": (attack, "no quorum: 2 of 3 count")}, None) == {}


# I6: once it is decided -----------------------------------------------------------------------------------------------


def second_decision(board):
    """A decision in force beside the one in force."""
    other = Decision.objects.create(
        proposal=board.proposal,
        version=board.decision.version,
        outcome="rejected",
        summary="No.",
        proposed_by=UserFactory(),
    )
    for criterion in Criterion.values:
        DecisionReason.objects.create(decision=other, criterion=criterion, level=1, sentence_de="Nein.")
    Decision.objects.filter(pk=other.pk).update(**whole(board))


def late_assessment(board):
    seat = seat_of(board.call, UserFactory())
    Assessment.objects.bulk_create(
        [Assessment(seat=seat, proposal=board.proposal, version=board.proposal.versions.last())]
    )


ONCE_DECIDED = {
    "points": (put(Score, points=1), FROZEN),
    "points, raw": (lambda board: sql("UPDATE assessment_score SET comment = 'x'"), FROZEN),
    "score removed": (lambda board: sql("DELETE FROM assessment_score"), FROZEN),
    "score added in bulk": (
        lambda board: Score.objects.bulk_create(
            [Score(assessment=board.done, criterion="efficient", points=1)]
        ),
        FROZEN,
    ),
    "assessment confirmed anew": (put(Assessment, reconfirmed_at=timezone.now()), FROZEN),
    "assessment voided": (put(Assessment, voided_at=timezone.now()), FROZEN),
    "assessment added": (late_assessment, FROZEN),
    "assessment removed": (lambda board: sql("DELETE FROM assessment_assessment"), NEVER),
    "outcome": (put(Decision, outcome="rejected"), STAYS),
    "who confirmed": (lambda board: Decision.objects.update(confirmed_by=UserFactory()), STAYS),
    "undone": (
        lambda board: sql("UPDATE assessment_decision SET decided_at = NULL, confirmed_by_id = NULL"),
        STAYS,
    ),
    "decision removed": (lambda board: sql("DELETE FROM assessment_decision"), NEVER),
    "reason": (put(DecisionReason, sentence_de="Anders."), STAYS),
    "level, raw": (lambda board: sql("UPDATE assessment_decisionreason SET level = 5"), STAYS),
    "reason removed": (lambda board: sql("DELETE FROM assessment_decisionreason"), STAYS),
    "second decision in force": (second_decision, "supersedes the one in force"),
    "back without a decision": (lambda board: move(board, "rejected", "approved"), "has no decision"),
}


def test_once_it_is_decided():
    board = decided()

    assert survivors(ONCE_DECIDED, board) == {}


# I14 ------------------------------------------------------------------------------------------------------------------


def test_nobody_who_took_part_can_be_deleted():
    board = decided()
    people = [board.seats[0].user, board.decision.proposed_by, board.decision.confirmed_by]

    for person in people:
        with pytest.raises(models.ProtectedError):
            person.delete()

    refused = {
        person.pk: (
            lambda board, key=person.pk: sql("DELETE FROM accounts_user WHERE id = %s", key),
            "foreign key",
        )
        for person in people
    }
    assert survivors(refused, board) == {}


def test_every_record_of_the_process_protects_its_people():
    unprotected = {
        f"{relation.related_model.__name__}.{relation.field.name}"
        for relation in get_user_model()._meta.related_objects
        if relation.related_model._meta.app_label == "assessment"
        and not relation.related_model.__name__.endswith("Event")
        and relation.on_delete is not models.PROTECT
    }

    assert unprotected == set()


# I1: a conflict that comes up later -----------------------------------------------------------------------------------


def co_submit(board, user):
    network = NetworkFactory()
    member_of(network, user)
    board.proposal.networks.add(network)


def become_contact(board, user):
    ContactPerson.objects.create(
        example=board.proposal.example, name="Neu", email=user.email.upper(), position=9
    )


def contact_renamed(board, user):
    ContactPerson.objects.filter(example=board.proposal.example).update(email=user.email)


def change_address(board, user):
    get_user_model().objects.filter(pk=user.pk).update(email="buero@example.org")


def declare(board, user):
    judging.declare(BoardSeat.objects.get(user=user), board.proposal, has_conflict=True)


LATER = {
    "membership": lambda board, user: member_of(board.proposal.example.network, user),
    "membership in bulk": lambda board, user: Membership.objects.bulk_create(
        [Membership(user=user, network=board.proposal.example.network, since=datetime.date(2024, 1, 1))]
    ),
    "membership that ends later": lambda board, user: (
        Membership.objects.create(
            user=user,
            network=board.proposal.example.network,
            since=datetime.date(2020, 1, 1),
            until=datetime.date(2021, 1, 1),
        ),
        Membership.objects.update(until=None),
    ),
    "co-submitting network": co_submit,
    "co-editor": lambda board, user: co_editor(board.proposal, user),
    "contact": become_contact,
    "contact gets the address": contact_renamed,
    "member gets the address": change_address,
    "declared": declare,
}


def test_conflict_that_comes_up_later_voids_this_assessment_and_no_other():
    board = in_review()
    user = board.seats[0].user
    ContactPerson.objects.filter(example=board.other.example).update(email="other@example.org")
    handed_in(board.seats[0], board.other)
    voided = {}

    for name, change in LATER.items():
        point = transaction.savepoint()
        change(board, user)
        voided[name] = list(Assessment.objects.filter(voided_at__isnull=False).values_list("pk", flat=True))
        transaction.savepoint_rollback(point)

    assert voided == {key: [board.done.pk] for key in LATER}
    assert Assessment.objects.filter(voided_at__isnull=False).count() == 0


def test_network_of_a_proposal_that_changes_voids_too():
    """The submitter answers a question, and names another network."""
    board = in_review()
    network = NetworkFactory()
    member_of(network, board.seats[0].user)
    example, office = board.proposal.example, UserFactory()
    workflow.return_to_screening(board.proposal, by=office, reason="A gap.")
    workflow.ask(
        board.proposal, by=office, questions={"network": "Which?"}, reason="?", due_on=timezone.localdate()
    )

    type(example).objects.filter(pk=example.pk).update(network=network)

    assert list(Assessment.objects.filter(voided_at__isnull=False)) == [board.done]


def test_conflict_after_the_decision_changes_nothing_of_it():
    board = decided()

    member_of(board.proposal.example.network, board.seats[0].user)

    assert Assessment.objects.filter(voided_at__isnull=False).count() == 0
    assert judging.conflicts.grounds(board.seats[0].user, board.proposal) == [Ground.MEMBERSHIP]


# Two at once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_handing_in_again_while_the_board_decides_comes_before_or_not_at_all():
    board = pending()
    again = judging.begin(board.seats[0], board.proposal, turn=Assessment.Turn.AFTER_THE_REVEAL)
    scores = {one: marks.Mark(points=1, comment="So.") for one in Criterion}
    draft = marks.Draft(scores, "reject", reason="I have heard more.")

    handed, decision = at_once(
        lambda: judging.hand_in(again, draft, seen=0),
        lambda: workflow.confirm_decision(board.decision, by=UserFactory()),
    )

    assert isinstance(decision, Proposal)
    again.refresh_from_db()
    assert (again.handed_in_at is None) == isinstance(handed, Exception)
    if again.handed_in_at:
        assert again.handed_in_at < Decision.objects.get().decided_at


@pytest.mark.django_db(transaction=True)
def test_conflict_that_comes_up_while_the_board_decides():
    """The membership is stored in any case; the decision holds with the assessment or is made without it."""
    board = pending()
    network, user = board.proposal.example.network, board.seats[0].user

    member, decision = at_once(
        lambda: member_of(network, user), lambda: workflow.confirm_decision(board.decision, by=UserFactory())
    )

    assert member == user
    assert isinstance(decision, Proposal)
    stored = Decision.objects.get()
    assert (stored.counted, Assessment.objects.filter(voided_at__isnull=False).count()) in [(4, 0), (3, 1)]


# Emptied tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [*guards.NEVER_TRUNCATED, "accounts_user", "catalogue_example"])
def test_tables_of_the_process_are_never_emptied(table):
    """Nor by emptying another one to which they refer."""
    sql("SET LOCAL goodpractice.allow_truncate = 'off'")

    with pytest.raises(IntegrityError, match="is never emptied"), transaction.atomic():
        sql(f"TRUNCATE {table} CASCADE")
