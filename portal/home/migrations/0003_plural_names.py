from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('home', '0002_plain_page_in_footer'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='homepage',
            options={'verbose_name': 'home page', 'verbose_name_plural': 'home pages'},
        ),
    ]
