"""Sessions that a team moved, changed or cancelled without publishing its course: Moodle shows them as they are.

A sync writes what the course says. What is other than that is written here, and counts as what was written before
(`accept`), so that a sync has nothing to say of it until the course itself says something else. A session for which the
course has no date gets its event here, marked so that a sync leaves it (`components.WAITING`).

Where nothing was moved no call is made. What was told is looked at again now and then: a sync from another machine may
have written over it. What somebody edited in Moodle stays as they have it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import NullTranslations

from moodle_bridge.client import Client
from moodle_bridge.components import WAITING, field_hash
from moodle_bridge.held import HELD, held_of
from moodle_bridge.keys import component_key, session_key
from moodle_bridge.kinds.workshop import KIND, SESSION
from moodle_bridge.plan import Held
from moodle_bridge.plan_calls import DELETE, REMOVE, UPSERT
from moodle_bridge.service.models import Link, Moved
from moodle_bridge.shapes import Json
from moodle_bridge.syncing import VALUES
from moodle_bridge.wire import Call
from moodle_bridge.words import catalogue
from moodle_bridge.workshop_words import Told, event_fields, minutes_of, sessions_markup
from xblocks.base.platform import platform
from xblocks.workshop import api as workshops

LOOKED_AT = timedelta(hours=1)
"""What was told is looked at again after so long."""

HIDDEN: Mapping[str, Json] = {"visible": False}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What Moodle is to show of something.

    Attributes:
        is_moved: other than the course says.
        is_planned: the course itself says enough for it to be there.
    """

    kind: str
    fields: Mapping[str, Json]
    is_moved: bool
    is_planned: bool = True

    @property
    def mark(self) -> str:
        """The same while the same is to be shown."""
        return field_hash(dict(self.fields))


def carry(client: Client, link: Link) -> Counter[str]:
    """Show what was moved as it is now; how many were told, failed, or wait for a sync. Safe to repeat, and to end.

    Raises:
        BridgeError: what concerns the whole site, or the course.
    """
    now = platform().now()
    wanted = dict(_wanted(link))
    rows = {row.key: row for row in Moved.objects.filter(link=link)}
    new = [Moved(link=link, key=key) for key, one in wanted.items() if one.is_moved and key not in rows]
    due = [row for row in rows.values() if _is_due(row, wanted.get(row.key), now)]
    if not new and not due:
        return Counter()
    Moved.objects.bulk_create(new, ignore_conflicts=True)
    keys = {row.key for row in (*new, *due)}
    held = {one.key: one for one in held_of(client.call(HELD, {"courseid": link.course})) if one.key in keys}
    values = _values(client, link, held)
    return _tell(client, link, {key: wanted.get(key) for key in sorted(keys)}, held, values)


def _is_due(row: Moved, one: Wanted | None, now: datetime) -> bool:
    is_other = one is None or not one.is_moved or one.mark != row.mark
    is_old = row.told_at is None or row.told_at <= now - LOOKED_AT
    return is_old or (is_other and bool(row.mark))


def _values(client: Client, link: Link, held: Mapping[str, Held]) -> Mapping[str, Mapping[str, Json]]:
    """What Moodle has now."""
    if not held:
        return {}
    answer = client.call(VALUES, {"courseid": link.course, "keys": list(held)})
    return {item["key"]: {one["name"]: one["value"] for one in item["fields"]} for item in answer["items"]}


# --- What is to be shown


def _wanted(link: Link) -> Iterator[tuple[str, Wanted]]:
    found = workshops.workshops_of(link.course_key)
    if not found:
        return
    course = platform().course(link.course_key)
    words = catalogue(course.language if course else "")
    for workshop in found:
        yield from _of_workshop(workshop, words)


