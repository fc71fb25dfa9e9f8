from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="plainpage",
            name="show_in_footer",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A link at the end of every page.",
                verbose_name="show in the footer",
            ),
        ),
    ]
