"""What must always hold for the rows themselves, whatever wrote them: a row can be older than its guard.

``guards`` asks for what holds it in place; the command ``check_invariants`` asks both.
"""

from collections.abc import Iterator

from assessment.board_invariants import BOARD
from assessment.content import as_content
from assessment.models import LOCKING, TRANSITIONS, Proposal, ProposalVersion, Status
from assessment.rules import Rule, asked

LISTS = ("topics", "target_groups", "audiences", "states")


def text_of_another_version() -> Iterator[str]:
    """Find what is judged, or was, and differs from the version that was handed in.

    Words of a vocabulary, and networks, are left out: the office may give them another short name.
    """
    judged = [status for status in LOCKING if status != Status.WITHDRAWN]
    latest = ProposalVersion.objects.order_by("proposal", "-number").distinct("proposal")
    contents = dict(latest.values_list("proposal", "content"))
    for proposal in (
        Proposal.objects.filter(status__in=judged).select_related("example__network").iterator(200)
    ):
        kept, stored = contents.get(proposal.pk, {}), as_content(proposal)
        for column in sorted(kept.keys() & stored.keys() - {"network", "networks", *LISTS}):
            if kept[column] != stored[column]:
                yield f"{proposal.reference}: {column} is not what was handed in"


DATA = [
    Rule(
        "a status equals the target of the last transition",
        asked(
            """
            SELECT format('%%s is %%s, its last transition leads to %%s', reference, status, last.target)
            FROM assessment_proposal proposal LEFT JOIN LATERAL (
                SELECT target FROM assessment_transition
                WHERE proposal_id = proposal.id ORDER BY id DESC LIMIT 1
            ) last ON true
            WHERE last.target IS DISTINCT FROM status
            """
        ),
    ),
    Rule(
        "transitions are a chain",
        asked(
            """
            SELECT format('%%s: a transition from "%%s" follows one to "%%s"', reference, source, before)
            FROM (
                SELECT proposal_id, source, lag(target, 1, '') OVER (PARTITION BY proposal_id ORDER BY id) AS before
                FROM assessment_transition
            ) step JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE source <> before
            """
        ),
    ),
    Rule(
        "transitions stay within the table",
        asked(
            """
            SELECT format('%%s: from "%%s" to "%%s"', reference, source, target)
            FROM assessment_transition JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE source || '>' || target <> ALL(%s)
            """,
            [f"{source}>{target}" for source, targets in TRANSITIONS.items() for target in targets],
        ),
    ),
    Rule(
        "a text is locked exactly while it is judged, or a record",
        asked(
            """
            SELECT format('%%s is %%s', reference, proposal.status) || CASE WHEN is_locked THEN ', locked' ELSE '' END
            FROM assessment_proposal proposal JOIN catalogue_example example ON example.id = example_id
            WHERE is_locked <> (proposal.status = ANY(%s))
            UNION ALL
            SELECT format('%%s is locked without a proposal', slug) FROM catalogue_example example
            WHERE is_locked AND NOT EXISTS (SELECT 1 FROM assessment_proposal WHERE example_id = example.id)
            """,
            [str(status) for status in LOCKING],
        ),
    ),
    Rule(
        "only the process publishes what it selects",
        asked(
            """
            SELECT format('%%s is %%s, its example %%s', reference, proposal.status, example.status)
            FROM assessment_proposal proposal JOIN catalogue_example example ON example.id = example_id
            WHERE (example.status = 'published' AND proposal.status <> 'published')
               OR (NOT is_proposed AND proposal.status NOT IN ('published', 'unpublished'))
            """
        ),
    ),
    Rule(
        "versions are numbered without a gap",
        asked(
            """
            SELECT format('%%s has %%s versions up to number %%s', reference, count(*), max(number))
            FROM assessment_proposalversion JOIN assessment_proposal proposal ON proposal.id = proposal_id
            GROUP BY reference HAVING count(*) <> max(number)
            """
        ),
    ),
    Rule(
        "every step after handing in names the own version",
        asked(
            """
            SELECT format('%%s: from "%%s" to "%%s"', reference, source, target)
            FROM assessment_transition step JOIN assessment_proposal proposal ON proposal.id = step.proposal_id
            LEFT JOIN assessment_proposalversion version ON version.id = version_id
            WHERE (version_id IS NULL AND target NOT IN ('draft', 'withdrawn'))
               OR version.proposal_id <> step.proposal_id
            """
        ),
    ),
    Rule("what is judged is what was handed in", text_of_another_version),
    Rule(
        "versions hold no contact persons",
        asked(
            """
            SELECT format('%%s, version %%s', reference, number)
            FROM assessment_proposalversion JOIN assessment_proposal proposal ON proposal.id = proposal_id
            WHERE content ? 'contacts'
            """
        ),
    ),
    Rule(
        "a rejection on formal grounds was confirmed by a second person",
        asked(
            """
            SELECT format('%%s was rejected by one person', reference)
            FROM assessment_transition step JOIN assessment_proposal proposal ON proposal.id = step.proposal_id
            WHERE source = 'screening' AND target = 'rejected' AND NOT EXISTS (
                SELECT 1 FROM assessment_formalrejection
                WHERE proposal_id = proposal.id AND confirmed_by_id <> proposed_by_id
            )
            """
        ),
    ),
    Rule(
        "a question is open exactly while it is the submitter's turn to answer",
        asked(
            """
            SELECT format('%%s is %%s', reference, status) FROM assessment_proposal proposal
            WHERE (status = 'needs_info') <> EXISTS (
                SELECT 1 FROM assessment_informationrequest WHERE proposal_id = proposal.id AND answered_at IS NULL
            )
            """
        ),
    ),
    Rule(
        "nothing arrived before it was first tried",
        asked("SELECT reference FROM assessment_proposal WHERE submitted_at < first_attempt_at"),
    ),
    Rule(
        "no reference number will be given twice",
        asked(
            """
            SELECT format('the counter of %%s stands before %%s', year, max(reference))
            FROM (
                SELECT reference, split_part(reference, '-', 2)::int AS year,
                    split_part(reference, '-', 3)::int AS number
                FROM assessment_proposal
            ) given LEFT JOIN assessment_referencecounter counter USING (year)
            GROUP BY year HAVING COALESCE(max(last), 0) < max(number)
            """
        ),
    ),
    Rule(
        "contact persons are public only with a consent in force",
        asked(
            """
            SELECT format('contact %%s', id) FROM catalogue_contactperson contact
            WHERE is_published AND NOT EXISTS (
                SELECT 1 FROM catalogue_consent WHERE contact_id = contact.id AND withdrawn_at IS NULL
            )
            """
        ),
    ),
    Rule(
        "lists and search show only what is published",
        asked(
            """
            SELECT slug FROM catalogue_exampleindex JOIN catalogue_example example ON example.id = example_id
            WHERE status <> 'published'
            """
        ),
    ),
    *BOARD,
]
