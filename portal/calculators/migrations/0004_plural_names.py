from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('calculators', '0003_batch_sender'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='calculatorindexpage',
            options={'verbose_name': 'calculator index', 'verbose_name_plural': 'calculator indexes'},
        ),
    ]
