"""Moments as people say them: "tomorrow", "on Thursday", "in 3 weeks", "on Thursday, around 9:00"; pure."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from gettext import NullTranslations

from xblocks.base.problems import N_

ON_DAYS = (
    N_("on Monday"),
    N_("on Tuesday"),
    N_("on Wednesday"),
    N_("on Thursday"),
    N_("on Friday"),
    N_("on Saturday"),
    N_("on Sunday"),
)
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def days_between(when: datetime, now: datetime, zone: tzinfo) -> int:
    """How many midnights of the time zone lie between now and then; negative when it was before today."""
    return (when.astimezone(zone).date() - now.astimezone(zone).date()).days


def coming_back(when: datetime, now: datetime, zone: tzinfo, words: NullTranslations) -> str:
    """How far away something is: "today", "tomorrow", "on Thursday", "in 10 days", "in 3 weeks", "in 2 months"."""
    days = days_between(when, now, zone)
    if days < 7:
        return _this_week(days, when.astimezone(zone), words)
    if days < 14:
        return words.ngettext("in %(number)d day", "in %(number)d days", days) % {"number": days}
    if days < 60:
        weeks = round(days / 7)
        return words.ngettext("in %(number)d week", "in %(number)d weeks", weeks) % {"number": weeks}
    months = round(days / 30.4)
    return words.ngettext("in %(number)d month", "in %(number)d months", months) % {"number": months}


def on_day(when: datetime, now: datetime, zone: tzinfo, words: NullTranslations) -> str:
    """Which day it is: "today", "tomorrow", "on Thursday", "on 3 December", "on 3 January 2027"."""
    days = days_between(when, now, zone)
    if 0 <= days < 7:
        return _this_week(days, when.astimezone(zone), words)
    return words.gettext("on %(date)s") % {"date": date_in_words(when, now, zone, words)}


def at_hour(when: datetime, now: datetime, zone: tzinfo, words: NullTranslations) -> str:
    """A day and the hour: "on Thursday, around 9:00"; "today, around now" within the hour that has begun."""
    begun = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    if begun <= when < begun + timedelta(hours=1):
        return words.gettext("today, around now")
    hour = f"{when.astimezone(zone).hour}:00"
    return words.gettext("%(day)s, around %(hour)s") % {"day": on_day(when, now, zone, words), "hour": hour}


def date_in_words(when: datetime, now: datetime, zone: tzinfo, words: NullTranslations) -> str:
    """A date: "3 December", and "3 January 2027" when that is another year."""
    local = when.astimezone(zone)
    parts = {"day": local.day, "month": words.gettext(MONTHS[local.month - 1]), "year": local.year}
    if local.year == now.astimezone(zone).year:
        return words.gettext("%(day)d %(month)s") % parts
    return words.gettext("%(day)d %(month)s %(year)d") % parts


def _this_week(days: int, local: datetime, words: NullTranslations) -> str:
    if days <= 0:
        return words.gettext("today")
    if days == 1:
        return words.gettext("tomorrow")
    return words.gettext(ON_DAYS[local.weekday()])
