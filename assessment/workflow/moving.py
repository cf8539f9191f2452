"""What all transitions share: the locked row, the table, and the step itself with its ``Transition``."""

from assessment.content import as_content
from assessment.models import LOCKING, TRANSITIONS, Proposal, ProposalVersion, Status, Transition
from catalogue.models import Example
from goodpractice.accounts.models import User


class TransitionNotAllowed(Exception):
    """The proposal is not in a state from which this is possible; somebody else may have been quicker."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"{source} -> {target}")


def locked(proposal: Proposal) -> Proposal:
    """Return the row as it is now, held until the end of the transaction.

    Two statements: one alone, if it had to wait, would join the example with the text from before the wait.
    """
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    rows = Proposal.objects.select_related("example", "call", "submitted_by")
    return rows.get(pk=proposal.pk)  # type: ignore[no-any-return]


def check(proposal: Proposal, target: Status, *, source: Status | None = None) -> None:
    """Refuse what the table does not know; ``source`` where several lead to ``target``."""
    if target not in TRANSITIONS[proposal.status] or (source and proposal.status != source):
        raise TransitionNotAllowed(proposal.status, target)


def move(
    proposal: Proposal,
    target: Status,
    *,
    by: User | None,
    reason: str = "",
    version: ProposalVersion | None = None,
) -> Proposal:
    source, proposal.status = proposal.status, target
    proposal.save(update_fields=["status"])
    Transition.objects.create(
        proposal=proposal,
        source=source,
        target=target,
        by=by,
        reason=reason,
        version=version or proposal.versions.order_by("-number").first(),
    )
    Example.objects.filter(pk=proposal.example_id).update(is_locked=target in LOCKING)
    return proposal


def keep_version(proposal: Proposal, *, by: User) -> ProposalVersion:
    latest = proposal.versions.order_by("-number").first()
    return ProposalVersion.objects.create(
        proposal=proposal,
        number=latest.number + 1 if latest else 1,
        content=as_content(proposal),
        created_by=by,
    )
