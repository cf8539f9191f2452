"""The check of the database finds each guard that is lost and each row that breaks a rule, and names it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from assessment.guards import BY_MIGRATION, GUARDS
from assessment.invariants import DATA
from assessment.models import ReferenceCounter, Status
from catalogue.models import ContactPerson
from tests.assessment.factories import (
    UserFactory,
    check_deferred,
    draft,
    proposal_in,
    rejection_of,
)
from tests.factories import ExampleFactory

pytestmark = pytest.mark.django_db

RULES = [*GUARDS, *DATA]


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def broken():
    """Return the cases of all rules that do not hold."""
    return {rule.name: found for rule in RULES if (found := rule.violations())}


def test_everything_holds_in_a_database_just_made():
    assert broken() == {}


def test_everything_holds_whatever_the_workflow_did():
    for status in Status:
        proposal_in(status)
    check_deferred()

    assert broken() == {}


def test_command_prints_each_rule(capsys):
    call_command("check_invariants")

    printed = capsys.readouterr().out.splitlines()
    assert [line.removeprefix("  holds   ") for line in printed if line.startswith("  ")] == [
        rule.name for rule in RULES
    ]
    assert printed[-1] == f"All {len(RULES)} rules hold."


def test_command_fails_and_names_what_is_broken(capsys):
    sql("ALTER TABLE assessment_transition DISABLE TRIGGER pgtrigger_append_only_e07fb")

    with pytest.raises(CommandError, match=f"^1 of {len(RULES)} rules are broken.$") as failure:
        call_command("check_invariants")

    printed = capsys.readouterr().out.splitlines()
    place = printed.index("  BROKEN  every trigger is switched on")
    assert (
        printed[place + 1].strip() == "pgtrigger_append_only_e07fb on assessment_transition is switched off"
    )
    assert failure.value.returncode == 1


# Guards -------------------------------------------------------------------------------------------------------------

LOST = {
    "trigger of a model dropped": (
        "DROP TRIGGER pgtrigger_append_only_e07fb ON assessment_transition",
        {
            "every trigger is there, as the code declares it": [
                "append_only on assessment_transition is missing"
            ]
        },
    ),
    "trigger does nothing": (
        "CREATE OR REPLACE FUNCTION pgtrigger_never_deleted_2dfe8() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN OLD; END $$",
        {
            "every trigger is there, as the code declares it": [
                "never_deleted on assessment_proposal does something else"
            ]
        },
    ),
    "trigger switched off": (
        "ALTER TABLE catalogue_link DISABLE TRIGGER locked_text_stays",
        {"every trigger is switched on": ["locked_text_stays on catalogue_link is switched off"]},
    ),
    "trigger for replicas only": (
        "ALTER TABLE catalogue_link ENABLE REPLICA TRIGGER locked_text_stays",
        {"every trigger is switched on": ["locked_text_stays on catalogue_link is switched off"]},
    ),
    "no trigger fires": (
        "SET LOCAL session_replication_role = replica",
        {"triggers fire in this session": ["session_replication_role is replica"]},
    ),
    "check dropped": (
        "ALTER TABLE assessment_transition DROP CONSTRAINT transition_in_the_table",
        {"every constraint is there": ["transition_in_the_table on assessment_transition is missing"]},
    ),
    "unique index dropped": (
        "DROP INDEX formalrejection_one_open",
        {"every constraint is there": ["formalrejection_one_open on assessment_formalrejection is missing"]},
    ),
    "foreign key dropped": (
        """
        DO $$ DECLARE name text; BEGIN
            SELECT conname INTO name FROM pg_constraint
            WHERE conrelid = 'assessment_transition'::regclass AND contype = 'f' AND conname LIKE '%proposal_id%';
            EXECUTE format('ALTER TABLE assessment_transition DROP CONSTRAINT %I', name);
        END $$
        """,
        {"every constraint is there": ["proposal_id of assessment_transition is no foreign key"]},
    ),
    "uniqueness dropped": (
        "ALTER TABLE assessment_proposal DROP CONSTRAINT assessment_proposal_reference_key",
        {"every constraint is there": ["reference of assessment_proposal is not held unique"]},
    ),
    "check not proven": (
        "ALTER TABLE assessment_call ADD CONSTRAINT new_rule CHECK (slug <> '') NOT VALID",
        {"every constraint holds for all rows": ["new_rule on assessment_call does not hold for all rows"]},
    ),
}


@pytest.mark.parametrize(("loss", "expected"), LOST.values(), ids=LOST)
def test_lost_guard_is_found(loss, expected):
    with connection.cursor() as cursor:
        cursor.execute(loss)

    assert broken() == expected


@pytest.mark.parametrize(("table", "name"), sorted(BY_MIGRATION))
def test_lost_guard_of_a_migration_is_found(table, name):
    sql(f"DROP TRIGGER {name} ON {table}")

    assert broken() == {"every trigger is there, as the code declares it": [f"{name} on {table} is missing"]}


def test_every_trigger_that_no_model_declares_is_known():
    """A migration that adds one names it in ``guards``; those that raise the revision guard nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgname NOT LIKE 'pgtrigger%' AND relname NOT LIKE 'procrastinate%'"
        )
        found = {(table, name) for table, name in cursor.fetchall() if name != "raise_revision"}

    assert found == BY_MIGRATION


