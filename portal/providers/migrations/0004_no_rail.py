from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0003_address"),
    ]

    operations = [
        migrations.AlterField(
            model_name="listing",
            name="paused_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_keys", "The provider has no payment credentials that can be opened."),
                    ("no_rail", "None of the provider's payment accounts is open."),
                    ("no_currency", "The provider has no open payment account in this currency."),
                    ("not_held", "The provider's registry account holds fewer units than are on offer."),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=12,
                verbose_name="paused",
            ),
        ),
    ]
