"""A split that nobody has talked about since it came up bars a decision; nobody empties the tables of the process.

TRUNCATE fires no trigger of a row: without these it would take away what may only ever be added. Where a database is to
be emptied (tests do so), ``SET goodpractice.allow_truncate = 'on'`` says that it is meant. The index is for the rule of
conflicts of interest, which looks for contact persons by their address.
"""

from django.db import migrations

UNDISCUSSED = """
    CREATE FUNCTION assessment_undiscussed_split(about bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
        WITH counting AS (
            SELECT DISTINCT ON (assessment.seat_id) assessment.id, advice, handed_in_at
            FROM assessment_assessment assessment
            JOIN assessment_counting_seats(about) seat ON seat.seat_id = assessment.seat_id
            WHERE assessment.proposal_id = about AND handed_in_at IS NOT NULL AND voided_at IS NULL
            AND version_id = (
                SELECT id FROM assessment_proposalversion WHERE proposal_id = about ORDER BY number DESC LIMIT 1
            )
            ORDER BY assessment.seat_id, turn DESC
        ), figures AS (
            SELECT max(points) - min(points) AS span,
                count(*) FILTER (WHERE points <= 2) AS low, count(*) FILTER (WHERE points >= 4) AS high
            FROM assessment_score JOIN counting ON counting.id = assessment_id GROUP BY criterion
        )
        SELECT (
            EXISTS (SELECT 1 FROM figures WHERE span >= 3 OR (low >= 2 AND high >= 2))
            OR (EXISTS (SELECT 1 FROM counting WHERE advice = 'approve')
                AND EXISTS (SELECT 1 FROM counting WHERE advice = 'reject'))
        ) AND NOT EXISTS (
            SELECT 1 FROM assessment_transition
            WHERE proposal_id = about AND source = 'discussion' AND target = 'decision_pending'
            AND at >= (SELECT max(handed_in_at) FROM counting)
        )
    $$
"""
DISCUSSED = """
    CREATE FUNCTION assessment_splits_are_discussed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.source = 'decision_pending' AND NEW.target IN ('approved', 'rejected', 'deferred')
        AND assessment_undiscussed_split(NEW.proposal_id) THEN
            RAISE EXCEPTION 'the board has not talked about a split'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_after_the_discussion';
        END IF;
        RETURN NEW;
    END $$
"""
TRUNCATED = """
    CREATE FUNCTION assessment_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('goodpractice.allow_truncate', true) IS DISTINCT FROM 'on' THEN
            RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'never_truncated';
        END IF;
        RETURN NULL;
    END $$
"""
TABLES = [
    "assessment_anchor",
    "assessment_assessment",
    "assessment_boardseat",
    "assessment_call",
    "assessment_conflictdeclaration",
    "assessment_decision",
    "assessment_decisionreason",
    "assessment_formalrejection",
    "assessment_proposal",
    "assessment_proposaleditor",
    "assessment_proposalversion",
    "assessment_rubric",
    "assessment_rubriccriterion",
    "assessment_score",
    "assessment_transition",
]


class Migration(migrations.Migration):
    dependencies = [("assessment", "0006_dismissed_by_whom"), ("catalogue", "0010_board_decision")]

    operations = [
        migrations.RunSQL(
            [
                UNDISCUSSED,
                DISCUSSED,
                TRUNCATED,
                "CREATE TRIGGER splits_are_discussed BEFORE INSERT ON assessment_transition"
                " FOR EACH ROW EXECUTE FUNCTION assessment_splits_are_discussed()",
                *(
                    f"CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION assessment_refuse_truncate()"
                    for table in TABLES
                ),
                "CREATE INDEX contact_by_address ON catalogue_contactperson (lower(email))",
            ],
            [
                "DROP INDEX contact_by_address",
                *(f"DROP TRIGGER never_truncated ON {table}" for table in TABLES),
                "DROP TRIGGER splits_are_discussed ON assessment_transition",
                "DROP FUNCTION assessment_refuse_truncate()",
                "DROP FUNCTION assessment_splits_are_discussed()",
                "DROP FUNCTION assessment_undiscussed_split(bigint)",
            ],
        ),
    ]
