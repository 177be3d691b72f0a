"""What a facilitator sees of a workshop, pure: its sessions, who is ready, what they answered, and who was there.

A page of forms that works without a script, on a phone in front of the group, and on paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.workshop.common_words import shared

FIELDS = ("date", "starts", "ends", "zone", "place", "link", "facilitator", "seats")
"""What can be changed of a session on this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSession:
    """A session.

    Attributes:
        when: in words.
        form: what stands in the fields for changing it: date, starts, ends, zone, place, link, facilitator, seats.
    """

    id: str
    when: str
    form: Mapping[str, str]
    come: int = 0
    ready: int = 0
    waiting: int = 0
    is_cancelled: bool = False
    is_chosen: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLearner:
    """A learner in the session that is looked at.

    Attributes:
        left: titles of what they have not done.
        was_there: None: nobody has said.
    """

    key: int
    name: str
    left: Sequence[str] = ()
    was_there: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamQuestion:
    """A question, and what was answered: text and name."""

    title: str
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """The page.

    Attributes:
        chosen: the session that is looked at, by its id; "" looks at everybody.
        act: where forms go; `hidden` is the token that they carry.
        problems: what is to be mended in the fields of a session, by field.
    """

    title: str
    sessions: Sequence[TeamSession]
    learners: Sequence[TeamLearner]
    questions: Sequence[TeamQuestion]
    chosen: str = ""
    unchosen: int = 0
    act: str = ""
    hidden: str = ""
    csv_url: str = ""
    notice: str = ""
    problems: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFrame:
    """What stands around the page: `way` is the address and the name of where it leads back to."""

    way: tuple[str, str]
    site: str
    css: Sequence[str]
    lang: str
    rtl: bool = False


