"""How far a learner is in a course, read from what was recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from devstack.models import Completion, Grade, Recorded, Unit, Usage
from devstack.people import Person
from devstack.words import say
from xblocks.base.i18n import ngettext, translator
from xblocks.base.numerals import numeral

SHOWN = 60
"""So many events are shown, the latest."""


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """A unit in a list, as a learner sees it.

    Attributes:
        percent: how much is done; None when nobody is logged in, and where there is nothing to be done with.
    """

    unit: Unit
    percent: int | None
    done: str
    points: str
    minutes: str
    doing: str


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """What is recorded of one block."""

    name: str
    grade: str
    weighted: str
    completion: str
    percent: int


@dataclass(frozen=True, slots=True)
class Line:
    """One event."""

    kind: str
    label: str
    name: str
    block: str
    time: Any
    text: str


def number(value: float) -> str:
    """A number without noise behind the decimal sign."""
    return numeral(value, translator(), places=2)


def points(earned: float, possible: float) -> str:
    """Points in words; 0.5 of 1 point, 0.5 of 2 points."""
    text = ngettext("%(earned)s of %(possible)s point", "%(earned)s of %(possible)s points", 1 if possible == 1 else 2)
    return text % {"earned": number(earned), "possible": number(possible)}


def usages(unit: Unit) -> list[Usage]:
    """The blocks that stand directly in a unit, in order."""
    return list(unit.usages.filter(parent=""))


@cache
def counts(block_type: str) -> bool:
    """Whether a unit waits for blocks of this type, by the platform's rules."""
    return bool(XBlockCompletionMode.get_mode(XBlock.load_class(block_type)) != XBlockCompletionMode.EXCLUDED)


def of_units(units: Sequence[Unit], user: Person) -> list[UnitProgress]:
    """How far a learner is in each unit."""
    if not user.is_authenticated:
        return [UnitProgress(unit, None, "", "", _minutes(unit), say("start")) for unit in units]
    done = dict(Completion.objects.filter(user=user).values_list("usage_key", "completion"))
    grades = {grade.usage_key: grade for grade in Grade.objects.filter(user=user)}
    return [_of_unit(unit, done, grades) for unit in units]


def _of_unit(unit: Unit, done: dict[str, float], grades: dict[str, Grade]) -> UnitProgress:
    there = usages(unit)
    keys = [usage.usage_key for usage in there if counts(usage.block_type)]
    if there and not keys:
        return UnitProgress(unit, None, "", "", _minutes(unit), say("start"))
    percent = int(100 * sum(done.get(key, 0) for key in keys) / len(keys)) if keys else 0
    scored = [grades[key] for key in keys if key in grades]
    earned = sum(grade.weighted_earned for grade in scored)
    possible = sum(grade.weighted_possible for grade in scored)
    told = points(earned, possible) if scored else say("no_points")
    doing = say("look_again" if percent == 100 else "go_on" if percent or scored else "start")
    return UnitProgress(unit, percent, say("done", percent=percent), told, _minutes(unit), doing)


def _minutes(unit: Unit) -> str:
    text = ngettext("About %(number)d minute", "About %(number)d minutes", unit.minutes)
    return text % {"number": unit.minutes}


def of_blocks(named: Sequence[tuple[str, str]], user: Person) -> list[BlockRecord]:
    """Grade and completion of the blocks of (usage key, name)."""
    if not user.is_authenticated:
        return []
    keys = [key for key, _name in named]
    rows = Completion.objects.filter(user=user, usage_key__in=keys)
    done: dict[str, float] = dict(rows.values_list("usage_key", "completion"))
    grades = {grade.usage_key: grade for grade in Grade.objects.filter(user=user, usage_key__in=keys)}
    return [_of_block(name, done.get(key), grades.get(key)) for key, name in named]


def _of_block(name: str, done: float | None, grade: Grade | None) -> BlockRecord:
    percent = round(100 * (done or 0))
    shown = weighted = ""
    if grade is not None:
        shown = points(grade.earned, grade.possible)
        parts = {"earned": number(grade.weighted_earned), "possible": number(grade.weighted_possible)}
        weighted = say("weighted", **parts)
    return BlockRecord(
        name=name,
        grade=shown or say("none_yet"),
        weighted=weighted,
        completion=say("none_yet") if done is None else f"{percent}%",
        percent=percent,
    )


def events(named: Sequence[tuple[str, str]], user: Person) -> list[Line]:
    """What happened in blocks, the latest first."""
    names = dict(named)
    rows = Recorded.objects.filter(usage_key__in=names, user=user if user.is_authenticated else None)
    return [
        Line(row.kind, say(f"kind_{row.kind}"), row.name, names[row.usage_key], row.time, _pretty(row.payload))
        for row in rows.order_by("-pk")[:SHOWN]
    ]


def _pretty(payload: Any) -> str:
    return json.dumps(payload, indent=2, ensure_ascii=False)
