"""Words to find entries of the public history by: written for those that are there, and indexed where a database can."""

from django.db import migrations, models

from portal.registry import findable

BATCH = 2000


def write(apps, schema_editor):
    entries = apps.get_model("registry", "LogEntry").objects
    changed = []
    for entry in entries.order_by("pk").iterator(chunk_size=BATCH):
        entry.words = findable.column(
            activity_code=entry.activity_code,
            activity_title=entry.activity_title,
            beneficiary=entry.beneficiary_name,
            others=(entry.purpose, entry.consumption_period),
        )
        changed.append(entry)
        if len(changed) == BATCH:
            entries.bulk_update(changed, ["words"])
            changed = []
    entries.bulk_update(changed, ["words"])


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX history_by_words ON registry_logentry "
            "USING gin (array_to_tsvector(string_to_array(btrim(words), ' ')))"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX history_by_words")


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_log_head")]
    operations = [
        migrations.AddField(
            model_name="logentry",
            name="words",
            field=models.TextField(db_default="", default="", editable=False, verbose_name="words to find it by"),
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
        migrations.RunPython(index, drop_index),
    ]
