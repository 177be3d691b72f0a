"""The documents that the site publishes about its badges, as bytes with their media type."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from xblocks.badges import achievements, issuer_documents, issuing, key_ring, models, strict_json
from xblocks.badges.issuer import address, issuer_id, profile
from xblocks.badges.strict_json import JsonObject

DID = "application/did+json"
JWK_SET = "application/jwk-set+json"


@dataclass(frozen=True, slots=True)
class Shared:
    """What everybody may see: an award that its learner shares, with its credential."""

    award: models.Award
    credential: models.Credential


def written(document: JsonObject) -> str:
    """A document as it is given out."""
    return strict_json.write(document)


def did_document() -> JsonObject:
    """The issuer's keys, at its did:web."""
    return issuer_documents.controller_document(issuer_id(), key_ring.listed(), [address("issuer")])


def jwk_set() -> JsonObject:
    """The issuer's keys as a JWK Set."""
    return issuer_documents.jwks(key_ring.listed())


def issuer_document() -> JsonObject:
    """The issuer's Profile."""
    return achievements.published(achievements.profile_document(profile()))


def achievement(course_key: object, badge_id: str, content_hash: str) -> models.Achievement | None:
    """An achievement that somebody earned; None where there is none such."""
    found: models.Achievement | None = (
        models.Achievement.objects.select_related("badge")
        .filter(badge__course_key=course_key, badge__badge_id=badge_id, content_hash=content_hash)
        .first()
    )
    return found


def shared(uid: UUID) -> Shared | None:
    """An award by its address; None when nobody may see it (any more), as when there is none."""
    award = models.Award.objects.select_related("badge", "holder").filter(uid=uid, shared_at__isnull=False).first()
    credential = issuing.credential_of(award) if award is not None else None
    return Shared(award, credential) if award is not None and credential is not None else None
