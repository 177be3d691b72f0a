"""The planner: given what the course team chose, when does a question come back? In a picture and in words; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape

from xblocks.nudge.horizon import Horizon, plan
from xblocks.nudge.memory import Memory, Rating, rebuilt
from xblocks.nudge.team_pictures import PlanRow, moments_in_words, plan_rows
from xblocks.nudge.team_sections import Telling

WITHOUT_TARGET = timedelta(days=365)
LEAST_AFTER, MOST_AFTER = timedelta(days=14), timedelta(days=400)
MOST_MOMENTS = 60
_SOLID = (60, 54, 40, 0)
"""Days ago on which the question that is known well was answered right."""


def render_plan(horizon: Horizon, telling: Telling) -> str:
    """When a question that is new, one that is shaky and one that is known well come back."""
    ends = picture_ends(horizon, telling.now)
    if ends <= telling.now:
        return f"<p>{telling.words.gettext('The course has ended, so nothing comes back any more.')}</p>"
    rows = list(planned(horizon, telling, ends))
    aim = horizon.aim
    picture = plan_rows(
        rows,
        begins=telling.now,
        ends=ends,
        target=aim if aim is not None and telling.now < aim <= ends else None,
        name="mt-plan",
        rtl=telling.rtl,
        day=telling.day,
        words=telling.words,
    )
    lines = "".join(
        f"<li><b>{escape(row.label)}</b>: {escape(moments_in_words(row.moments, telling.day, telling.words))}</li>"
        for row in rows
    )
    return f'<p>{escape(lead(horizon, telling))}</p><figure>{picture}</figure><ul class="mt-list">{lines}</ul>'


def lead(horizon: Horizon, telling: Telling) -> str:
    """What holds, in a sentence."""
    words, aim = telling.words, horizon.aim
    if aim is None:
        return words.gettext("No day is set, so a question comes back whenever it is about to be forgotten.")
    day = {"day": telling.day(aim)}
    if aim > telling.now:
        return words.gettext("This is how it goes when everything must be known on %(day)s and all goes well:") % day
    if horizon.tail.gaps:
        return words.gettext("%(day)s has passed. What you chose for afterwards holds now:") % day
    return words.gettext("%(day)s has passed, and you chose that nothing comes after it.") % day


def planned(horizon: Horizon, telling: Telling, ends: datetime) -> Iterator[PlanRow]:
    """A row a kind of question."""
    now, words = telling.now, telling.words
    kinds = (
        (words.gettext("Right for the first time today"), _after((Rating.GOOD, now))),
        (words.gettext("Not right yet today"), _after((Rating.AGAIN, now))),
        (
            words.gettext("Right today, as several times before"),
            _after(*((Rating.GOOD, now - timedelta(days=days)) for days in _SOLID)),
        ),
    )
    for label, memory in kinds:
        yield PlanRow(label, plan(memory, horizon, now, until=ends, most=MOST_MOMENTS))


def picture_ends(horizon: Horizon, now: datetime) -> datetime:
    """How far the picture goes: past the target as far as what comes after it can be seen, never past the end."""
    aim, gaps = horizon.aim, horizon.tail.gaps
    ends = now + WITHOUT_TARGET
    if aim is not None:
        ends = max(aim, now) + (min(3 * gaps[0], MOST_AFTER) if gaps else LEAST_AFTER)
    return ends if horizon.ends_at is None else min(ends, horizon.ends_at)


def _after(*log: tuple[Rating, datetime]) -> Memory:
    memory = rebuilt(log)
    assert memory is not None
    return memory
