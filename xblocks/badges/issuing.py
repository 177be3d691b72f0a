"""Signing what was awarded: both ways, once, whoever asks first; and again when a key was withdrawn.

An award is kept before it is signed, and counts for its learner without. So signing may wait: for keys, for the queue.
It happens after the award is kept (`tasks.sign`), and when somebody asks for a credential that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from secrets import token_urlsafe
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet

from xblocks.badges import (
    credential_jwt,
    credentials,
    data_integrity,
    earned,
    key_ring,
    models,
    status_lists,
    strict_json,
)
from xblocks.badges.credentials import Recipient, credential_document
from xblocks.badges.evidence_words import what_was_done
from xblocks.badges.issuer import address, profile
from xblocks.badges.key_ring import Signers
from xblocks.badges.reading import read
from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.nudge.api import OPENEDX, known_as

PAGE = 500
SALT_BYTES = 18


def credential_of(award: models.Award) -> models.Credential | None:
    """The signed credential of an award, which is made when it is missing; None as long as it cannot be.

    It cannot be without keys, and for an award that was revoked before it was signed.
    """
    found: models.Credential | None = _credentials().filter(award=award).exclude(document="").first()
    return found or sign(award.pk, platform().now())


@repeated
def sign(award_id: int, now: datetime) -> models.Credential | None:
    """Sign an award; safe to run twice, and at once. None when it cannot be signed (see `credential_of`)."""
    signers = key_ring.signers()
    rows = models.Award.objects.select_related("badge", "holder").defer("badge__definition")
    award = rows.filter(pk=award_id).first() if signers else None
    if signers is None or award is None:
        return None
    # Before anything is held: it asks the platform for names of blocks, which may take a while.
    achievement = earned.achievement_of(award)
    with transaction.atomic():
        # Whoever signs or revokes this award waits here.
        held = models.Award.objects.select_for_update().filter(pk=award_id).values_list("revoked_at").first()
        if held is None:
            return None
        (revoked_at,) = held
        credential = models.Credential.objects.filter(award=award_id).first()
        if credential is not None:
            credential.award, credential.achievement = award, achievement
        elif revoked_at is None:
            credential = models.Credential(
                award=award,
                achievement=achievement,
                status=status_lists.allot(),
                subject=uuid4(),
                salt=token_urlsafe(SALT_BYTES),
            )
        if credential is not None and not credential.document:
            _sign(credential, signers, now)
        return credential


def sign_missing(now: datetime) -> Iterator[int]:
    """Sign everything that waits for it, in pages; how many there are so far."""
    waits = Q(credential=None, revoked_at=None) | Q(credential__document="")
    done, last = 0, 0
    rows = models.Award.objects.filter(waits).order_by("pk")
    while page := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:PAGE]):
        done += sum(1 for award_id in page if sign(award_id, now) is not None)
        last = page[-1]
        yield done


def _credentials() -> QuerySet[models.Credential]:
    return models.Credential.objects.select_related(
        "award__badge", "award__holder", "achievement", "status__status_list"
    )


def _sign(credential: models.Credential, signers: Signers, now: datetime) -> None:
    email = _email(credential.award.holder)
    document = credential_document(_value(credential, email), earned.words_of(credential.achievement.language).gettext)
    credential.document = strict_json.write(data_integrity.proved(document, signers.proof, signers.proof_id, now))
    credential.token = credential_jwt.signed(document, signers.token, signers.token_id)
    credential.proof_key, credential.token_key = signers.proof_row, signers.token_row
    credential.has_address, credential.signed_at = bool(email), now
    credential.save()


def _value(credential: models.Credential, email: str) -> credentials.Credential:
    award, achievement = credential.award, credential.achievement
    badge = read(award)
    page = address("credential", award.uid)
    return credentials.Credential(
        id=page,
        issuer=profile(),
        recipient=Recipient(f"urn:uuid:{credential.subject}", email, credential.salt),
        achievement=achievement.document,
        valid_from=award.awarded_at,
        valid_until=credentials.valid_until(award.awarded_at, badge.months),
        status=status_lists.entry_of(credential.status),
        evidence=tuple(_evidence(award, achievement, page)),
        credit_minutes=badge.minutes or None,
        ended=award.earned_at,
    )


def _evidence(award: models.Award, achievement: models.Achievement, page: str) -> Iterator[credentials.Evidence]:
    """Each with an address of its own: two that say the same would be hard to tell apart for who signs."""
    words = earned.words_of(achievement.language)
    for number, one in enumerate(award.evidence, start=1):
        yield credentials.Evidence(
            what=what_was_done(one["kind"], one["block"], one["number"], achievement.titles, words),
            done=datetime.fromisoformat(one["at"]),
            score=one["score"],
            address=f"{page}#done-{number}",
        )


def _email(holder: models.Holder) -> str:
    """The learner's address, of which the credential holds a hash; "" where nobody here knows it.

    A learner of another place is known here by their id there alone, unless they turned out to be somebody here.
    """
    source, external_id = holder.source, holder.external_id
    if source != OPENEDX:
        source, external_id = known_as(source, external_id)
    if source != OPENEDX or not external_id.isdigit():
        return ""
    person = platform().people([int(external_id)]).get(int(external_id))
    return person.email if person and "@" in person.email else ""
