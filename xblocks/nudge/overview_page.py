"""Before practising: what is due, what is still remembered, what one wishes; in the block and on the page; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.nudge.practice_page import minutes_in_words, questions_in_words, render_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLine:
    """What a learner remembers of a tag.

    Attributes:
        tag: "" for the questions without one.
        now, then, kept: expected share of right answers (0..1) today, at the target date, and there with practice; None
            where there is no target ahead.
    """

    tag: str
    questions: int
    now: float
    then: float | None = None
    kept: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """A course on the page of all courses.

    Attributes:
        url: of the course itself.
        returns: when its next question comes back, in words; "" when none does.
    """

    key: str
    name: str
    url: str
    due: int
    minutes: int
    returns: str
    tags: Sequence[TagLine] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """What is to be shown before practising.

    Attributes:
        known: how many questions have been answered before and may come back.
        due, minutes: how many wait now, and how long they take.
        returns: when the next one comes back, in words; "" when none does.
        course: the key of the course whose questions are meant; "" for all.
        practise_url: where a form goes that asks for a session.
        target: the day when the knowledge must be there, in words; "" without one.
        picture: the forgetting curve, as markup.
        wishes: the learner's preferences, as markup.
        team_url: where the course team sees how it goes; "" for everybody else.
        is_left: there was something to practise, and the learner is not enrolled where it is from.
        locked: nothing can be practised here (an example, or somebody else's eyes).
    """

    title: str
    known: int
    due: int
    minutes: int
    returns: str
    practise_url: str
    course: str = ""
    courses: Sequence[CourseLine] = ()
    tags: Sequence[TagLine] = ()
    target: str = ""
    picture: str = ""
    streak: str = ""
    wishes: str = ""
    team_url: str = ""
    notice: str = ""
    is_left: bool = False
    locked: bool = False
    heading: str = "h3"


def render_overview(view: OverviewView, words: NullTranslations) -> str:
    """The overview as a section of its own."""
    title = f'<{view.heading} class="mu-title">{escape(view.title)}</{view.heading}>'
    notice = f'<p class="mu-note mn-notice">{escape(view.notice)}</p>' if view.notice else ""
    streak = f'<p class="mn-streak">{escape(view.streak)}</p>' if view.streak else ""
    courses = "".join(_course(line, view, words) for line in view.courses)
    return (
        f'<section class="mu mn-overview" aria-label="{escape(view.title)}">{title}{notice}'
        f"{_waiting(view, words)}{streak}{courses}{_memory(view, words)}{view.wishes}{_team(view, words)}"
        f'<p class="mu-say" role="alert"></p></section>'
    )


# --- What waits


def _waiting(view: OverviewView, words: NullTranslations) -> str:
    if view.is_left:
        return _left(view, words)
    if not view.known:
        title = words.gettext("Nothing to practise yet")
        text = words.gettext(
            "Questions that you answer in the course come back here, just before you would forget them. "
            "Two minutes now and then, and it stays."
        )
        return f'<div class="mn-waiting"><h4>{title}</h4><p>{text}</p></div>'
    if not view.due:
        anything = words.gettext("Practise something anyway")
        button = _form(view, "", f'<button data-any name="any" value="1">{anything}</button>')
        return f'<div class="mn-waiting">{render_nothing(view.returns, words)}{button}</div>'
    text = words.ngettext("%(number)d question is waiting", "%(number)d questions are waiting", view.due)
    safe = words.gettext("It takes %(minutes)s, and your grades stay as they are.")
    time = minutes_in_words(view.minutes, words)
    go = words.gettext("Practise now")
    button = _form(view, "", f'<button class="mu-go">{go}</button>')
    return (
        f'<div class="mn-waiting"><h4>{text % {"number": view.due}}</h4>'
        f'<p class="mu-note">{safe % {"minutes": time}}</p>{button}</div>'
    )


def _left(view: OverviewView, words: NullTranslations) -> str:
    if view.course:
        title = words.gettext("You are not enrolled in this course")
        text = words.gettext("What you learned in it is kept. Once you are enrolled again, its questions come back.")
    else:
        title = words.gettext("Nothing to practise now")
        text = words.gettext(
            "You have left the courses whose questions you answered. What you learned is kept: "
            "once you are enrolled again, they come back."
        )
    return f'<div class="mn-waiting"><h4>{title}</h4><p>{text}</p></div>'


def _form(view: OverviewView, course: str, inside: str) -> str:
    if view.locked:
        return f'<div class="mn-form">{inside.replace("<button", "<button disabled")}</div>'
    key = course or view.course
    hidden = f'<input type="hidden" name="course" value="{escape(key)}">' if key else ""
    return f'<form class="mn-form" action="{escape(view.practise_url)}" data-mn="practise">{hidden}{inside}</form>'


def _course(line: CourseLine, view: OverviewView, words: NullTranslations) -> str:
    if line.due:
        time = minutes_in_words(line.minutes, words)
        said = f"{questions_in_words(line.due, words)} · {time}"
        go = words.gettext("Practise")
        label = escape(words.gettext("Practise: %(name)s") % {"name": line.name})
        button = _form(view, line.key, f'<button aria-label="{label}">{go}</button>')
    else:
        said = words.gettext("Nothing is waiting.")
        if line.returns:
            said += " " + words.gettext("The next question comes back %(when)s.") % {"when": line.returns}
        button = ""
    tags = ""
    if line.tags:
        rest = _rest(line.tags, words)
        inside = "".join(_tag(tag, rest, view, line.key, words) for tag in line.tags)
        summary = words.gettext("What you remember")
        tags = f'<details><summary>{summary}</summary><ul class="mn-tags">{inside}</ul></details>'
    return (
        f'<section class="mn-course"><div><h3><a href="{escape(line.url)}"><bdi>{escape(line.name)}</bdi></a></h3>'
        f'<p class="mu-note">{said}</p></div>{button}{tags}</section>'
    )


# --- What is remembered


def _memory(view: OverviewView, words: NullTranslations) -> str:
    if not view.tags:
        return ""
    rest = _rest(view.tags, words)
    lines = "".join(_tag(tag, rest, view, "", words) for tag in view.tags)
    picture = f'<figure class="mn-picture">{view.picture}</figure>' if view.picture else ""
    lead = words.gettext("How likely you still know it, as far as anybody can tell.")
    if view.target:
        lead = words.gettext("How likely you still know it today, and %(day)s: if you leave it, and if you practise.")
        lead = escape(lead % {"day": view.target})
    return (
        f"<details><summary>{words.gettext('What you remember')}</summary>"
        f'<p class="mu-note">{lead}</p>{picture}<ul class="mn-tags">{lines}</ul></details>'
    )


def caption(name: str, words: NullTranslations) -> str:
    """What stands below the forgetting curve."""
    return escape(words.gettext("What you may forget first: %(question)s") % {"question": name})


def _rest(lines: Sequence[TagLine], words: NullTranslations) -> str:
    """What questions without a tag are called."""
    return words.gettext("Everything else") if len(lines) > 1 else words.gettext("All questions")


def _tag(line: TagLine, rest: str, view: OverviewView, course: str, words: NullTranslations) -> str:
    name = line.tag or rest
    now = round(100 * line.now)
    said = words.gettext("%(percent)d%% now") % {"percent": now}
    if line.then is not None and line.kept is not None:
        later = words.gettext("then %(left)d%%, or %(kept)d%% with practice")
        said = f"{said}, {later % {'left': round(100 * line.then), 'kept': round(100 * line.kept)}}"
    button = ""
    if line.tag:
        go = words.gettext("Practise")
        label = escape(words.gettext("Practise: %(name)s") % {"name": line.tag})
        inside = f'<button name="tag" value="{escape(line.tag)}" aria-label="{label}">{go}</button>'
        button = _form(view, course, inside)
    number = questions_in_words(line.questions, words)
    return (
        f"<li><div><b><bdi>{escape(name)}</bdi></b> <small>{number} · {said}</small>"
        f'<div class="mu-bar" aria-hidden="true"><i style="inline-size:{now}%"></i></div></div>{button}</li>'
    )


def render_fold(title: str, said: str, inside: str) -> str:
    """Something that opens when it is asked for; what it comes to is said beside its title."""
    return (
        f"<details><summary>{escape(title)} <small>{escape(said)}</small></summary>"
        f'<div class="mn-inside">{inside}</div></details>'
    )


def _team(view: OverviewView, words: NullTranslations) -> str:
    if not view.team_url:
        return ""
    label = words.gettext("Who is reached (course team)")
    return f'<p><a class="mu-team" href="{escape(view.team_url)}" target="_blank">{label}</a></p>'


# --- Somebody else


def render_sign_in(title: str, words: NullTranslations) -> str:
    """The block for a visitor."""
    text = words.gettext("Sign in to practise: then the questions that you answered come back at the right moment.")
    return (
        f'<section class="mu mn-overview" aria-label="{escape(title)}"><h3 class="mu-title">{escape(title)}</h3>'
        f"<p>{text}</p></section>"
    )
