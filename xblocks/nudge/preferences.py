"""What a learner wishes: which days, which hour, where, how; or not for a while, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from xblocks.base.problems import N_, Problem
from xblocks.nudge.limits import Overrides
from xblocks.nudge.moments import EVERY_DAY, EVERY_HOUR, span_mask
from xblocks.nudge.rule_words import WEEKDAYS, days_in_words, hours_in_words

MOST_A_DAY = 2
"""Messages lie so far apart (`policy.APART`) that there are no more anyway."""
MOST_A_WEEK = 7
MOST_QUESTIONS = 10
MOST_IGNORED = 10
LONGEST_REST = 14 * 24
LONGEST_PAUSE = timedelta(days=366)


class Channel(StrEnum):
    """Where messages arrive."""

    MAIL = "mail"
    TRAY = "tray"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A learner's wishes.

    Attributes:
        days: of the week, as bits; Monday is bit 0.
        hour: the local hour within which messages may come; None: any that is not quiet.
        time_zone: an IANA name; "" is the platform's idea of it.
        paused_until: UTC; None: not paused.
        weekly_digest: one message a week, on the first of the days.
        quiet_from, quiet_until: local hours between which nothing comes, over midnight where need be, beside those in
            which a course is quiet; None: no others. Both or neither, and not the same.
        per_day, per_week, most_questions, slow_after, stop_after: as in `limits.Policy`, and never more than the course
            team has; None: as the team has it.
        rest_hours: after the learner was active, and never less than the team has; None: as the team has it.
    """

    days: int = EVERY_DAY
    hour: int | None = None
    time_zone: str = ""
    channel: Channel = Channel.MAIL
    paused_until: datetime | None = None
    is_stopped: bool = False
    weekly_digest: bool = False
    quiet_from: int | None = None
    quiet_until: int | None = None
    per_day: int | None = None
    per_week: int | None = None
    most_questions: int | None = None
    rest_hours: int | None = None
    slow_after: int | None = None
    stop_after: int | None = None

    @property
    def quiet(self) -> int:
        """The hours that the learner wants quiet, as a mask (`moments`)."""
        if self.quiet_from is None or self.quiet_until is None:
            return 0
        return span_mask(self.quiet_from, self.quiet_until)


STRICTER = (
    "days",
    "hour",
    "quiet_from",
    "quiet_until",
    "per_day",
    "per_week",
    "most_questions",
    "rest_hours",
    "slow_after",
    "stop_after",
)
"""What of the wishes makes a course's policy stricter; see `overrides`."""


def overrides(preferences: Preferences) -> Overrides:
    """What of it makes a course's policy stricter, for `limits.merged`."""
    rest = preferences.rest_hours
    return Overrides(
        days=preferences.days,
        hour=preferences.hour,
        quiet=preferences.quiet,
        per_day=preferences.per_day,
        per_week=preferences.per_week,
        most_questions=preferences.most_questions,
        rest=None if rest is None else timedelta(hours=rest),
        slow_after=preferences.slow_after,
        stop_after=preferences.stop_after,
    )


# --- To and from a form


def as_form(preferences: Preferences) -> dict[str, Any]:
    """The fields of the form, filled in, as a browser would send them; `read_form` reads them."""
    kept = as_json(preferences)
    checked = {name: "1" if kept[name] else "" for name in ("is_stopped", "weekly_digest")}
    days = [str(day) for day in range(7) if preferences.days >> day & 1]
    return {**{name: _text(value) for name, value in kept.items()}, **checked, "days": days}


