"""What a learner wishes: which days, which hour, where, how; or not for a while, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from xblocks.base.problems import N_, Problem
from xblocks.nudge.limits import Overrides
from xblocks.nudge.moments import EVERY_DAY

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MOST_A_WEEK = 7
MOST_QUESTIONS = 10
LONGEST_PAUSE = timedelta(days=366)

_WORKDAYS, _WEEKEND = 0b0011111, 0b1100000


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
        per_week, most_questions: never more than the course team has; None: as the team has it.
    """

    days: int = EVERY_DAY
    hour: int | None = None
    time_zone: str = ""
    channel: Channel = Channel.MAIL
    paused_until: datetime | None = None
    is_stopped: bool = False
    weekly_digest: bool = False
    per_week: int | None = None
    most_questions: int | None = None


def overrides(preferences: Preferences) -> Overrides:
    """What of it makes a course's policy stricter, for `limits.merged`."""
    return Overrides(
        days=preferences.days,
        hour=preferences.hour,
        per_week=preferences.per_week,
        most_questions=preferences.most_questions,
    )


# --- From a form


def read_form(raw: Mapping[str, Any], now: datetime) -> tuple[Preferences | None, list[Problem]]:
    """Preferences from a form, and every problem; None when there is any.

    Args:
        raw: "days" as a list of numbers (0 is Monday), or one of them; "hour", "per_week", "most_questions" as a number
            or ""; "time_zone"; "channel"; "paused_until" as the first date on which something may come again
            ("2026-12-01", in the learner's zone) or as a moment with its offset; "is_stopped" and "weekly_digest" as
            checkboxes. What is missing is the default; days may not be: a form without a checked day has none.
        now: what a pause is measured from.
    """
    problems: list[Problem] = []
    zone_name = _text(raw.get("time_zone"))
    if zone_name and zone_name not in _zone_names():
        problems.append(Problem("time_zone", N_("Choose a time zone from the list, such as Europe/Amsterdam.")))
        zone_name = ""
    preferences = Preferences(
        days=_days(raw.get("days"), problems),
        hour=_number(raw, "hour", 0, 23, N_("Choose an hour from 0 to 23, or leave it open."), problems),
        time_zone=zone_name,
        channel=_channel(_text(raw.get("channel")), problems),
        paused_until=_pause(_text(raw.get("paused_until")), zone_name, now, problems),
        is_stopped=_checked(raw.get("is_stopped")),
        weekly_digest=_checked(raw.get("weekly_digest")),
        per_week=_number(
            raw, "per_week", 1, MOST_A_WEEK, N_("Choose 1 to 7 messages a week; to get none, stop or pause."), problems
        ),
        most_questions=_number(
            raw, "most_questions", 1, MOST_QUESTIONS, N_("Choose 1 to 10 questions a message."), problems
        ),
    )
    return (None if problems else preferences), problems


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
        "per_week": preferences.per_week,
        "most_questions": preferences.most_questions,
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
    days = _days_in_words(preferences, gettext)
    if preferences.hour is None:
        text = gettext("%(days)s, outside quiet hours") % {"days": days}
    else:
        text = gettext("%(days)s, around %(hour)d:00") % {"days": days, "hour": preferences.hour}
    return text[:1].upper() + text[1:]


def _days_in_words(preferences: Preferences, gettext: Callable[[str], str]) -> str:
    chosen = [gettext(name) for day, name in enumerate(WEEKDAYS) if preferences.days >> day & 1]
    if preferences.weekly_digest:
        return gettext("once a week, on %(day)s") % {"day": chosen[0]}
    if preferences.days == EVERY_DAY:
        return gettext("every day")
    if preferences.days == _WORKDAYS:
        return gettext("Monday to Friday")
    if preferences.days == _WEEKEND:
        return gettext("in the weekend")
    return _listed(chosen, gettext)


def _listed(names: Iterable[str], gettext: Callable[[str], str]) -> str:
    *first, last = names
    return gettext("%(names)s and %(last)s") % {"names": ", ".join(first), "last": last} if first else last