# Data ---------------------------------------------------------------------------------------------------------------


def without_consent(proposal):
    ContactPerson.objects.update(is_published=True)
    sql("DELETE FROM catalogue_consent")


def foreign_version(proposal):
    other = proposal_in(Status.SUBMITTED)
    sql(
        "UPDATE assessment_transition SET version_id = %s WHERE proposal_id = %s AND target = 'submitted'",
        other.versions.get().pk,
        proposal.pk,
    )


def put(table, **values):
    columns = ", ".join(f"{column} = %s" for column in values)
    return lambda proposal: sql(f"UPDATE {table} SET {columns}", *values.values())


def forget_rejections(proposal):
    sql("DELETE FROM assessment_formalrejection")


def unconfirm_rejections(proposal):
    proposal.formal_rejections.update(confirmed_by=None, confirmed_at=None)


CORRUPTIONS = {
    "status": (
        Status.SUBMITTED,
        put("assessment_proposal", status="screening"),
        {
            "a status equals the target of the last transition": [
                "{0} is screening, its last transition leads to submitted"
            ]
        },
    ),
    "no transition at all": (
        Status.DRAFT,
        lambda proposal: sql("DELETE FROM assessment_transition"),
        {
            "a status equals the target of the last transition": [
                "{0} is draft, its last transition leads to "
            ]
        },
    ),
    "chain": (
        Status.SCREENING,
        lambda proposal: sql(
            "UPDATE assessment_transition SET source = 'needs_info' WHERE target = 'screening'"
        ),
        {"transitions are a chain": ['{0}: a transition from "needs_info" follows one to "submitted"']},
    ),
    "chain without its beginning": (
        Status.SUBMITTED,
        lambda proposal: sql("DELETE FROM assessment_transition WHERE source = ''"),
        {"transitions are a chain": ['{0}: a transition from "draft" follows one to ""']},
    ),
    "table": (
        Status.DRAFT,
        lambda proposal: (
            sql("ALTER TABLE assessment_transition DROP CONSTRAINT transition_in_the_table"),
            sql("UPDATE assessment_transition SET target = 'withdrawn'"),
            sql("UPDATE assessment_proposal SET status = 'withdrawn'"),
            sql("UPDATE catalogue_example SET is_locked = true"),
        ),
        {
            "every constraint is there": ["transition_in_the_table on assessment_transition is missing"],
            "transitions stay within the table": ['{0}: from "" to "withdrawn"'],
        },
    ),
    "unlocked": (
        Status.IN_REVIEW,
        put("catalogue_example", is_locked=False),
        {"a text is locked exactly while it is judged, or a record": ["{0} is in_review"]},
    ),
    "locked": (
        Status.DRAFT,
        put("catalogue_example", is_locked=True),
        {"a text is locked exactly while it is judged, or a record": ["{0} is draft, locked"]},
    ),
    "locked for nobody": (
        Status.DRAFT,
        lambda proposal: ExampleFactory(slug="alone", is_locked=True),
        {"a text is locked exactly while it is judged, or a record": ["alone is locked without a proposal"]},
    ),
    "public too early": (
        Status.NEEDS_INFO,
        put("catalogue_example", status="published", published_at="2026-01-01", is_proposed=False),
        {"only the process publishes what it selects": ["{0} is needs_info, its example published"]},
    ),
    "out of the process": (
        Status.DRAFT,
        put("catalogue_example", is_proposed=False),
        {"only the process publishes what it selects": ["{0} is draft, its example draft"]},
    ),
    "version lost": (
        Status.SUBMITTED,
        put("assessment_proposalversion", number=2),
        {"versions are numbered without a gap": ["{0} has 1 versions up to number 2"]},
    ),
    "step without version": (
        Status.SUBMITTED,
        put("assessment_transition", version_id=None),
        {"every step after handing in names the own version": ['{0}: from "draft" to "submitted"']},
    ),
    "step with a foreign version": (
        Status.SUBMITTED,
        foreign_version,
        {"every step after handing in names the own version": ['{0}: from "draft" to "submitted"']},
    ),
    "text changed": (
        Status.IN_REVIEW,
        put("catalogue_example", need_de="Anders."),
        {"what is judged is what was handed in": ["{0}: need_de is not what was handed in"]},
    ),
    "source changed": (
        Status.REJECTED,
        put("catalogue_link", url="https://www.example.org/anders"),
        {"what is judged is what was handed in": ["{0}: links is not what was handed in"]},
    ),
    "version changed": (
        Status.SUBMITTED,
        lambda proposal: sql(
            "UPDATE assessment_proposalversion SET content = content || %s::jsonb", '{"success_en": "Great."}'
        ),
        {"what is judged is what was handed in": ["{0}: success_en is not what was handed in"]},
    ),
    "contacts in a version": (
        Status.SUBMITTED,
        lambda proposal: sql(
            "UPDATE assessment_proposalversion SET content = content || %s::jsonb", '{"contacts": []}'
        ),
        {"versions hold no contact persons": ["{0}, version 1"]},
    ),
    "rejection forgotten": (
        Status.REJECTED,
        forget_rejections,
        {
            "a rejection on formal grounds was confirmed by a second person": [
                "{0} was rejected by one person"
            ]
        },
    ),
    "confirmation taken back": (
        Status.REJECTED,
        unconfirm_rejections,
        {
            "a rejection on formal grounds was confirmed by a second person": [
                "{0} was rejected by one person"
            ]
        },
    ),
    "question answered by itself": (
        Status.NEEDS_INFO,
        put("assessment_informationrequest", answered_at="2026-01-01"),
        {"a question is open exactly while it is the submitter's turn to answer": ["{0} is needs_info"]},
    ),
    "question open for ever": (
        Status.IN_REVIEW,
        lambda proposal: proposal.information_requests.create(
            reason="?", due_on=timezone.localdate(), asked_by=UserFactory()
        ),
        {"a question is open exactly while it is the submitter's turn to answer": ["{0} is in_review"]},
    ),
    "tried afterwards": (
        Status.SUBMITTED,
        put("assessment_proposal", first_attempt_at="2099-01-01"),
        {"nothing arrived before it was first tried": ["{0}"]},
    ),
    "counter set back": (
        Status.DRAFT,
        lambda proposal: ReferenceCounter.objects.update(last=0),
        {"no reference number will be given twice": ["the counter of {1} stands before {0}"]},
    ),
    "counter lost": (
        Status.DRAFT,
        lambda proposal: ReferenceCounter.objects.all().delete(),
        {"no reference number will be given twice": ["the counter of {1} stands before {0}"]},
    ),
    "contact without consent": (
        Status.DRAFT,
        without_consent,
        {"contact persons are public only with a consent in force": ["contact {2}"]},
    ),
    "index of a draft": (
        Status.DRAFT,
        lambda proposal: (
            ExampleFactory(slug="gone", published=True),
            sql("UPDATE catalogue_example SET status = 'draft', published_at = NULL WHERE slug = 'gone'"),
        ),
        {"lists and search show only what is published": ["gone"]},
    ),
}


