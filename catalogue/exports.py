"""Records as data. Contacts are left out: nobody agreed to be exported (trust.md)."""

from collections.abc import Callable
from typing import Any

from catalogue.models import Example

TEXTS = [
    "title", "benefit", "summary", "plain_summary", "need", "solution", "success", "transfer", "transfer_adaptable",
    "transfer_fixed", "transfer_statutory", "lessons",
]  # fmt: skip
TERMS = ["topics", "target_groups", "audiences", "states"]


def as_json(example: Example, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Return one example with both languages; ``absolute`` makes a full address of a path."""
    record: Any = example
    return {
        "url": absolute(example.get_absolute_url()),
        "slug": example.slug,
        "is_demo": example.is_demo,
        "kind": example.kind,
        **{
            name: {code: getattr(record, f"{name}_{code}") or None for code in ("de", "en")} for name in TEXTS
        },
        **{name: [term.slug for term in getattr(record, name).all()] for name in TERMS},
        "is_nationwide": example.is_nationwide,
        "network": example.shown_network and example.shown_network.slug,
        "organisation": example.organisation or None,
        "subproject": example.subproject or None,
        "running_since": example.running_since,
        "running_until": example.running_until,
        "is_regular_service": example.is_regular_service,
        "effort": {
            "staff_fte": example.staff_fte and float(example.staff_fte),
            "setup_weeks": example.setup_weeks,
            "cost_band": example.cost_band or None,
        },
        "board": {
            s.criterion: {"level": s.level, "reason": {"de": s.sentence_de, "en": s.sentence_en}}
            for s in record.statements_in_order
        },
        "decided_on": example.decided_on and example.decided_on.isoformat(),
        "rubric_version": example.rubric_version or None,
        "transfers": [
            {"institution": t.institution, "place": t.place, "year": t.year}
            for t in record.confirmed_transfers
        ],
        "sources": [{"title": str(link), "url": link.url} for link in record.links.all()],
        "status_of_information": example.status_of_information
        and example.status_of_information.strftime("%Y-%m"),
        "published_at": example.published_at and example.published_at.isoformat(),
    }


CSV_HEADER = [
    "url",
    "kind",
    "title",
    "benefit",
    "network",
    "organisation",
    "states",
    "topics",
    "target_groups",
    "audiences",
    "running_since",
    "running_until",
    "staff_fte",
    "setup_weeks",
    "cost_band",
    "status_of_information",
    "is_demo",
]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv_row(example: Example, absolute: Callable[[str], str]) -> list[str]:
    """Return one example as ``CSV_HEADER`` names it, in the reader's language; no cell can start a formula."""
    record: Any = example
    terms = {name: "; ".join(str(term.name) for term in getattr(record, name).all()) for name in TERMS}
    cells = {
        **{name: getattr(record, name) for name in CSV_HEADER if name not in TERMS and name != "url"},
        **terms,
        "url": absolute(example.get_absolute_url()),
        "network": example.shown_network,
        "status_of_information": example.status_of_information
        and example.status_of_information.strftime("%Y-%m"),
    }
    return [safe_cell("" if cells[name] is None else str(cells[name])) for name in CSV_HEADER]


def safe_cell(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