def read_form(raw: Mapping[str, Any], now: datetime, never: int = 0) -> tuple[Preferences | None, list[Problem]]:
    """Preferences from a form, and every problem; None when there is any.

    Args:
        raw: "days" as a list of numbers (0 is Monday), or one of them; hours, limits and hours of rest as a number or
            ""; "time_zone"; "channel"; "paused_until" as the first date on which something may come again
            ("2026-12-01", in the learner's zone) or as a moment with its offset; "is_stopped" and "weekly_digest" as
            checkboxes. What is missing is the default; days may not be: a form without a checked day has none.
        now: what a pause is measured from.
        never: local hours in which no course of this site may send, as a mask.
    """
    problems: list[Problem] = []
    zone_name = _text(raw.get("time_zone"))
    if zone_name and zone_name not in _zone_names():
        problems.append(Problem("time_zone", N_("Choose a time zone from the list, such as Europe/Amsterdam.")))
        zone_name = ""
    quiet_from, quiet_until = _quiet(raw, problems)
    numbers = {
        name: _number(raw, name, least, most, message, problems) for name, (least, most, message) in _NUMBERS.items()
    }
    preferences = Preferences(
        days=_days(raw.get("days"), problems),
        time_zone=zone_name,
        channel=_channel(_text(raw.get("channel")), problems),
        paused_until=_pause(_text(raw.get("paused_until")), zone_name, now, problems),
        is_stopped=_checked(raw.get("is_stopped")),
        weekly_digest=_checked(raw.get("weekly_digest")),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        **numbers,
    )
    problems.extend(_no_hour_left(preferences, never))
    return (None if problems else preferences), problems


_NUMBERS = {
    "hour": (0, 23, N_("Choose an hour from 0 to 23, or leave it open.")),
    "per_day": (1, MOST_A_DAY, N_("Choose 1 or 2 messages a day; to get none, stop or pause.")),
    "per_week": (1, MOST_A_WEEK, N_("Choose 1 to 7 messages a week; to get none, stop or pause.")),
    "most_questions": (1, MOST_QUESTIONS, N_("Choose 1 to 10 questions a message.")),
    "rest_hours": (1, LONGEST_REST, N_("Choose a rest of 1 to 336 hours; for a longer one, pause.")),
    "slow_after": (1, MOST_IGNORED, N_("Choose 1 to 10 messages after which fewer come.")),
    "stop_after": (1, MOST_IGNORED, N_("Choose 1 to 10 messages after which they stop; to get none at all, stop.")),
}


def _quiet(raw: Mapping[str, Any], problems: list[Problem]) -> tuple[int | None, int | None]:
    before = len(problems)
    message = N_("Choose an hour from 0 to 23.")
    begin = _number(raw, "quiet_from", 0, 23, message, problems)
    end = _number(raw, "quiet_until", 0, 23, message, problems)
    if len(problems) > before or (begin is None and end is None):
        return None, None
    if begin is None:
        problems.append(Problem("quiet_from", N_("Choose the hour from which on it should be quiet, too.")))
    elif end is None:
        problems.append(Problem("quiet_until", N_("Choose the hour until which it should be quiet, too.")))
    elif begin == end:
        sentence = N_("Choose another hour than the one from which on it is quiet; to get nothing, stop or pause.")
        problems.append(Problem("quiet_until", sentence))
    return begin, end


def _no_hour_left(preferences: Preferences, never: int) -> Iterator[Problem]:
    """Wishes that nothing can ever fulfil are no wishes, but a slip."""
    hour, quiet = preferences.hour, preferences.quiet
    if hour is None:
        if quiet and not EVERY_HOUR & ~(quiet | never):
            sentence = N_("On this site that leaves no hour of the day. Choose fewer; to get nothing, stop or pause.")
            yield Problem("quiet_from", sentence)
        return
    said = {"hour": f"{hour}:00"}
    if quiet >> hour & 1:
        yield Problem("hour", N_("You want it quiet around %(hour)s. Choose another hour, or other quiet hours."), said)
    elif never >> hour & 1:
        yield Problem("hour", N_("On this site nothing is sent around %(hour)s. Choose another hour."), said)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _text(raw: Any) -> str:
    return "" if raw is None else str(raw).strip()


def _checked(raw: Any) -> bool:
    return raw is True or _text(raw).lower() in {"on", "1", "true", "yes"}


