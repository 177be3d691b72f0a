"""What the devstack keeps: courses and their blocks, the fields of the blocks, and what an LMS would have recorded."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

KEY_LENGTH = 255


class Course(models.Model):
    """A course run.

    Attributes:
        key: "course-v1:Microunits+PHISH-EN+2026".
        language: the language that the course is written in.
    """

    units: Any

    key: Any = models.CharField(max_length=KEY_LENGTH, unique=True)
    language: Any = models.CharField(max_length=16)
    title: Any = models.CharField(max_length=255)
    description: Any = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.key)


class Unit(models.Model):
    """A micro-unit: what a learner does in one sitting.

    Attributes:
        settings: what its blocks inherit, as their fields' JSON ("due", "graceperiod", "graded", "format", ...).
    """

    usages: Any

    course: Any = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="units")
    slug: Any = models.CharField(max_length=100)
    title: Any = models.CharField(max_length=255)
    minutes: Any = models.PositiveSmallIntegerField(default=0)
    position: Any = models.PositiveSmallIntegerField(default=0)
    settings: Any = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "slug"], name="devstack_unit_slug")]

    def __str__(self) -> str:
        return str(self.slug)


class Usage(models.Model):
    """A block at a place in a course.

    Attributes:
        unit: where it stands; empty for the child of another block.
        parent: the usage key of the block around it, or "".
    """

    usage_key: Any = models.CharField(max_length=KEY_LENGTH, unique=True)
    definition_key: Any = models.CharField(max_length=KEY_LENGTH, unique=True)
    block_type: Any = models.CharField(max_length=100)
    unit: Any = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="usages")
    parent: Any = models.CharField(max_length=KEY_LENGTH, blank=True, default="", db_index=True)
    position: Any = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.usage_key)


class CourseFile(models.Model):
    """A file that a course team uploaded; those of the demo lie in devstack/course/static."""

    course: Any = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="files")
    name: Any = models.CharField(max_length=255)
    content_type: Any = models.CharField(max_length=100)
    content: Any = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "name"], name="devstack_course_file")]

    def __str__(self) -> str:
        return str(self.name)


class FieldState(models.Model):
    """The fields of one scope, one block and one user, as one JSON object.

    Attributes:
        block_id: a usage key, definition key, block type or "", as the scope has it.
        user_id: 0 for what belongs to nobody.
    """

    scope: Any = models.CharField(max_length=32)
    block_id: Any = models.CharField(max_length=KEY_LENGTH, blank=True)
    user_id: Any = models.PositiveIntegerField(default=0)
    state: Any = models.TextField(default="{}")
    modified: Any = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["block_id", "scope", "user_id"], name="devstack_field_state")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.block_id} {self.user_id}"


class Grade(models.Model):
    """A learner's score for a block: raw, and weighted as the Progress page shows it."""

    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    usage_key: Any = models.CharField(max_length=KEY_LENGTH)
    earned: Any = models.FloatField()
    possible: Any = models.FloatField()
    weighted_earned: Any = models.FloatField()
    weighted_possible: Any = models.FloatField()
    modified: Any = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "usage_key"], name="devstack_one_grade")]

    def __str__(self) -> str:
        return f"{self.usage_key}: {self.earned}/{self.possible}"


class Completion(models.Model):
    """How much of a block a learner has done, 0..1."""

    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    usage_key: Any = models.CharField(max_length=KEY_LENGTH)
    completion: Any = models.FloatField()
    modified: Any = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "usage_key"], name="devstack_one_completion")]

    def __str__(self) -> str:
        return f"{self.usage_key}: {self.completion}"


class Recorded(models.Model):
    """One thing that the LMS noted, in the order in which it happened."""

    class Kind(models.TextChoices):
        """What was noted; IGNORED is what a block published and the platform does not take."""

        GRADE = "grade"
        COMPLETION = "completion"
        TRACKING = "tracking"
        SIGNAL = "signal"
        IGNORED = "ignored"

    kind: Any = models.CharField(max_length=16, choices=Kind.choices)
    name: Any = models.CharField(max_length=255)
    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    usage_key: Any = models.CharField(max_length=KEY_LENGTH, blank=True, db_index=True)
    payload: Any = models.JSONField(default=dict)
    time: Any = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Mail(models.Model):
    """A mail that the devstack "sent": it stays here, to be read.

    Attributes:
        at: by the devstack's clock.
        headers: in their order, as [name, value].
        html: "" where there is only text.
    """

    at: Any = models.DateTimeField(db_index=True)
    recipient: Any = models.CharField(max_length=254)
    subject: Any = models.TextField()
    headers: Any = models.JSONField(default=list)
    text: Any = models.TextField(blank=True)
    html: Any = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"


class Noted(models.Model):
    """What somebody did, or why they heard nothing, while the clock was moved.

    Attributes:
        detail: {"questions": 3} of what they did; {"reason": "resting"} of why not.
    """

    class Kind(models.TextChoices):
        """BEGAN: took a quiz of the course; ANSWERED: followed a message's link and answered; QUIET: heard nothing."""

        BEGAN = "began"
        ANSWERED = "answered"
        QUIET = "quiet"

    at: Any = models.DateTimeField(db_index=True)
    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    kind: Any = models.CharField(max_length=16, choices=Kind.choices)
    detail: Any = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id} {self.at}"
