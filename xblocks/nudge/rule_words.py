"""Days and hours that somebody chose, as people say them: "Monday to Friday, around 9:00"; pure."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations

from xblocks.base.problems import N_
from xblocks.nudge.moments import EVERY_DAY, EVERY_HOUR, is_ever, span_of

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_WORKDAYS, _WEEKEND = 0b0011111, 0b1100000


def days_in_words(days: int, words: NullTranslations) -> str:
    """Days of the week: "every day", "Tuesday and Thursday"; at least one."""
    if days == EVERY_DAY:
        return words.gettext("every day")
    if days == _WORKDAYS:
        return words.gettext("Monday to Friday")
    if days == _WEEKEND:
        return words.gettext("in the weekend")
    return _listed((words.gettext(name) for day, name in enumerate(WEEKDAYS) if days >> day & 1), words)


def hours_in_words(mask: int) -> str:
    """Spans of hours: "22:00-7:00"."""
    span = span_of(mask)
    if span:
        return f"{span[0]}:00-{span[1]}:00"
    return ", ".join(f"{hour}:00-{hour + 1}:00" for hour in range(24) if mask >> hour & 1)


def rule_in_words(quiet: int, days: int, hour: int | None, words: NullTranslations) -> str:
    """When a rule of `moments` lets something through: "every day, 8:00-20:00", "at no moment at all"."""
    if not is_ever(quiet, days, hour):
        return words.gettext("at no moment at all")
    parts = {"days": days_in_words(days, words), "hour": hour, "hours": hours_in_words(EVERY_HOUR & ~quiet)}
    if hour is not None:
        return words.gettext("%(days)s, around %(hour)d:00") % parts
    if not quiet:
        return words.gettext("%(days)s, at any hour") % parts
    return words.gettext("%(days)s, %(hours)s") % parts


def _listed(names: Iterable[str], words: NullTranslations) -> str:
    *first, last = names
    return words.gettext("%(names)s and %(last)s") % {"names": ", ".join(first), "last": last} if first else last
