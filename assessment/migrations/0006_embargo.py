from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0005_board_guards")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="embargo_until",
            field=models.DateField(
                blank=True,
                help_text="From this day on the office can publish it.",
                null=True,
                verbose_name="not public before",
            ),
        ),
    ]
