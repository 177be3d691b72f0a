from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('microunits_nudge', '0011_refresh_every_course'),
    ]

    operations = [
        # First what replaces the other: MariaDB keeps an index as long as a foreign key needs it.
        migrations.AddIndex(
            model_name='card',
            index=models.Index(fields=['learner', 'due_at', 'question', 'withheld_until'], name='microunits_card_waits'),
        ),
        migrations.RemoveIndex(
            model_name='card',
            name='microunits_card_due',
        ),
    ]
