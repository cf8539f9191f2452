"""Keep the index rows narrow: the vectors and words lie outside the row, uncompressed; what lists read stays in it."""

from django.db import migrations

OUTSIDE = ("head", "body", "words")
INSIDE = ("kind", "cost_band", "topics", "target_groups", "audiences", "states", "levels", "title_key_de", "title_key_en")


def storage(kinds):
    changes = [f"ALTER COLUMN {column} SET STORAGE {kind}" for kind, columns in kinds.items() for column in columns]
    return f"ALTER TABLE catalogue_exampleindex {', '.join(changes)}"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_first_revision")]
    operations = [
        migrations.RunSQL(
            [
                storage({"EXTERNAL": OUTSIDE, "MAIN": INSIDE}),
                "ALTER TABLE catalogue_exampleindex SET (toast_tuple_target = 128)",
            ],
            [
                "ALTER TABLE catalogue_exampleindex RESET (toast_tuple_target)",
                storage({"EXTENDED": (*OUTSIDE, *INSIDE)}),
            ],
        )
    ]
