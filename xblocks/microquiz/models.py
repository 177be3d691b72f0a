"""What the micro-quiz keeps: the log of answers, and the content of every question that was answered."""

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class Answer(models.Model):
    """One answer of one learner. The number in the learner's log of a quiz (`seq`) is taken once; see `play`.

    No foreign key to the user: the row must not depend on which app keeps the accounts; `retirement` removes it.
    """

    user_id = models.BigIntegerField()
    usage_key = UsageKeyField(max_length=255)
    course_key = CourseKeyField(max_length=255)
    seq = models.PositiveIntegerField()
    question_id = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    attempt = models.PositiveIntegerField()
    response = models.JSONField()
    score = models.FloatField()
    hints_used = models.PositiveSmallIntegerField(default=0)
    confidence = models.CharField(max_length=8, null=True)
    elapsed_ms = models.PositiveIntegerField(null=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["usage_key", "user_id", "seq"], name="microunits_answer_seq"),)
        indexes = (
            models.Index(fields=["user_id"], name="microunits_answer_user"),
            # The download walks a quiz in keyset pages.
            models.Index(fields=["usage_key", "id"], name="microunits_answer_page"),
        )

    def __str__(self) -> str:
        return f"{self.usage_key} #{self.seq} by {self.user_id}"


class QuestionContent(models.Model):
    """A question as it was once answered, by the hash of its content; written once, never changed."""

    content_hash = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()
    first_answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.content_hash
