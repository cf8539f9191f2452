"""The text of a proposal as data: for versions, which are kept for ever, and for finding similar ones.

Contact persons are left out: they may withdraw their consent, a version may not change.
"""

from typing import Any

from assessment.models import Proposal
from assessment.sections import PROPOSAL_FIELDS, SECTIONS
from catalogue.models import Example


def as_content(proposal: Proposal) -> dict[str, Any]:
    """Return ``{column: value}`` of everything that is judged; terms and networks by their short names."""
    example = proposal.example
    content: dict[str, Any] = {}
    for section in SECTIONS:
        for column in section.columns:
            owner = proposal if column in PROPOSAL_FIELDS else example
            content[column] = _plain(owner, column)
    content["links"] = list(example.links.values("purpose", "title_de", "title_en", "url", "position"))
    content["attachments"] = list(example.attachments.values("title_de", "title_en", "file", "position"))
    return content


def _plain(owner: Proposal | Example, column: str) -> Any:
    field = owner._meta.get_field(column)
    if field.many_to_many:
        return sorted(getattr(owner, column).values_list("slug", flat=True))
    if column == "network":
        return owner.network.slug if isinstance(owner, Example) and owner.network else ""
    value = getattr(owner, column)
    return value if value is None or isinstance(value, str | int | bool) else str(value)
