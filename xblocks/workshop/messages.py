"""What messages about a workshop say, pure: facts in, words out, in the language of a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from gettext import NullTranslations

from xblocks.base.problems import N_
from xblocks.nudge.when_words import date_in_words
from xblocks.workshop.preparation import Progress
from xblocks.workshop.reminding import Occasion
from xblocks.workshop.timeline import Appointment

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


class Notice(StrEnum):
    """What a learner is told once: the session was MOVED, something else about it CHANGED, it was CANCELLED, or they
    got the SEAT that they waited for."""

    MOVED = "moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    SEAT = "seat"


Text = dict[str, str]
"""{"subject", "text", "button"}, as nudging takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a message is about.

    Attributes:
        title: of the workshop.
        appointment: None while nobody knows when it is.
        others: there are other sessions to choose from.
        is_waiting: the learner has no seat in it, but waits for one.
        kept: the session that they have a seat in meanwhile; None: that is the one, or there is none.
    """

    title: str
    appointment: Appointment | None
    now: datetime
    others: bool = False
    is_waiting: bool = False
    kept: Appointment | None = None


def when_in_words(appointment: Appointment, now: datetime, words: NullTranslations) -> str:
    """A date and times, as the clock of the place shows them: "Thursday 3 December, 13:30–16:30"."""
    starts, ends = (one.astimezone(appointment.zone) for one in (appointment.starts, appointment.ends))
    begin = moment_in_words(appointment.starts, appointment, now, words)
    if starts.date() != ends.date():
        return f"{begin} – {moment_in_words(appointment.ends, appointment, now, words)}"
    return f"{begin}–{ends:%H:%M}"


def moment_in_words(when: datetime, appointment: Appointment, now: datetime, words: NullTranslations) -> str:
    """A moment, as the clock of the place shows it: "Thursday 3 December, 13:30"."""
    local = when.astimezone(appointment.zone)
    date = date_in_words(local, now, appointment.zone, words)
    return f"{words.gettext(WEEKDAYS[local.weekday()])} {date}, {local:%H:%M}"


def zone_in_words(appointment: Appointment) -> str:
    """The place whose clock it is: "Amsterdam"; a zone that is named after no place, by its name."""
    return appointment.zone.key.rpartition("/")[2].replace("_", " ")


def where_in_words(appointment: Appointment) -> str:
    """The place, or the link where there is none; "" for neither."""
    return appointment.session.place or appointment.session.link


def left_in_words(progress: Progress, words: NullTranslations) -> str:
    """What is still to do: "2 things left, about 15 minutes"."""
    number = len(progress.left)
    things = words.ngettext("%(number)d thing left", "%(number)d things left", number) % {"number": number}
    minutes = progress.minutes_left
    if not minutes:
        return things
    time = words.ngettext("about %(number)d minute", "about %(number)d minutes", minutes) % {"number": minutes}
    return f"{things}, {time}"


# --- Reminders


def reminder(occasion: Occasion, about: About, progress: Progress, words: NullTranslations) -> Text:
    """A message before a session, or after it."""
    title = {"title": about.title}
    if occasion is Occasion.AFTER:
        return {
            "subject": words.gettext("Looking back at “%(title)s”") % title,
            "text": words.gettext("What do you take with you? Two minutes of looking back make it last."),
            "button": words.gettext("Look back"),
        }
    when = {"when": _when(about.appointment, about, words), **title}
    if occasion is Occasion.CHOOSE:
        return {
            "subject": words.gettext("Choose your session: %(title)s") % title,
            "text": words.gettext(
                "The first session is on %(when)s. Choose the one that suits you. Is it full? Then you can wait for a "
                "seat."
            )
            % when,
            "button": words.gettext("Choose a session"),
        }
    return {
        "subject": words.gettext("Before “%(title)s”: %(left)s") % {**title, "left": left_in_words(progress, words)},
        "text": words.gettext("“%(title)s” is on %(when)s. With this done you get more out of it.") % when,
        "button": words.gettext("Prepare now"),
    }


# --- What is told once


def notice(kind: Notice, about: About, words: NullTranslations) -> Text:
    """A message about a session that has changed."""
    subject, text, button = _NOTICES[kind]
    values = {"title": about.title, "when": _when(about.appointment, about, words)}
    parts = [words.gettext(_TO_WHO_WAITS.get(kind, text) if about.is_waiting else text) % values]
    if kind is not Notice.CANCELLED and about.appointment is not None and where_in_words(about.appointment):
        parts.append(words.gettext("Where: %(place)s") % {"place": where_in_words(about.appointment)})
    if about.kept is not None:
        stays = {"when": _when(about.kept, about, words)}
        parts.append(words.gettext("You keep your seat in the session on %(when)s.") % stays)
    elif kind is Notice.CANCELLED:
        parts.append(words.gettext(_CHOOSE_ANOTHER if about.others else _NO_OTHER))
    return {
        "subject": words.gettext(subject) % values,
        "text": "\n\n".join(parts),
        "button": words.gettext(button),
    }


_CHOOSE_ANOTHER = N_("Choose another session, if one suits you. What you prepared stays.")
_NO_OTHER = N_("There is no other session yet. What you prepared stays; your course team tells you what comes next.")
_NOTICES = {
    Notice.MOVED: (
        N_("New time: %(title)s"),
        N_("“%(title)s” is now on %(when)s. If you cannot come, choose another session or give your seat to others."),
        N_("Look at it"),
    ),
    Notice.CHANGED: (
        N_("Something changed: %(title)s"),
        N_("“%(title)s” stays on %(when)s, but where or with whom has changed."),
        N_("Look at it"),
    ),
    Notice.CANCELLED: (
        N_("Cancelled: %(title)s"),
        N_("The session of “%(title)s” on %(when)s does not take place. Sorry about that."),
        N_("See what you can do"),
    ),
    Notice.SEAT: (
        N_("You have a seat: %(title)s"),
        N_("A seat came free, and you were first in line. You are in the session on %(when)s."),
        N_("Look at it"),
    ),
}
_TO_WHO_WAITS = {
    Notice.MOVED: N_(
        "The session of “%(title)s” that you wait for is now on %(when)s. If that does not suit you, stop waiting."
    ),
    Notice.CHANGED: N_(
        "The session of “%(title)s” that you wait for stays on %(when)s, but where or with whom has changed."
    ),
}


def _when(appointment: Appointment | None, about: About, words: NullTranslations) -> str:
    if appointment is None:
        return words.gettext("a day that is still to be set")
    return f"{when_in_words(appointment, about.now, words)} ({zone_in_words(appointment)})"
