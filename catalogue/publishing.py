"""When an example is public: the only code that writes ``Example.status``, and keeps the index in step.

Every function is one transaction: it locks the row, changes it and refreshes the index together, so that a
list never shows what a page does not. The reason is kept in the history. Who may publish is asked by the
callers.
"""

from collections.abc import Sequence
from typing import Any

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import index
from catalogue.models import Example, Network
from catalogue.models.vocabulary import Term

Status = Example.Status


class TransitionNotAllowed(Exception):
    """The example is not in a state from which this is possible; somebody else may have been quicker."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"{source} -> {target}")


class StillProposed(Exception):
    """The example is in a selection process, which publishes it; nobody does so past the process."""


class PublicationRefused(Exception):
    """The example lacks what a reader needs at least; ``missing`` names it in words."""

    def __init__(self, missing: Sequence[Any]) -> None:
        super().__init__(", ".join(str(part) for part in missing))
        self.missing = list(missing)


class ReasonMissing(Exception):
    """Readers of a withdrawn address are told why; a withdrawal therefore needs a reason in one language."""


def missing_parts(example: Example) -> list[Any]:
    """Return what keeps ``example`` from being public.

    The bar is low on purpose: old records with few facts are useful to somebody, and their pages cope with
    empty sections.
    """
    checks = [
        (example.title, _("a title")),
        (example.benefit or example.summary, _("a benefit or a summary")),
        (example.kind, _("a kind")),
        (example.network_id or example.organisation, _("a network or an organisation")),
    ]
    return [part for value, part in checks if not value]


@transaction.atomic
def publish(example: Example, *, by: AbstractBaseUser, reason: str) -> Example:
    """Make a draft public."""
    example = _locked(example)
    _check(example, Status.DRAFT, Status.PUBLISHED)
    if example.is_proposed:
        raise StillProposed
    example.published_at = timezone.now()
    return _show(example, by=by, reason=reason)


@transaction.atomic
def republish(example: Example, *, by: AbstractBaseUser, reason: str) -> Example:
    """Make a withdrawn example public again; it keeps its first date of publication, so it is not news."""
    example = _locked(example)
    _check(example, Status.WITHDRAWN, Status.PUBLISHED)
    example.withdrawn_at = None
    _write_reason(example, de="", en="")
    return _show(example, by=by, reason=reason)


@transaction.atomic
def withdraw(example: Example, *, by: AbstractBaseUser, reason_de: str, reason_en: str) -> Example:
    """Take an example from the public; its address then says when and why."""
    if not (reason_de or reason_en):
        raise ReasonMissing
    example = _locked(example)
    _check(example, Status.PUBLISHED, Status.WITHDRAWN)
    example.status = Status.WITHDRAWN
    example.withdrawn_at = timezone.now()
    _write_reason(example, de=reason_de, en=reason_en)
    return _save(example, by=by, reason=reason_de or reason_en)


def changed(example: Example) -> None:
    """Follow an edit of an example; to be called in the edit's transaction, after its lists were saved."""
    index.refresh([example.pk])


def network_changed(network: Network) -> None:
    """Follow an edit of a network: its name is found and filtered by."""
    index.refresh_network(network)


def term_changed(term: Term) -> None:
    """Follow an edit of a vocabulary's entry."""
    index.refresh_term(term)


def _locked(example: Example) -> Example:
    return Example.objects.select_for_update(of=("self",)).get(pk=example.pk)  # type: ignore[no-any-return]


def _check(example: Example, source: str, target: str) -> None:
    if example.status != source:
        raise TransitionNotAllowed(example.status, target)


def _write_reason(example: Example, *, de: str, en: str) -> None:
    for language, reason in (("de", de), ("en", en)):
        setattr(example, f"withdrawal_reason_{language}", reason)


def _show(example: Example, *, by: AbstractBaseUser, reason: str) -> Example:
    if missing := missing_parts(example):
        raise PublicationRefused(missing)
    example.status = Status.PUBLISHED
    return _save(example, by=by, reason=reason)


def _save(example: Example, *, by: AbstractBaseUser, reason: str) -> Example:
    with pghistory.context(reason=reason, user=by.pk):
        example.save(
            update_fields=[
                "status",
                "published_at",
                "withdrawn_at",
                "withdrawal_reason_de",
                "withdrawal_reason_en",
                "changed_at",
            ]
        )
        index.refresh([example.pk])
    return example
