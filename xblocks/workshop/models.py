"""What workshops keep: what was published, who comes to which session, what they prepared, and who was there.

Learners need no account on this platform: a person is a source ("openedx", "moodle:<site>") and an id there.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class Person(models.Model):
    """Somebody who comes to workshops, wherever their account is.

    Attributes:
        feed: which of their calendar links works, from 1; 0: none does. A new number makes older links worthless.
        feeds: how many links there were.
    """

    source: Any = models.CharField(max_length=64)
    external_id: Any = models.CharField(max_length=128)
    feed: Any = models.PositiveIntegerField(default=0)
    feeds: Any = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "external_id"], name="microunits_workshop_unique_person"),
        )

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class Workshop(models.Model):
    """A workshop of a course, as its team last published it.

    Attributes:
        plan: as `definition.encode` writes it.
        title: what the block is called.
        published_at: when it was first read: who learns here knows of it since then.
        enrolments_seen_at: when it was last asked who takes the course; empty: never.
        is_retired: no longer in its course.
    """

    usage_key: Any = UsageKeyField(max_length=255, unique=True)
    course_key: Any = CourseKeyField(max_length=255, db_index=True)
    plan: Any = models.JSONField(default=dict)
    title: Any = models.CharField(max_length=255, blank=True, default="")
    published_at: Any = models.DateTimeField()
    enrolments_seen_at: Any = models.DateTimeField(null=True)
    is_retired: Any = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.usage_key)


class Session(models.Model):
    """A session of a workshop as it is now.

    Attributes:
        uid: names it in calendars, for ever.
        session_id: its id within the workshop.
        planned: as the team wrote it in Studio when it was last taken over; only what changed there since counts again.
        facts: as it is, which the team may have changed since: as `definition.encode_session` writes it.
        sequence: how often it was changed, as calendars count it.
        moved_at: when its times last changed; empty: never.
        is_retired: no longer in the plan; it stays for those who were there.
    """

    workshop: Any = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="sessions")
    uid: Any = models.UUIDField(default=uuid4, unique=True)
    session_id: Any = models.CharField(max_length=64)
    planned: Any = models.JSONField(default=dict)
    facts: Any = models.JSONField(default=dict)
    sequence: Any = models.PositiveIntegerField(default=0)
    place_in_plan: Any = models.PositiveIntegerField(default=0)
    changed_at: Any = models.DateTimeField()
    moved_at: Any = models.DateTimeField(null=True)
    is_cancelled: Any = models.BooleanField(default=False)
    is_retired: Any = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workshop", "session_id"], name="microunits_workshop_unique_session"),
        )

    def __str__(self) -> str:
        return f"{self.session_id} of {self.workshop_id}"


class Participant(models.Model):
    """A learner in a workshop.

    Attributes:
        began_at: when they began the course, or were first seen here.
        here_since: when they came, or came back, to a workshop that was there already; empty: they were there before.
        left_at: since when they do not take part: they left the course, or are of its team and only looked; empty: they
            take part.
        is_elsewhere: they take the course in another place that shows it; who is enrolled here says nothing of them.
        holds: the session that they have a seat in.
        waits: the session that they wait for; `number`: their place among those who wait.
        chosen_at: when they came to have what they hold.
        prepared_at: when everything was first done.
        attended_at: when they were first noted as having been there.
        noted_at: when the last of both was written down; that somebody prepared elsewhere may be heard of much later.
        stale, stale_since: another mark with each change that their reminders have to follow, and when that was; ""
            once they have followed.
        asked: the reminders that were asked for, with a hash of what was asked: what changed is asked for again, and
            what is not wanted any more is taken back.
        notice: what they are still to be told once (`messages.Notice`), about which session; "" for nothing.
        notices: how often they were told something; `told`: the last message about a session, by its number.
    """

    workshop: Any = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="participants")
    person: Any = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="workshops")
    began_at: Any = models.DateTimeField()
    here_since: Any = models.DateTimeField(null=True)
    left_at: Any = models.DateTimeField(null=True)
    is_elsewhere: Any = models.BooleanField(default=False)
    holds: Any = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="holders")
    waits: Any = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="waiting")
    number: Any = models.PositiveIntegerField(default=0)
    chosen_at: Any = models.DateTimeField(null=True)
    prepared_at: Any = models.DateTimeField(null=True)
    attended_at: Any = models.DateTimeField(null=True)
    noted_at: Any = models.DateTimeField(null=True)
    stale: Any = models.CharField(max_length=32, blank=True, default="")
    stale_since: Any = models.DateTimeField(null=True, db_index=True)
    asked: Any = models.JSONField(default=dict)
    notice: Any = models.CharField(max_length=12, blank=True, default="", db_index=True)
    notice_about: Any = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="+")
    notices: Any = models.PositiveIntegerField(default=0)
    told: Any = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workshop", "person"], name="microunits_participant"),)

    def __str__(self) -> str:
        return f"{self.person_id} in {self.workshop_id}"


class Done(models.Model):
    """Something that a participant prepared.

    Attributes:
        text: what they answered; "" for what is only ticked.
        done_at: empty: what was answered is taken back, or ticked off again.
    """

    participant: Any = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="done")
    item_id: Any = models.CharField(max_length=64)
    text: Any = models.TextField(blank=True, default="")
    done_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "item_id"], name="microunits_workshop_unique_done"),
        )

    def __str__(self) -> str:
        return f"{self.item_id} by {self.participant_id}"


class Attendance(models.Model):
    """Whether somebody was at a session; as whoever looked last said.

    Attributes:
        by: the user of this platform who noted it.
    """

    session: Any = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    participant: Any = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="attendance")
    was_there: Any = models.BooleanField()
    at: Any = models.DateTimeField()
    by: Any = models.CharField(max_length=128, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["session", "participant"], name="microunits_attendance"),)

    def __str__(self) -> str:
        return f"{self.participant_id} at {self.session_id}"


class Published(models.Model):
    """A course whose workshops are to be read; gone once they were.

    Attributes:
        mark: another one with each request, so that what was asked for meanwhile is not taken for done.
    """

    course_key: Any = CourseKeyField(max_length=255, unique=True)
    mark: Any = models.CharField(max_length=32)
    asked_at: Any = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.course_key)


class Followed(models.Model):
    """How far the log of answers in quizzes was followed (`catching_up`): one row.

    Attributes:
        followed: every line up to this number was looked at.
        settled: up to this number no line will appear any more.
        seen, seen_at: the greatest number there was at that moment.
    """

    followed: Any = models.BigIntegerField(default=0)
    settled: Any = models.BigIntegerField(default=0)
    seen: Any = models.BigIntegerField(default=0)
    seen_at: Any = models.DateTimeField()

    def __str__(self) -> str:
        return f"answers followed to {self.followed}"
