"""One account for one e-mail address, whatever its capitals."""

from django.db import migrations, models
from django.db.models.functions import Lower


def write_small(apps, schema_editor):
    """Bring addresses into small letters. Which of two accounts is to stay is for a person to say."""
    users, known = apps.get_model("people", "User").objects, {}
    for pk, email in users.order_by("pk").values_list("pk", "email"):
        other = known.setdefault(email.lower(), pk)
        if other != pk:
            raise RuntimeError(
                f"accounts {other} and {pk} have one e-mail address but for capitals: change one, then migrate again"
            )
        if email != email.lower():
            users.filter(pk=pk).update(email=email.lower())


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunPython(write_small, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("email"),
                name="user_once_whatever_capitals",
                violation_error_message="There is an account with this e-mail address already.",
            ),
        ),
    ]
