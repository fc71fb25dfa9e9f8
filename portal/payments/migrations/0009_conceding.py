from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0008_disputes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dispute',
            name='state',
            field=models.CharField(choices=[('open', 'Opened'), ('sending', 'Evidence is being sent'), ('conceding', 'Is being given in to'), ('answered', 'Under review'), ('won', 'Won'), ('lost', 'Lost')], default='open', max_length=12, verbose_name='state'),
        ),
    ]
