"""Versions of the rubric: begun from an earlier one, worded, and held fast once a board assesses by them."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from assessment.models import Anchor, Rubric, RubricCriterion, Status, Transition

LANGUAGES = ("de", "en")
FACTS = ("name_de", "name_en", "median_threshold", "overall_threshold")


class RubricUsed(Exception):
    """A board assesses by this rubric, or a call names it: it stays, and a new version is made for the next call."""


class StaleRubric(Exception):
    """Somebody else has changed the rubric meanwhile."""


def is_used(rubric: Rubric) -> bool:
    """Tell whether a board has got proposals to assess by it.

    The database asks for the first assessment instead; who is shown that would learn that somebody has judged.
    """
    return is_pinned(rubric.calls.all())


def is_pinned(calls: Any) -> bool:
    """Tell whether one of ``calls`` keeps its rubric: its board has got proposals."""
    return Transition.objects.filter(proposal__call__in=calls, target=Status.IN_REVIEW).exists()


def words(rubric: Rubric) -> dict[str, str]:
    """Return all its texts by the name of their field in a form: questions, then the meaning of each level."""
    return {name: getattr(record, column) for name, record, column in _parts(rubric)}


def fingerprint(rubric: Rubric) -> str:
    """Return what changes whenever anything in the rubric does."""
    facts = [getattr(rubric, name) for name in FACTS]
    content = [*map(str, facts), *(f"{name}={text}" for name, text in words(rubric).items())]
    return hashlib.sha256("\0".join(content).encode()).hexdigest()[:16]


@transaction.atomic
def copy(rubric: Rubric, *, version: str) -> Rubric:
    """Begin a new version with the words of another one."""
    criteria = list(rubric.criteria.prefetch_related("anchors"))
    new = Rubric.objects.get(pk=rubric.pk)
    new.pk, new.version = None, version
    new.save(force_insert=True)
    for criterion in criteria:
        anchors = list(criterion.anchors.all())
        criterion.pk, criterion.rubric = None, new
        criterion.save(force_insert=True)
        for anchor in anchors:
            anchor.pk, anchor.criterion = None, criterion
        Anchor.objects.bulk_create(anchors)
    return new


@transaction.atomic
def reword(rubric: Rubric, *, facts: Mapping[str, Any], texts: Mapping[str, str], seen: str) -> None:
    """Change names, thresholds and words of a rubric that no board assesses by."""
    locked = Rubric.objects.select_for_update().get(pk=rubric.pk)
    if is_used(locked):
        raise RubricUsed
    if fingerprint(locked) != seen:
        raise StaleRubric
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(facts))
    for name, record, column in _parts(locked):
        setattr(record, column, texts[name])
        record.save(update_fields=[column])


@transaction.atomic
def delete(rubric: Rubric) -> None:
    """Delete a rubric that no call names; with it go its words."""
    locked = Rubric.objects.select_for_update().get(pk=rubric.pk)
    check_unnamed(locked)
    locked.delete()


def check_unnamed(rubric: Rubric) -> None:
    if rubric.calls.exists():
        raise RubricUsed


def _parts(rubric: Rubric) -> Iterator[tuple[str, RubricCriterion | Anchor, str]]:
    for criterion in rubric.criteria.prefetch_related("anchors"):
        yield from ((f"{criterion.criterion}_{code}", criterion, f"prompts_{code}") for code in LANGUAGES)
        for anchor in criterion.anchors.all():
            for code in LANGUAGES:
                yield f"{criterion.criterion}_{anchor.level}_{code}", anchor, f"sentence_{code}"
