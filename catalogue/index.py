"""Writes the flat rows that lists, facets and search read (``ExampleIndex``); nobody else does.

Whoever changes something that a list shows or finds calls this module in the same transaction, after the
many-to-many values are saved: so the list never differs from what is published. Each call raises the
catalogue's revision first. That row stays locked until the transaction ends, so two changes of one example
cannot write each other's old state into its row.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from catalogue.models import (
    Audience,
    CatalogueRevision,
    Criterion,
    Example,
    ExampleIndex,
    FederalState,
    Network,
    TargetGroup,
    Topic,
)
from catalogue.models.text import LANGUAGES, sort_key
from catalogue.models.vocabulary import Term
from catalogue.words import STOP_WORDS, respelled, spellings, words

BATCH = 500
"""Examples that are in memory at once."""

FILED_UNDER: dict[type[Term], str] = {
    Topic: "topics",
    TargetGroup: "target_groups",
    Audience: "audiences",
    FederalState: "states",
}
Terms = Mapping[str, list[Term]]
"""What an example is filed under, by field."""
ELSEWHERE = ("target_groups", "audiences", "states")
"""Whose names are found, with less weight than those of the topics."""
SECTIONS = (
    "plain_summary",
    "need",
    "solution",
    "success",
    "transfer",
    "transfer_adaptable",
    "transfer_fixed",
    "transfer_statutory",
    "lessons",
)
MAX_TEXT = 100_000
"""Characters of one weight and language that are searched: PostgreSQL refuses vectors beyond 1 MB."""
WORD_LENGTHS = range(3, 41)
"""Words of these lengths are offered as a better spelling, and found by their beginning as they stand."""
TITLE_KEY_LENGTH = ExampleIndex._meta.get_field("title_key_de").max_length or 0


@transaction.atomic
def refresh(ids: Iterable[int]) -> None:
    """Write the rows of the published examples among ``ids`` and delete the others'."""
    raise_revision()
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH):
        _write(wanted[start : start + BATCH])


def refresh_network(network: Network) -> None:
    """Write the rows of the network's examples: its name, its address or its publication has changed."""
    refresh(Example.objects.filter(network=network).values_list("pk", flat=True))


def refresh_term(term: Term) -> None:
    """Write the rows of all examples that are filed under ``term``: its name has changed."""
    field = FILED_UNDER.get(type(term))
    refresh(Example.objects.filter(**{field: term}).values_list("pk", flat=True) if field else [])


