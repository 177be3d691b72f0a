"""What a learner sees of a workshop: when it is, what to do next, and everything to prepare; pure.

The page is whole as the server writes it; a script sends what is ticked, written and chosen, and puts what comes back
in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.workshop.plan import ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """A session to choose from.

    Attributes:
        when, zone: in words; "" while nobody knows.
        free: how many seats; None: as many as come.
        waiting: how many wait for a seat.
        file_url: its calendar file; "" for none.
        turn: the learner's place among those who wait, from 1; 0: they do not.
    """

    id: str
    when: str
    zone: str = ""
    place: str = ""
    link: str = ""
    facilitator: str = ""
    free: int | None = None
    waiting: int = 0
    is_mine: bool = False
    is_over: bool = False
    turn: int = 0
    file_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """Something to prepare.

    Attributes:
        about: markup.
        due: in words; "" where nobody knows when.
        answer: what they answered.
    """

    id: str
    kind: ItemKind
    title: str
    about: str = ""
    minutes: int = 0
    due: str = ""
    is_late: bool = False
    is_done: bool = False
    url: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopView:
    """What is to be shown.

    Attributes:
        notice: a sentence before everything else.
        left: what is left to do, in words; "" when all is done.
        share: 0..1 of the preparation.
        is_over: there were sessions to choose from, and all of them are over.
        is_live: the learner can do something here.
        feed: the address of their calendar; "" when there is none.
        reflection_url: where to look back; "" before it is over.
        team_url: the facilitator's page; "" for learners.
    """

    title: str
    about: str = ""
    notice: str = ""
    sessions: Sequence[SessionLine] = ()
    items: Sequence[ItemLine] = ()
    left: str = ""
    next_id: str = ""
    share: float = 0.0
    minutes: int = 0
    is_over: bool = False
    is_live: bool = False
    feed: str = ""
    has_feed: bool = False
    reflection_url: str = ""
    team_url: str = ""


def render(view: WorkshopView, words: NullTranslations) -> str:
    """The block as a section of its own; `render_body` is what changes in it."""
    title = escape(view.title)
    offline = words.gettext("That did not get through. Check your connection and try again.")
    return (
        f'<section class="mu mw" aria-label="{title}" data-offline="{escape(offline)}">'
        f'<h3 class="mu-title">{title}</h3><p class="mu-say" role="alert"></p>'
        '<p class="mu-live mw-news" role="status" aria-live="polite"></p>'
        f'<div class="mw-body">{render_body(view, words)}</div></section>'
    )


def render_body(view: WorkshopView, words: NullTranslations) -> str:
    """Everything below the title."""
    parts = [
        f'<p class="mu-note">{escape(view.notice)}</p>' if view.notice else "",
        f'<div class="mw-about">{view.about}</div>' if view.about else "",
        _back(view, words),
        _sessions(view, words),
        _preparation(view, words),
        _calendar(view, words),
        _team(view, words),
    ]
    return "".join(parts)


def _team(view: WorkshopView, words: NullTranslations) -> str:
    if not view.team_url:
        return ""
    label = words.gettext("Who is ready? To the facilitator's page")
    return f'<p><a class="mu-team" href="{escape(view.team_url)}">{escape(label)}</a></p>'


def _back(view: WorkshopView, words: NullTranslations) -> str:
    if not view.reflection_url:
        return ""
    label = words.gettext("Look back: what do you take with you?")
    return f'<p><a class="mw-go" href="{escape(view.reflection_url)}">{escape(label)}</a></p>'


# --- Sessions


def _sessions(view: WorkshopView, words: NullTranslations) -> str:
    if not view.sessions:
        if view.is_over:
            over = words.gettext("All sessions are over. If there is another one, you will find it here.")
            return f"<p>{escape(over)}</p>"
        return f"<p>{escape(words.gettext('There is no date yet. You will find it here once there is one.'))}</p>"
    mine = next((one for one in view.sessions if one.is_mine), None)
    others = [one for one in view.sessions if not one.is_mine]
    if mine is None:
        heading = words.ngettext("When", "Choose a session", len(view.sessions))
        return f"<h4>{escape(heading)}</h4>{_list(others, view, words)}"
    rest = ""
    if others:
        summary = words.gettext("Choose another session")
        rest = f"<details><summary>{escape(summary)}</summary>{_list(others, view, words)}</details>"
    heading = words.gettext("Your session")
    return f"<h4>{escape(heading)}</h4>{_list([mine], view, words)}{rest}"


def _list(found: Sequence[SessionLine], view: WorkshopView, words: NullTranslations) -> str:
    return f'<ul class="mw-sessions">{"".join(_session(one, view, words) for one in found)}</ul>'


def _session(one: SessionLine, view: WorkshopView, words: NullTranslations) -> str:
    when = one.when or words.gettext("The date follows")
    zone = f" <small>({escape(one.zone)})</small>" if one.zone else ""
    facts = [escape(one.place)] if one.place else []
    if one.link:
        label = escape(words.gettext("Join online"))
        facts.append(f'<a href="{escape(one.link)}" target="_blank" rel="noopener noreferrer">{label}</a>')
    if one.facilitator:
        facts.append(escape(words.gettext("with %(name)s") % {"name": one.facilitator}))
    where = f'<p class="mw-where">{" ".join(f"<span>{fact}</span>" for fact in facts)}</p>' if facts else ""
    seats = _seats(one, words)
    mark = ' data-mine="1"' if one.is_mine else ' data-waits="1"' if one.turn else ""
    return (
        f"<li{mark}><div><b>{escape(when)}</b>{zone}{where}"
        f"{f'<small>{escape(seats)}</small>' if seats else ''}</div>{_choice(one, when, view, words)}</li>"
    )


def _seats(one: SessionLine, words: NullTranslations) -> str:
    if one.is_over:
        return words.gettext("This session is over.")
    if one.turn:
        return words.gettext("You are number %(number)d in line. When a seat comes free, it is yours.") % {
            "number": one.turn
        }
    if one.is_mine or one.free is None:
        return ""
    if one.free:
        return words.ngettext("%(number)d seat free", "%(number)d seats free", one.free) % {"number": one.free}
    if not one.waiting:
        return words.gettext("Full. You can wait for a seat.")
    return words.ngettext(
        "Full. %(number)d person is waiting.", "Full. %(number)d people are waiting.", one.waiting
    ) % {"number": one.waiting}


def _choice(one: SessionLine, when: str, view: WorkshopView, words: NullTranslations) -> str:
    buttons = []
    if one.file_url and not one.is_over:
        label = words.gettext("Add to calendar")
        buttons.append(f'<a class="mw-link" href="{escape(one.file_url)}" download>{escape(label)}</a>')
    if view.is_live and not one.is_over:
        if one.is_mine:
            buttons.append(_button("leave", "", words.gettext("I cannot come"), when))
        elif one.turn:
            buttons.append(_button("stop_waiting", "", words.gettext("Stop waiting"), when))
        elif one.free == 0:
            buttons.append(_button("choose", one.id, words.gettext("Wait for a seat"), when))
        else:
            buttons.append(_button("choose", one.id, words.gettext("Choose this one"), when, look="mu-go"))
    return f'<div class="mw-acts">{"".join(buttons)}</div>' if buttons else ""


def _button(act: str, value: str, label: str, about: str, look: str = "") -> str:
    css = f' class="{look}"' if look else ""
    given = f' data-value="{escape(value)}"' if value else ""
    return (
        f'<button type="button"{css} data-act="{act}"{given} aria-label="{escape(f"{label}: {about}")}">'
        f"{escape(label)}</button>"
    )


# --- Preparation


def _preparation(view: WorkshopView, words: NullTranslations) -> str:
    if not view.items:
        return ""
    heading = words.gettext("Before you come")
    percent = round(100 * view.share)
    said = view.left or words.gettext("All done. You are ready.")
    total = ""
    if view.minutes:
        total = words.ngettext("%(number)d minute in all", "%(number)d minutes in all", view.minutes) % {
            "number": view.minutes
        }
    # The sentence below says the same to those who do not see it.
    return (
        f"<h4>{escape(heading)}</h4>"
        f'<div class="mu-bar" aria-hidden="true"><i style="inline-size:{percent}%"></i></div>'
        f'<p class="mu-count mw-count">{escape(said)}{f" <small>· {escape(total)}</small>" if total else ""}</p>'
        f'<ol class="mw-items">{"".join(_item(one, view, words) for one in view.items)}</ol>'
    )


def _item(one: ItemLine, view: WorkshopView, words: NullTranslations) -> str:
    minutes = ""
    if one.minutes:
        minutes = words.ngettext("%(number)d minute", "%(number)d minutes", one.minutes) % {"number": one.minutes}
    due = ""
    if one.due and not one.is_done:
        text = words.gettext("was due %(when)s") if one.is_late else words.gettext("until %(when)s")
        due = text % {"when": one.due}
    facts = " · ".join(escape(part) for part in (minutes, due) if part)
    current = ' aria-current="step"' if one.id == view.next_id else ""
    state = words.gettext("Done") if one.is_done else words.gettext("Not done yet")
    sign = "✓" if one.is_done else "○"
    about = f'<div class="mw-about">{one.about}</div>' if one.about else ""
    late = ' data-late="1"' if one.is_late and not one.is_done else ""
    return (
        f'<li{current}{late} data-item="{escape(one.id)}" data-done="{int(one.is_done)}">'
        f'<span class="mw-sign"><i aria-hidden="true">{sign}</i><span class="mu-live">{escape(state)}</span></span>'
        f'<div class="mw-item"><b>{_title(one)}</b>{f"<small>{facts}</small>" if facts else ""}{about}'
        f"{_doing(one, view, words)}</div></li>"
    )


def _title(one: ItemLine) -> str:
    title = escape(one.title)
    # What is to be read does not take the place of the course; a quiz is in it.
    beside = ' target="_blank" rel="noopener noreferrer"' if one.kind is ItemKind.READ else ""
    return f'<a href="{escape(one.url)}"{beside}>{title}</a>' if one.url else title


def _doing(one: ItemLine, view: WorkshopView, words: NullTranslations) -> str:
    if one.kind is ItemKind.QUIZ:
        return f"<small>{escape(words.gettext('Ticks itself once you have answered every question.'))}</small>"
    disabled = "" if view.is_live else " disabled"
    if one.kind is ItemKind.QUESTION:
        label = words.gettext("Your answer, for the facilitator")
        name = f"mw-{escape(one.id)}"
        save = words.gettext("Send")
        return (
            f'<label for="{name}">{escape(label)}</label>'
            f'<textarea id="{name}" rows="3" maxlength="5000" dir="auto"{disabled}>{escape(one.answer)}</textarea>'
            f'<div><button type="button" data-act="answer" data-value="{escape(one.id)}"{disabled} '
            f'aria-label="{escape(f"{save}: {one.title}")}">{escape(save)}</button></div>'
        )
    checked = " checked" if one.is_done else ""
    label = words.gettext("Done")
    return (
        f'<label class="mw-tick"><input type="checkbox" data-act="tick" data-value="{escape(one.id)}"'
        f'{checked}{disabled} aria-label="{escape(f"{label}: {one.title}")}"><span>{escape(label)}</span></label>'
    )


# --- Calendar


def _calendar(view: WorkshopView, words: NullTranslations) -> str:
    if not view.is_live or not view.has_feed:
        return ""
    summary = escape(words.gettext("All your sessions in your own calendar"))
    how = words.gettext(
        "Subscribe to this address in your calendar program. When a session moves, it moves along. Only you have the "
        "address; whoever has it sees your sessions, so keep it to yourself."
    )
    if view.feed:
        label = escape(words.gettext("Address of your calendar"))
        inside = (
            f"<p>{escape(how)}</p><label>{label}"
            f'<input type="text" readonly dir="ltr" value="{escape(view.feed)}"></label>'
            f'<div class="mw-acts"><button type="button" data-act="feed" data-value="new">'
            f"{escape(words.gettext('Make a new address'))}</button>"
            f'<button type="button" data-act="feed" data-value="off">'
            f"{escape(words.gettext('Take it back'))}</button></div>"
        )
    else:
        inside = (
            f"<p>{escape(how)}</p><div class='mw-acts'><button type='button' data-act='feed' data-value='new'>"
            f"{escape(words.gettext('Make an address'))}</button></div>"
        )
    return f'<details class="mw-calendar"><summary>{summary}</summary>{inside}</details>'
