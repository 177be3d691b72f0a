"""What is kept of reflections. Every text that a person wrote is sealed (`sealing`), and none has a column of its own.

No foreign key to the user: rows must not depend on which app keeps the accounts; `retirement` removes them.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField

from xblocks.reflection.sharing import Visibility


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
    visibility: Any = models.CharField(max_length=8, default=str(Visibility.PRIVATE))
    with_buddy: Any = models.BooleanField(default=False)
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
        constraints = (models.UniqueConstraint(fields=["reflection", "number"], name="microunits_reflection_version"),)

    def __str__(self) -> str:
        return f"{self.reflection_id} #{self.number}"


class Remark(models.Model):
    """What somebody wrote about a reflection to the learner whose it is.

    Attributes:
        role: what they were to the learner then (`sharing.Role`).
        number: the version that they had read.
        content: sealed: {"text", "reaction"}.
        seen_at: when the learner was shown it.
    """

    reflection: Any = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="remarks")
    author_id: Any = models.BigIntegerField()
    role: Any = models.CharField(max_length=8)
    number: Any = models.PositiveIntegerField()
    content: Any = models.BinaryField()
    written_at: Any = models.DateTimeField()
    seen_at: Any = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["author_id"], name="microunits_remark_author"),)

    def __str__(self) -> str:
        return f"on {self.reflection_id} by {self.author_id}"


class Reading(models.Model):
    """Up to which version a coach has read a reflection."""

    reflection: Any = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="readings")
    reader_id: Any = models.BigIntegerField()
    number: Any = models.PositiveIntegerField()
    read_at: Any = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["reflection", "reader_id"], name="microunits_reading"),)
        indexes = (models.Index(fields=["reader_id"], name="microunits_reading_reader"),)

    def __str__(self) -> str:
        return f"{self.reflection_id} by {self.reader_id} to #{self.number}"


class Buddies(models.Model):
    """Two learners of a course who agreed to read each other; an offer until the second one agrees.

    Attributes:
        code: what the first gives to the second; good once.
        offered_by, accepted_by: the two; None until somebody agreed.
        ended_at: either of them undid it.
    """

    course_key: Any = CourseKeyField(max_length=255)
    code: Any = models.CharField(max_length=32, unique=True)
    offered_by: Any = models.BigIntegerField()
    offered_at: Any = models.DateTimeField()
    accepted_by: Any = models.BigIntegerField(null=True)
    accepted_at: Any = models.DateTimeField(null=True)
    ended_at: Any = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "buddies"
        indexes = (
            models.Index(fields=["offered_by", "course_key"], name="microunits_buddy_offered"),
            models.Index(fields=["accepted_by", "course_key"], name="microunits_buddy_accepted"),
        )

    def __str__(self) -> str:
        return f"{self.offered_by} and {self.accepted_by} in {self.course_key}"