@pytest.mark.parametrize(("status", "corrupt", "expected"), CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_corrupt_row_is_found_and_named(status, corrupt, expected):
    proposal = proposal_in(status)
    check_deferred()
    sql("SET LOCAL session_replication_role = replica")

    corrupt(proposal)

    sql("SET LOCAL session_replication_role = origin")
    values = (proposal.reference, proposal.reference[3:7], proposal.example.contacts.get().pk)
    assert broken() == {name: [case.format(*values) for case in cases] for name, cases in expected.items()}


def test_new_name_of_a_term_is_no_violation():
    """The office may rename a topic, or a network, while proposals with it are judged."""
    proposal = proposal_in(Status.IN_REVIEW)

    proposal.example.topics.update(slug="renamed")
    type(proposal.example.network).objects.update(slug="renamed")

    assert broken() == {}


def test_version_from_before_a_column_is_no_violation():
    """The form got a field later."""
    proposal_in(Status.SUBMITTED)
    check_deferred()
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE assessment_proposalversion SET content = content - 'lessons_de'")
    sql("SET LOCAL session_replication_role = origin")

    assert broken() == {}


def test_proposed_rejection_and_draft_are_no_violations():
    rejection_of(proposal_in(Status.SCREENING))
    draft()

    assert broken() == {}
