"""A change that makes a conflict voids the assessments that it touches, and looks at no others.

It was done for all assessments at once, and not when the network of a proposal changed. Reasons of spaces alone count
as none.
"""

from django.db import migrations

VOID = """
    CREATE OR REPLACE FUNCTION assessment_void_conflicted() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        touched jsonb := to_jsonb(NEW);
        person bigint := CASE TG_TABLE_NAME
            WHEN 'accounts_membership' THEN touched ->> 'user_id'
            WHEN 'accounts_user' THEN touched ->> 'id'
        END;
        about bigint := CASE
            WHEN TG_TABLE_NAME IN (
                'assessment_proposaleditor', 'assessment_proposal_networks', 'assessment_conflictdeclaration'
            ) THEN (touched ->> 'proposal_id')::bigint
            WHEN TG_TABLE_NAME IN ('catalogue_contactperson', 'catalogue_example') THEN (
                SELECT id FROM assessment_proposal WHERE example_id = (
                    touched ->> CASE TG_TABLE_NAME WHEN 'catalogue_example' THEN 'id' ELSE 'example_id' END
                )::bigint
            )
        END;
    BEGIN
        UPDATE assessment_assessment assessment SET voided_at = now()
        FROM assessment_boardseat seat, assessment_proposal proposal
        WHERE seat.id = assessment.seat_id AND proposal.id = assessment.proposal_id AND assessment.voided_at IS NULL
        AND (seat.user_id = person OR assessment.proposal_id = about)
        AND proposal.status IN ('screening', 'needs_info', 'in_review', 'discussion', 'decision_pending')
        AND EXISTS (SELECT 1 FROM assessment_conflict_grounds(seat.user_id, proposal.id));
        RETURN NULL;
    END $$
"""
VOID_ALL = """
    CREATE OR REPLACE FUNCTION assessment_void_conflicted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE assessment_assessment assessment SET voided_at = now()
        FROM assessment_boardseat seat, assessment_proposal proposal
        WHERE seat.id = assessment.seat_id AND proposal.id = assessment.proposal_id AND assessment.voided_at IS NULL
        AND proposal.status IN ('screening', 'needs_info', 'in_review', 'discussion', 'decision_pending')
        AND EXISTS (SELECT 1 FROM assessment_conflict_grounds(seat.user_id, proposal.id));
        RETURN NULL;
    END $$
"""
"""As it was before."""
CHECK = """
    CREATE OR REPLACE FUNCTION assessment_check_decision(
        decision bigint, about bigint, proposer bigint, confirmer bigint
    ) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        eligible integer := (SELECT count(*) FROM assessment_eligible_seats(about));
        counting integer := (SELECT count(*) FROM assessment_counting_seats(about));
    BEGIN
        IF EXISTS (
            SELECT 1 FROM assessment_conflict_grounds(proposer, about)
            UNION ALL SELECT 1 FROM assessment_conflict_grounds(confirmer, about)
        ) THEN
            RAISE EXCEPTION 'who decides has a conflict of interest'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_without_conflict';
        END IF;
        IF eligible < 3 OR counting < GREATEST(3, (eligible + 1) / 2) OR NOT EXISTS (
            SELECT 1 FROM assessment_counting_seats(about) WHERE constituency IN ('ministry', 'dissemination')
        ) OR NOT EXISTS (
            SELECT 1 FROM assessment_counting_seats(about)
            WHERE constituency IN ('regional_network', 'competence_centre')
        ) THEN
            RAISE EXCEPTION 'no quorum: % of % count', counting, eligible
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_with_quorum';
        END IF;
        IF 4 <> (
            SELECT count(*) FROM assessment_decisionreason
            WHERE decision_id = decision AND (btrim(sentence_de) <> '' OR btrim(sentence_en) <> '')
        ) THEN
            RAISE EXCEPTION 'a decision gives a reason for each criterion'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_with_reasons';
        END IF;
    END $$
"""
EVERY_STATEMENT = {
    "accounts_membership": "INSERT OR UPDATE",
    "assessment_proposaleditor": "INSERT OR UPDATE",
    "assessment_proposal_networks": "INSERT",
    "assessment_conflictdeclaration": "INSERT OR UPDATE",
    "catalogue_contactperson": "INSERT OR UPDATE OF email, example_id",
    "accounts_user": "UPDATE OF email",
}
"""As it was before."""
EVERY_ROW = {
    "accounts_membership": "INSERT OR UPDATE",
    "assessment_proposaleditor": "INSERT OR UPDATE",
    "assessment_proposal_networks": "INSERT OR UPDATE",
    "assessment_conflictdeclaration": "INSERT OR UPDATE",
    "catalogue_contactperson": "INSERT OR UPDATE OF email, example_id",
    "accounts_user": "UPDATE OF email",
    "catalogue_example": "UPDATE OF network_id",
}
CHANGED = {
    "accounts_user": " WHEN (OLD.email IS DISTINCT FROM NEW.email)",
    "catalogue_example": " WHEN (OLD.network_id IS DISTINCT FROM NEW.network_id)",
}
"""Tables whose rows are saved as a whole for other reasons."""


def triggers(tables, level):
    for table, events in tables.items():
        condition = CHANGED.get(table, "") if level == "ROW" else ""
        yield (
            f"CREATE TRIGGER void_conflicted AFTER {events} ON {table}"
            f" FOR EACH {level}{condition} EXECUTE FUNCTION assessment_void_conflicted()"
        )


def dropped(tables):
    return [f"DROP TRIGGER void_conflicted ON {table}" for table in tables]


class Migration(migrations.Migration):
    dependencies = [("assessment", "0009_board_guards_hold")]

    operations = [
        migrations.RunSQL([CHECK, VOID], [VOID_ALL]),
        migrations.RunSQL(
            [*dropped(EVERY_STATEMENT), *triggers(EVERY_ROW, "ROW")],
            [*dropped(EVERY_ROW), *triggers(EVERY_STATEMENT, "STATEMENT")],
        ),
    ]