def refresh_all(progress: Callable[[int], None] | None = None) -> int:
    """Write every row anew in batches, each in a transaction of its own, and return their number.

    Memory stays constant and others can publish meanwhile. ``progress`` is told the number of rows so far.
    """
    stale = ExampleIndex.objects.exclude(example__status=Example.Status.PUBLISHED)
    refresh(stale.values_list("pk", flat=True))
    done = last = 0
    while ids := list(
        Example.objects.published().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        refresh(ids)
        last = ids[-1]
        done += len(ids)
        if progress:
            progress(done)
    return done


def raise_revision() -> None:
    """Make every process look at the catalogue anew; for visible changes outside the index too."""
    CatalogueRevision.objects.update(number=F("number") + 1)


def _write(ids: list[int]) -> None:
    ExampleIndex.objects.filter(pk__in=ids).exclude(example__status=Example.Status.PUBLISHED).delete()
    examples = (
        Example.objects.published()
        .filter(pk__in=ids)
        .select_related("network")
        .prefetch_related(*FILED_UNDER.values(), "board_statements")
    )
    rows = [_row(example) for example in examples]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(f"{_UPSERT}; {_SETTLE}", [json.dumps(rows)])


def _row(example: Example) -> dict[str, Any]:
    terms = {field: list(getattr(example, field).all()) for field in FILED_UNDER.values()}
    return {**_facts(example, terms), **_texts(example, terms)}


# The facts --------------------------------------------------------------------------------------------------


def _facts(example: Example, terms: Terms) -> dict[str, Any]:
    levels = {statement.criterion: statement.level for statement in example.board_statements.all()}
    return {
        "example_id": example.pk,
        "kind": example.kind,
        **{field: sorted(term.pk for term in terms[field]) for field in terms},
        "is_nationwide": example.is_nationwide,
        "network": example.network_id if example.shown_network else None,
        "cost_band": example.cost_band,
        "setup_weeks": example.setup_weeks,
        "effort": effort(example),
        "running_since": example.running_since,
        "status_of_information": example.status_of_information and example.status_of_information.isoformat(),
        "levels": [levels.get(criterion, 0) for criterion in Criterion.values],
        "published_at": example.published_at and example.published_at.isoformat(),
        **{
            f"title_key_{language}": sort_key(example.text_in("title", language))[:TITLE_KEY_LENGTH]
            for language in LANGUAGES
        },
    }


COST_OF_BAND = {"up_to_5k": 2_500, "up_to_25k": 15_000, "up_to_100k": 62_500, "over_100k": 150_000}
COST_OF_STAFF, COST_OF_WEEK = 65_000, 100
UNKNOWN_PART = 1_000_000_000


def effort(example: Example) -> int:
    """Return the key for "least effort": roughly the euros of the first year, own staff included.

    Set-up time decides between like and like. A record that leaves staff or cost open comes after all that
    state both, one that leaves both open comes last.
    """
    cost, staff = COST_OF_BAND.get(example.cost_band), example.staff_fte
    missing = (cost is None) + (staff is None)
    known = (cost or 0) + round((staff or 0) * COST_OF_STAFF) + (example.setup_weeks or 0) * COST_OF_WEEK
    return missing * UNKNOWN_PART + known


# The texts --------------------------------------------------------------------------------------------------


def _texts(example: Example, terms: Terms) -> dict[str, Any]:
    """Return the texts by weight and language, and the words as they are written."""
    names = _words(_names(example))
    texts: dict[str, Any] = {"names": _text(names)}
    in_head: set[str] = set()
    in_names = _vocabulary(names)
    for language in LANGUAGES:
        title = _words(_fields(example, ("title",), language))
        lead = _words(_fields(example, ("benefit", "summary"), language))
        topics = _words(_fields_of(terms["topics"], language))
        filed = [name for field in ELSEWHERE for name in _fields_of(terms[field], language)]
        texts[f"title_{language}"] = _text(title)
        texts[f"lead_{language}"] = _text(lead)
        texts[f"topic_{language}"] = _text(topics)
        texts[f"rest_{language}"] = _text(_words([*_fields(example, SECTIONS, language), *filed]))
        in_head |= _vocabulary([*title, *lead])
        in_names |= _vocabulary([*topics, *_words(filed)])
    return {
        **texts,
        "words": sorted(in_head | in_names),
        "head_spellings": sorted(spellings(in_head)),
        "name_spellings": sorted(spellings(in_names)),
    }


def _fields(example: Example, fields: Iterable[str], language: str) -> list[str]:
    return [getattr(example, f"{field}_{language}") for field in fields]


def _fields_of(terms: Iterable[Term], language: str) -> list[str]:
    return [getattr(term, f"name_{language}") for term in terms]


def _names(example: Example) -> list[str]:
    """Return the names that are the same in both languages."""
    network = example.shown_network
    return [network.name if network else "", example.organisation, example.subproject]


def _words(parts: Iterable[str]) -> list[str]:
    return words("\n".join(parts)[:MAX_TEXT])


def _text(found: list[str]) -> str:
    """Return the words, and after them the other spellings of those with umlauts."""
    with_umlauts = (word for word in dict.fromkeys(found) if not word.isascii())
    others = (spelling for word in with_umlauts for spelling in respelled(word))
    return " ".join([*found, *others])


def _vocabulary(found: Iterable[str]) -> set[str]:
    return {word for word in found if len(word) in WORD_LENGTHS and word.isalpha() and word not in STOP_WORDS}


# The statement ----------------------------------------------------------------------------------------------

_COLUMNS = {
    "example_id": "bigint",
    "kind": "text",
    "topics": "int[]",
    "target_groups": "int[]",
    "audiences": "int[]",
    "states": "int[]",
    "is_nationwide": "boolean",
    "network": "bigint",
    "cost_band": "text",
    "setup_weeks": "smallint",
    "effort": "int",
    "running_since": "smallint",
    "status_of_information": "date",
    "levels": "smallint[]",
    "published_at": "timestamptz",
    "title_key_de": "text",
    "title_key_en": "text",
    "words": "text[]",
}
_TEXT_COLUMNS = (
    "title_de text, title_en text, lead_de text, lead_en text, topic_de text, topic_en text, rest_de text, "
    "rest_en text, names text, head_spellings text[], name_spellings text[]"
)
_HEAD = """
    setweight(to_tsvector('german', title_de), 'A') || setweight(to_tsvector('english', title_en), 'A')
    || setweight(to_tsvector('german', lead_de), 'B') || setweight(to_tsvector('english', lead_en), 'B')
    || array_to_tsvector(head_spellings)
"""
_REST = """
    setweight(to_tsvector('german', topic_de), 'B') || setweight(to_tsvector('english', topic_en), 'B')
    || setweight(to_tsvector('german', rest_de), 'C') || setweight(to_tsvector('english', rest_en), 'C')
    || setweight(to_tsvector('german', names), 'C') || setweight(to_tsvector('english', names), 'C')
    || array_to_tsvector(name_spellings)
"""
_UPSERT = f"""
    INSERT INTO catalogue_exampleindex ({", ".join(_COLUMNS)}, head, body)
    SELECT {", ".join(_COLUMNS)}, head, head || {_REST}
    FROM json_to_recordset(%s) AS example(
        {", ".join(f"{column} {kind}" for column, kind in _COLUMNS.items())}, {_TEXT_COLUMNS}
    )
    CROSS JOIN LATERAL (SELECT {_HEAD} AS head) AS vector
    ON CONFLICT (example_id) DO UPDATE
    SET {", ".join(f"{column} = EXCLUDED.{column}" for column in [*_COLUMNS, "head", "body"])}
"""  # noqa: S608 - literals of this module
# The words of a batch go into the indexes together: less than half the work of one row after the other. Nothing
# is left for a search to read through. It takes the owner of the indexes, who ran the migrations.
_SETTLE = (
    "SELECT gin_clean_pending_list('exampleindex_head'::regclass),"
    " gin_clean_pending_list('exampleindex_body'::regclass)"
)
