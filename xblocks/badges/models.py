"""What badges keep: what learners did, what they earned by it, and what it is worth.

Learners need no account on this platform: a holder is a source ("openedx", "moodle:<site>") and an id there.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField

from xblocks.badges.credit import Why


class Holder(models.Model):
    """Somebody who may earn badges, wherever their account is."""

    source: Any = models.CharField(max_length=64)
    external_id: Any = models.CharField(max_length=128)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "external_id"], name="microunits_holder"),)

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class Badge(models.Model):
    """A badge of a course as its team last published it.

    Attributes:
        badge_id: its id within the course.
        definition: as `definition.encode` writes it.
        content_hash: of the definition; another one is another achievement for those who earn it from then on.
        is_retired: no longer in the course: nobody earns it any more, and who has it keeps it.
        names: what the blocks that it names are called, by their names in criteria, so that progress can be told
            without looking into the course; one that is not there is gone from the course.
        replayed_at: when all that was done before was held against it; empty: that is still to be done.
    """

    course_key: Any = CourseKeyField(max_length=255)
    badge_id: Any = models.CharField(max_length=64)
    definition: Any = models.JSONField()
    content_hash: Any = models.CharField(max_length=32)
    is_retired: Any = models.BooleanField(default=False)
    names: Any = models.JSONField(default=dict)
    replayed_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course_key", "badge_id"], name="microunits_badge"),)

    def __str__(self) -> str:
        return f"{self.badge_id} of {self.course_key}"


class Fact(models.Model):
    """One thing that a learner did in a course; a line of a log that is never edited.

    Attributes:
        digest: of everything else: the same thing heard of twice is there once.
    """

    holder: Any = models.ForeignKey(Holder, on_delete=models.CASCADE)
    course_key: Any = CourseKeyField(max_length=255)
    digest: Any = models.CharField(max_length=32)
    what: Any = models.CharField(max_length=16)
    at: Any = models.DateTimeField()
    day: Any = models.DateField()
    block: Any = models.CharField(max_length=255)
    question: Any = models.CharField(max_length=64, blank=True, default="")
    attempt: Any = models.PositiveIntegerField(default=0)
    score: Any = models.FloatField(default=0.0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["holder", "digest"], name="microunits_badge_fact"),)
        indexes = (models.Index(fields=["course_key", "holder"], name="microunits_badge_log"),)

    def __str__(self) -> str:
        return f"{self.what} {self.block} {self.at}"


class Standing(models.Model):
    """Where a learner stands in a course: the record of their log, so that a fact need not be held against all of it.

    Attributes:
        record: as `record.encode` writes it; it can always be made anew from the log.
    """

    holder: Any = models.ForeignKey(Holder, on_delete=models.CASCADE)
    course_key: Any = CourseKeyField(max_length=255)
    record: Any = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["holder", "course_key"], name="microunits_badge_standing"),)

    def __str__(self) -> str:
        return f"{self.holder_id} in {self.course_key}"


class How(models.TextChoices):
    """How a badge came to a learner."""

    EARNED = "earned"
    BY_HAND = "by_hand"
    AGAIN = "again"


class Award(models.Model):
    """A badge that a learner has, or had.

    Attributes:
        uid: names it in public, once it is shared; tells nothing of the learner.
        turn: which award of this badge to this learner, from 1: one that was revoked may be followed by another.
        definition, content_hash: of the badge as it was earned.
        earned_at: when the last thing that was missing was done.
        evidence: what was done, as JSON-ready data: `Evidence`, and `name`, what its block was called then.
        by: who gave it by hand, as `Holder` writes it.
        revoked_at: empty: it counts.
        celebrated_at: when the learner was shown that they have it; once is enough.
    """

    uid: Any = models.UUIDField(unique=True)
    badge: Any = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="awards")
    holder: Any = models.ForeignKey(Holder, on_delete=models.CASCADE, related_name="awards")
    turn: Any = models.PositiveIntegerField(default=1)
    how: Any = models.CharField(max_length=8, choices=How.choices, default=How.EARNED)
    by: Any = models.CharField(max_length=200, blank=True, default="")
    reason: Any = models.CharField(max_length=500, blank=True, default="")
    definition: Any = models.JSONField()
    content_hash: Any = models.CharField(max_length=32)
    evidence: Any = models.JSONField(default=list)
    earned_at: Any = models.DateTimeField()
    awarded_at: Any = models.DateTimeField()
    revoked_at: Any = models.DateTimeField(null=True)
    revoked_by: Any = models.CharField(max_length=200, blank=True, default="")
    revoked_reason: Any = models.CharField(max_length=500, blank=True, default="")
    celebrated_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["badge", "holder", "turn"], name="microunits_badge_award"),)
        indexes = (models.Index(fields=["badge", "awarded_at"], name="microunits_award_latest"),)

    def __str__(self) -> str:
        return str(self.uid)


class CreditLine(models.Model):
    """A line of the ledger of learning credit (`credit.Line`); never edited."""

    award: Any = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="credit")
    why: Any = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Why])
    number: Any = models.PositiveIntegerField(default=1)
    minutes: Any = models.IntegerField()
    at: Any = models.DateTimeField()
    note: Any = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["award", "why", "number"], name="microunits_badge_credit"),)

    def __str__(self) -> str:
        return f"{self.minutes} min. for {self.award_id}"


# --- Publishing


class Published(models.Model):
    """A course that was published and whose badges are not read yet; gone once they are.

    Attributes:
        mark: changes whenever it is asked for again, so that what was done before is not taken for enough.
        asked_at: when it was asked for; what is not done after some minutes is asked for again.
    """

    course_key: Any = CourseKeyField(max_length=255, unique=True)
    mark: Any = models.CharField(max_length=32)
    asked_at: Any = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.course_key)
