import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


ledger = import_module("portal.payments.migrations.0005_ledger")


def lay_down_anew(apps, schema_editor):
    """Let the triggers count what is back again, also where they were laid down before that could be."""
    ledger.take_up(apps, schema_editor)
    ledger.lay_down(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_notification"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paymentevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("authorise", "Authorise"),
                    ("capture", "Capture"),
                    ("void", "Release"),
                    ("find", "Look up"),
                    ("receipt", "Money received"),
                    ("reversal", "Reversal"),
                    ("refund", "Refund"),
                    ("chargeback", "Chargeback"),
                    ("recovery", "Back again"),
                ],
                max_length=12,
                verbose_name="action",
            ),
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Asked for"),
                            ("sent", "Asked of the gateway"),
                            ("pending", "Pending"),
                            ("done", "Given back"),
                            ("failed", "Failed"),
                        ],
                        default="requested",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=3, max_digits=20, verbose_name="amount")),
                (
                    "asked_by",
                    models.BigIntegerField(help_text="The number of a person's account.", verbose_name="asked for by"),
                ),
                ("note", models.CharField(max_length=300, verbose_name="why")),
                ("paid_back_on", models.DateField(blank=True, null=True, verbose_name="paid back on")),
                (
                    "bank_reference",
                    models.CharField(blank=True, max_length=70, verbose_name="the bank's reference"),
                ),
                (
                    "gateway_id",
                    models.CharField(blank=True, max_length=60, verbose_name="number at the gateway"),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="The gateway's reason, for machines.",
                        max_length=60,
                        verbose_name="reason",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                ("checked_at", models.DateTimeField(verbose_name="last looked up at")),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "ordering": ["id"],
                "default_permissions": ("add", "view"),
                "indexes": [models.Index(fields=["state", "checked_at"], name="refund_work")],
                "constraints": [
                    models.CheckConstraint(condition=Q(amount__gt=0), name="refund_has_amount"),
                    models.CheckConstraint(
                        condition=Q(paid_back_on=None, bank_reference="")
                        | (Q(paid_back_on__isnull=False, state="done") & ~Q(bank_reference="")),
                        name="refund_by_hand_says_when_and_how",
                    ),
                ],
            },
        ),
        migrations.RunPython(lay_down_anew, migrations.RunPython.noop),
    ]
