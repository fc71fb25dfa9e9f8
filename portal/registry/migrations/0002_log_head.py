"""The one row that numbers the public history."""

from django.db import migrations


def begin(apps, schema_editor):
    apps.get_model("registry", "LogHead").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
