"""The guards of the database: whether each trigger and constraint that the code declares is there and switched on.

They can get lost: by a restore without triggers, or by a change by hand.
"""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.db import connection, models

from assessment.rules import Rule, rows

ROOMS = ("assessment", "catalogue", "goodpractice")
LISTS = ("topics", "target_groups", "audiences", "states")
BY_MIGRATION = {
    *((f"catalogue_example_{name}", "locked_text_stays") for name in LISTS),
    ("catalogue_link", "locked_text_stays"),
    ("catalogue_attachment", "locked_text_stays"),
    ("catalogue_example", "unlocked_by_transition"),
    ("catalogue_example", "lock_follows_transition"),
    ("catalogue_example", "born_locked_by_transition"),
}
"""Guards that no model declares, by table and name: they stand in migrations only."""


def missing_triggers() -> Iterator[str]:
    """Find those that are not there, or do something else than what the code declares."""
    listed = rows(
        "SELECT relname, tgname, prosrc FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"
    )
    found = {(table, name): source for table, name, source in listed}
    yield from (f"{name} on {table} is missing" for table, name in BY_MIGRATION - found.keys())
    for model, trigger in pgtrigger.registered():
        table, name = model._meta.db_table, trigger.get_pgid(model)
        if (table, name) not in found:
            yield f"{trigger.name} on {table} is missing"
        elif _squeezed(found[table, name]) not in _squeezed(str(trigger.compile(model).install_sql)):
            yield f"{trigger.name} on {table} does something else"


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
    Rule("every trigger is switched on", disabled_triggers),
    Rule("triggers fire in this session", replication_role),
    Rule("every constraint is there", missing_constraints),
    Rule("every constraint holds for all rows", unproven_constraints),
]


def _models() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith(ROOMS):
            yield from (
                model for model in config.get_models(include_auto_created=True) if model._meta.managed
            )


def _squeezed(text: str) -> str:
    return " ".join(text.split())
