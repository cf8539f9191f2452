"""From the announcement to the public page, and back: what the office does with an approved example.

Who has been through the checklist releases the example. It is public at once, or by itself once its embargo is over:
``publish_due`` is for the scheduler.
"""

import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from assessment import notifications, publication
from assessment.models import Decision, Proposal, Status
from assessment.workflow.deciding import in_force
from assessment.workflow.moving import TransitionNotAllowed, check, locked, move
from catalogue import publishing
from catalogue.models import BoardStatement, Example
from catalogue.models.example import ExampleFormerSlug
from goodpractice.accounts.models import User

SLUG_LENGTH = 80
TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


class NotReady(Exception):
    """The example cannot be public yet; ``missing`` says what is lacking, in words."""

    def __init__(self, missing: list[object]) -> None:
        super().__init__(", ".join(str(part) for part in missing))
        self.missing = missing


@transaction.atomic
def publish(proposal: Proposal, *, by: User) -> Proposal:
    """Make an announced, approved example public, with what the board said about each criterion."""
    proposal = locked(proposal)
    decision = _announced(proposal)
    if missing := publication.missing(proposal):
        raise NotReady(missing)
    return _publish(proposal, decision, by=by)


@transaction.atomic
def release(proposal: Proposal, *, by: User) -> Proposal:
    """Let an example become public by itself when its embargo is over; all else on the checklist is done."""
    proposal = locked(proposal)
    _announced(proposal)
    if missing := publication.lacking(proposal):
        raise NotReady(missing)
    return _note_release(proposal, timezone.now(), by)


@transaction.atomic
def take_back_release(proposal: Proposal) -> Proposal:
    """Let nothing become public by itself."""
    return _note_release(locked(proposal), None, None)


def publish_due() -> list[Proposal]:
    """Make public what was released and is not under embargo any more; safe to be called at any time and twice at once.

    What lacks something by now (a consent that was withdrawn, say) is released no more, and the office is told.
    """
    due = Proposal.objects.released_by_day(timezone.localdate()).order_by("pk")
    return [public for proposal in due if (public := _publish_released(proposal))]


@transaction.atomic
def unpublish(proposal: Proposal, *, by: User, reason_de: str, reason_en: str) -> Proposal:
    """Take a published example from the public; its address says when and why."""
    proposal = locked(proposal)
    check(proposal, Status.UNPUBLISHED)
    publishing.withdraw(proposal.example, by=by, reason_de=reason_de, reason_en=reason_en)
    move(proposal, Status.UNPUBLISHED, by=by, reason=reason_de or reason_en)
    notifications.unpublished(proposal)
    return proposal


@transaction.atomic
def republish(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Make an example public again that was taken from the public."""
    proposal = locked(proposal)
    check(proposal, Status.PUBLISHED, source=Status.UNPUBLISHED)
    publishing.republish(proposal.example, by=by, reason=reason)
    move(proposal, Status.PUBLISHED, by=by, reason=reason)
    notifications.published(proposal)
    return proposal


def _announced(proposal: Proposal) -> Decision:
    """Return the decision that stands behind a publication, or refuse it."""
    check(proposal, Status.PUBLISHED, source=Status.APPROVED)
    decision = in_force(proposal)
    if decision is None or decision.announced_at is None:
        raise TransitionNotAllowed(proposal.status, Status.PUBLISHED)
    return decision


def _publish(proposal: Proposal, decision: Decision, *, by: User) -> Proposal:
    example = proposal.example
    move(proposal, Status.PUBLISHED, by=by)
    rubric = proposal.call.rubric
    Example.objects.filter(pk=example.pk).update(
        is_proposed=False,
        slug=_slug(example),
        decided_on=decision.decided_at and timezone.localdate(decision.decided_at),
        rubric_version=rubric.version if rubric else "",
    )
    for reason in decision.reasons.values("criterion", "level", "sentence_de", "sentence_en"):
        BoardStatement.objects.update_or_create(
            example=example, criterion=reason["criterion"], defaults={**reason}
        )
    with pghistory.context(reference=proposal.reference):
        publishing.publish(example, by=by, reason=decision.summary)
    notifications.published(proposal)
    return proposal


@transaction.atomic
def _publish_released(proposal: Proposal) -> Proposal | None:
    """Publish in the name of who released it; ``None`` if somebody was quicker or it cannot be public."""
    proposal = locked(proposal)
    by = proposal.released_by
    if proposal.status != Status.APPROVED or by is None or publication.embargo_of(proposal):
        return None
    decision = _announced(proposal)
    if missing := publication.lacking(proposal):
        _note_release(proposal, None, None)
        notifications.not_published(proposal, missing)
        return None
    return _publish(proposal, decision, by=by)


def _note_release(proposal: Proposal, at: datetime.datetime | None, by: User | None) -> Proposal:
    proposal.released_at, proposal.released_by = at, by
    proposal.save(update_fields=["released_at", "released_by"])
    return proposal


def _slug(example: Example) -> str:
    """Return an address made of the title that no example has or had; with a number where it is taken."""
    titles: Any = example
    whole = slugify((titles.title_de or titles.title_en).translate(TRANSCRIBED))
    stem = (
        whole if len(whole) <= SLUG_LENGTH else whole[:SLUG_LENGTH].rpartition("-")[0] or whole[:SLUG_LENGTH]
    )
    stem = stem or example.slug
    taken = set(Example.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= set(ExampleFormerSlug.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbers = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbers if slug not in taken)
