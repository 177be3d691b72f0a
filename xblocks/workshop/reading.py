"""What is kept of workshops, as the values that the pure modules work with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey

from xblocks.base.problems import ContentError
from xblocks.workshop import definition, models
from xblocks.workshop.plan import Plan, Session
from xblocks.workshop.timeline import Appointment, appointment, is_in_time


def plan_of(workshop: models.Workshop) -> Plan:
    """The plan as it was published; an empty one where another release wrote what this one cannot read."""
    return _plan(json.dumps(workshop.plan, sort_keys=True))


@lru_cache(maxsize=256)
def _plan(text: str) -> Plan:
    try:
        return definition.decode(json.loads(text))
    except ContentError:
        return Plan()


def session_of(row: models.Session) -> Session:
    """A session as it is now; without a date where what is kept cannot be read."""
    return session_in(row.facts, row.session_id)


def session_in(facts: Any, session_id: str) -> Session:
    """A session from what is kept of it."""
    try:
        return definition.decode_session(facts)
    except ContentError:
        return Session(id=session_id)


def appointment_of(row: models.Session, began: datetime | None = None) -> Appointment | None:
    """A session with its moments."""
    return appointment(session_of(row), began)


def offered(rows: Iterable[models.Session]) -> list[models.Session]:
    """The sessions that can be chosen, in the order of the plan."""
    found = [row for row in rows if not row.is_cancelled and not row.is_retired]
    return sorted(found, key=lambda row: (row.place_in_plan, row.pk))


def next_offered(rows: Iterable[models.Session], now: datetime, began: datetime | None) -> models.Session | None:
    """The earliest session that has not ended yet."""
    found = [
        (at.starts, row.place_in_plan, row)
        for row in offered(rows)
        if (at := appointment_of(row, began)) is not None and at.ends > now
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def was_in_time(one: models.Participant, rows: Iterable[models.Session], at: datetime) -> bool:
    """Whether somebody did something before their session began; before the last one while they have not chosen."""
    rows = list(rows)
    own = [row for row in rows if row.pk == (one.holds_id or one.waits_id)]
    moments = (appointment_of(row, one.began_at) for row in own or offered(rows))
    return is_in_time(at, [moment for moment in moments if moment is not None])


def block_of(workshop: models.Workshop, name: str) -> UsageKey | None:
    """The block of the workshop's course that a plan names; None when it is no such name."""
    block_type, _at, block_id = name.partition("@")
    try:
        return workshop.course_key.make_usage_key(block_type, block_id) if block_type and block_id else None
    except InvalidKeyError:
        return None


def name_of(usage_key: UsageKey) -> str:
    """How a plan names a block."""
    return f"{usage_key.block_type}@{usage_key.block_id}"
