"""What nudging keeps: learners, their cards and reviews, what they wish, and a ledger of everything that was sent.

Learners need no account on this platform: a learner is a source ("openedx", "moodle:<site>") and an id there. No row
refers to the platform's user table; `retirement` removes what belongs to somebody who leaves.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class Learner(models.Model):
    """Somebody who learns, wherever their account is; one row that the sweep walks.

    Attributes:
        next_look_at: when to decide again whether something should be sent; empty: not before something happens.
        last_active_at: when they last answered, practised or opened what we sent.
        ignored: how many messages in a row had no such activity after them.
        said_stop: they were told that no more will come, since the last time they were active.
        comeback_at: when they were last asked to come back, since the last time they were active.
        zone: the time zone that the platform gave them when it was last decided about them, "" for none; empty: never.
        joined_to: the learner that they turned out to be (`joining`); what was theirs is that one's, and links that
            they were sent before lead there.
    """

    source: Any = models.CharField(max_length=64)
    external_id: Any = models.CharField(max_length=128)
    next_look_at: Any = models.DateTimeField(null=True)
    last_active_at: Any = models.DateTimeField(null=True)
    ignored: Any = models.PositiveSmallIntegerField(default=0)
    said_stop: Any = models.BooleanField(default=False)
    comeback_at: Any = models.DateTimeField(null=True)
    # Not decided about yet is another thing than nowhere.
    zone: Any = models.CharField(max_length=64, null=True)
    joined_to: Any = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="joined")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "external_id"], name="microunits_learner"),)
        indexes = (models.Index(fields=["next_look_at", "id"], name="microunits_learner_look"),)

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class Preferences(models.Model):
    """What a learner wishes; without a row everything is as the course team has it. See `preferences.Preferences`.

    Attributes:
        days: of the week, as bits; Monday is bit 0.
        hour: the local hour within which messages may come; empty: any that is not quiet.
        time_zone: an IANA name; "" is the platform's idea of it.
        quiet_from, quiet_until: local hours between which nothing comes, beside those of the course; empty: no others.
        rest_hours: after they were active; empty, as with the other limits: as the course team has it.
    """

    learner: Any = models.OneToOneField(Learner, on_delete=models.CASCADE, primary_key=True, related_name="preferences")
    days: Any = models.PositiveSmallIntegerField(default=127)
    hour: Any = models.PositiveSmallIntegerField(null=True)
    time_zone: Any = models.CharField(max_length=64, blank=True, default="")
    channel: Any = models.CharField(max_length=8, default="mail")
    paused_until: Any = models.DateTimeField(null=True)
    is_stopped: Any = models.BooleanField(default=False)
    weekly_digest: Any = models.BooleanField(default=False)
    quiet_from: Any = models.PositiveSmallIntegerField(null=True)
    quiet_until: Any = models.PositiveSmallIntegerField(null=True)
    per_day: Any = models.PositiveSmallIntegerField(null=True)
    per_week: Any = models.PositiveSmallIntegerField(null=True)
    most_questions: Any = models.PositiveSmallIntegerField(null=True)
    rest_hours: Any = models.PositiveSmallIntegerField(null=True)
    slow_after: Any = models.PositiveSmallIntegerField(null=True)
    stop_after: Any = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"preferences of {self.learner_id}"


class Course(models.Model):
    """What a course team chose for a course, and what the platform last said of it.

    Attributes:
        policy: what the team changed of the policy, by field (`policy.Policy`).
        target_at: when the knowledge must be there; empty: at the course's end.
        retention: the share of answers that should be right then, 0..1.
        tail: gaps in days after the target, the last repeating; empty: nothing comes after it.
        holdout_share: the share of learners who are not nudged, for comparison, 0..1.
        is_stopped: the team's switch: nothing is sent for this course.
        name, starts_at, ends_at, facts_at: as the platform said, and when.
        planned_at: when all cards were last planned; empty: never.
    """

    course_key: Any = CourseKeyField(max_length=255, unique=True)
    policy: Any = models.JSONField(default=dict)
    target_at: Any = models.DateTimeField(null=True)
    retention: Any = models.FloatField(default=0.9)
    tail: Any = models.JSONField(default=list)
    holdout_share: Any = models.FloatField(default=0.0)
    is_stopped: Any = models.BooleanField(default=False)
    name: Any = models.CharField(max_length=255, blank=True, default="")
    starts_at: Any = models.DateTimeField(null=True)
    ends_at: Any = models.DateTimeField(null=True)
    facts_at: Any = models.DateTimeField(null=True)
    planned_at: Any = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.course_key)


class Task(models.TextChoices):
    """What is done for a whole course after something changed, by the workers.

    REFRESH: bring its questions up to date; PLAN: plan all cards anew; LOOK: decide again about its learners; DRAW:
    draw anew who is not reminded.
    """

    REFRESH = "refresh"
    PLAN = "plan"
    LOOK = "look"
    DRAW = "draw"


class Errand(models.Model):
    """Something that is still to be done for a course.

    Attributes:
        mark: another one each time that it is asked for, so that nothing is taken for done that came later.
        asked_at: when it was last asked for.
    """

    course: Any = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="errands")
    task: Any = models.CharField(max_length=8, choices=Task.choices)
    mark: Any = models.CharField(max_length=32)
    asked_at: Any = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "task"], name="microunits_errand"),)

    def __str__(self) -> str:
        return f"{self.task} {self.course_id}"


class Participation(models.Model):
    """A learner in a course: there from the first answer on.

    Attributes:
        is_held_out: belongs to those who are not nudged, for comparison.
    """

    learner: Any = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="participations")
    course: Any = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="participations")
    is_held_out: Any = models.BooleanField(default=False)
    began_at: Any = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "course"], name="microunits_participation"),)

    def __str__(self) -> str:
        return f"{self.learner_id} in {self.course_id}"


class Question(models.Model):
    """A question of a micro-quiz as it is published now; its content is the micro-quiz's, by its hash.

    Attributes:
        is_retired: it was removed, hidden from learners or set to stay secret: it does not come back.
        withheld_until: its answer may not be shown before; empty: it may.
        closes_at: from then on its quiz takes no answers; empty: it goes on.
        attempts: how often a learner may answer it there for points; 0: as often as they like.
        shows_answer: whether practice may tell the right answer and the explanation.
        earns_answer: whether it may only to those who have earned it (`Card.is_earned`).
        groups: the groups of learners that see its quiz, by partition (`groups.Rule`); empty: everybody does.
        is_restricted: there are such groups.
    """

    course: Any = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="questions")
    usage_key: Any = UsageKeyField(max_length=255)
    question_id: Any = models.CharField(max_length=64)
    content_hash: Any = models.CharField(max_length=64)
    type: Any = models.CharField(max_length=16)
    tags: Any = models.JSONField(default=list)
    is_retired: Any = models.BooleanField(default=False)
    withheld_until: Any = models.DateTimeField(null=True)
    closes_at: Any = models.DateTimeField(null=True)
    attempts: Any = models.PositiveSmallIntegerField(default=0)
    shows_answer: Any = models.BooleanField(default=True)
    earns_answer: Any = models.BooleanField(default=False)
    groups: Any = models.JSONField(default=dict)
    is_restricted: Any = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["usage_key", "question_id"], name="microunits_question"),)

    def __str__(self) -> str:
        return f"{self.usage_key} {self.question_id}"


class Card(models.Model):
    """What a learner remembers of a question; the sum of their reviews of it (`memory.rebuilt`).

    Attributes:
        stability: days until recall falls to 90 %.
        difficulty: 1 (easy) to 10.
        due_at: when it should come back; empty: no more.
        reviews: how many are in the log.
        is_earned: they had it right once, or have used up their attempts in the quiz; practice gives nothing away.
        hints_taken, is_turned: of the practice that is under way.
        withheld_until, closes_at: the learner's own dates, as the quiz had them at their last answer there; empty: as
            those of everybody (`Question`). They count where they are later (`own_dates`).
    """

    learner: Any = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="cards")
    question: Any = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="cards")
    stability: Any = models.FloatField()
    difficulty: Any = models.FloatField()
    last_review_at: Any = models.DateTimeField()
    due_at: Any = models.DateTimeField(null=True)
    reviews: Any = models.PositiveIntegerField(default=0)
    is_earned: Any = models.BooleanField(default=True)
    hints_taken: Any = models.PositiveSmallIntegerField(default=0)
    is_turned: Any = models.BooleanField(default=False)
    withheld_until: Any = models.DateTimeField(null=True)
    closes_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "question"], name="microunits_card"),)
        indexes = (
            # All that the sweep counts: no card is read for it.
            models.Index(fields=["learner", "due_at", "question", "withheld_until"], name="microunits_card_waits"),
            # All that the course team's page counts: no card is read for it.
            models.Index(fields=["question", "due_at", "learner"], name="microunits_card_ahead"),
        )

    def __str__(self) -> str:
        return f"{self.question_id} of {self.learner_id}"


class Review(models.Model):
    """One answer to one question, wherever it was given; appended, never edited.

    Attributes:
        rating: 1 again, 2 hard, 3 good, 4 easy (`memory.Rating`).
        origin: "quiz", "practice", "mail", or where else it came from.
        recall_before: what was predicted right before it, 0..1; empty for the first.
        nudge_id: the message that led to it.
    """

    learner: Any = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    question: Any = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    rating: Any = models.PositiveSmallIntegerField()
    reviewed_at: Any = models.DateTimeField()
    origin: Any = models.CharField(max_length=16)
    recall_before: Any = models.FloatField(null=True)
    content_hash: Any = models.CharField(max_length=64)
    elapsed_ms: Any = models.PositiveIntegerField(null=True)
    nudge_id: Any = models.BigIntegerField(null=True)

    class Meta:
        # What arrives twice is one review.
        constraints = (
            models.UniqueConstraint(fields=["learner", "question", "reviewed_at"], name="microunits_review"),
        )
        # All that the course team's page sums up: no review is read for it.
        indexes = (
            models.Index(
                fields=["question", "reviewed_at", "rating", "recall_before", "learner"], name="microunits_review_came"
            ),
        )

    def __str__(self) -> str:
        return f"{self.question_id} by {self.learner_id} at {self.reviewed_at}"


class Following(models.Model):
    """How far the quiz's log of answers was followed (`catching_up`); one row.

    Attributes:
        followed: every answer up to this number is a review, or is noted as missed.
        settled: up to this number no answer will appear any more.
        seen, seen_at: the greatest number there was at that moment.
    """

    followed: Any = models.BigIntegerField(default=0)
    settled: Any = models.BigIntegerField(default=0)
    seen: Any = models.BigIntegerField(default=0)
    seen_at: Any = models.DateTimeField()

    def __str__(self) -> str:
        return f"followed to {self.followed}"


class MissedAnswer(models.Model):
    """An answer in the quiz's log whose review could not be recorded, to be tried again.

    Attributes:
        number: of the answer in the log.
        tries: how often it failed again.
    """

    number: Any = models.BigIntegerField(unique=True)
    tries: Any = models.PositiveSmallIntegerField(default=0)
    again_at: Any = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"answer {self.number}, tried {self.tries} times more"


class Status(models.TextChoices):
    """How far a message is.

    PLANNED: decided and written down, not yet on its way; CLAIMED: a worker has it in hand; SENT: handed to the
    transport; FAILED: the transport refused it; UNCERTAIN: a worker died with it in hand, so nobody knows, and it is
    not sent again by itself; SKIPPED: not sent after all, for a reason.
    """

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


class Nudge(models.Model):
    """A line of the ledger: one message to one learner, written before anything is sent.

    Attributes:
        kind, slot: what it is and which one; a learner gets each once.
        questions: how many questions it invites to.
        not_after: it is not sent after this moment, however late a worker is.
        reason: why it was decided, or why it was skipped or failed.
        variant: which of the texts of its kind.
        anchor_id: the request behind an anchored message.
        opened_at: its link was followed; there is no tracking in the mail itself.
        via: the source that was asked to send it (`sources`), before it was asked; empty: none was.
    """

    learner: Any = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="nudges")
    kind: Any = models.CharField(max_length=16)
    slot: Any = models.CharField(max_length=128)
    status: Any = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    reason: Any = models.CharField(max_length=64)
    questions: Any = models.PositiveSmallIntegerField(default=0)
    variant: Any = models.PositiveSmallIntegerField(default=0)
    anchor_id: Any = models.BigIntegerField(null=True)
    planned_at: Any = models.DateTimeField()
    not_after: Any = models.DateTimeField()
    claimed_at: Any = models.DateTimeField(null=True)
    sent_at: Any = models.DateTimeField(null=True)
    opened_at: Any = models.DateTimeField(null=True)
    # Not empty text: the sweep writes many lines at once, without this column.
    via: Any = models.CharField(max_length=16, null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "kind", "slot"], name="microunits_ledger_slot"),)
        indexes = (
            models.Index(fields=["learner", "planned_at"], name="microunits_ledger_learner"),
            models.Index(fields=["status", "planned_at"], name="microunits_ledger_status"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.slot} to {self.learner_id}: {self.status}"


class NudgeCourse(models.Model):
    """A course that a message is about; a digest has several.

    Attributes:
        questions: how many of the message's are from it.
        acted_at: a question of this course was answered through the message, or within two days after it.
    """

    nudge: Any = models.ForeignKey(Nudge, on_delete=models.CASCADE, related_name="courses")
    course: Any = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    questions: Any = models.PositiveSmallIntegerField()
    acted_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "nudge"], name="microunits_ledger_course"),)

    def __str__(self) -> str:
        return f"{self.nudge_id} about {self.course_id}"


class Anchor(models.Model):
    """A message that another component asked for, at a time relative to an event of its own.

    Attributes:
        key: the asker's name for it, unique for the learner ("workshop:<id>:before"); asking again moves it.
        at, until: the span in which it makes sense.
        texts: from language to {"subject", "text", "button"}; "en" is always there.
        path: where its button leads, on this site.
        usage_key: the block that it is about, where its button leads in other places; empty: to the course.
        is_notice: it tells of a change, and is not held back by limits (`states.Anchor`).
        is_done: sent, or too late.
    """

    learner: Any = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="anchors")
    course: Any = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    key: Any = models.CharField(max_length=120)
    at: Any = models.DateTimeField()
    until: Any = models.DateTimeField()
    texts: Any = models.JSONField(default=dict)
    path: Any = models.CharField(max_length=500, blank=True, default="")
    usage_key: Any = UsageKeyField(max_length=255, null=True, blank=True)
    is_notice: Any = models.BooleanField(default=False)
    is_done: Any = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "key"], name="microunits_anchor"),)

    def __str__(self) -> str:
        return f"{self.key} for {self.learner_id}"


class Site(models.Model):
    """What the platform's admin set for everybody; one row at most.

    Attributes:
        bounds: {"default": {...}, "loosest": {...}} with the fields of `policy.Policy`; hours of rest are a number.
        is_stopped: the switch that stops everything at once.
    """

    bounds: Any = models.JSONField(default=dict, blank=True)
    is_stopped: Any = models.BooleanField(default=False)

    def clean(self) -> None:
        """Whether the bounds can be used.

        Raises:
            ValidationError: with what to mend.
        """
        from xblocks.nudge.site import bounds

        try:
            bounds(self)
        except (AttributeError, TypeError, ValueError) as error:
            sentence = 'Write it as {"default": {...}, "loosest": {...}}, with the limits of a policy: %s'
            raise ValidationError({"bounds": sentence % error}) from error

    def __str__(self) -> str:
        return "stopped" if self.is_stopped else "running"
