"""Badges that are earned in Moodle: what a learner did there counts here too, whoever they turn out to be."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from django.db import transaction

from moodle_bridge.deeds import facts_of
from moodle_bridge.results import Questions
from moodle_bridge.service.models import Account, Link
from moodle_bridge.service.people import identity
from moodle_bridge.shapes import Json
from xblocks.badges import api as badges
from xblocks.base.platform import platform


def asked_for(link: Link) -> str:
    """What the badges of a course ask for, short; "": it has none."""
    rows = badges.badges_of_course(link.course_key)
    criteria = sorted((row.badge_id, json.dumps(row.definition.get("criterion"), sort_keys=True)) for row in rows)
    return hashlib.sha256(json.dumps(criteria).encode()).hexdigest()[:32] if criteria else ""


def look_at_badges(link: Link) -> bool:
    """Have all attempts of a course read anew when its badges ask for something else than before; whether they do."""
    now = asked_for(link)
    if now == link.badges:
        return False
    values = {"badges": now, **({"attempts": None, "is_behind": True} if now else {})}
    Link.objects.filter(pk=link.pk).update(**values)
    for name, value in values.items():
        setattr(link, name, value)
    return bool(now)


def hear(link: Link, attempts: Sequence[Mapping[str, Json]], questions: Questions) -> int:
    """Hold attempts against the badges of the course; how many awards are new. Safe to repeat."""
    if not link.badges:
        return 0
    by_user: dict[int, list[Mapping[str, Json]]] = defaultdict(list)
    for attempt in attempts:
        by_user[attempt["userid"]].append(attempt)
    return sum(_hear_one(link, user, some, questions) for user, some in by_user.items())


def _hear_one(link: Link, user: int, attempts: Sequence[Mapping[str, Json]], questions: Questions) -> int:
    Account.objects.get_or_create(site_id=link.site_id, user=user)
    with transaction.atomic():
        # Whose it is does not change meanwhile (`people.join`).
        account = Account.objects.select_for_update().get(site_id=link.site_id, user=user)
        account.site = link.site
        zone = zone_of(account)
        facts = [fact for attempt in attempts for fact in facts_of(attempt, questions, zone)]
        return len(badges.hear(*identity(account), link.course_key, facts, platform().now()))


def zone_of(account: Account) -> tzinfo:
    """The time zone of a learner, as Moodle has it."""
    try:
        return ZoneInfo(account.time_zone)
    except (KeyError, ValueError, OSError):
        # Nobody said, or this machine does not know it.
        return UTC
