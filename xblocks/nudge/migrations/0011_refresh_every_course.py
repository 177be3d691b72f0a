from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import migrations
from django.utils import timezone


def ask(apps: Any, schema_editor: Any) -> None:
    """Columns that came with the last migrations are filled from what is published: the next sweep sees to that."""
    errand = apps.get_model("microunits_nudge", "Errand")
    # As if it had been asked for a while ago: what was asked for just now is in somebody's hands, and left alone.
    asked_at = timezone.now() - timedelta(hours=1)
    known = apps.get_model("microunits_nudge", "Course").objects.values_list("pk", flat=True)
    for course_id in known.iterator():
        values = {"mark": uuid4().hex, "asked_at": asked_at}
        errand.objects.get_or_create(course_id=course_id, task="refresh", defaults=values)


class Migration(migrations.Migration):

    dependencies = [
        ("microunits_nudge", "0010_zone"),
    ]

    operations = [
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
