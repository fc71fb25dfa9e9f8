from django.core.exceptions import ImproperlyConfigured
from django.db import migrations, models
from django.db.models import Q
import django.db.models.deletion

LIVE = ("offered", "sent", "authorised", "capturing", "captured", "capture_failed")


def open_cards(apps, _schema_editor):
    """All accounts so far are for cards, and in use. Their currencies are those of the sealed merchant accounts."""
    from portal.vault import unseal

    for account in apps.get_model("payments", "Account").objects.all():
        try:
            account.currencies = sorted(unseal(account.sealed_credentials)["merchant_accounts"])
        except (ImproperlyConfigured, KeyError):  # they cannot be opened here: the next ones that are sealed say it
            account.currencies = []
        account.state = "open" if account.sealed_credentials else "setting_up"
        account.save(update_fields=["currencies", "state"])


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_silence"),
        ("providers", "0003_address"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="account",
            options={
                "ordering": ["provider", "id"],
                "verbose_name": "payment account",
                "verbose_name_plural": "payment accounts",
            },
        ),
        migrations.AlterField(
            model_name="account",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="accounts",
                to="providers.provider",
                verbose_name="provider",
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="sealed_credentials",
            field=models.BinaryField(blank=True, default=bytes, editable=False, verbose_name="payment credentials, sealed"),
        ),
        migrations.AddField(
            model_name="account",
            name="rail",
            field=models.CharField(
                choices=[("card", "Card"), ("paypal", "PayPal"), ("transfer", "Bank transfer")],
                default="card",
                max_length=12,
                verbose_name="way of payment",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="currencies",
            field=models.JSONField(default=list, verbose_name="currencies"),
        ),
        migrations.AddField(
            model_name="account",
            name="state",
            field=models.CharField(
                choices=[("setting_up", "Being set up"), ("tested", "Tested"), ("open", "Open"), ("paused", "Paused")],
                default="setting_up",
                editable=False,
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="worked_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last seen to work at"),
        ),
        migrations.AlterField(
            model_name="payment",
            name="state",
            field=models.CharField(
                choices=[
                    ("offered", "Waits for the purchaser"),
                    ("sent", "Asked of the gateway"),
                    ("authorised", "Authorised"),
                    ("declined", "Declined"),
                    ("capturing", "Capture asked of the gateway"),
                    ("captured", "Captured"),
                    ("capture_failed", "Capture failed"),
                    ("voiding", "Release asked of the gateway"),
                    ("released", "Released"),
                ],
                default="sent",
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.RemoveConstraint(model_name="payment", name="one_live_payment_per_reference"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=Q(state__in=LIVE), fields=("reference",), name="one_live_payment_per_reference"
            ),
        ),
        migrations.RunPython(open_cards, migrations.RunPython.noop),
    ]
