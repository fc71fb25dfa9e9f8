
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0008_refunded'),
    ]

    operations = [
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('placed', 'Order placed'), ('not_paid', 'Payment did not succeed'), ('lapsed', 'Order expired'), ('uncollected', 'Payment could not be collected'), ('transfer', 'Where to transfer the money'), ('reminder', 'A transfer is still waited for'), ('refunded', 'Money given back'), ('disputed', 'Dispute, to the provider')], max_length=12, verbose_name='letter'),
        ),
    ]
