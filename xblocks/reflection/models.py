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
        level, with_buddy: what the learner chose for what they hand in next (`sharing.Sharing`).
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
    level: Any = models.CharField(max_length=8, default=str(Visibility.PRIVATE))
    with_buddy: Any = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["usage_key", "user_id"], name="microunits_reflection"),)
        indexes = (models.Index(fields=["user_id", "course_key"], name="microunits_reflection_user"),)

    def __str__(self) -> str:
        return f"{self.usage_key} by {self.user_id}"


class Version(models.Model):
    """What was handed in; appended, never edited. `content` is sealed (`handing_in.encode`).

    Attributes:
        level, group, buddy: who may read it (`sharing.Shared`); it only ever gets less.
    """

    reflection: Any = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="versions")
    number: Any = models.PositiveIntegerField()
    content: Any = models.BinaryField()
    handed_in_at: Any = models.DateTimeField()
    level: Any = models.CharField(max_length=8, default=str(Visibility.PRIVATE))
    group: Any = models.BigIntegerField(null=True)
    buddy: Any = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["reflection", "number"], name="microunits_reflection_number"),)

    def __str__(self) -> str:
        return f"{self.reflection_id} #{self.number}"


class Remark(models.Model):
    """What somebody wrote about a reflection to the learner whose it is.

    Attributes:
        role: what they were to the learner then (`sharing.Role`).
        number: the version that they had read.
        content: sealed (`remarks.encode`).
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


class Invitation(models.Model):
    """What a learner gives to the one whom they want as their buddy in a course; good once."""

    course_key: Any = CourseKeyField(max_length=255)
    user_id: Any = models.BigIntegerField()
    code: Any = models.CharField(max_length=32, unique=True)
    made_at: Any = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user_id", "course_key"], name="microunits_invitation"),)

    def __str__(self) -> str:
        return f"by {self.user_id} in {self.course_key}"


class Buddy(models.Model):
    """Who is a learner's buddy in a course. Of two buddies each has a row, so that nobody has two."""

    course_key: Any = CourseKeyField(max_length=255)
    user_id: Any = models.BigIntegerField()
    buddy_id: Any = models.BigIntegerField()
    since: Any = models.DateTimeField()

    class Meta:
        verbose_name_plural = "buddies"
        constraints = (models.UniqueConstraint(fields=["user_id", "course_key"], name="microunits_buddy"),)
        indexes = (models.Index(fields=["buddy_id", "course_key"], name="microunits_buddy_other"),)

    def __str__(self) -> str:
        return f"{self.buddy_id} of {self.user_id} in {self.course_key}"
