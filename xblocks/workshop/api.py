"""The only door to what workshops keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.base.platform import platform
from xblocks.workshop import choosing, joining, models
from xblocks.workshop.attending import note as note_attendance
from xblocks.workshop.choosing import NoSuchSessionError, choose, leave, stop_waiting
from xblocks.workshop.elsewhere import WorkshopNow, join, note_prepared, note_quiz, take_back_prepared, workshops_of
from xblocks.workshop.enrolling import left_elsewhere
from xblocks.workshop.feeds import feed_address, feed_of, feed_off, new_feed
from xblocks.workshop.looking_back import attended as who_attended
from xblocks.workshop.looking_back import prepared as who_prepared
from xblocks.workshop.preparing import PreparationError, answer, tick
from xblocks.workshop.publishing import publish
from xblocks.workshop.scheduling import cancel, change, take_up_again
from xblocks.workshop.taking_part import come_back, participant


def export_learner(source: str, external_id: str) -> Iterator[dict[str, Any]]:
    """Everything that is kept of a learner, as JSON-ready data."""
    of_learner = {"person__source": source, "person__external_id": external_id}
    columns = (
        "began_at",
        "left_at",
        "chosen_at",
        "prepared_at",
        "attended_at",
        "holds__session_id",
        "waits__session_id",
    )
    rows = models.Participant.objects.filter(**of_learner).order_by("pk")
    for row in rows.values("workshop__usage_key", *columns):
        yield {"kind": "workshop", **_plain(row)}
    at_it = {f"participant__{name}": value for name, value in of_learner.items()}
    for row in (
        models.Done.objects.filter(**at_it)
        .order_by("pk")
        .values("participant__workshop__usage_key", "item_id", "text", "done_at")
    ):
        yield {"kind": "prepared", **_plain(row)}
    for row in (
        models.Attendance.objects.filter(**at_it)
        .order_by("pk")
        .values("session__workshop__usage_key", "session__session_id", "was_there", "at")
    ):
        yield {"kind": "attendance", **_plain(row)}


def join_learners(guest: tuple[str, str], account: tuple[str, str], now: datetime) -> None:
    """What a learner did elsewhere is from now on an account's. Safe to repeat (`joining`)."""
    joining.join(guest, account, now)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value if isinstance(value, bool) else _text(value)
        for name, value in row.items()
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def forget_learner(source: str, external_id: str) -> None:
    """Remove everything that is kept of a learner; who waits for their seat moves up."""
    rows = models.Participant.objects.filter(person__source=source, person__external_id=external_id)
    now = platform().now()
    with transaction.atomic():
        for one in rows.order_by("workshop_id"):
            choosing.leave(one, now)
        models.Person.objects.filter(source=source, external_id=external_id).delete()


__all__ = [
    "NoSuchSessionError",
    "PreparationError",
    "WorkshopNow",
    "answer",
    "cancel",
    "change",
    "choose",
    "come_back",
    "export_learner",
    "feed_address",
    "feed_of",
    "feed_off",
    "forget_learner",
    "join",
    "join_learners",
    "leave",
    "left_elsewhere",
    "new_feed",
    "note_attendance",
    "note_prepared",
    "note_quiz",
    "participant",
    "publish",
    "stop_waiting",
    "take_back_prepared",
    "take_up_again",
    "tick",
    "who_attended",
    "who_prepared",
    "workshops_of",
]
