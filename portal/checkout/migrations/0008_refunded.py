from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0007_transfer_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("placed", "Order placed"),
                    ("not_paid", "Payment did not succeed"),
                    ("lapsed", "Order expired"),
                    ("uncollected", "Payment could not be collected"),
                    ("transfer", "Where to transfer the money"),
                    ("reminder", "A transfer is still waited for"),
                    ("refunded", "Money given back"),
                ],
                max_length=12,
                verbose_name="letter",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="attempt",
            field=models.CharField(
                blank=True,
                help_text="The key of the payment, or of the refund.",
                max_length=36,
                verbose_name="attempt to pay",
            ),
        ),
    ]
