"""What a course team chooses for its reminders, as a form: from choices to fields, and from fields to choices; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from gettext import NullTranslations
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.nudge.limits import DEFAULT, Bounds, Overrides
from xblocks.nudge.moments import span_mask, span_of
from xblocks.nudge.rule_words import hours_in_words

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
LONGEST_REST = 14 * 24
LIMITS = ("per_day", "per_week", "most_questions")
IGNORED = ("slow_after", "stop_after")
POLICY = (*LIMITS, "quiet", "days", "hour", "rest", *IGNORED)
"""What of the settings is the policy's (`limits.Policy`), by its names there."""
RARE = ("days", "hour", "rest", *IGNORED)
"""Fields that few teams change."""
FIELDS = ("target", "retention", "tail", *LIMITS, "quiet_from", "quiet_until", *RARE, "holdout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for a course.

    Attributes:
        target: the day on which it must be known; None: at the course's end.
        retention: the share of answers (0..1) that should be right then.
        tail: gaps in days after the target, the last repeats; empty: nothing comes after it.
        quiet, days: masks of local hours and of days of the week; these and other limits are as in `limits.Policy`.
        holdout: the share of learners who are not reminded, in percent.
    """

    target: date | None = None
    retention: float = 0.9
    tail: tuple[int, ...] = ()
    per_day: int
    per_week: int
    most_questions: int
    quiet: int
    days: int = DEFAULT.days
    hour: int | None = DEFAULT.hour
    rest: timedelta = DEFAULT.rest
    slow_after: int = DEFAULT.slow_after
    stop_after: int = DEFAULT.stop_after
    holdout: int = 0

    @property
    def horizon(self) -> tuple[object, ...]:
        """What decides when questions come back."""
        return self.target, self.retention, self.tail


def overrides(settings: Settings) -> Overrides:
    """The policy that a team chose, for `limits.merged`."""
    return Overrides(**{name: getattr(settings, name) for name in POLICY})


def as_form(settings: Settings) -> dict[str, str]:
    """The fields of the form, filled in; days are the numbers of those that are checked, 0 for Monday, with commas."""
    span = span_of(settings.quiet)
    return {
        "target": settings.target.isoformat() if settings.target else "",
        "retention": f"{settings.retention:g}",
        "tail": _tail_text(settings.tail),
        **{name: str(getattr(settings, name)) for name in LIMITS},
        "quiet_from": str(span[0]) if span else "",
        "quiet_until": str(span[1]) if span else "",
        "days": ",".join(str(day) for day in range(7) if settings.days >> day & 1),
        "hour": "" if settings.hour is None else str(settings.hour),
        "rest": f"{settings.rest / timedelta(hours=1):g}",
        **{name: str(getattr(settings, name)) for name in IGNORED},
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
    quiet, hour = form.agreed(form.quiet(), form.hour())
    values: dict[str, Any] = {
        "target": form.target(today, ends_on),
        "retention": float(form.choice("retention")),
        "tail": _tail(form.choice("tail")),
        **{name: form.limit(name) for name in (*LIMITS, *IGNORED)},
        "quiet": quiet,
        "days": form.days(),
        "hour": hour,
        "rest": form.rest(),
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


def hours_offered(bounds: Bounds) -> list[str]:
    """The hours to choose from; "" is any hour that is not quiet.

    Where the administrators chose the hour for everybody, a team may not choose "any": nothing says that it did.
    """
    only = bounds.loosest.hour
    hours = [str(hour) for hour in range(24) if not bounds.loosest.quiet >> hour & 1 and only in (None, hour)]
    return hours if bounds.default.hour is not None or only is not None else ["", *hours]


# --- Reading


class _Form:
    """A form while it is read."""

    def __init__(self, raw: Mapping[str, str], was: Settings, bounds: Bounds) -> None:
        self.raw = {name: str(raw[name]).strip() for name in FIELDS}
        self.was = was
        self.now = as_form(was)
        self.bounds = bounds
        self.loosest = bounds.loosest
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
        mask = span_mask(begin, end)
        if self.loosest.quiet & ~mask:
            message = N_("On this site these hours are always quiet: %(hours)s. Choose a span that has them all.")
            self.wrong("quiet_from", message, hours=hours_in_words(self.loosest.quiet))
            return self.was.quiet
        return mask

    def days(self) -> int:
        text = self.raw["days"]
        if text == self.now["days"]:
            return self.was.days
        chosen = {day for day in text.split(",") if day}
        if not chosen:
            self.wrong("days", N_("Choose at least one day. To send nothing at all there is a switch on this page."))
        elif not chosen <= _DAYS:
            self.wrong("days", N_("Choose among the days in the list."))
        elif (mask := sum(1 << int(day) for day in chosen)) & ~self.loosest.days:
            self.wrong("days", N_("On some of these days this site sends nothing. Choose among those in the list."))
        else:
            return mask
        return self.was.days

    def hour(self) -> int | None:
        text = self.raw["hour"]
        if text == self.now["hour"]:
            return self.was.hour
        if text not in hours_offered(self.bounds):
            self.wrong("hour", N_("Choose one of the hours in the list."))
            return self.was.hour
        return int(text) if text else None

    def agreed(self, quiet: int, hour: int | None) -> tuple[int, int | None]:
        """The quiet hours and the only hour that is wanted, if there is one that is not quiet; else both as they were.

        Of the two fields, the one that was changed is told to be mended.
        """
        was = self.was.quiet, self.was.hour
        if hour is None or not quiet >> hour & 1 or (quiet, hour) == was:
            return quiet, hour
        if hour == self.was.hour:
            message = N_("Then it is quiet around %(hour)s, the only hour that is chosen below. Change one of the two.")
            self.wrong("quiet_from", message, hour=f"{hour}:00")
        else:
            message = N_("Around %(hour)s it is quiet. Choose an hour outside of the quiet hours, or change those.")
            self.wrong("hour", message, hour=f"{hour}:00")
        return was

    def rest(self) -> timedelta:
        text, was = self.raw["rest"], self.was.rest
        if text == self.now["rest"]:
            return was
        if not (text.isascii() and text.isdigit()):
            self.wrong("rest", N_("Write a whole number of hours, for example %(example)d."), example=24)
            return was
        rest = timedelta(hours=min(int(text[:9]), LONGEST_REST + 1))
        if rest < self.loosest.rest:
            least = -(-self.loosest.rest // timedelta(hours=1))
            message = N_("At least %(least)d hours: the administrators of this site ask for that.")
            self.wrong("rest", message, least=least)
        elif rest > timedelta(hours=LONGEST_REST):
            self.wrong("rest", N_("At most %(most)d hours, which is two weeks."), most=LONGEST_REST)
        else:
            return rest
        return was


_HOURS = {str(hour) for hour in range(24)}
_DAYS = {str(day) for day in range(7)}


def _tail_text(tail: tuple[int, ...]) -> str:
    return ",".join(str(gap) for gap in tail)


def _tail(text: str) -> tuple[int, ...]:
    return tuple(int(gap) for gap in text.split(",") if gap)
