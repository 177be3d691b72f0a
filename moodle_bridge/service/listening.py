"""What the service hears: badges that are awarded and revoked, and users of this platform who leave."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any
from uuid import UUID

from django.core.cache import cache

from moodle_bridge.service import awards, people, settings_reading, tasks
from moodle_bridge.service.models import Site
from xblocks.badges import api as badges
from xblocks.badges.data import BadgeData
from xblocks.badges.signals import BADGE_AWARDED_V1, BADGE_REVOKED_V1

log = logging.getLogger(__name__)

SOON = 5
"""Seconds."""
_RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"


def carry_badge(sender: Any = None, signal: Any = None, badge: BadgeData | None = None, **kwargs: Any) -> None:
    """A badge was awarded or revoked: the learner has it in Moodle too, or no more, where they take the course."""
    if badge is None or not settings_reading.is_configured():
        return
    try:
        award = badges.award(UUID(badge.award))
        for site in awards.note([award] if award else []):
            _hand_out(site)
    except Exception:
        # The award is kept and counts; a pull finds what is not carried yet.
        log.exception("The badge %s is not on its way to Moodle yet.", badge.award)


def _hand_out(site: int) -> None:
    """To a worker, in a moment: many badges are often awarded at once, and one worker carries them all."""
    if cache.add(f"microunits.moodle.carry.{site}", 1, SOON):
        name = Site.objects.values_list("name", flat=True).get(pk=site)
        tasks.carry_awards.apply_async((name,), countdown=SOON)


def forget_retired(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    """Forget whose Moodle account was theirs. Safe to run twice."""
    if user is not None:
        people.forget_user(user.id)


def connect() -> None:
    """Listen to badges, and to the platform, where there is one."""
    for signal in (BADGE_AWARDED_V1, BADGE_REVOKED_V1):
        signal.connect(carry_badge, dispatch_uid="microunits.moodle.carry_badge")
    try:
        signals = import_module(_RETIREMENT)
    except (ImportError, RuntimeError):
        return
    signals.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.moodle.forget_retired")
