"""The guards of the database: whether each trigger and constraint that the code declares is there and switched on.

They can get lost: by a restore without triggers, or by a change by hand.
"""

import hashlib
from collections.abc import Iterator
from functools import cache

import pgtrigger
from django.apps import apps
from django.db import connection, models

from assessment.rules import Rule, rows

ROOMS = ("assessment", "catalogue", "goodpractice")
LISTS = ("topics", "target_groups", "audiences", "states")
CONFLICT_TABLES = (
    "accounts_membership",
    "accounts_user",
    "assessment_conflictdeclaration",
    "assessment_proposal_networks",
    "assessment_proposaleditor",
    "catalogue_contactperson",
    "catalogue_example",
)
"""What the rule of conflicts of interest is read from."""
NEVER_TRUNCATED = (
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
)
"""What the process has recorded; emptying a table fires no trigger of its rows."""
BY_MIGRATION = {
    *((table, "void_conflicted") for table in CONFLICT_TABLES),
    *((table, "never_truncated") for table in NEVER_TRUNCATED),
    ("assessment_call", "rubric_stays"),
    ("assessment_transition", "decided_by_a_decision"),
    ("assessment_transition", "splits_are_discussed"),
    *((f"catalogue_example_{name}", "locked_text_stays") for name in LISTS),
    ("catalogue_link", "locked_text_stays"),
    ("catalogue_attachment", "locked_text_stays"),
    ("catalogue_example", "unlocked_by_transition"),
    ("catalogue_example", "lock_follows_transition"),
    ("catalogue_example", "born_locked_by_transition"),
}
"""Guards that no model declares, by table and name: they stand in migrations only."""


FUNCTIONS = {
    "assessment_check_decision": "c7d53ef26582",
    "assessment_conflict_grounds": "f852bff82799",
    "assessment_counting_seats": "e030894e0aca",
    "assessment_decided_by_a_decision": "eef2ee30e41b",
    "assessment_eligible_seats": "9f621e705def",
    "assessment_lock_follows_transition": "f32459ab0990",
    "assessment_refuse_truncate": "e52ce5a248c5",
    "assessment_refuse_unlocking": "8f1738659ea5",
    "assessment_rubric_is_used": "ea33d4b0980a",
    "assessment_rubric_stays": "fee8aad9c2e2",
    "assessment_splits_are_discussed": "1c474a227207",
    "assessment_undiscussed_split": "f39ad6a29c10",
    "assessment_void_conflicted": "e93efe726653",
    "catalogue_refuse_if_locked": "076c24d77702",
}
"""Functions of migrations that guards call, with the fingerprint of what they do."""


def missing_triggers() -> Iterator[str]:
    """Find those that are not there, or do something else than what the code declares."""
    listed = rows(
        "SELECT relname, tgname, prosrc FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"
    )
    found = {(table, name): source for table, name, source in listed}
    yield from (f"{name} on {table} is missing" for table, name in BY_MIGRATION - found.keys())
    for table, pgid, name, statement in _declared():
        if (table, pgid) not in found:
            yield f"{name} on {table} is missing"
        elif _squeezed(found[table, pgid]) not in statement:
            yield f"{name} on {table} does something else"


def changed_functions() -> Iterator[str]:
    """Find those that are not there, or do something else than what the migrations say."""
    listed = rows(
        "SELECT proname, prosrc FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(%s)",
        list(FUNCTIONS),
    )
    found = {name: fingerprint(source) for name, source in listed}
    for name, expected in FUNCTIONS.items():
        if name not in found:
            yield f"the function {name} is missing"
        elif found[name] != expected:
            yield f"the function {name} does something else"


def fingerprint(source: str) -> str:
    return hashlib.sha256(_squeezed(source).encode()).hexdigest()[:12]


def disabled_triggers() -> Iterator[str]:
    """Find any that is switched off, also those by which the database itself holds foreign keys."""
    found = rows(
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE tgenabled NOT IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"
    )
    yield from (f"{name} on {table} is switched off" for table, name in found)


def replication_role() -> Iterator[str]:
    """Find a setting under which no trigger fires."""
    found = rows(
        "SELECT setting FROM pg_settings WHERE name = 'session_replication_role' AND setting <> 'origin'"
    )
    yield from (f"session_replication_role is {role}" for (role,) in found)


def missing_constraints() -> Iterator[str]:
    for model in _models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        names = {constraint.name for constraint in model._meta.constraints}
        yield from (f"{name} on {table} is missing" for name in names - found.keys())
        unique = {tuple(each["columns"]) for each in found.values() if each["unique"]}
        keys = {tuple(each["columns"]) for each in found.values() if each["foreign_key"]}
        for field in model._meta.local_concrete_fields:
            column = (field.column,)
            if field.unique and column not in unique:
                yield f"{field.column} of {table} is not held unique"
            if getattr(field, "db_constraint", False) and column not in keys:
                yield f"{field.column} of {table} is no foreign key"


def unproven_constraints() -> Iterator[str]:
    """Find those that were added without a look at the rows, and broken indexes."""
    found = rows(
        "SELECT conname, conrelid::regclass::text FROM pg_constraint"
        " WHERE NOT convalidated AND connamespace = current_schema()::regnamespace"
        " UNION ALL SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index"
        " JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace"
    )
    yield from (f"{name} on {table} does not hold for all rows" for name, table in found)


GUARDS = [
    Rule("every trigger is there, as the code declares it", missing_triggers),
    Rule("every function that guards call does what it should", changed_functions),
    Rule("every trigger is switched on", disabled_triggers),
    Rule("triggers fire in this session", replication_role),
    Rule("every constraint is there", missing_constraints),
    Rule("every constraint holds for all rows", unproven_constraints),
]


def are_in_place() -> bool:
    """Tell whether all triggers stand guard: what readiness asks, in four statements."""
    rules = (missing_triggers, changed_functions, disabled_triggers, replication_role)
    return not any(True for ask in rules for _case in ask())


@cache
def _declared() -> list[tuple[str, str, str, str]]:
    """Return for each trigger of a model the table, its name there and in the code, and the statement that makes it."""
    return [
        (
            model._meta.db_table,
            trigger.get_pgid(model),
            str(trigger.name),
            _squeezed(str(trigger.compile(model).install_sql)),
        )
        for model, trigger in pgtrigger.registered()
    ]


def _models() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith(ROOMS):
            yield from (
                model for model in config.get_models(include_auto_created=True) if model._meta.managed
            )


def _squeezed(text: str) -> str:
    return " ".join(text.split())
