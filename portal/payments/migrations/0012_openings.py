from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("payments", "0011_by_day")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="change",
            name="opens",
            field=models.BooleanField(default=False, verbose_name="opens an account that was never open"),
        ),
    ]
