"""What must always hold for the rows of the board: seats, declarations, assessments, decisions (see ``invariants``)."""

from assessment.models.status import DECIDED
from assessment.rules import Rule, asked

BOARD = [
    Rule(
        "nobody's assessment counts against a conflict of interest",
        asked(
            """
            SELECT DISTINCT format('%%s: assessment %%s, %%s', reference, assessment.id, ground)
            FROM assessment_assessment assessment JOIN assessment_boardseat seat ON seat.id = seat_id
            JOIN assessment_proposal proposal ON proposal.id = proposal_id,
                assessment_conflict_grounds(seat.user_id, proposal.id)
            WHERE voided_at IS NULL AND NOT proposal.status = ANY(%s)
            """,
            [str(status) for status in DECIDED],
        ),
    ),
    Rule(
        "assessments are by a member of the call, of a version of the proposal",
        asked(
            """
            SELECT format('%%s: assessment %%s', reference, assessment.id)
            FROM assessment_assessment assessment JOIN assessment_proposal proposal ON proposal.id = proposal_id
            JOIN assessment_boardseat seat ON seat.id = seat_id
            JOIN assessment_proposalversion version ON version.id = version_id
            WHERE seat.call_id <> proposal.call_id OR version.proposal_id <> proposal.id
            """
        ),
    ),
    Rule(
        "what was handed in is whole",
        asked(
            """
            SELECT format('%%s: assessment %%s', reference, assessment.id)
            FROM assessment_assessment assessment JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE handed_in_at IS NOT NULL AND (advice = '' OR 4 <> (
                SELECT count(*) FROM assessment_score
                WHERE assessment_id = assessment.id AND (points IS NOT NULL OR cannot_assess)
                AND (btrim(comment) <> '' OR btrim(comment_to_submitter) <> ''
                     OR NOT (cannot_assess OR points IN (1, 2, 5)))
            ))
            """
        ),
    ),
    Rule(
        "who assessed again had assessed before, independently",
        asked(
            """
            SELECT format('%%s: assessment %%s', reference, again.id)
            FROM assessment_assessment again JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE turn = 2 AND again.voided_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM assessment_assessment WHERE turn = 1 AND handed_in_at IS NOT NULL
                AND seat_id = again.seat_id AND proposal_id = again.proposal_id
            )
            """
        ),
    ),
    Rule(
        "nothing was handed in after the decision",
        asked(
            """
            SELECT format('%%s: assessment %%s', reference, assessment.id)
            FROM assessment_assessment assessment JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE GREATEST(handed_in_at, reconfirmed_at) > (
                SELECT min(decided_at) FROM assessment_decision WHERE proposal_id = proposal.id
            )
            """
        ),
    ),
    Rule(
        "a proposal is where its decision in force leads, and nowhere without one",
        asked(
            """
            SELECT format('%%s is %%s, decided: %%s', reference, proposal.status, COALESCE(outcome, 'nothing'))
            FROM assessment_proposal proposal LEFT JOIN LATERAL (
                SELECT outcome FROM assessment_decision decision
                WHERE proposal_id = proposal.id AND decided_at IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM assessment_decision later
                    WHERE later.supersedes_id = decision.id AND later.decided_at IS NOT NULL
                )
            ) decision ON true
            WHERE COALESCE(outcome, '') <> CASE
                WHEN proposal.status IN ('published', 'unpublished') THEN 'approved'
                WHEN proposal.status = 'rejected' AND EXISTS (
                    SELECT 1 FROM assessment_transition
                    WHERE proposal_id = proposal.id AND source = 'screening' AND target = 'rejected'
                ) THEN ''
                WHEN proposal.status IN ('approved', 'rejected', 'deferred') THEN proposal.status
                ELSE ''
            END
            """
        ),
    ),
    Rule(
        "decisions were made by two persons, with a quorum and four reasons",
        asked(
            """
            SELECT format('%%s: decision %%s', reference, decision.id)
            FROM assessment_decision decision JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE decided_at IS NOT NULL AND (
                confirmed_by_id = proposed_by_id OR eligible < 3 OR counted < GREATEST(3, (eligible + 1) / 2)
                OR 4 <> (
                    SELECT count(*) FROM assessment_decisionreason
                    WHERE decision_id = decision.id AND (btrim(sentence_de) <> '' OR btrim(sentence_en) <> '')
                )
            )
            """
        ),
    ),
    Rule(
        "a declared conflict is withdrawn by two others, and a declaration is for the own call",
        asked(
            """
            SELECT format('%%s: declaration %%s', reference, declaration.id)
            FROM assessment_conflictdeclaration declaration JOIN assessment_boardseat seat ON seat.id = seat_id
            JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE seat.call_id <> proposal.call_id OR (withdrawn_at IS NOT NULL AND (
                withdrawal_proposed_by_id = withdrawal_confirmed_by_id
                OR seat.user_id IN (withdrawal_proposed_by_id, withdrawal_confirmed_by_id)
            ))
            """
        ),
    ),
    Rule(
        "substitutes stand in for somebody of the same call",
        asked(
            """
            SELECT format('seat %%s', seat.id)
            FROM assessment_boardseat seat JOIN assessment_boardseat other ON other.id = seat.substitutes_id
            WHERE seat.call_id <> other.call_id OR seat.id = other.id
            """
        ),
    ),
    Rule(
        "who has assessed had a rubric with all its words",
        asked(
            """
            SELECT slug FROM assessment_call call
            WHERE EXISTS (
                SELECT 1 FROM assessment_assessment assessment JOIN assessment_proposal proposal
                    ON proposal.id = proposal_id
                WHERE proposal.call_id = call.id AND handed_in_at IS NOT NULL
            ) AND 20 <> (
                SELECT count(*) FROM assessment_rubriccriterion criterion JOIN assessment_anchor
                    ON assessment_anchor.criterion_id = criterion.id WHERE criterion.rubric_id = call.rubric_id
            )
            """
        ),
    ),
]
