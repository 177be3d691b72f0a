from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('microunits_nudge', '0013_other_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='anchor',
            name='is_notice',
            field=models.BooleanField(default=False),
        ),
    ]
