"""Who earned what: an OpenBadgeCredential, which is a W3C Verifiable Credential 2.0.

Values go in, a document that is ready to be signed comes out (`data_integrity`, `credential_jwt`). The learner is named
by a salted hash of the e-mail address and by an id of this credential alone, so that two badges of one learner cannot
be linked by who reads them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from xblocks.badges.achievements import (
    CONTEXTS,
    Achievement,
    Image,
    Profile,
    achievement_document,
    hours,
    image_document,
    present,
    profile_document,
)
from xblocks.badges.identity import identities
from xblocks.badges.moments import written
from xblocks.badges.status_list import StatusEntry, entry_document
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_

TYPES = ("VerifiableCredential", "OpenBadgeCredential")

DONE = N_("Done on %(day)s.")
DONE_WITH_SCORE = N_("Done on %(day)s, with a score of %(score)d%%.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who earned it.

    Attributes:
        id: an address that stands for the learner in this credential alone ("urn:uuid:…"); a JWT needs one.
        email: is hashed; it is nowhere in the document. "" where nobody knows it.
        salt: random text, of this credential alone.
    """

    id: str
    email: str
    salt: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that was done for it.

    Attributes:
        what: "Micro-quiz: Who is writing?"
        done: when (UTC).
        score: 0..1; None when it has none.
        narrative: what else there is to say.
        address: where it can be looked at.
        genre: what kind of thing it is, such as "quiz".
    """

    what: str
    done: datetime
    score: float | None = None
    narrative: str = ""
    address: str = ""
    genre: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A result that was reached.

    Attributes:
        value: as text, such as "85".
        description: the id of the achievement's ResultDescription that it belongs to.
    """

    value: str
    description: str


@dataclass(frozen=True, slots=True)
class Credential:
    """An award.

    Attributes:
        id: its address, under which it can be verified.
        achievement: what was earned; as a document where it was written down before.
        valid_from: from when it holds (UTC): when it was awarded.
        valid_until: until when; None without end.
        status: where its revocation would be written.
        credit_minutes: the learning credit that was earned; None for none. The document says hours.
        started, ended: when the learner began and finished; None where nobody knows.
        narrative: what the course team adds about this learner's work.
        image: a picture of this award, where it has one of its own.
    """

    id: str
    issuer: Profile
    recipient: Recipient
    achievement: Achievement | JsonObject
    valid_from: datetime
    valid_until: datetime | None = None
    status: StatusEntry | None = None
    evidence: tuple[Evidence, ...] = ()
    results: tuple[Result, ...] = ()
    credit_minutes: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    narrative: str = ""
    image: Image | None = None


def valid_until(begins: datetime, months: int) -> datetime | None:
    """Until when a credential holds that holds for so many months; None for 0: without end.

    The last day of a month stands for days that it does not have.
    """
    if not months:
        return None
    years, month = divmod(begins.month - 1 + months, 12)
    year = begins.year + years
    return begins.replace(year=year, month=month + 1, day=min(begins.day, monthrange(year, month + 1)[1]))


def credential_document(credential: Credential, gettext: Callable[[str], str] = str) -> JsonObject:
    """The credential, ready to be signed.

    Args:
        credential: what was awarded.
        gettext: translates the sentences about the evidence into the language of the achievement.

    Raises:
        ValueError: when a moment has no time zone, the salt is too short, or the address is none.
    """
    return {
        "@context": list(CONTEXTS),
        **present(
            id=credential.id,
            type=list(TYPES),
            issuer=profile_document(credential.issuer),
            validFrom=written(credential.valid_from),
            validUntil=written(credential.valid_until) if credential.valid_until else None,
            name=_achievement(credential)["name"],
            image=image_document(credential.image),
            credentialSubject=_subject(credential),
            evidence=[_evidence(evidence, gettext) for evidence in credential.evidence],
            credentialStatus=entry_document(credential.status) if credential.status else None,
        ),
    }


def _achievement(credential: Credential) -> JsonObject:
    given = credential.achievement
    return achievement_document(given) if isinstance(given, Achievement) else given


def _subject(credential: Credential) -> JsonObject:
    recipient = credential.recipient
    return present(
        id=recipient.id,
        type=["AchievementSubject"],
        identifier=identities(recipient.email, recipient.salt) if recipient.email else [],
        activityStartDate=written(credential.started) if credential.started else None,
        activityEndDate=written(credential.ended) if credential.ended else None,
        creditsEarned=hours(credential.credit_minutes),
        narrative=credential.narrative,
        achievement=_achievement(credential),
        result=[_result(result) for result in credential.results],
    )


def _result(result: Result) -> JsonObject:
    return present(type=["Result"], resultDescription=result.description, value=result.value)


def _evidence(evidence: Evidence, gettext: Callable[[str], str]) -> JsonObject:
    message = DONE if evidence.score is None else DONE_WITH_SCORE
    day = written(evidence.done)[:10]
    return present(
        id=evidence.address,
        type=["Evidence"],
        name=evidence.what,
        description=gettext(message) % {"day": day, "score": round((evidence.score or 0) * 100)},
        narrative=evidence.narrative,
        genre=evidence.genre,
    )
