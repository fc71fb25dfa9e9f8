"""The name of a preset purpose beside its words, which stay in the language of the order."""

from django.db import migrations, models

CHOICES = [
    ("contribute", "To contribute to climate action"),
    ("personal", "To take responsibility for my personal greenhouse gas emissions"),
    ("household", "To take responsibility for my household's greenhouse gas emissions"),
    ("travel", "To take responsibility for the greenhouse gas emissions of my travel"),
    ("company", "To take responsibility for greenhouse gas emissions of my organisation"),
    ("event", "To take responsibility for greenhouse gas emissions of an event I organise"),
    ("unfccc_meeting", "To take responsibility for my participation in a UNFCCC meeting"),
    ("own", "In my own words"),
]


def field():
    return models.CharField(
        blank=True, choices=CHOICES, db_default="", default="", max_length=20, verbose_name="preset purpose"
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_words_of_the_history")]
    operations = [
        migrations.AddField(model_name="cancellation", name="preset_purpose", field=field()),
        migrations.AddField(model_name="logentry", name="preset_purpose", field=field()),
    ]
