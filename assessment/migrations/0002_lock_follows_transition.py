from django.db import migrations

LOCKING = (
    "'submitted', 'screening', 'in_review', 'discussion', 'decision_pending', "
    "'approved', 'rejected', 'deferred', 'withdrawn'"
)
LAST_TARGET = """
    SELECT target FROM assessment_transition
    JOIN assessment_proposal proposal ON proposal.id = assessment_transition.proposal_id
    WHERE proposal.example_id = NEW.id ORDER BY assessment_transition.id DESC LIMIT 1
"""
REFUSE = """
    RAISE EXCEPTION 'the lock of example % does not fit its proposal', NEW.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_text_locked_while_judged';
"""


class Migration(migrations.Migration):
    """The example knows nothing of its proposal; so these triggers on its table belong here.

    Unlocking is refused at once, not only at the end: or a text could be unlocked, changed and locked again within one
    transaction. It asks the transitions, which nobody can take back.
    """

    dependencies = [("assessment", "0001_calls_and_proposals")]

    operations = [
        migrations.RunSQL(
            [
                f"""
                CREATE FUNCTION assessment_refuse_unlocking() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF ({LAST_TARGET}) IN ({LOCKING}) THEN {REFUSE} END IF;
                    RETURN NEW;
                END $$
                """,
                f"""
                CREATE FUNCTION assessment_lock_follows_transition() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF (SELECT is_locked FROM catalogue_example WHERE id = NEW.id)
                       <> COALESCE(({LAST_TARGET}) IN ({LOCKING}), false) THEN {REFUSE} END IF;
                    RETURN NULL;
                END $$
                """,
                """
                CREATE TRIGGER unlocked_by_transition BEFORE UPDATE ON catalogue_example FOR EACH ROW
                WHEN (OLD.is_locked AND NOT NEW.is_locked) EXECUTE FUNCTION assessment_refuse_unlocking()
                """,
                """
                CREATE CONSTRAINT TRIGGER lock_follows_transition AFTER UPDATE ON catalogue_example
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.is_locked <> NEW.is_locked)
                EXECUTE FUNCTION assessment_lock_follows_transition()
                """,
                """
                CREATE CONSTRAINT TRIGGER born_locked_by_transition AFTER INSERT ON catalogue_example
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_locked)
                EXECUTE FUNCTION assessment_lock_follows_transition()
                """,
            ],
            [
                "DROP TRIGGER born_locked_by_transition ON catalogue_example",
                "DROP TRIGGER lock_follows_transition ON catalogue_example",
                "DROP TRIGGER unlocked_by_transition ON catalogue_example",
                "DROP FUNCTION assessment_lock_follows_transition()",
                "DROP FUNCTION assessment_refuse_unlocking()",
            ],
        )
    ]
