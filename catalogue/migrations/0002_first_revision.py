"""Put the one row of the catalogue's revision in place."""

from django.db import migrations


def create(apps, schema_editor):
    apps.get_model("catalogue", "CatalogueRevision").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
