"""What a course team chooses for its reminders, as a form: from choices to fields, and from fields to choices; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from gettext import NullTranslations
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.nudge.limits import Bounds, Policy
from xblocks.nudge.moments import hours

RETENTIONS = (
    ("0.8", N_("a good part: 8 of 10 answers right")),
    ("0.9", N_("most: 9 of 10 answers right")),
    ("0.95", N_("nearly all: 19 of 20 answers right, with more repeating")),
)
TAILS = (
    ("", N_("nothing: then it is done")),
    ("30", N_("once a month")),
    ("91", N_("every three months")),
    ("182", N_("every half year")),
    ("365", N_("once a year")),
    ("30,61,91,182", N_("after 1, 3 and 6 months, then every half year")),
)
MOST_HELD_OUT = 50
FARTHEST = timedelta(days=3653)
LIMITS = ("per_day", "per_week", "most_questions")
FIELDS = ("target", "retention", "tail", *LIMITS, "quiet_from", "quiet_until", "holdout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for a course.

    Attributes:
        target: the day on which it must be known; None: at the course's end.
        retention: the share of answers (0..1) that should be right then.
        tail: gaps in days after the target, the last repeats; empty: nothing comes after it.
        quiet: a mask of local hours (`limits.Policy`).
        holdout: the share of learners who are not reminded, in percent.
    """

    target: date | None = None
    retention: float = 0.9
    tail: tuple[int, ...] = ()
    per_day: int
    per_week: int
    most_questions: int
    quiet: int
    holdout: int = 0

    @property
    def horizon(self) -> tuple[object, ...]:
        """What decides when questions come back."""
        return self.target, self.retention, self.tail


def as_form(settings: Settings) -> dict[str, str]:
    """The fields of the form, filled in."""
    span = quiet_span(settings.quiet)
    return {
        "target": settings.target.isoformat() if settings.target else "",
        "retention": f"{settings.retention:g}",
        "tail": _tail_text(settings.tail),
        **{name: str(getattr(settings, name)) for name in LIMITS},
        "quiet_from": str(span[0]) if span else "",
        "quiet_until": str(span[1]) if span else "",
        "holdout": str(settings.holdout),
    }


def read_form(
    raw: Mapping[str, str], was: Settings, bounds: Bounds, today: date, ends_on: date | None
) -> tuple[Settings, list[Problem]]:
    """The choices in a form, and every problem by the name of its field; where there is one, the choice is as it was.

    Args:
        was: what holds now; a field that is missing stays so, and what is unchanged is not called wrong.
        ends_on: the day on which the course ends; None: it has no end.
    """
    form = _Form({**as_form(was), **raw}, was, bounds)
    values: dict[str, Any] = {
        "target": form.target(today, ends_on),
        "retention": float(form.choice("retention")),
        "tail": _tail(form.choice("tail")),
        **{name: form.limit(name) for name in LIMITS},
        "quiet": form.quiet(),
        "holdout": form.number(
            "holdout", 0, MOST_HELD_OUT, N_("At most %(most)d: beyond that there are too few left to remind.")
        ),
    }
    return Settings(**values), form.problems


def options(name: str, settings: Settings, words: NullTranslations) -> list[tuple[str, str]]:
    """The answers to choose from for "retention" and "tail"; one that somebody set elsewhere is among them."""
    offered = {"retention": RETENTIONS, "tail": TAILS}[name]
    now = as_form(settings)[name]
    listed = [(value, words.gettext(text)) for value, text in offered]
    if now not in dict(listed):
        listed.append((now, words.gettext("as it is now (%(value)s)") % {"value": now}))
    return listed


# --- Quiet hours


def quiet_span(mask: int) -> tuple[int, int] | None:
    """From which hour until which it is quiet; None when that is no single span of a part of the day."""
    starts = [hour for hour in range(24) if mask >> hour & 1 and not mask >> (hour - 1) % 24 & 1]
    ends = [hour for hour in range(24) if not mask >> hour & 1 and mask >> (hour - 1) % 24 & 1]
    return (starts[0], ends[0]) if len(starts) == 1 else None


