from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calculators", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="sender",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                help_text="A digest of the address it came from.",
                max_length=24,
                verbose_name="sender",
            ),
        ),
    ]
