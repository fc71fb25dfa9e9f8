from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0002_paused_listings"),
    ]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="address",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="As it stands on receipts, without the country.",
                verbose_name="postal address",
            ),
        ),
    ]
