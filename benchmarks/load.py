"""Loads made-up examples into an empty catalogue: batch by batch, so that memory does not grow with their number."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from benchmarks import generator
from benchmarks.generator import GeneratedExample
from catalogue import index
from catalogue.loading import Loading
from catalogue.models import (
    Audience,
    BoardStatement,
    Example,
    FederalState,
    Link,
    Network,
    TargetGroup,
    Topic,
)

BATCH = 500
NAMED: dict[str, type[models.Model]] = {
    "topics": Topic,
    "target_groups": TargetGroup,
    "audiences": Audience,
    "states": FederalState,
}
Ids = dict[type[models.Model], dict[str, int]]


class CatalogueNotEmpty(Exception):
    """There are examples already: made-up records never mix with others."""


def load(count: int, seed: int = generator.SEED, progress: Callable[[int], None] | None = None) -> None:
    """Load the vocabularies, the networks and the records 0 to ``count`` - 1.

    ``progress`` is told how many are there after each batch.
    """
    if Example.objects.exists():
        raise CatalogueNotEmpty
    with transaction.atomic():
        folder = settings.BASE_DIR / "fixtures"
        Loading(folder, update=False).run([folder / "vocabularies.yaml", folder / "networks.yaml"])
    ids: Ids = {
        model: dict(model._default_manager.values_list("slug", "pk")) for model in [*NAMED.values(), Network]
    }
    for start in range(0, count, BATCH):
        stop = min(start + BATCH, count)
        _load(list(generator.records(start, stop, seed)), ids)
        if progress:
            progress(stop)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@transaction.atomic
def _load(made: list[GeneratedExample], ids: Ids) -> None:
    examples = Example.objects.bulk_create(
        [Example(**one.fields, network_id=ids[Network][one.network]) for one in made]
    )
    pairs = list(zip(examples, made, strict=True))
    for field, model in NAMED.items():
        _link_terms(field, ids[model], pairs)
    BoardStatement.objects.bulk_create(
        BoardStatement(
            example=example, criterion=name, level=level, sentence_de="Belegt.", sentence_en="Shown."
        )
        for example, one in pairs
        for name, level in one.levels.items()
    )
    Link.objects.bulk_create(Link(example=example, **link) for example, one in pairs for link in one.links)
    index.refresh(example.pk for example in examples)


def _link_terms(field: str, ids: dict[str, int], pairs: Iterable[tuple[Example, GeneratedExample]]) -> None:
    through: Any = getattr(Example, field).through
    column = f"{Example._meta.get_field(field).related_model._meta.model_name}_id"  # type: ignore[union-attr]
    through.objects.bulk_create(
        through(**{"example_id": example.pk, column: ids[slug]})
        for example, one in pairs
        for slug in one.lists[field]
    )
