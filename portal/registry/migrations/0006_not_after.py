from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_handovers'),
    ]

    operations = [
        migrations.AddField(
            model_name='cancellation',
            name='not_after',
            field=models.DateTimeField(null=True, verbose_name='not to be asked for after'),
        ),
        migrations.AlterField(
            model_name='cancellation',
            name='state',
            field=models.CharField(choices=[('requested', 'Requested'), ('working', 'Asked of the registry'), ('done', 'Cancelled'), ('refused', 'Refused by the registry'), ('withdrawn', 'Withdrawn before it was asked for')], default='requested', max_length=12, verbose_name='state'),
        ),
    ]
