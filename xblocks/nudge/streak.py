"""A streak that nobody can be punished with: weeks with practice, a week's rest allowed, the best one kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations

from xblocks.base.problems import N_

_BEGIN = N_("Practise once this week and your streak begins.")
_AGAIN = N_("Practise once this week and a new streak begins.")


@dataclass(frozen=True, slots=True)
class Streak:
    """How steadily somebody practises.

    Attributes:
        weeks: weeks with practice in the streak that is under way; a week's rest in between is not counted.
        best: weeks of the best streak so far, this one included.
        is_counted: this week has practice already.
        is_resting: last week had none, so the streak waits for practice this week.
    """

    weeks: int
    best: int
    is_counted: bool
    is_resting: bool


def streak(days: Iterable[date], today: date) -> Streak:
    """The streak as it stands today.

    Weeks begin on Monday (ISO 8601). One week without practice lets the streak rest; after a second one in a row the
    next practice begins anew. The week that is under way is never one without practice.

    Args:
        days: local dates with practice, in any order, as often as one likes; those after today's week are left out.
        today: the local date.
    """
    this_week = _week(today)
    practised = sorted({_week(day) for day in days})
    weeks = best = 0
    last: int | None = None
    for week in practised:
        if week > this_week:
            break
        weeks = weeks + 1 if last is not None and week - last <= 2 else 1
        best, last = max(best, weeks), week
    away = this_week - last if last is not None else None
    if away is None or away > 2:
        return Streak(0, best, is_counted=False, is_resting=False)
    return Streak(weeks, best, is_counted=away == 0, is_resting=away == 2)


def in_words(streak: Streak, words: NullTranslations) -> str:
    """One or two sentences that say where it stands and what one practice does; nothing is ever lost in them."""
    if not streak.weeks:
        if not streak.best:
            return words.gettext(_BEGIN)
        best = words.ngettext("Your best so far: %(weeks)d week.", "Your best so far: %(weeks)d weeks.", streak.best)
        return f"{words.gettext(_AGAIN)} {best % {'weeks': streak.best}}"
    if streak.is_counted:
        return words.ngettext(
            "%(weeks)d week with practice. This week counts already.",
            "%(weeks)d weeks with practice. This week counts already.",
            streak.weeks,
        ) % {"weeks": streak.weeks}
    if streak.is_resting:
        return words.ngettext(
            "%(weeks)d week with practice, taking a rest. Practise once this week and it goes on.",
            "%(weeks)d weeks with practice, taking a rest. Practise once this week and it goes on.",
            streak.weeks,
        ) % {"weeks": streak.weeks}
    return words.ngettext(
        "%(weeks)d week with practice. Practise once this week and it grows.",
        "%(weeks)d weeks with practice. Practise once this week and it grows.",
        streak.weeks,
    ) % {"weeks": streak.weeks}


def _week(day: date) -> int:
    """Weeks since the Monday of the year 1's first week."""
    return (day.toordinal() - 1) // 7
