"""The check of the database finds each lost guard of the board, and each row that is older than its guard."""

import pytest
from django.db import connection, transaction

from assessment.guards import CONFLICT_TABLES, FUNCTIONS, GUARDS, are_in_place
from assessment.invariants import DATA
from assessment.models import Assessment
from tests.assessment.boarded import conflicted_seat, decided, in_review, pending, sql
from tests.assessment.factories import CallFactory, UserFactory, check_deferred, member_of

pytestmark = pytest.mark.django_db


def broken(rules=(*GUARDS, *DATA)):
    return {rule.name: found for rule in rules if (found := rule.violations())}


def triggers_of(*tables):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND relname = ANY(%s) AND tgname NOT LIKE 'pgtrigger_insert%%'"
            " AND tgname NOT LIKE 'pgtrigger_update%%' AND tgname NOT LIKE 'pgtrigger_delete%%'"
            " AND tgname <> 'raise_revision' ORDER BY 1, 2",
            [list(tables)],
        )
        return cursor.fetchall()


BOARD = (
    "assessment_assessment",
    "assessment_score",
    "assessment_decision",
    "assessment_decisionreason",
    "assessment_boardseat",
    "assessment_conflictdeclaration",
    "assessment_rubric",
    "assessment_rubriccriterion",
    "assessment_anchor",
)
LOSSES = {
    "check of points": "ALTER TABLE assessment_score DROP CONSTRAINT score_in_range_or_cannot_assess",
    "two persons": "ALTER TABLE assessment_decision DROP CONSTRAINT decision_by_two_persons",
    "one seat": "ALTER TABLE assessment_boardseat DROP CONSTRAINT seat_once",
    "one assessment": "DROP INDEX assessment_once",
    "conflicts found": "CREATE OR REPLACE FUNCTION assessment_conflict_grounds(person bigint, about bigint)"
    " RETURNS TABLE (ground text) LANGUAGE sql STABLE AS $$ SELECT 'author' WHERE false $$",
    "quorum": "CREATE OR REPLACE FUNCTION assessment_check_decision(decision bigint, about bigint, proposer bigint,"
    " confirmer bigint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$",
    "switched off": "ALTER TABLE assessment_assessment DISABLE TRIGGER ALL",
}


def test_each_lost_guard_is_found():
    """Also by what readiness asks, as far as it looks: not at constraints."""
    assert are_in_place()
    unnoticed = []
    losses = LOSSES | {
        f"{name} on {table}": f"DROP TRIGGER {name} ON {table}"
        for table, name in [*triggers_of(*BOARD), *((table, "void_conflicted") for table in CONFLICT_TABLES)]
    }

    for name, loss in losses.items():
        point = transaction.savepoint()
        sql(loss)
        seen_by_readiness = not are_in_place() or "CONSTRAINT" in loss or "INDEX" in loss
        rules = GUARDS if name in LOSSES else GUARDS[:1]
        if not broken(rules) or not seen_by_readiness:
            unnoticed.append(name)
        transaction.savepoint_rollback(point)

    assert len(losses) > 30
    assert unnoticed == []


def test_every_function_of_ours_is_known():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            " AND (proname LIKE 'assessment%%' OR proname LIKE 'catalogue%%')"
        )
        found = {name for (name,) in cursor.fetchall()}

    assert found - {"catalogue_raise_revision"} == set(FUNCTIONS)


# Rows -----------------------------------------------------------------------------------------------------------------


def put(table, **values):
    columns = ", ".join(f"{column} = %s" for column in values)
    return lambda board: sql(f"UPDATE assessment_{table} SET {columns}", *values.values())


def conflicted_assessment(board):
    seat = conflicted_seat(board)
    Assessment.objects.filter(pk=board.draft.pk).update(seat=seat)


def seat_elsewhere(board):
    sql("UPDATE assessment_boardseat SET call_id = %s WHERE id = %s", CallFactory().pk, board.seats[3].pk)


