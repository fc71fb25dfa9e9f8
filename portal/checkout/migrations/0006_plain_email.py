from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("checkout", "0005_holds")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(Lower("purchaser_email"), name="order_by_plain_email"),
        ),
    ]
