"""Let the two search indexes take the words of many rows at once (``catalogue.index`` settles them in each transaction).

Only the option is changed, in an instant; the indexes are not built anew.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

NAMES = {"exampleindex_head": "head", "exampleindex_body": "body"}


def option(name, value):
    return f"ALTER INDEX {name} SET (fastupdate = {value})"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0007_contact_asked_and_declined")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [option(name, "on") for name in NAMES],
                    [
                        *[option(name, "off") for name in NAMES],
                        *[f"SELECT gin_clean_pending_list('{name}'::regclass)" for name in NAMES],
                    ],
                )
            ],
            state_operations=[
                operation
                for name, field in NAMES.items()
                for operation in (
                    migrations.RemoveIndex("exampleindex", name),
                    migrations.AddIndex("exampleindex", GinIndex(fields=[field], name=name)),
                )
            ],
        )
    ]
