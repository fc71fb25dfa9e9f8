from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0004_handled'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='visitor',
            field=models.CharField(blank=True, db_default='', default='', help_text='While it is unpaid, a digest.', max_length=24, verbose_name='visitor'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=Q(state='awaiting_payment'), fields=['listing'], name='order_unpaid_of_listing'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=Q(state='awaiting_payment'), fields=['visitor'], name='order_unpaid_of_visitor'),
        ),
    ]
