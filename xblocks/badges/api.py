"""The only door to what badges keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from opaque_keys.edx.keys import CourseKey

from xblocks.badges import awarding, changed, credentials, joining, models
from xblocks.badges.awarding import AwardError
from xblocks.badges.definition import block_name
from xblocks.badges.facts import Did, Fact
from xblocks.badges.reading import read

__all__ = [
    "AwardError",
    "Did",
    "Fact",
    "award",
    "awards_changed",
    "awards_of",
    "badges_of_course",
    "block_name",
    "export_learner",
    "forget_learner",
    "hear",
    "join_learners",
    "read",
    "valid_until",
]


# --- What was done


def hear(
    source: str, external_id: str, course_key: CourseKey, facts: Sequence[Fact], now: datetime
) -> list[models.Award]:
    """Keep what a learner did, and award what they earn by it. Safe to repeat, and in any order.

    Args:
        facts: with blocks named as criteria name them (`block_name`).

    Returns:
        awards that are new.
    """
    return awarding.hear(source, external_id, course_key, facts, now)


# --- What there is


def badges_of_course(course_key: CourseKey) -> list[models.Badge]:
    """The badges that can be earned in a course; `read` gives what their team wrote."""
    return list(awarding.badges_of(course_key).values())


def awards_of(source: str, external_id: str) -> list[models.Award]:
    """Every badge that a learner has, or had, over all courses, with its badge and holder; the latest first."""
    rows = models.Award.objects.filter(holder__source=source, holder__external_id=external_id)
    return list(rows.select_related("badge", "holder").order_by("-awarded_at", "-pk"))


def award(uid: UUID) -> models.Award | None:
    """An award with its badge and holder."""
    found: models.Award | None = models.Award.objects.select_related("badge", "holder").filter(uid=uid).first()
    return found


# --- A learner's own


def export_learner(source: str, external_id: str) -> Iterator[dict[str, Any]]:
    """Everything that is kept of a learner, as JSON-ready data."""
    holder = models.Holder.objects.filter(source=source, external_id=external_id).values().first()
    if holder is None:
        return
    yield {"kind": "learner", **_plain(holder)}
    kept: tuple[tuple[str, Any], ...] = (
        ("fact", models.Fact.objects.filter(holder=holder["id"])),
        ("standing", models.Standing.objects.filter(holder=holder["id"])),
        ("award", models.Award.objects.filter(holder=holder["id"])),
        ("credential", models.Credential.objects.filter(award__holder=holder["id"])),
        ("credit", models.CreditLine.objects.filter(award__holder=holder["id"])),
    )
    for kind, rows in kept:
        for row in rows.order_by("pk").values().iterator(chunk_size=2000):
            yield {"kind": kind, **_plain(row)}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    simple = (str, int, float, bool, type(None), dict, list)
    return {
        name: value.isoformat() if isinstance(value, date) else value if isinstance(value, simple) else str(value)
        for name, value in row.items()
    }


def forget_learner(source: str, external_id: str) -> None:
    """Remove everything that is kept of a learner; what they shared is gone from its address with it."""
    models.Holder.objects.filter(source=source, external_id=external_id).delete()


# --- What other places need


def awards_changed(course_key: CourseKey, since: datetime | None, most: int, after: int = 0) -> list[models.Award]:
    """Awards of a course that were made or revoked at a moment or later (`changed`)."""
    return changed.awards_changed(course_key, since, most, after)


def valid_until(award: models.Award) -> datetime | None:
    """Until when an award is valid; None: for ever."""
    return credentials.valid_until(award.awarded_at, read(award).months)


def join_learners(guest: tuple[str, str], account: tuple[str, str], now: datetime) -> list[models.Award]:
    """What a learner did and earned elsewhere is from now on an account's. Safe to repeat (`joining`)."""
    return joining.join(guest, account, now)
