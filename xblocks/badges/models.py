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
        shared_at: from when the learner lets anybody see it; empty: nobody but them.
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
    shared_at: Any = models.DateTimeField(null=True)

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


# --- What is signed, and with what


class KeyKind(models.TextChoices):
    """What a key signs: embedded proofs, or JWTs."""

    ED25519 = "ed25519"
    RSA = "rsa"


class SigningKey(models.Model):
    """A key with which badges are, or were, signed.

    Attributes:
        name: of the key below the issuer's address.
        public: as a JSON Web Key.
        sealed: the private key, encrypted; "" once it signs no more: nobody needs it then.
        signs: True for the one of its kind that signs now, empty for all others (so the database lets there be one).
        withdrawn_at: when it got into wrong hands; what it signed counts no more.
    """

    name: Any = models.CharField(max_length=64, unique=True)
    kind: Any = models.CharField(max_length=8, choices=KeyKind.choices)
    public: Any = models.JSONField()
    sealed: Any = models.TextField(blank=True)
    signs: Any = models.BooleanField(null=True)
    since: Any = models.DateTimeField()
    retired_at: Any = models.DateTimeField(null=True)
    withdrawn_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "signs"], name="microunits_signing_key"),)

    def __str__(self) -> str:
        return str(self.name)


class StatusList(models.Model):
    """A list in which each credential has one bit that says whether it was revoked.

    Attributes:
        number: in its address, from 1.
        document, token: as it was signed last, both ways; "" before somebody asked for it.
        revoked: how many bits are set in these; bits are never taken away.
        renew_at: from when it is signed anew, though nothing was revoked.
        proof_key, token_key: names of the keys that signed these.
    """

    number: Any = models.PositiveIntegerField(unique=True)
    document: Any = models.TextField(blank=True, default="")
    token: Any = models.TextField(blank=True, default="")
    revoked: Any = models.PositiveIntegerField(default=0)
    renew_at: Any = models.DateTimeField(null=True)
    proof_key: Any = models.CharField(max_length=64, blank=True, default="")
    token_key: Any = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"status list {self.number}"


class StatusEntry(models.Model):
    """A place in a status list. It stays when its credential is forgotten, so that nobody else gets it.

    Attributes:
        revoked_at: empty: the bit is not set.
    """

    status_list: Any = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    index: Any = models.PositiveIntegerField()
    revoked_at: Any = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["status_list", "index"], name="microunits_badge_status"),)
        indexes = (models.Index(fields=["status_list", "revoked_at"], name="microunits_badge_revoked"),)

    def __str__(self) -> str:
        return f"{self.index} of {self.status_list_id}"


class Achievement(models.Model):
    """A badge as it was when somebody earned it, as credentials name it: it never changes.

    Attributes:
        content_hash: of the definition.
        document: the Achievement of Open Badges, without its context.
        language: of its texts.
        titles: what the blocks in it were called, by `definition.block_name`.
        picture, picture_type: as it was drawn or uploaded; b"" where it is drawn anew from the definition.
    """

    badge: Any = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="achievements")
    content_hash: Any = models.CharField(max_length=32)
    definition: Any = models.JSONField()
    document: Any = models.JSONField()
    language: Any = models.CharField(max_length=16, blank=True, default="")
    titles: Any = models.JSONField(default=dict)
    picture: Any = models.BinaryField(default=b"")
    picture_type: Any = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["badge", "content_hash"], name="microunits_achievement"),)

    def __str__(self) -> str:
        return f"{self.content_hash} of {self.badge_id}"


class Credential(models.Model):
    """The signed credential of an award, which the learner may take along.

    Attributes:
        subject: stands for the learner in this credential alone.
        salt: of the hash of their e-mail address; of this credential alone.
        has_address: whether it says to which address it was issued.
        document: the credential with its embedded proof, letter by letter as it is given out; "" from when a key was
            withdrawn until it is signed anew.
        token: the same as a JWT.
        proof_key, token_key: the keys that signed it.
    """

    award: Any = models.OneToOneField(Award, on_delete=models.CASCADE, related_name="credential")
    achievement: Any = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="credentials")
    status: Any = models.OneToOneField(StatusEntry, on_delete=models.PROTECT, related_name="credential")
    subject: Any = models.UUIDField(unique=True)
    salt: Any = models.CharField(max_length=32)
    has_address: Any = models.BooleanField(default=False)
    document: Any = models.TextField(blank=True, default="")
    token: Any = models.TextField(blank=True, default="")
    proof_key: Any = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="proofs")
    token_key: Any = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="tokens")
    signed_at: Any = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.award_id)


# --- Catching up with what was done


class Followed(models.Model):
    """How far a log of others was followed (`catching_up`); a row for each log.

    Attributes:
        followed: every line up to this number was taken in.
        settled: up to this number no line will appear any more.
        seen, seen_at: the greatest number there was at that moment.
    """

    followed: Any = models.BigIntegerField(default=0)
    settled: Any = models.BigIntegerField(default=0)
    seen: Any = models.BigIntegerField(default=0)
    seen_at: Any = models.DateTimeField()

    def __str__(self) -> str:
        return f"log {self.pk} followed to {self.followed}"


class LookedBack(models.Model):
    """A course in which was looked for what learners did before.

    Attributes:
        digest: of what its badges look at, when all of it was looked for; another one is to be looked for again.
        looked_at: when that was.
        records_since: what the platform itself keeps is looked at again if it changed then or later.
        again_at: when all is to be looked for once more: something was still secret, or could not be kept.
    """

    course_key: Any = CourseKeyField(max_length=255, unique=True)
    digest: Any = models.CharField(max_length=32, blank=True, default="")
    looked_at: Any = models.DateTimeField(null=True)
    records_since: Any = models.DateTimeField(null=True)
    again_at: Any = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.course_key)


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
