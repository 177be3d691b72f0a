"""Which messages a learner should still get about a workshop, as things are now; pure.

A message has a name that stays, so that asking for it again moves it, and nobody gets one twice. What should have come
before the learner knew of the session never comes: they have just seen what there is to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from xblocks.workshop.moments import Distance, written
from xblocks.workshop.preparation import Progress
from xblocks.workshop.timeline import Appointment

AFTER = timedelta(minutes=15)
"""So long after the end the invitation to look back may come."""
STILL_FRESH = timedelta(days=3)
"""So long it makes sense."""


class Occasion(StrEnum):
    """Why a message: to PREPARE what is not done, to CHOOSE a session, to look back AFTER one."""

    PREPARE = "prepare"
    CHOOSE = "choose"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message.

    Attributes:
        name: unique for a learner and a workshop.
        at, until: in UTC; the span in which it makes sense, never without room.
    """

    name: str
    occasion: Occasion
    at: datetime
    until: datetime


AFTERWARDS = "after"


def name_of(reminder: Distance) -> str:
    """What the message so long before a session is called."""
    return f"before-{written(reminder)}"


def wanted(
    reminders: Sequence[Distance],
    appointment: Appointment | None,
    progress: Progress,
    *,
    since: datetime,
    now: datetime,
    is_chosen: bool,
    must_choose: bool,
    has_reflection: bool,
) -> list[Wanted]:
    """Everything that is to come; what is not among it is not to come any more.

    Args:
        reminders: the farthest first.
        appointment: the session that the learner chose, or the earliest to come; None: there is none.
        since: when they came to have it, or it was moved.
        must_choose: there is something to choose, and they have not.
        has_reflection: there is somewhere to look back.
    """
    if appointment is None:
        return []
    found: list[Wanted] = []
    if must_choose or progress.left:
        occasion = Occasion.CHOOSE if must_choose else Occasion.PREPARE
        moments = [appointment.before(one) for one in reminders]
        for index, (reminder, at) in enumerate(zip(reminders, moments, strict=True)):
            # The next one takes the place of one that could not be sent before it.
            until = min([*moments[index + 1 :], appointment.starts])
            if at >= since and until > max(at, now):
                found.append(Wanted(name_of(reminder), occasion, at, until))
    at = appointment.ends + AFTER
    if has_reflection and is_chosen and at >= since and at + STILL_FRESH > now:
        found.append(Wanted(AFTERWARDS, Occasion.AFTER, at, at + STILL_FRESH))
    return found
