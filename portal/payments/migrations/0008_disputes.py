
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0007_refunds'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='searched_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='last asked for disputes at'),
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='number at the gateway')),
                ('state', models.CharField(choices=[('open', 'Opened'), ('sending', 'Evidence is being sent'), ('answered', 'Evidence sent'), ('won', 'Won'), ('lost', 'Lost')], default='open', max_length=12, verbose_name='state')),
                ('kind', models.CharField(blank=True, help_text="The gateway's word, for machines.", max_length=30, verbose_name='kind')),
                ('reason', models.CharField(blank=True, help_text="The gateway's reason, for machines.", max_length=60, verbose_name='reason')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20, verbose_name='amount')),
                ('booked', models.DecimalField(decimal_places=3, default=0, max_digits=20, verbose_name='amount that is gone')),
                ('reply_by', models.DateField(null=True, verbose_name='evidence until')),
                ('answered_by', models.BigIntegerField(help_text="The number of a person's account.", null=True, verbose_name='answered by')),
                ('code', models.CharField(blank=True, max_length=60, verbose_name='why evidence was refused')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('checked_at', models.DateTimeField(verbose_name='last looked up at')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='payments.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'dispute',
                'verbose_name_plural': 'disputes',
                'ordering': ['id'],
                'permissions': [('answer_dispute', 'Can answer disputes')],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['state', 'checked_at'], name='dispute_work')],
                'constraints': [models.UniqueConstraint(fields=('payment', 'number'), name='dispute_is_known_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='dispute_has_amount'), models.CheckConstraint(condition=models.Q(('booked__gte', 0)), name='dispute_books_no_less_than_nothing')],
            },
        ),
    ]
