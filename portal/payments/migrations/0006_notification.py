from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0005_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=120, verbose_name="number at the gateway")),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("reference", models.CharField(blank=True, max_length=127, verbose_name="reference")),
                ("said", models.JSONField(verbose_name="what it says")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("arrived_at", models.DateTimeField(verbose_name="arrived at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="payments.account",
                        verbose_name="payment account",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["reference"], name="notification_by_reference")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "number"), name="one_notification_per_number")
                ],
            },
        ),
    ]
