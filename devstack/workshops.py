"""Workshops of the demo: sessions that stay to come, and learners who are about to prepare."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack.hearing import tell_published
from devstack.models import Usage
from devstack.people import person
from devstack.runtime import studio_block
from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.workshop import api, definition
from xblocks.workshop.models import Workshop
from xblocks.workshop.plan import Fixed, Plan
from xblocks.workshop.timeline import appointment

_IN_DAYS = re.compile(r'((?:starts|ends)=")\{(\d{1,3})\}')
WEEK = timedelta(days=7)
"""A session is looked back at for so long; then it is renewed."""


def dated(text: str, today: date) -> str:
    """OLX in which sessions are so many days from now: starts="{9}T13:30". Nobody meets at the weekend."""
    return _IN_DAYS.sub(lambda found: f"{found[1]}{_working_day(today + timedelta(days=int(found[2])))}", text)


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


# --- Learners


def rehearse(description: Path) -> None:
    """Let learners of a course that was just loaded choose a session and prepare, as its description says."""
    data = tomllib.loads(description.read_text(encoding="utf-8"))
    for entry in data["unit"]:
        rows = Workshop.objects.filter(course_key=CourseKey.from_string(data["key"]))
        for learner in entry.get("learner", ()):
            for row in rows:
                _prepare(row, learner, platform().now())


def _prepare(row: Workshop, learner: Mapping[str, Any], now: datetime) -> None:
    one, _is_new = api.participant(row, OPENEDX, str(person(learner["name"]).pk), now)
    api.choose(one, learner["session"], now)
    for item in learner["done"]:
        api.tick(one, item, is_done=True, now=now)
    for item, text in learner["answers"].items():
        api.answer(one, item, text, now)


# --- Time passes


def renew(now: datetime) -> None:
    """Move workshops of which all sessions were long ago, by whole weeks, so that they are to come again."""
    moved = set()
    for usage in Usage.objects.filter(block_type="workshop"):
        block = studio_block(UsageKey.from_string(usage.usage_key), person("team"))
        plan = block.own_plan()
        weeks = _weeks(plan, now)
        if weeks:
            block.plan_data = definition.encode(_moved(plan, weeks))
            block.save()
            moved.add(block.location.course_key)
    for course_key in moved:
        tell_published(course_key)


def _weeks(plan: Plan, now: datetime) -> int:
    """How many weeks later a plan should be; 0 where something is to come, or was lately."""
    ends = [at.ends for session in plan.sessions if (at := appointment(session)) is not None]
    starts = [at.starts for session in plan.sessions if (at := appointment(session)) is not None]
    if not ends or max(ends) > now - WEEK:
        return 0
    # Time enough before the first one to prepare for it.
    return (now - min(starts)) // WEEK + 2


def _moved(plan: Plan, weeks: int) -> Plan:
    return replace(plan, sessions=tuple(_later(plan.sessions, weeks * WEEK)))


def _later(sessions: Iterable[Any], by: timedelta) -> Iterable[Any]:
    for session in sessions:
        when = session.when
        yield replace(session, when=Fixed(when.starts + by, when.ends + by)) if isinstance(when, Fixed) else session
