from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.db.models import Min

WITHIN = timedelta(days=2)


def by_course(apps: Any, schema_editor: Any) -> None:
    """Of each course of a message: when a question of it was answered first, as the log of reviews says."""
    lines = apps.get_model("microunits_nudge", "NudgeCourse").objects
    reviews = apps.get_model("microunits_nudge", "Review").objects
    acted = lines.filter(nudge__acted_at__isnull=False, nudge__sent_at__isnull=False)
    columns = ("pk", "course_id", "nudge_id", "nudge__learner_id", "nudge__sent_at")
    for pk, course_id, nudge_id, learner_id, sent_at in acted.values_list(*columns).iterator(chunk_size=2000):
        mine = reviews.filter(learner=learner_id, question__course=course_id, reviewed_at__gte=sent_at)
        soon = models.Q(reviewed_at__lt=sent_at + WITHIN) | models.Q(nudge_id=nudge_id)
        first = mine.filter(soon).aggregate(first=Min("reviewed_at"))["first"]
        if first is not None:
            lines.filter(pk=pk).update(acted_at=first)


def by_message(apps: Any, schema_editor: Any) -> None:
    """Of each message: the first of its courses."""
    lines = apps.get_model("microunits_nudge", "NudgeCourse").objects
    messages = apps.get_model("microunits_nudge", "Nudge").objects
    first = lines.filter(acted_at__isnull=False).values("nudge_id").annotate(first=Min("acted_at")).order_by()
    for nudge_id, at in first.values_list("nudge_id", "first").iterator(chunk_size=2000):
        messages.filter(pk=nudge_id).update(acted_at=at)


class Migration(migrations.Migration):

    dependencies = [
        ("microunits_nudge", "0006_following"),
    ]

    operations = [
        migrations.AddField(
            model_name='nudgecourse',
            name='acted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(by_course, by_message),
        migrations.RemoveField(
            model_name='nudge',
            name='acted_at',
        ),
    ]