def _of_workshop(workshop: workshops.WorkshopNow, words: NullTranslations) -> Iterator[tuple[str, Wanted]]:
    usage_key, plan = str(workshop.usage_key), workshop.plan
    is_moved = any(not one.is_as_planned for one in workshop.sessions)
    told = [Told(one.session, one.is_cancelled) for one in workshop.sessions]
    yield component_key(usage_key), Wanted(KIND, {"intro": sessions_markup(told, words)}, is_moved)
    for one in workshop.sessions:
        fields = event_fields(workshop.title, one.session, minutes_of(plan), words)
        is_planned = event_fields(workshop.title, one.planned, 0, words) is not None
        shown = HIDDEN if fields is None or one.is_cancelled else {**fields, "visible": True}
        if is_planned or fields is not None:
            key = session_key(usage_key, one.session.id)
            yield key, Wanted(SESSION, shown, not one.is_as_planned, is_planned)


# --- Telling


def _tell(
    client: Client,
    link: Link,
    wanted: Mapping[str, Wanted | None],
    held: Mapping[str, Held],
    values: Mapping[str, Mapping[str, Json]],
) -> Counter[str]:
    calls: dict[str, Call] = {}
    counted: Counter[str] = Counter()
    for key, one in wanted.items():
        there = held.get(key)
        if there is None and (one is None or one.is_planned):
            # The next sync makes it; until then there is nothing to move.
            counted["waits_for_a_sync"] += int(one is not None and one.is_moved)
            _keep(link, key, one, is_told=False)
            continue
        call = _call(link, key, one, there, values.get(key, {}))
        if call is None:
            _keep(link, key, one)
        else:
            calls[key] = call
    by_call = {id(call): key for key, call in calls.items()}
    for outcome in client.call_many(calls.values()):
        key = by_call[id(outcome.call)]
        if outcome.error is not None:
            counted["failed"] += 1
        else:
            counted["told"] += 1
            _keep(link, key, wanted[key])
    return counted


def _call(link: Link, key: str, one: Wanted | None, there: Held | None, values: Mapping[str, Json]) -> Call | None:
    """The call that makes Moodle show something; None where it does, or where nothing may be done about it."""
    if there is None:
        assert one is not None
        return None if one.fields is HIDDEN else _upsert(link, key, one.kind, one.fields, None)
    if not there.is_present or there.is_removed:
        # Somebody deleted it there, or the course has it no more.
        return None
    is_ours = all(field.hash == WAITING for field in there.fields.values())
    if is_ours and (one is None or (not one.is_planned and one.fields is HIDDEN)):
        return Call(REMOVE, {"courseid": link.course, "key": key, "mode": DELETE})
    fields = dict(HIDDEN if one is None else one.fields)
    planned = there.fields.get("visible")
    if planned is not None and planned.hash == field_hash(False):
        # The whole block is not for learners yet.
        fields.pop("visible", None)
    edited = {name for name, field in there.fields.items() if field.is_edited}
    wrong = {name: value for name, value in fields.items() if name not in edited and values.get(name) != value}
    kind = there.kind
    return _upsert(link, key, kind, wrong, there) if wrong else None


def _upsert(link: Link, key: str, kind: str, fields: Mapping[str, Json], there: Held | None) -> Call:
    known = {} if there is None else there.fields
    payload: dict[str, Json] = {
        # Another hash than a sync gives it, or Moodle would take it for what is there already.
        "fields": {name: {"value": value, "hash": field_hash({"now": value})} for name, value in fields.items()},
        "accept": {name: known[name].hash if name in known else WAITING for name in fields},
    }
    return Call(UPSERT, {"courseid": link.course, "kind": kind, "key": key, "payload": payload})


def _keep(link: Link, key: str, one: Wanted | None, *, is_told: bool = True) -> None:
    rows = Moved.objects.filter(link=link, key=key)
    if one is None or not one.is_moved:
        rows.delete()
    else:
        rows.update(mark=one.mark if is_told else "", told_at=platform().now())


def synced(link: Link) -> None:
    """A sync may have made what was waited for, and written over what was told: it is looked at next."""
    Moved.objects.filter(link=link).update(told_at=None)
