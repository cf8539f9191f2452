"""Rules of the board that the database holds and Python asks: one source for both.

``assessment_conflict_grounds`` is the rule of conflicts of interest (invariant I1, 24 months); the triggers on what it
reads void the assessments that a change makes conflicted, and look at no others. ``assessment_check_decision`` holds
invariants I3, I7 and I8.
"""

from django.db import migrations

FORWARD = [
    """
    CREATE FUNCTION assessment_conflict_grounds(person bigint, about bigint) RETURNS TABLE (ground text)
    LANGUAGE sql STABLE AS $$
        SELECT 'author' FROM assessment_proposal WHERE id = about AND submitted_by_id = person
        UNION SELECT 'editor' FROM assessment_proposaleditor WHERE proposal_id = about AND user_id = person
        UNION SELECT 'contact' FROM assessment_proposal proposal
            JOIN catalogue_contactperson contact ON contact.example_id = proposal.example_id
            JOIN accounts_user ON lower(accounts_user.email) = lower(contact.email)
            WHERE proposal.id = about AND accounts_user.id = person
        UNION SELECT 'membership' FROM accounts_membership
            WHERE user_id = person AND COALESCE(until, 'infinity') >= current_date - interval '24 months'
            AND network_id IN (
                SELECT example.network_id FROM assessment_proposal proposal
                    JOIN catalogue_example example ON example.id = proposal.example_id WHERE proposal.id = about
                UNION SELECT network_id FROM assessment_proposal_networks WHERE proposal_id = about
            )
        UNION SELECT 'declared' FROM assessment_conflictdeclaration declaration
            JOIN assessment_boardseat seat ON seat.id = declaration.seat_id
            WHERE declaration.proposal_id = about AND seat.user_id = person
            AND declaration.has_conflict AND declaration.withdrawn_at IS NULL
    $$
    """,
    """
    CREATE FUNCTION assessment_void_conflicted() RETURNS trigger LANGUAGE plpgsql AS $$
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
""",
    """
    CREATE FUNCTION assessment_rubric_is_used(rubric bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (
            SELECT 1 FROM assessment_assessment assessment
            JOIN assessment_proposal proposal ON proposal.id = assessment.proposal_id
            JOIN assessment_call call ON call.id = proposal.call_id
            WHERE call.rubric_id = rubric AND assessment.handed_in_at IS NOT NULL
        )
    $$
    """,
    """
    CREATE FUNCTION assessment_eligible_seats(about bigint) RETURNS TABLE (seat_id bigint, constituency text)
    LANGUAGE sql STABLE AS $$
        SELECT seat.id, seat.constituency FROM assessment_proposal proposal
        JOIN assessment_boardseat seat ON seat.call_id = proposal.call_id
        WHERE proposal.id = about AND seat.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM assessment_conflict_grounds(seat.user_id, about))
    $$
    """,
    """
    CREATE FUNCTION assessment_counting_seats(about bigint) RETURNS TABLE (seat_id bigint, constituency text)
    LANGUAGE sql STABLE AS $$
        SELECT eligible.seat_id, eligible.constituency FROM assessment_eligible_seats(about) eligible
        JOIN LATERAL (
            SELECT assessment.id FROM assessment_assessment assessment
            WHERE assessment.seat_id = eligible.seat_id AND assessment.proposal_id = about
            AND assessment.handed_in_at IS NOT NULL AND assessment.voided_at IS NULL
            AND assessment.version_id = (
                SELECT id FROM assessment_proposalversion WHERE proposal_id = about ORDER BY number DESC LIMIT 1
            )
            ORDER BY assessment.turn DESC LIMIT 1
        ) latest ON EXISTS (
            SELECT 1 FROM assessment_score WHERE assessment_id = latest.id AND points IS NOT NULL
        )
    $$
    """,
    """
    CREATE FUNCTION assessment_check_decision(
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
""",
    """
    CREATE FUNCTION assessment_decided_by_a_decision() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.target IN ('approved', 'rejected', 'deferred') AND NEW.source <> 'screening' AND NOT EXISTS (
            SELECT 1 FROM assessment_decision decision
            WHERE decision.proposal_id = NEW.proposal_id AND decision.outcome = NEW.target
            AND decision.decided_at IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM assessment_decision later
                WHERE later.supersedes_id = decision.id AND later.decided_at IS NOT NULL
            )
        ) THEN
            RAISE EXCEPTION 'proposal % has no decision for this outcome', NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_decided_by_a_decision';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION assessment_rubric_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.rubric_id IS DISTINCT FROM NEW.rubric_id AND EXISTS (
            SELECT 1 FROM assessment_assessment assessment
            JOIN assessment_proposal proposal ON proposal.id = assessment.proposal_id
            WHERE proposal.call_id = NEW.id AND assessment.handed_in_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'the rubric of this call has been used to assess'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rubric_frozen_once_used';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER rubric_stays BEFORE UPDATE ON assessment_call"
    " FOR EACH ROW EXECUTE FUNCTION assessment_rubric_stays()",
    "CREATE TRIGGER decided_by_a_decision BEFORE INSERT ON assessment_transition"
    " FOR EACH ROW EXECUTE FUNCTION assessment_decided_by_a_decision()",
]
CONFLICT_TABLES = {
    "accounts_membership": "INSERT OR UPDATE",
    "assessment_proposaleditor": "INSERT OR UPDATE",
    "assessment_proposal_networks": "INSERT OR UPDATE",
    "assessment_conflictdeclaration": "INSERT OR UPDATE",
    "catalogue_contactperson": "INSERT OR UPDATE OF email, example_id",
    "accounts_user": "UPDATE OF email",
    "catalogue_example": "UPDATE OF network_id",
}
"""What the rule of conflicts reads, and which changes of it can make a conflict."""
CHANGED = {
    "accounts_user": " WHEN (OLD.email IS DISTINCT FROM NEW.email)",
    "catalogue_example": " WHEN (OLD.network_id IS DISTINCT FROM NEW.network_id)",
}
"""Tables whose rows are saved as a whole for other reasons."""
FUNCTIONS = [
    "assessment_void_conflicted()",
    "assessment_rubric_stays()",
    "assessment_decided_by_a_decision()",
    "assessment_check_decision(bigint, bigint, bigint, bigint)",
    "assessment_counting_seats(bigint)",
    "assessment_eligible_seats(bigint)",
    "assessment_rubric_is_used(bigint)",
    "assessment_conflict_grounds(bigint, bigint)",
]


class Migration(migrations.Migration):
    dependencies = [("assessment", "0004_board"), ("accounts", "0003_user_language")]

    operations = [
        migrations.RunSQL(
            [
                *FORWARD,
                *(
                    f"CREATE TRIGGER void_conflicted AFTER {events} ON {table}"
                    f" FOR EACH ROW{CHANGED.get(table, '')} EXECUTE FUNCTION assessment_void_conflicted()"
                    for table, events in CONFLICT_TABLES.items()
                ),
            ],
            [
                *(f"DROP TRIGGER void_conflicted ON {table}" for table in CONFLICT_TABLES),
                "DROP TRIGGER rubric_stays ON assessment_call",
                "DROP TRIGGER decided_by_a_decision ON assessment_transition",
                *(f"DROP FUNCTION {function}" for function in FUNCTIONS),
            ],
        ),
    ]
