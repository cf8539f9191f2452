"""Uploaded files: deleted once nothing names them any more, so that what was replaced or removed is gone."""

from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction

from catalogue.models import Attachment, Example
from catalogue.models.picture import smaller_names


def drop_unnamed_after(change_of: "models.QuerySet[Any]") -> None:
    """Call before examples are changed or deleted: what they name now and nothing names after the commit goes.

    A file that cannot be deleted is told to the log; the change stands all the same.
    """
    names = _named(change_of, Attachment.objects.filter(example__in=change_of))
    if names:
        transaction.on_commit(lambda: _drop_unnamed(names), robust=True)


def _named(examples: "models.QuerySet[Any]", attachments: "models.QuerySet[Any]") -> set[str]:
    pictures = examples.exclude(picture="").values_list("picture", flat=True)
    return {*pictures.order_by(), *attachments.order_by().values_list("file", flat=True)}


def _drop_unnamed(names: set[str]) -> None:
    still = _named(
        Example.objects.filter(picture__in=names),
        Attachment.objects.filter(file__in=names),
    )
    for name in sorted(names - still):
        for one in (name, *smaller_names(name).values()):
            default_storage.delete(one)
