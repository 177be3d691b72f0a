"""What a learner wishes: which days, which hour, where, how; or not for a while, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from gettext import NullTranslations
from typing import Any

from xblocks.base.problems import Problem
from xblocks.nudge.moments import EVERY_DAY
from xblocks.nudge.policy import Overrides


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


def read_form(raw: Mapping[str, Any], now: datetime) -> tuple[Preferences | None, list[Problem]]:
    """Preferences from a form, and every problem; None when there is any."""
    raise NotImplementedError


def as_json(preferences: Preferences) -> dict[str, Any]:
    """The preferences as data that JSON can hold."""
    raise NotImplementedError


def from_json(raw: Mapping[str, Any]) -> Preferences:
    """The preferences that `as_json` wrote; what is missing is the default."""
    raise NotImplementedError


def overrides(preferences: Preferences) -> Overrides:
    """What of it makes a course's policy stricter, for `policy.merged`."""
    raise NotImplementedError


def in_words(preferences: Preferences, words: NullTranslations) -> str:
    """When messages come, as one says it: "Tuesday and Thursday, around 9:00"."""
    raise NotImplementedError
