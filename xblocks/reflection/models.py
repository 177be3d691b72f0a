"""What is kept of reflections. Every text that a person wrote is sealed (`sealing`), and none has a column of its own.

No foreign key to the user: rows must not depend on which app keeps the accounts; `retirement` removes them.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class Reflection(models.Model):
    """What one learner writes in one block.

    Attributes:
        title: what the block was called when they last handed in; the course team's text.
        revision: counts every change of `draft`, so that of two who change it at once one looks again.
        draft: sealed (`drafting.encode`).
        handed_in: how many versions were.
    """

    user_id: Any = models.BigIntegerField()
    usage_key: Any = UsageKeyField(max_length=255)
    course_key: Any = CourseKeyField(max_length=255)
    title: Any = models.CharField(max_length=255, default="")
    revision: Any = models.PositiveIntegerField(default=1)
    draft: Any = models.BinaryField()
    saved_at: Any = models.DateTimeField()
    handed_in: Any = models.PositiveIntegerField(default=0)
    handed_in_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["usage_key", "user_id"], name="microunits_reflection"),)
        indexes = (models.Index(fields=["user_id", "course_key"], name="microunits_reflection_user"),)

    def __str__(self) -> str:
        return f"{self.usage_key} by {self.user_id}"


class Version(models.Model):
    """What was handed in; appended, never edited. `content` is sealed (`handing_in.encode`)."""

    reflection: Any = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="versions")
    number: Any = models.PositiveIntegerField()
    content: Any = models.BinaryField()
    handed_in_at: Any = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["reflection", "number"], name="microunits_reflection_number"),)

    def __str__(self) -> str:
        return f"{self.reflection_id} #{self.number}"
