"""Telling others of awards once they are kept: whoever listens and fails must not undo them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from xblocks.badges import models, platform_events, tasks
from xblocks.badges.data import BadgeData
from xblocks.badges.signals import BADGE_AWARDED_V1, BADGE_REVOKED_V1


def awarded(award: models.Award) -> None:
    """A badge was awarded."""
    award_id = award.pk
    # Signed first: whoever hears of it may ask for the credential.
    transaction.on_commit(lambda: tasks.queue(tasks.sign, award_id), robust=True)
    _tell(BADGE_AWARDED_V1, _data(award, award.awarded_at, award.reason))
    transaction.on_commit(lambda: platform_events.tell_awarded(award), robust=True)


def revoked(award: models.Award) -> None:
    """A badge was revoked."""
    _tell(BADGE_REVOKED_V1, _data(award, award.revoked_at, award.revoked_reason))
    transaction.on_commit(lambda: platform_events.tell_revoked(award), robust=True)


def _tell(signal: Any, badge: BadgeData) -> None:
    transaction.on_commit(lambda: signal.send_event(badge=badge), robust=True)


def _data(award: models.Award, at: Any, reason: str) -> BadgeData:
    return BadgeData(
        source=award.holder.source,
        external_id=award.holder.external_id,
        course_key=award.badge.course_key,
        badge_id=award.badge.badge_id,
        award=str(award.uid),
        name=award.definition["name"],
        minutes=award.definition.get("minutes", 0),
        how=str(award.how),
        at=at,
        reason=reason,
    )
