"""What the service keeps of each Moodle: how far it was read, who its learners are, what became of their results.

Nobody's name or address is kept: a learner of Moodle is an id there, and a user name for whoever looks at the list.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class Held(models.Model):
    """Something that one worker at a time has in hand (`leases`).

    Attributes:
        held_by, held_until: whose it is and until when; by the machine's clock.
    """

    held_by: Any = models.CharField(max_length=32, blank=True, default="")
    held_until: Any = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Site(Held):
    """A Moodle of the configuration.

    Attributes:
        name: as the configuration has it.
        title: what people call it, as Moodle says.
        changes: how far its outbox was read.
        read_at: when it was last read to the end; `problem`: why it could not be since.
    """

    name: Any = models.CharField(max_length=50, unique=True)
    title: Any = models.CharField(max_length=255, blank=True, default="")
    changes: Any = models.CharField(max_length=64, blank=True, default="")
    read_at: Any = models.DateTimeField(null=True)
    problem: Any = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return str(self.name)


class Link(Held):
    """A course of this platform and the course in Moodle that it goes to.

    Attributes:
        course: Moodle's id.
        attempts: how far its attempts were read; empty: never.
        is_behind: there are more to read.
        people_at: when its learners were last read; empty: they have to be, now.
        calendar_at: when the due dates of all of them were last looked at.
        awards_at: up to when the awards of the course were looked through; empty: they are to be, all of them.
        badges: what its badges asked for when its attempts were held against them; other badges want all of them anew.
        workshops: the same of what its workshops ask to prepare.
        is_configured: it still stands in the configuration.
    """

    site: Any = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="links")
    course_key: Any = CourseKeyField(max_length=255, db_index=True)
    course: Any = models.PositiveBigIntegerField()
    attempts: Any = models.CharField(max_length=64, null=True)
    is_behind: Any = models.BooleanField(default=True)
    people_at: Any = models.DateTimeField(null=True)
    calendar_at: Any = models.DateTimeField(null=True)
    awards_at: Any = models.DateTimeField(null=True)
    badges: Any = models.CharField(max_length=32, blank=True, default="")
    workshops: Any = models.CharField(max_length=32, blank=True, default="")
    is_configured: Any = models.BooleanField(default=True)
    problem: Any = models.TextField(blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "course"], name="microunits_moodle_one_link"),)

    def __str__(self) -> str:
        return f"{self.course_key} in {self.site}"


class Account(models.Model):
    """A learner's account in Moodle.

    Attributes:
        user: Moodle's id.
        username: there; for people who look for somebody in the list.
        language, time_zone: as Moodle has them.
        is_active: not suspended.
        openedx_id: the account of this platform that is the same person; empty: nobody knows of one.
        matched_by: "email", "idnumber" or "hand".
        seen_at: when Moodle last told of them.
    """

    site: Any = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="accounts")
    user: Any = models.PositiveBigIntegerField()
    username: Any = models.CharField(max_length=100, blank=True, default="")
    language: Any = models.CharField(max_length=30, blank=True, default="")
    time_zone: Any = models.CharField(max_length=100, blank=True, default="")
    is_active: Any = models.BooleanField(default=True)
    openedx_id: Any = models.PositiveBigIntegerField(null=True, blank=True, db_index=True)
    matched_by: Any = models.CharField(max_length=10, blank=True, default="")
    seen_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "user"], name="microunits_moodle_one_account"),
            # Two accounts of one Moodle are two people, or nobody knows which of them is meant.
            models.UniqueConstraint(fields=["site", "openedx_id"], name="microunits_moodle_match"),
        )

    def __str__(self) -> str:
        return f"{self.username or self.user} in {self.site}"


class Enrolment(models.Model):
    """A learner takes part in a course in Moodle.

    Attributes:
        read_at: when the list in which they stood was begun to be read.
    """

    account: Any = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="enrolments")
    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="enrolments")
    read_at: Any = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["link", "account"], name="microunits_moodle_one_enrolment"),)

    def __str__(self) -> str:
        return f"{self.account_id} in {self.link_id}"


class Attempt(models.Model):
    """An attempt whose results are reviews already.

    Attributes:
        attempt: Moodle's id.
        mark: of what it said; when it says something else it is read again.
    """

    site: Any = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    attempt: Any = models.PositiveBigIntegerField()
    mark: Any = models.CharField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "attempt"], name="microunits_moodle_one_attempt"),)

    def __str__(self) -> str:
        return f"attempt {self.attempt}"


class Quiz(models.Model):
    """Where a block, such as a micro-quiz, stands in Moodle.

    Attributes:
        module: the id in its address there.
        modname: what Moodle calls such an activity ("quiz", "page", "assign").
    """

    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="quizzes")
    usage_key: Any = UsageKeyField(max_length=255)
    module: Any = models.PositiveBigIntegerField()
    modname: Any = models.CharField(max_length=20, default="quiz")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["link", "usage_key"], name="microunits_moodle_one_quiz"),)

    def __str__(self) -> str:
        return f"{self.usage_key}: {self.module}"


class Reading(models.Model):
    """How far something was read beside attempts, in a course (`moodle_bridge.streams`).

    Attributes:
        stream: its name.
        cursor: empty: never.
        is_behind: there is more to read.
    """

    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="readings")
    stream: Any = models.CharField(max_length=32)
    cursor: Any = models.CharField(max_length=64, null=True)
    is_behind: Any = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["link", "stream"], name="microunits_moodle_one_reading"),)

    def __str__(self) -> str:
        return f"{self.stream} of {self.link_id}"


class Prepared(models.Model):
    """That a learner marked the page of a workshop as done in Moodle, or took that back.

    Attributes:
        key: of the page in Moodle.
        is_done, at: what they said last, and when.
        noted_at: when they had said what is noted in the workshop; empty: it is not noted that they prepared.
        is_noted: what they said last is noted there.
    """

    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="prepared")
    user: Any = models.PositiveBigIntegerField()
    key: Any = models.CharField(max_length=64)
    is_done: Any = models.BooleanField()
    at: Any = models.DateTimeField()
    noted_at: Any = models.DateTimeField(null=True, blank=True)
    is_noted: Any = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["link", "key", "user"], name="microunits_moodle_one_prepared"),)
        indexes = (models.Index(fields=["link", "is_noted"], name="microunits_moodle_to_note"),)

    def __str__(self) -> str:
        return f"{self.key} by {self.user}"


class Submission(models.Model):
    """That a learner handed in a reflection in Moodle. What they wrote is kept for who has an account here, not here.

    Attributes:
        submission: Moodle's id; handing in again leaves it the same.
        at: when they handed it in last.
        told_at: when they had handed in what others were told of while they had no account here; empty: nothing.
        kept_at: when they had handed in what is kept for them; empty: nothing is.
    """

    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="submissions")
    account: Any = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="submissions")
    submission: Any = models.PositiveBigIntegerField()
    usage_key: Any = UsageKeyField(max_length=255)
    at: Any = models.DateTimeField()
    told_at: Any = models.DateTimeField(null=True, blank=True)
    kept_at: Any = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["link", "submission"], name="microunits_moodle_unique_submission"),
        )

    def __str__(self) -> str:
        return f"submission {self.submission} of {self.account_id} in {self.link_id}"


class Moved(models.Model):
    """What is other in Moodle than the course says: its team changed a session of a workshop without publishing.

    Attributes:
        key: of the page or the event in Moodle.
        mark: of what Moodle was told; empty: nothing yet.
        told_at: when that was.
    """

    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="moved")
    key: Any = models.CharField(max_length=64)
    mark: Any = models.CharField(max_length=32, blank=True, default="")
    told_at: Any = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["link", "key"], name="microunits_moodle_one_moved"),)

    def __str__(self) -> str:
        return f"{self.key} in {self.link_id}"


class DueDate(models.Model):
    """A date in a learner's calendar in Moodle; one at most for each course.

    Attributes:
        at: when it is.
        mark: of what it says.
    """

    account: Any = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="due_dates")
    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="due_dates")
    at: Any = models.DateTimeField()
    mark: Any = models.CharField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["link", "account"], name="microunits_moodle_due"),)

    def __str__(self) -> str:
        return f"{self.account_id} in {self.link_id}: {self.at}"


class Award(models.Model):
    """A badge of a learner, on its way to Moodle or there.

    Attributes:
        award: the award's own id (`xblocks.badges`).
        is_quiet: it replaces another one, of which the learner knows already.
        is_revoked: it does not count any more.
        told: what Moodle was last told and took: "awarded", "revoked"; empty: nothing yet.
        told_at: when that was.
        tries, next_at, reason: how often it was tried in vain, when it is tried again, and why it was not taken.
    """

    link: Any = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="awards")
    account: Any = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="awards")
    award: Any = models.UUIDField()
    badge_id: Any = models.CharField(max_length=64)
    awarded_at: Any = models.DateTimeField()
    expires_at: Any = models.DateTimeField(null=True, blank=True)
    is_quiet: Any = models.BooleanField(default=False)
    is_revoked: Any = models.BooleanField(default=False)
    told: Any = models.CharField(max_length=8, blank=True, default="")
    told_at: Any = models.DateTimeField(null=True, blank=True)
    tries: Any = models.PositiveIntegerField(default=0)
    next_at: Any = models.DateTimeField()
    reason: Any = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["link", "award"], name="microunits_moodle_one_award"),)
        indexes = (
            models.Index(fields=["link", "next_at"], name="microunits_moodle_award_due"),
            models.Index(fields=["award"], name="microunits_moodle_award_uid"),
        )

    def __str__(self) -> str:
        return f"{self.badge_id} of {self.account_id} in {self.link_id}"
