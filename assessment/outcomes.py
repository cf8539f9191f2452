"""What those who propose may know of the board's decisions: those that were announced, and of them what is published.

A decision under embargo is not here, nor that one was replaced before anybody heard of it.
"""

from typing import Any

from assessment.models import Decision, DecisionReason, Proposal
from catalogue.models import Criterion


def announced(proposal: Proposal) -> list[Decision]:
    """Return the announced decisions with their reasons, the first one first; two statements."""
    decisions: Any = proposal.decisions.filter(announced_at__isnull=False)
    return list(decisions.prefetch_related("reasons").order_by("pk"))


def replaced_by(decision: Decision) -> Decision | None:
    """Return the outcome that was announced before this one."""
    earlier = [one for one in announced(decision.proposal) if one.pk < decision.pk]
    return earlier[-1] if earlier else None


def reasons_of(decision: Decision) -> list[DecisionReason]:
    """Return the reasons in the order of the criteria."""
    reasons = {one.criterion: one for one in decision.reasons.all()}
    return [reasons[criterion] for criterion in Criterion.values if criterion in reasons]
