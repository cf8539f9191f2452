import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0007_assessment_anew"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="released_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="released on"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text=(
                    "Who has been through the checklist: it becomes public by itself after the embargo."
                ),
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="released by",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(released_at=None, released_by=None)
                | models.Q(released_at__isnull=False, released_by__isnull=False),
                name="proposal_released_by_somebody",
            ),
        ),
    ]
