"""What learners read of a workshop in Moodle, pure: its sessions and its preparation as markup, a session as an event.

Nothing here depends on when it is written: dates have their year, and what is due is said relative to the session, so
that the same workshop always says the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from gettext import NullTranslations
from html import escape

from moodle_bridge.shapes import Json
from xblocks.base.problems import N_
from xblocks.nudge.when_words import MONTHS
from xblocks.workshop.messages import WEEKDAYS
from xblocks.workshop.moments import Distance
from xblocks.workshop.plan import Item, ItemKind, Plan, Relative, Session
from xblocks.workshop.timeline import Appointment, appointment

LONGEST_NAME = 255
"""Characters that the name of something in Moodle may have."""

MARK_AS_DONE = N_("All done? Then mark this page as done, with the button above.")
BRING_ALONG = N_("Think about it beforehand, and bring your answer along.")


@dataclass(frozen=True, slots=True)
class Told:
    """A session as learners are told of it."""

    session: Session
    is_cancelled: bool = False


def leads_somewhere(address: str) -> bool:
    """Whether an address means the same in Moodle; a path of the LMS does not."""
    return bool(address) and not address.startswith("/")


def named(title: str) -> str:
    """A title as a name in Moodle."""
    return title[:LONGEST_NAME]


# --- Sessions


def sessions_markup(sessions: Sequence[Told], words: NullTranslations) -> str:
    """When and where each session is."""
    if not sessions:
        return f"<p>{escape(words.gettext('There is no date yet. You will find it here once there is one.'))}</p>"
    lines = [_session(one, words) for one in sessions]
    if len(lines) == 1:
        return f"<p>{lines[0]}</p>"
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def _session(told: Told, words: NullTranslations) -> str:
    when = f"<strong>{escape(when_in_words(told.session, words))}</strong>"
    if told.is_cancelled:
        return f"<del>{when}</del> {escape(words.gettext('cancelled'))}"
    facts = _facts(told.session, words)
    return f"{when}<br>{', '.join(facts)}" if facts else when


def when_in_words(session: Session, words: NullTranslations) -> str:
    """When a session is: "Thursday 3 December 2026, 13:30–16:30 (Amsterdam)"."""
    at = appointment(session)
    if at is not None:
        return f"{_span(at, words)} ({_place_of(session.zone)})"
    if isinstance(session.when, Relative):
        return f"{_after(session.when, words)} ({_place_of(session.zone)})"
    return words.gettext("The date follows")


def _span(at: Appointment, words: NullTranslations) -> str:
    starts, ends = (one.astimezone(at.zone) for one in (at.starts, at.ends))
    if starts.date() == ends.date():
        return f"{_date(starts, words)}, {starts:%H:%M}–{ends:%H:%M}"
    return f"{_date(starts, words)}, {starts:%H:%M} – {_date(ends, words)}, {ends:%H:%M}"


def _date(local: datetime, words: NullTranslations) -> str:
    parts = {"day": local.day, "month": words.gettext(MONTHS[local.month - 1]), "year": local.year}
    return f"{words.gettext(WEEKDAYS[local.weekday()])} {words.gettext('%(day)d %(month)s %(year)d') % parts}"


def _after(when: Relative, words: NullTranslations) -> str:
    day = words.gettext("On the day you begin the course")
    if when.days:
        text = words.ngettext(
            "%(number)d day after you begin the course", "%(number)d days after you begin the course", when.days
        )
        day = text % {"number": when.days}
    return f"{day}, {_clock(when.starts)}–{_clock(when.ends)}"


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _place_of(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _facts(session: Session, words: NullTranslations) -> list[str]:
    facts = [escape(session.place)] if session.place else []
    if leads_somewhere(session.link):
        facts.append(f'<a href="{escape(session.link)}">{escape(words.gettext("Join online"))}</a>')
    if session.facilitator:
        facts.append(escape(words.gettext("with %(name)s") % {"name": session.facilitator}))
    return facts


# --- A session in the calendar


def event_fields(title: str, session: Session, minutes: int, words: NullTranslations) -> dict[str, Json] | None:
    """A session as an event of Moodle's calendar; None while it has no date that is the same for all.

    Args:
        title: of the workshop.
        minutes: how long its preparation takes; 0: there is none, or nobody knows.
    """
    at = appointment(session)
    if at is None:
        return None
    facts = _facts(session, words)
    lines = [", ".join(facts)] if facts else []
    if minutes:
        text = words.ngettext(
            "Prepare beforehand: about %(number)d minute.", "Prepare beforehand: about %(number)d minutes.", minutes
        )
        lines.append(escape(text % {"number": minutes}))
    return {
        "name": named(title),
        "description": "".join(f"<p>{line}</p>" for line in lines),
        "timestart": int(at.starts.timestamp()),
        "duration": int((at.ends - at.starts).total_seconds()),
    }


# --- Preparation


def minutes_of(plan: Plan) -> int:
    """How long the preparation takes."""
    return sum(item.minutes for item in plan.items)


def page_markup(plan: Plan, titles: Mapping[str, str], words: NullTranslations) -> str:
    """What the workshop is for, and what to prepare.

    Args:
        titles: of the quizzes that items are done in, as the items call them.
    """
    if not plan.items:
        return plan.about
    minutes = minutes_of(plan)
    text = words.ngettext("About %(number)d minute in all.", "About %(number)d minutes in all.", minutes)
    time = f"<p>{escape(text % {'number': minutes})}</p>" if minutes else ""
    items = "".join(f"<li>{_item(item, titles, words)}</li>" for item in plan.items)
    done = f"<p>{escape(words.gettext(MARK_AS_DONE))}</p>"
    return f"{plan.about}<h3>{escape(words.gettext('Prepare'))}</h3>{time}<ol>{items}</ol>{done}"


def _item(item: Item, titles: Mapping[str, str], words: NullTranslations) -> str:
    title, quiz = f"<strong>{escape(item.title)}</strong>", titles.get(item.block, "")
    if item.url and (item.url.startswith("/static/") or leads_somewhere(item.url)):
        title = f'<a href="{escape(item.url)}">{title}</a>'
    if quiz and quiz != item.title:
        title += f": {escape(quiz)}"
    notes = [escape(note) for note in (_minutes(item.minutes, words), before_in_words(item.before, words)) if note]
    head = f"<p>{title}<br><small>{' · '.join(notes)}</small></p>" if notes else f"<p>{title}</p>"
    about = f"<div>{item.about}</div>" if item.about else ""
    then = f"<p>{escape(words.gettext(BRING_ALONG))}</p>" if item.kind is ItemKind.QUESTION else ""
    return head + about + then


def _minutes(number: int, words: NullTranslations) -> str:
    if not number:
        return ""
    return words.ngettext("about %(number)d minute", "about %(number)d minutes", number) % {"number": number}


def before_in_words(before: Distance, words: NullTranslations) -> str:
    """How long before a session: "2 days before", "1 day, 3 hours before"; "" for none at all."""
    hours, minutes = divmod(before.minutes, 60)
    parts = [
        text % {"number": number}
        for number, text in (
            (before.days, words.ngettext("%(number)d day", "%(number)d days", before.days)),
            (hours, words.ngettext("%(number)d hour", "%(number)d hours", hours)),
            (minutes, words.ngettext("%(number)d minute", "%(number)d minutes", minutes)),
        )
        if number
    ]
    return words.gettext("%(time)s before") % {"time": ", ".join(parts)} if parts else ""
