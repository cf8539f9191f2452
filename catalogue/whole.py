"""An example with all that its page shows, by one statement.

It is the example of ``Example.objects.with_page_parts()``, which asks ten times and takes ten times as long, nearly all
of it for writing the statements. Here Django writes one, once in the life of a process; each list comes as JSON.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Func, OuterRef, TextField
from django.db.models.functions import JSONArray

from catalogue.models import (
    Attachment,
    Audience,
    BoardStatement,
    ContactPerson,
    Example,
    FederalState,
    Link,
    Network,
    TargetGroup,
    Topic,
    Transfer,
)
from goodpractice import replicas

SLUG = "\0"
"""Stands in the statement for the example's slug, which is another each time."""
LISTS: dict[str, type[models.Model]] = {
    "topics": Topic,
    "target_groups": TargetGroup,
    "audiences": Audience,
    "states": FederalState,
    "board_statements": BoardStatement,
    "links": Link,
    "attachments": Attachment,
}
CHOSEN: dict[str, type[models.Model]] = {"shown_contacts": ContactPerson, "confirmed_transfers": Transfer}
"""Lists of which the page shows some rows only: plain attributes."""
NETWORK = ("id", "slug", "name", "is_published")


def whole(slug: str) -> Example | None:
    """Return the example with this slug, whatever its state, with its parts fetched: one statement.

    Of the network only what the page names is there, of the parts all but dates; the rest is fetched when asked for.
    """
    sql, parameters = _statement()
    with replicas.cursor() as cursor:
        cursor.execute(sql, [slug if value == SLUG else value for value in parameters])
        row = cursor.fetchone()
    return _example(iter(row)) if row else None


@lru_cache(maxsize=1)
def _statement() -> tuple[str, tuple[Any, ...]]:
    parts = {name: model._default_manager.all() for name, model in LISTS.items()}
    parts["shown_contacts"] = ContactPerson.objects.published()
    parts["confirmed_transfers"] = Transfer.objects.filter(confirmed_on__isnull=False)
    found = Example.objects.filter(slug=SLUG).values_list(
        *_columns(Example), *(f"network__{name}" for name in NETWORK), *map(_as_json, parts.values())
    )
    sql, parameters = found.order_by().query.sql_with_params()
    return sql, parameters


def _as_json(parts: "models.QuerySet[Any]") -> Func:
    """Return the rows of ``parts`` that belong to the example, as one JSON text."""
    model: type[models.Model] = parts.model
    rows = parts.filter(example=OuterRef("pk")).values_list(JSONArray(*_columns_in_json(model)))
    as_text = "array_to_json(%(expressions)s)::text"
    return Func(ArraySubquery(rows), template=as_text, output_field=TextField())


@lru_cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@lru_cache
def _columns_in_json(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns that JSON can hold: it has no dates."""
    columns = model._meta.concrete_fields
    return tuple(field.attname for field in columns if not isinstance(field, models.DateField))


def _example(values: Iterator[Any]) -> Example:
    database, columns = replicas.alias(), _columns(Example)
    example: Any = Example.from_db(database, columns, [next(values) for _column in columns])
    network = [next(values) for _name in NETWORK]
    if example.network_id:
        example.network = Network.from_db(database, NETWORK, network)
    # There is no other way to say what was fetched.
    fetched = example._prefetched_objects_cache = {}  # noqa: SLF001
    for name, model in LISTS.items():
        rows = getattr(example, name).all()
        rows._result_cache = _rows(model, next(values), database)  # noqa: SLF001
        fetched[name] = rows
    for name, model in CHOSEN.items():
        setattr(example, name, _rows(model, next(values), database))
    for part in (*fetched["links"], *fetched["attachments"]):
        part.example = example  # their addresses name it
    return example  # type: ignore[no-any-return]


def _rows(model: type[models.Model], text: str, database: str) -> list[Any]:
    columns = _columns_in_json(model)
    return [model.from_db(database, columns, values) for values in json.loads(text)]