CONFLICT = "nobody's assessment counts against a conflict of interest"
MEMBER = "assessments are by a member of the call, of a version of the proposal"
WHOLE = "what was handed in is whole"
AGAIN = "who assessed again had assessed before, independently"
LATE = "nothing was handed in after the decision"
WHERE = "a proposal is where its decision in force leads, and nowhere without one"
TWO = "decisions were made by two persons, with a quorum and four reasons"
CORRUPTIONS = {
    "conflict": (in_review, conflicted_assessment, CONFLICT),
    "conflict without its trigger": (
        in_review,
        lambda board: member_of(board.proposal.example.network, board.seats[0].user),
        CONFLICT,
    ),
    "voided taken back": (
        in_review,
        lambda board: (
            member_of(board.proposal.example.network, board.seats[0].user),
            put("assessment", voided_at=None)(board),
        ),
        CONFLICT,
    ),
    "seat of another call": (in_review, seat_elsewhere, MEMBER),
    "version of another": (
        in_review,
        lambda board: put("assessment", version_id=board.other.versions.get().pk)(board),
        MEMBER,
    ),
    "score lost": (
        in_review,
        lambda board: sql("DELETE FROM assessment_score WHERE criterion = 'efficient'"),
        WHOLE,
    ),
    "comment lost": (in_review, put("score", points=5, comment="", comment_to_submitter=" "), WHOLE),
    "advice lost": (in_review, put("assessment", advice=""), WHOLE),
    "only again": (in_review, put("assessment", turn=2, reason="So."), AGAIN),
    "handed in late": (decided, put("assessment", handed_in_at="2099-01-01"), LATE),
    "confirmed late": (decided, put("assessment", reconfirmed_at="2099-01-01"), LATE),
    "decision lost": (
        decided,
        lambda board: sql("DELETE FROM assessment_decisionreason; DELETE FROM assessment_decision"),
        WHERE,
    ),
    "another outcome": (decided, put("decision", outcome="rejected"), WHERE),
    "decided and not moved": (
        pending,
        lambda board: sql(
            "UPDATE assessment_decision SET decided_at = now(), confirmed_by_id = %s, eligible = 4, counted = 4,"
            " conflicted = 0",
            UserFactory().pk,
        ),
        WHERE,
    ),
    "quorum": (decided, put("decision", counted=2), TWO),
    "reason of spaces": (decided, put("decisionreason", sentence_de=" ", sentence_en=""), TWO),
    "substitute of another call": (
        in_review,
        lambda board: sql(
            "UPDATE assessment_boardseat SET substitutes_id = id WHERE id = %s", board.seats[0].pk
        ),
        "substitutes stand in for somebody of the same call",
    ),
    "rubric without words": (
        in_review,
        lambda board: sql("DELETE FROM assessment_anchor WHERE level = 3"),
        "who has assessed had a rubric with all its words",
    ),
    "declaration of another call": (
        in_review,
        lambda board: sql(
            "UPDATE assessment_boardseat SET call_id = %s WHERE id = %s", CallFactory().pk, board.seats[3].pk
        ),
        "a declared conflict is withdrawn by two others, and a declaration is for the own call",
    ),
}


@pytest.mark.parametrize("stage", [in_review, pending, decided], ids=lambda stage: stage.__name__)
def test_rows_older_than_their_guard_are_found(stage):
    board = stage()
    check_deferred()
    assert broken(DATA) == {}
    sql("SET LOCAL session_replication_role = replica")
    unnoticed = []

    for name, (made_at, corrupt, rule) in CORRUPTIONS.items():
        if made_at is stage:
            point = transaction.savepoint()
            corrupt(board)
            if rule not in broken(DATA):
                unnoticed.append(name)
            transaction.savepoint_rollback(point)

    assert unnoticed == []


def test_withdrawal_by_the_member_is_found():
    board = in_review()
    first, member = UserFactory(), board.seats[3].user
    sql("SET LOCAL session_replication_role = replica")
    sql(
        "UPDATE assessment_conflictdeclaration SET has_conflict = true, withdrawn_at = now(), withdrawal_reason = 'So',"
        " withdrawal_proposed_by_id = %s, withdrawal_confirmed_by_id = %s WHERE seat_id = %s",
        first.pk,
        member.pk,
        board.seats[3].pk,
    )

    (found,) = broken(DATA).values()

    assert found == [f"{board.proposal.reference}: declaration {board.seats[3].declarations.get().pk}"]