def _days(raw: Any, problems: list[Problem]) -> int:
    chosen = raw if isinstance(raw, (list, tuple)) else () if raw in (None, "") else (raw,)
    names = {_text(day) for day in chosen}
    if not names or not names <= {str(day) for day in range(7)}:
        problems.append(Problem("days", N_("Choose at least one day of the week; to get nothing, stop or pause.")))
        return EVERY_DAY
    return sum(1 << int(day) for day in names)


def _number(
    raw: Mapping[str, Any], name: str, least: int, most: int, message: str, problems: list[Problem]
) -> int | None:
    text = _text(raw.get(name))
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most:
        return int(text)
    problems.append(Problem(name, message))
    return None


def _channel(text: str, problems: list[Problem]) -> Channel:
    try:
        return Channel(text or Channel.MAIL)
    except ValueError:
        problems.append(Problem("channel", N_("Choose mail, notifications, both or none.")))
        return Channel.MAIL


def _pause(text: str, zone_name: str, now: datetime, problems: list[Problem]) -> datetime | None:
    if not text:
        return None
    try:
        until = _moment(text, ZoneInfo(zone_name or "UTC"))
    except (ValueError, OverflowError):
        problems.append(Problem("paused_until", N_("Write the date as year-month-day, such as 2026-12-01.")))
        return None
    if until > now + LONGEST_PAUSE:
        problems.append(Problem("paused_until", N_("A pause lasts a year at most; to get nothing any more, stop.")))
    # A pause that is over already is none: the form was open for a while.
    return until if until > now else None


def _moment(text: str, zone: ZoneInfo) -> datetime:
    if len(text) == len("2026-12-01"):
        return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its offset from UTC")
    return moment.astimezone(UTC)


# --- To and from JSON


def as_json(preferences: Preferences) -> dict[str, Any]:
    """The preferences as data that JSON can hold; `from_json` reads it."""
    paused = preferences.paused_until
    return {
        "days": preferences.days,
        "hour": preferences.hour,
        "time_zone": preferences.time_zone,
        "channel": str(preferences.channel),
        "paused_until": None if paused is None else paused.isoformat(),
        "is_stopped": preferences.is_stopped,
        "weekly_digest": preferences.weekly_digest,
        "quiet_from": preferences.quiet_from,
        "quiet_until": preferences.quiet_until,
        "per_day": preferences.per_day,
        "per_week": preferences.per_week,
        "most_questions": preferences.most_questions,
        "rest_hours": preferences.rest_hours,
        "slow_after": preferences.slow_after,
        "stop_after": preferences.stop_after,
    }


def from_json(raw: Mapping[str, Any]) -> Preferences:
    """The preferences that `as_json` wrote; what is missing is the default.

    Raises:
        ValueError, TypeError: it was not written by `as_json`.
    """
    paused = raw.get("paused_until")
    return Preferences(
        **{
            **raw,
            "channel": Channel(raw.get("channel", Channel.MAIL)),
            "paused_until": None if paused is None else datetime.fromisoformat(paused),
        }
    )


# --- In words


def in_words(preferences: Preferences, words: NullTranslations) -> str:
    """When messages come, as one says it: "Tuesday and Thursday, around 9:00"; or that none do."""
    gettext = words.gettext
    if preferences.is_stopped or preferences.channel is Channel.NONE:
        return gettext("No messages: you stopped them.")
    days = days_in_words(preferences.days, words)
    if preferences.weekly_digest:
        first = (preferences.days & -preferences.days).bit_length() - 1
        days = gettext("once a week, on %(day)s") % {"day": gettext(WEEKDAYS[first])}
    if preferences.hour is None:
        text = gettext("%(days)s, outside quiet hours") % {"days": days}
    else:
        text = gettext("%(days)s, around %(hour)d:00") % {"days": days, "hour": preferences.hour}
    if preferences.quiet:
        text = gettext("%(when)s, and never %(hours)s") % {"when": text, "hours": hours_in_words(preferences.quiet)}
    return text[:1].upper() + text[1:]
