"""A workshop's plan as JSON-ready data, and back with everything that is to be mended; pure.

Only the shape is read here; what values must be like is in `fields`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.workshop import fields
from xblocks.workshop.fields import Reader
from xblocks.workshop.moments import Distance, written
from xblocks.workshop.plan import (
    DAY_BEFORE,
    REMINDERS,
    Completes,
    Fixed,
    Item,
    ItemKind,
    Later,
    Plan,
    Relative,
    Session,
    When,
)

MAX_SESSIONS, MAX_ITEMS, MAX_REMINDERS = 50, 50, 6
Data = dict[str, Any]
Made = TypeVar("Made")

_SESSION = ("id", "zone", "place", "link", "facilitator", "seats")
_ITEM = ("id", "title", "about", "minutes", "url", "block")


# --- As data


def encode(plan: Plan) -> Data:
    """A plan; what has its default value is left out."""
    whole: Data = {
        "about": plan.about,
        "sessions": [encode_session(one) for one in plan.sessions],
        "items": [encode_item(one) for one in plan.items],
        "reflection": plan.reflection,
    }
    found = {name: value for name, value in whole.items() if value}
    if plan.reminders != REMINDERS:
        found["reminders"] = [written(one) for one in plan.reminders]
    if plan.completes is not Completes.PREPARED:
        found["completes"] = str(plan.completes)
    return found


def encode_session(session: Session) -> Data:
    """A session; what has its default value is left out."""
    plain = {name: getattr(session, name) for name in _SESSION}
    return {
        **{name: value for name, value in plain.items() if value or name in ("id", "zone")},
        **encode_when(session.when),
    }


def encode_when(when: When) -> Data:
    """When a session is: {"starts", "ends"}, with "days" where it is relative; nothing while nobody knows."""
    if isinstance(when, Later):
        return {}
    times = {name: getattr(when, name).isoformat(timespec="minutes") for name in ("starts", "ends")}
    return {"days": when.days, **times} if isinstance(when, Relative) else times


def encode_item(item: Item) -> Data:
    """An item; what has its default value is left out."""
    plain = {name: getattr(item, name) for name in _ITEM}
    default = {"minutes": 5}
    return {
        "kind": str(item.kind),
        **{name: value for name, value in plain.items() if value != default.get(name, "") or name == "id"},
        **({"before": written(item.before)} if item.before != DAY_BEFORE else {}),
    }


def version(*parts: Any) -> str:
    """A name for data that tells it apart from other data: 32 hex digits of its canonical JSON."""
    canonical = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]


# --- From data


def normal(raw: Any) -> Data | None:
    """Data of a plan as this release writes it; None where it cannot be read."""
    try:
        return encode(decode(raw))
    except ContentError:
        return None


def decode(raw: Any) -> Plan:
    """A plan from data.

    Raises:
        ContentError: with everything that is wrong, each at its field ("sessions/1/seats").
    """
    problems: list[Problem] = []
    plan = _plan(raw, problems)
    if problems:
        raise ContentError(tuple(problems))
    return plan


def decode_session(raw: Any) -> Session:
    """One session from data.

    Raises:
        ContentError: as `decode`.
    """
    return _alone(raw, _session)


def decode_item(raw: Any) -> Item:
    """One item from data.

    Raises:
        ContentError: as `decode`.
    """
    return _alone(raw, _item)


def _alone(raw: Any, read: Callable[[Reader], Made]) -> Made:
    problems: list[Problem] = []
    reader = fields.reader(raw, "", problems)
    made = read(reader) if reader is not None else None
    if problems or made is None:
        raise ContentError(tuple(problems))
    return made


def _plan(raw: Any, problems: list[Problem]) -> Plan:
    reader = fields.reader(raw, "", problems)
    if reader is None:
        return Plan()
    sessions = _list(reader, "sessions", MAX_SESSIONS, _session)
    items = _list(reader, "items", MAX_ITEMS, _item)
    plan = Plan(
        about=reader.markup("about"),
        sessions=sessions,
        items=items,
        reminders=_reminders(reader),
        reflection=reader.block("reflection", ""),
        completes=reader.one_of("completes", Completes, Completes.PREPARED),
    )
    reader.finish()
    _told_apart("sessions", [one.id for one in sessions], problems)
    _told_apart("items", [one.id for one in items], problems)
    return plan


def _list(reader: Reader, name: str, most: int, read: Callable[[Reader], Made]) -> tuple[Made, ...]:
    found = []
    for index, raw in enumerate(reader.list(name, most)):
        inner = fields.reader(raw, reader.at(f"{name}/{index}"), reader.problems)
        if inner is not None:
            found.append(read(inner))
    return tuple(found)


def _session(reader: Reader) -> Session:
    session = Session(
        id=reader.id("id"),
        when=_when(reader),
        zone=reader.zone("zone"),
        place=reader.line("place"),
        link=reader.link("link"),
        facilitator=reader.line("facilitator"),
        seats=reader.number("seats", 0, 0, fields.MOST_SEATS),
    )
    reader.finish()
    return session


def _when(reader: Reader) -> When:
    if not any(reader.has(name) for name in ("starts", "ends", "days")):
        return Later()
    if reader.has("days"):
        days = reader.number("days", 0, 0, fields.MOST_DAYS)
        begins, until = reader.time("starts"), reader.time("ends")
        reader.in_order(begins, until)
        return Relative(days, begins, until) if begins and until else Later()
    starts, ends = reader.local("starts"), reader.local("ends")
    reader.in_order(starts, ends)
    return Fixed(starts, ends) if starts and ends else Later()


def _item(reader: Reader) -> Item:
    kind = reader.one_of("kind", ItemKind, ItemKind.TICK)
    item = Item(
        id=reader.id("id"),
        kind=kind,
        title=reader.line("title", required=N_("Say in a few words what there is to do.")),
        about=reader.markup("about"),
        minutes=reader.number("minutes", 5, 0, fields.MOST_MINUTES),
        before=reader.distance("before", DAY_BEFORE),
        url=reader.link("url"),
        block=reader.block("block", "microquiz", required=kind is ItemKind.QUIZ),
    )
    reader.finish()
    return item


def _reminders(reader: Reader) -> tuple[Distance, ...]:
    if not reader.has("reminders"):
        return REMINDERS
    found = [reader.distance_in(raw, "reminders") for raw in reader.list("reminders", MAX_REMINDERS)]
    return tuple(sorted({one for one in found if one is not None}, key=lambda one: one.length, reverse=True))


def _told_apart(where: str, ids: Sequence[str], problems: list[Problem]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name and name in seen:
            problems.append(Problem(f"{where}/{index}/id", N_("Another one here has this id.")))
        seen.add(name)


def sessions_in(raw: Mapping[str, Any]) -> tuple[Session, ...]:
    """The sessions of a plan as data, but for those that cannot be read."""
    found = []
    for one in raw.get("sessions", ()):
        try:
            found.append(decode_session(one))
        except ContentError:
            continue
    return tuple(found)
