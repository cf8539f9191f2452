"""The catalogue's revision: one number that every visible change raises, and the trigger that raises it.

Whatever is derived from the catalogue (snapshot, hits, pages, documents) is keyed by it. Triggers raise it,
so that raw SQL and ``QuerySet.update()`` count too, on each table of which a public page shows something
(``catalogue.migrations.0004`` adds the lists of a network). ``Example`` has none: drafts are nobody's
business, and whatever of an example is public goes through ``catalogue.index``, which raises the revision.

It is one row on purpose, so that changes are committed one after the other: with a sequence, or a row a
table, a reader could see the new number and still the old content, and would keep that under the new number.
The price: from its first visible change to its end, a transaction makes others wait that change something
visible too. Edits of an office take milliseconds, and readers wait for nothing. The trigger runs *before*
the statement: whoever changes something holds the revision first and the rows after it, so two changes wait
for each other instead of blocking each other for good. ``Consent`` has it for that reason alone.
Each statement adds a version of the row until the transaction ends: import with statements for many rows.
"""

import pgtrigger
from django.db import models

RAISE_REVISION = """
    UPDATE catalogue_cataloguerevision SET number = number + 1;
    RETURN NULL;
"""


def raise_revision_trigger() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="raise_revision",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        level=pgtrigger.Statement,
        func=RAISE_REVISION,
    )


def raise_revision_at_commit(
    operation: pgtrigger.Operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    condition: pgtrigger.Condition | None = None,
) -> pgtrigger.Trigger:
    """Raise it when the transaction ends, for rows that are written while many others are locked.

    Who holds the revision early and then asks for another proposal would wait for somebody who holds that one.
    """
    return pgtrigger.Trigger(
        name="raise_revision_at_commit",
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        timing=pgtrigger.Deferred,
        func=RAISE_REVISION,
    )


class CatalogueRevision(models.Model):
    """One row: a number that grows with every visible change. Whatever is derived from the catalogue is keyed by it."""

    number = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="cataloguerevision_one_row")]

    def __str__(self) -> str:
        return str(self.number)
