import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0008_release"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(max_length=120, unique=True, verbose_name="about")),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="told on")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assessment",
            name="frozen_once_handed_in",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assessment",
            name="handed_in_whole",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="decision",
            name="decided_with_quorum",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="proposal",
            name="identity_stays",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_once_handed_in",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.handed_in_at IS NOT NULL THEN\n                        -- What is handed in while the board decides waits, and then meets the decision.\n                        PERFORM 1 FROM assessment_proposal WHERE id = NEW.proposal_id FOR NO KEY UPDATE;\n                    END IF;\n                    IF EXISTS (\n                        SELECT 1 FROM assessment_proposal WHERE id = NEW.proposal_id AND status IN ('approved', 'rejected', 'deferred', 'published', 'unpublished')\n                    ) THEN\n                        IF pg_trigger_depth() > 1 THEN\n                            RETURN NULL; -- a conflict that came up in the moment of the decision voids nothing\n                        END IF;\n                        RAISE EXCEPTION 'this assessment is frozen'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_frozen';\n                    END IF;\n                    IF TG_OP = 'UPDATE' THEN\n                        IF OLD.voided_at IS NOT NULL OR (\n                            OLD.handed_in_at IS NOT NULL AND\n                            to_jsonb(OLD) - ARRAY['version_id', 'reconfirmed_at', 'voided_at']\n                            <> to_jsonb(NEW) - ARRAY['version_id', 'reconfirmed_at', 'voided_at']\n                        ) OR (OLD.seat_id, OLD.proposal_id, OLD.turn) <> (NEW.seat_id, NEW.proposal_id, NEW.turn)\n                        THEN\n                            RAISE EXCEPTION 'this assessment is frozen'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_frozen';\n                        END IF;\n                    END IF;\n                    IF NOT EXISTS (\n                        SELECT 1 FROM assessment_proposalversion\n                        WHERE id = NEW.version_id AND proposal_id = NEW.proposal_id\n                    ) THEN\n                        RAISE EXCEPTION 'the version is not one of the proposal'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_of_the_own_version';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="7b456d08933703da4f4b3f70c7711a0411fc7027",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_frozen_once_handed_in_628b0",
                    table="assessment_assessment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="voided_by_a_conflict",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."voided_at" IS NOT NULL)',
                    func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM assessment_boardseat seat,\n                            assessment_conflict_grounds(seat.user_id, NEW.proposal_id)\n                        WHERE seat.id = NEW.seat_id\n                    ) THEN\n                        RAISE EXCEPTION 'no conflict of interest voids it'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_voided_by_a_conflict';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="5581ff3362aaedf112869e841c3c922f9d4d8c57",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_voided_by_a_conflict_7120f",
                    table="assessment_assessment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="handed_in_whole",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."handed_in_at" IS NOT NULL)',
                    func="\n                    IF NEW.advice = '' OR 4 <> (\n                        SELECT count(*) FROM assessment_score WHERE assessment_id = NEW.id\n                        AND (points IS NOT NULL OR cannot_assess)\n                        AND (btrim(comment) <> '' OR btrim(comment_to_submitter) <> ''\n                             OR NOT (cannot_assess OR points IN (1, 2, 5)))\n                    ) THEN\n                        RAISE EXCEPTION 'an assessment is handed in whole: four criteria, comments, a recommendation'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_handed_in_whole';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="3fc5f9e045cc0f3c619f73ffdb06a778b9cb84a6",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_handed_in_whole_6635b",
                    table="assessment_assessment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardseat",
            trigger=pgtrigger.compiler.Trigger(
                name="person_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."call_id" IS DISTINCT FROM (NEW."call_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="7306a0228f6e1ee6c9c8241e884a26f8b6a5a1f0",
                    operation="UPDATE",
                    pgid="pgtrigger_person_stays_237f2",
                    table="assessment_boardseat",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardseat",
            trigger=pgtrigger.compiler.Trigger(
                name="constituency_stays_once_used",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."constituency" IS DISTINCT FROM (NEW."constituency"))',
                    func="\n                    IF EXISTS (\n                        SELECT 1 FROM assessment_assessment WHERE seat_id = NEW.id AND handed_in_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION 'the member has assessed for this constituency'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_constituency_stays';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="db5971e32dac97645558c6fab1148986bd486077",
                    operation="UPDATE",
                    pgid="pgtrigger_constituency_stays_once_used_76129",
                    table="assessment_boardseat",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conflictdeclaration",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."seat_id" IS DISTINCT FROM (NEW."seat_id") OR OLD."proposal_id" IS DISTINCT FROM (NEW."proposal_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="53e9fd12b6c8907809bb07b7fc1ace7dfd686fd5",
                    operation="UPDATE",
                    pgid="pgtrigger_subject_stays_4d73f",
                    table="assessment_conflictdeclaration",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="decided_with_quorum",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL THEN\n                        IF to_jsonb(OLD) - ARRAY['announced_at', 'announced_by_id']\n                           <> to_jsonb(NEW) - ARRAY['announced_at', 'announced_by_id'] THEN\n                            RAISE EXCEPTION 'a decision stays; a new one supersedes it'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_stays';\n                        END IF;\n                        RETURN NEW;\n                    END IF;\n                    IF NEW.decided_at IS NULL THEN\n                        RETURN NEW;\n                    END IF;\n                    IF NEW.version_id IS DISTINCT FROM (\n                        SELECT id FROM assessment_proposalversion\n                        WHERE proposal_id = NEW.proposal_id ORDER BY number DESC LIMIT 1\n                    ) THEN\n                        RAISE EXCEPTION 'a decision is about the newest version'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_the_newest_version';\n                    END IF;\n                    IF NEW.supersedes_id IS DISTINCT FROM (\n                        SELECT former.id FROM assessment_decision former\n                        WHERE former.proposal_id = NEW.proposal_id AND former.id <> NEW.id\n                        AND former.decided_at IS NOT NULL AND NOT EXISTS (\n                            SELECT 1 FROM assessment_decision later WHERE later.supersedes_id = former.id\n                            AND later.decided_at IS NOT NULL AND later.id <> NEW.id\n                        ) ORDER BY former.id DESC LIMIT 1\n                    ) THEN\n                        RAISE EXCEPTION 'a new decision supersedes the one in force'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_supersedes_the_last';\n                    END IF;\n                    PERFORM assessment_check_decision(\n                        NEW.id, NEW.proposal_id, NEW.proposed_by_id, NEW.confirmed_by_id\n                    );\n                    RETURN NEW;\n                ",
                    hash="e6f76dad592523b963a227a0e51aeba8840fb76e",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_decided_with_quorum_63a48",
                    table="assessment_decision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_decision",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    declare="DECLARE stands text;",
                    func="\n                    SELECT proposal.status INTO stands\n                    FROM assessment_decision decision JOIN assessment_proposal proposal\n                        ON proposal.id = decision.proposal_id\n                    WHERE decision.id = NEW.id AND decision.decided_at IS NOT NULL\n                    AND NOT (\n                        proposal.status = decision.outcome\n                        OR (decision.outcome = 'approved' AND proposal.status IN ('published', 'unpublished'))\n                    ) AND NOT EXISTS (\n                        SELECT 1 FROM assessment_decision later\n                        WHERE later.supersedes_id = decision.id AND later.decided_at IS NOT NULL\n                    );\n                    IF FOUND THEN\n                        RAISE EXCEPTION 'it was decided, and the proposal is still %', stands\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_moves_its_proposal';\n                    END IF;\n                    RETURN NULL;\n                ",
                    hash="0a291d86e9a84835ce1c67520324c084659c1058",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_status_follows_decision_ab902",
                    table="assessment_decision",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="identity_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."call_id" IS DISTINCT FROM (NEW."call_id") OR OLD."example_id" IS DISTINCT FROM (NEW."example_id") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="756c588ece15a58f0e12a95815f6c8c308380b2d",
                    operation="UPDATE",
                    pgid="pgtrigger_identity_stays_3fdf3",
                    table="assessment_proposal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("advice__in", ["", "approve", "approve_with_changes", "reject"])),
                name="assessment_advice_known",
            ),
        ),
    ]
