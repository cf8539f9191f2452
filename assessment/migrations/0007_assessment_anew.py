from django.db import migrations, models


class Migration(migrations.Migration):
    """A voided assessment stays beside the one that its member makes anew once the conflict is gone."""

    dependencies = [("assessment", "0006_embargo")]

    operations = [
        migrations.RemoveConstraint(model_name="assessment", name="assessment_once"),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(voided_at=None),
                fields=("seat", "proposal", "turn"),
                name="assessment_once",
            ),
        ),
    ]
