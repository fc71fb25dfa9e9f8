from django.db import migrations, models
from django.db.models.functions import Lower


def fill_in(apps, schema_editor):
    """Let the orders that there are be counted as new ones are: see `portal.checkout.rules.mailbox` of that day."""
    orders = apps.get_model("checkout", "Order").objects.exclude(purchaser_email="")
    orders.filter(purchaser_mailbox="").update(purchaser_mailbox=Lower("purchaser_email"))
    added = orders.filter(purchaser_mailbox__contains="+").values_list("pk", "purchaser_mailbox")
    for pk, address in added.iterator():
        name, _at, domain = address.rpartition("@")
        orders.filter(pk=pk).update(purchaser_mailbox=f"{name.partition('+')[0] or name}@{domain}")


class Migration(migrations.Migration):
    dependencies = [("checkout", "0010_baskets")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="purchaser_mailbox",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=254,
                verbose_name="e-mail address, as limits count it",
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="order", name="order_by_plain_email"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["purchaser_mailbox"], name="order_by_mailbox"),
        ),
    ]