def render_page(frame: TeamFrame, title: str, body: str) -> str:
    """A whole page."""
    url, label = frame.way
    sheets = "".join(f'<link rel="stylesheet" href="{escape(one)}">' for one in frame.css)
    return (
        f'<!DOCTYPE html><html lang="{escape(frame.lang)}" dir="{"rtl" if frame.rtl else "ltr"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)} · {escape(frame.site)}</title>{sheets}</head><body class="mt mwt">'
        f'<header><a class="mt-link" href="{escape(url)}"><bdi>{escape(label)}</bdi></a></header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def render_team(view: TeamView, words: NullTranslations) -> str:
    """What stands in the page."""
    notice = f'<p class="mt-notice" role="status">{escape(view.notice)}</p>' if view.notice else ""
    return f"{notice}{_sessions(view, words)}{_learners(view, words)}{_questions(view, words)}"


# --- Sessions


def _sessions(view: TeamView, words: NullTranslations) -> str:
    if not view.sessions:
        empty = words.gettext("There is no session yet. Add one in Studio and publish it.")
        return f'<p class="mt-empty">{escape(empty)}</p>'
    rows = "".join(_session(one, view, words) for one in view.sessions)
    unchosen = ""
    if view.unchosen:
        text = words.ngettext(
            "%(number)d learner has not chosen a session.",
            "%(number)d learners have not chosen a session.",
            view.unchosen,
        ) % {"number": view.unchosen}
        unchosen = f'<p class="mt-note">{escape(text)}</p>'
    return f'<section id="sessions"><h2>{escape(words.gettext("Sessions"))}</h2>{rows}{unchosen}</section>'


def _session(one: TeamSession, view: TeamView, words: NullTranslations) -> str:
    figures = words.ngettext("%(come)d comes, %(ready)d ready", "%(come)d come, %(ready)d of them ready", one.come) % {
        "come": one.come,
        "ready": one.ready,
    }
    if one.waiting:
        figures += " · " + words.ngettext("%(number)d waits", "%(number)d wait", one.waiting) % {"number": one.waiting}
    if one.is_cancelled:
        figures = words.gettext("Cancelled")
    current = ' aria-current="true"' if one.is_chosen else ""
    return (
        f'<div class="mwt-session"><h3><a href="{escape(one.url)}"{current}>{escape(one.when)}</a></h3>'
        f"<p>{escape(figures)}</p>{_change(one, view, words)}</div>"
    )


def _change(one: TeamSession, view: TeamView, words: NullTranslations) -> str:
    summary = escape(words.gettext("Move, change or cancel"))
    begin = _form(view, "again" if one.is_cancelled else "cancel", one.id)
    if one.is_cancelled:
        label = escape(words.gettext("It takes place after all"))
        return f'<div class="mwt-tools">{begin}<button>{label}</button></form></div>'
    problems = (view.problems or {}) if one.is_chosen else {}
    labels = (
        ("date", "date", words.gettext("Date")),
        ("starts", "time", words.gettext("Begins at")),
        ("ends", "time", words.gettext("Ends at")),
        ("zone", "text", words.gettext("Time zone")),
        ("place", "text", words.gettext("Place")),
        ("link", "url", words.gettext("Link")),
        ("facilitator", "text", words.gettext("Facilitator")),
        ("seats", "number", words.gettext("Seats (0: as many as come)")),
    )
    fields = "".join(_field(one, name, kind, label, problems.get(name, "")) for name, kind, label in labels)
    told = escape(words.gettext("Whoever has a seat is told once of another time or place. Calendars follow."))
    cancel = escape(words.gettext("Cancel this session"))
    lost = escape(
        words.gettext(
            "Whoever has a seat or waits for one loses it and is told. It can be taken up again, seats cannot."
        )
    )
    sure = escape(words.gettext("Yes, cancel it"))
    is_open = " open" if problems else ""
    return (
        f'<details class="mwt-tools"{is_open}><summary>{summary}</summary>{_form(view, "change", one.id)}{fields}'
        f'<p class="mt-note">{told}</p><button>{escape(words.gettext("Save"))}</button></form>'
        f"<details><summary>{cancel}</summary>"
        f'{begin}<p class="mt-note">{lost}</p><button class="mt-second">{sure}</button></form></details></details>'
    )


def _field(one: TeamSession, name: str, kind: str, label: str, problem: str) -> str:
    field = f"{one.id}-{name}"
    wrong = f' aria-invalid="true" aria-describedby="{escape(field)}-problem"' if problem else ""
    said = f'<p class="mt-problem" id="{escape(field)}-problem">{escape(problem)}</p>' if problem else ""
    return (
        f'<div class="mt-field"><label for="{escape(field)}">{escape(label)}</label>'
        f'<input id="{escape(field)}" name="{name}" type="{kind}" value="{escape(one.form.get(name, ""))}"{wrong}>'
        f"{said}</div>"
    )


def _form(view: TeamView, act: str, session_id: str) -> str:
    return (
        f'<form method="post" action="{escape(view.act)}" class="mt-form">{view.hidden}'
        f'<input type="hidden" name="do" value="{act}">'
        f'<input type="hidden" name="session" value="{escape(session_id)}">'
    )


# --- Learners


def _learners(view: TeamView, words: NullTranslations) -> str:
    heading = escape(words.gettext("Who is ready, who was there"))
    if not view.learners:
        empty = escape(words.gettext("Nobody has chosen this session yet."))
        return f'<section id="learners"><h2>{heading}</h2><p>{empty}</p></section>'
    rows = "".join(_learner(one, view, words) for one in view.learners)
    download = escape(words.gettext("Download as a table (CSV)"))
    how = ""
    if not view.chosen:
        text = words.gettext("Choose a session above to note who was there.")
        how = f'<p class="mt-note">{escape(text)}</p>'
    return (
        f'<section id="learners"><h2>{heading}</h2>{how}<ul class="mwt-list">{rows}</ul>'
        f'<p class="mwt-tools"><a class="mt-link" href="{escape(view.csv_url)}">{download}</a></p></section>'
    )


def _learner(one: TeamLearner, view: TeamView, words: NullTranslations) -> str:
    ready = words.gettext("Ready")
    left = ", ".join(one.left)
    said = words.gettext("Not yet: %(items)s") % {"items": left} if left else ready
    sign = "○" if left else "✓"
    buttons = "".join(
        _tap(one, view, value, label, is_on=one.was_there is on)
        for value, on, label in (("there", True, words.gettext("Was there")), ("away", False, words.gettext("Was not")))
    )
    choice = ""
    if view.chosen:
        who = f'<input type="hidden" name="learner" value="{one.key}">'
        choice = f"{_form(view, 'attend', view.chosen)}{who}{buttons}</form>"
    return (
        f'<li id="l{one.key}"><div><b><bdi>{escape(one.name)}</bdi></b>'
        f'<small><i aria-hidden="true">{sign}</i> {escape(said)}</small></div>{choice}</li>'
    )


def _tap(one: TeamLearner, view: TeamView, value: str, label: str, *, is_on: bool) -> str:
    # A button that is on says so again when it is tapped: two who tap at once do not undo each other.
    return (
        f'<button name="was" value="{value}" class="mt-second" aria-pressed="{str(is_on).lower()}" '
        f'aria-label="{escape(f"{label}: {one.name}")}">{escape(label)}</button>'
    )


# --- Answers


def _questions(view: TeamView, words: NullTranslations) -> str:
    if not view.questions:
        return ""
    heading = escape(words.gettext("What they answered"))
    return (
        f'<section id="answers"><h2>{heading}</h2>{"".join(_question(one, words) for one in view.questions)}</section>'
    )


def _question(one: TeamQuestion, words: NullTranslations) -> str:
    if not one.answers:
        return f"<h3>{escape(one.title)}</h3><p>{escape(words.gettext('No answers yet.'))}</p>"
    groups = shared([text for text, _name in one.answers])
    common = ""
    if groups:
        label = escape(words.gettext("Words that come back"))
        lines = "".join(f"<li><b>{escape(group.word)}</b> ({len(group.answers)})</li>" for group in groups)
        common = f'<p class="mt-note">{label}</p><ul class="mwt-words">{lines}</ul>'
    # Answers that share what is on most people's minds stand together.
    order = dict.fromkeys([index for group in groups for index in group.answers] + list(range(len(one.answers))))
    answers = "".join(
        f'<li><q dir="auto">{escape(text)}</q> <small><bdi>{escape(name)}</bdi></small></li>'
        for text, name in (one.answers[index] for index in order)
    )
    return f'<h3>{escape(one.title)}</h3>{common}<ul class="mwt-answers">{answers}</ul>'