def quiet_mask(begin: int, end: int) -> int:
    """The hours from one until another, over midnight where need be; none when they are the same."""
    return hours(*((begin + step) % 24 for step in range((end - begin) % 24)))


def hours_in_words(mask: int) -> str:
    """Spans of hours: "22:00-7:00"."""
    span = quiet_span(mask)
    if span:
        return f"{span[0]}:00-{span[1]}:00"
    return ", ".join(f"{hour}:00-{hour + 1}:00" for hour in range(24) if mask >> hour & 1)


# --- Reading


class _Form:
    """A form while it is read."""

    def __init__(self, raw: Mapping[str, str], was: Settings, bounds: Bounds) -> None:
        self.raw = {name: str(raw[name]).strip() for name in FIELDS}
        self.was = was
        self.now = as_form(was)
        self.loosest: Policy = bounds.loosest
        self.problems: list[Problem] = []

    def wrong(self, name: str, message: str, **params: object) -> None:
        self.problems.append(Problem(name, message, params))

    def target(self, today: date, ends_on: date | None) -> date | None:
        text = self.raw["target"]
        if text == self.now["target"]:
            return self.was.target
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.wrong("target", N_("Write the day as year-month-day, for example 2027-03-01."))
            return self.was.target
        if day <= today:
            self.wrong("target", N_("That day has passed or is today. Choose one that is still to come, or none."))
        elif ends_on is not None and day > ends_on:
            self.wrong("target", N_("The course ends on %(day)s. Choose that day or an earlier one."), day=ends_on)
        elif day - today > FARTHEST:
            self.wrong("target", N_("That is more than ten years ahead. Choose a day that is nearer."))
        else:
            return day
        return self.was.target

    def choice(self, name: str) -> str:
        text, offered = self.raw[name], {"retention": RETENTIONS, "tail": TAILS}[name]
        if text in dict(offered):
            return text
        if text != self.now[name]:
            self.wrong(name, N_("Choose one of the answers in the list."))
        return self.now[name]

    def number(self, name: str, least: int, most: int, too_much: str) -> int:
        text, was = self.raw[name], self.now[name]
        if text == was:
            return int(was)
        if not (text.isascii() and text.isdigit()):
            self.wrong(name, N_("Write a whole number, for example %(example)d."), example=max(least, 1))
            return int(was)
        # A number of a thousand digits is no number.
        value = int(text[:9])
        if value < least:
            self.wrong(
                name, N_("At least %(least)d. To send nothing at all there is a switch on this page."), least=least
            )
        elif value > most:
            self.wrong(name, too_much, most=most)
        else:
            return value
        return int(was)

    def limit(self, name: str) -> int:
        return self.number(
            name,
            1,
            getattr(self.loosest, name),
            N_("At most %(most)d: that is what the administrators of this site allow."),
        )

    def quiet(self) -> int:
        names = ("quiet_from", "quiet_until")
        texts = [self.raw[name] for name in names]
        if texts == [self.now[name] for name in names]:
            return self.was.quiet
        begin, end = (int(text) if text in _HOURS else -1 for text in texts)
        if begin < 0 or end < 0:
            self.wrong(names[0] if begin < 0 else names[1], N_("Choose one of the hours in the list."))
            return self.was.quiet
        mask = quiet_mask(begin, end)
        if self.loosest.quiet & ~mask:
            message = N_("On this site these hours are always quiet: %(hours)s. Choose a span that has them all.")
            self.wrong("quiet_from", message, hours=hours_in_words(self.loosest.quiet))
            return self.was.quiet
        return mask


_HOURS = {str(hour) for hour in range(24)}


def _tail_text(tail: tuple[int, ...]) -> str:
    return ",".join(str(gap) for gap in tail)


def _tail(text: str) -> tuple[int, ...]:
    return tuple(int(gap) for gap in text.split(",") if gap)
