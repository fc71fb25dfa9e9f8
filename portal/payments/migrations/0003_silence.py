from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="silent_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="gave no answer at"),
        ),
    ]
