"""Pages behind the links of a message, each complete in itself and without anything of the learner's; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from gettext import NullTranslations
from html import escape


class Choice(StrEnum):
    """What somebody may choose who was written to."""

    STOP = "stop"
    PAUSE = "pause"
    FEWER = "fewer"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page has around it.

    Attributes:
        css, js: addresses of style sheets and scripts.
    """

    site: str
    lang: str
    rtl: bool = False
    css: Sequence[str] = ()
    js: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """Where a page leads on."""

    label: str
    url: str


def render_notice(frame: Frame, title: str, text: str, way: Way) -> str:
    """A page that says one thing and leads on."""
    return _page(frame, title, f"<p>{escape(text)}</p>{_button(way)}")


# --- Fewer messages


def render_stop(frame: Frame, until: str, words: NullTranslations) -> str:
    """The page that asks what one wants; it changes nothing by being looked at.

    Args:
        until: the date at which a pause that begins now ends, in words.
    """
    lines = (
        (Choice.STOP, words.gettext("No more messages"), words.gettext("You can start again whenever you like.")),
        (
            Choice.PAUSE,
            words.gettext("A break of four weeks"),
            words.gettext("Until %(date)s you hear nothing.") % {"date": until},
        ),
        (Choice.FEWER, words.gettext("One message a week"), words.gettext("At most, with what helps most by then.")),
    )
    inside = "".join(_line(choice, title, text, choice is Choice.STOP) for choice, title, text in lines)
    legend = words.gettext("You decide how often %(site)s writes to you about practising.") % {"site": frame.site}
    button = f'<button class="mm-button">{escape(words.gettext("Save my choice"))}</button>'
    form = f'<form method="post"><fieldset><legend>{escape(legend)}</legend>{inside}</fieldset>{button}</form>'
    return _page(frame, words.gettext("What suits you?"), form)


def _line(choice: Choice, title: str, text: str, is_first: bool) -> str:
    checked = " checked" if is_first else ""
    return (
        f'<label class="mm-line"><input type="radio" name="choice" value="{choice.value}"{checked}>'
        f"<span><b>{escape(title)}</b><small>{escape(text)}</small></span></label>"
    )


def render_chosen(frame: Frame, choice: Choice, until: str, wishes_url: str, words: NullTranslations) -> str:
    """What holds from now on.

    Args:
        until: when a pause ends, in words.
        wishes_url: where one chooses everything else, after signing in; "" for those who cannot.
    """
    date = {"date": until}
    title, text = {
        Choice.STOP: (
            words.gettext("Done: no more messages"),
            words.gettext("Nothing else changes. Your courses and your practice page are still there for you."),
        ),
        Choice.PAUSE: (
            words.gettext("Done: a break until %(date)s") % date,
            words.gettext("After that we write again when there is something worth recalling."),
        ),
        Choice.FEWER: (
            words.gettext("Done: one message a week at most"),
            words.gettext("It brings what helps most by then. If there is nothing, you hear nothing."),
        ),
        Choice.AGAIN: (
            words.gettext("Done: we will write again"),
            words.gettext("Only when there is something worth recalling."),
        ),
    }[choice]
    undo = ""
    if choice in (Choice.STOP, Choice.PAUSE):
        label = escape(words.gettext("Undo"))
        undo = (
            f'<form method="post"><input type="hidden" name="choice" value="{Choice.AGAIN.value}">'
            f'<button class="mm-button mm-quiet">{label}</button></form>'
        )
    more = _link(Way(words.gettext("Choose days, hour and more"), wishes_url)) if wishes_url else ""
    return _page(frame, title, f"<p>{escape(text)}</p>{undo}{more}")


# --- One question


def render_asked(frame: Frame, item: str, deeds_url: str, onward: Way, words: NullTranslations) -> str:
    """The page of a single question, which the quiz's own script brings to life.

    Args:
        item: the question as markup (`question_page.render_question`).
        deeds_url: where the script sends what is done, without the name of the deed.
        onward: where one goes on, after signing in.
    """
    title = words.gettext("One question, half a minute")
    offline = words.gettext("That did not get through. Your answer is still here: check your connection and try again.")
    needs = escape(words.gettext("Answering here needs JavaScript. Or go on after signing in."))
    body = (
        f'<section class="mu" data-mode="all" data-feedback="immediate" data-deeds="{escape(deeds_url)}"'
        f' aria-label="{escape(title)}" data-offline="{escape(offline)}">'
        f'<ol class="mu-qs">{item}</ol><div class="mu-sum" tabindex="-1"></div>'
        f'<p class="mu-say mu-all" role="alert"></p></section><noscript><p>{needs}</p>{_link(onward)}</noscript>'
    )
    return _page(frame, title, body)


def render_onward(returns: str, onward: Way, words: NullTranslations) -> str:
    """What stands below the feedback.

    Args:
        returns: when the question comes back, in words ("on Thursday"); "" when it does not.
    """
    kept = words.gettext("Your answer is in.")
    if returns:
        kept = words.gettext("Your answer is in. This question returns %(when)s.") % {"when": returns}
    return f'<p>{escape(kept)}</p><p><a class="mm-button" href="{escape(onward.url)}">{escape(onward.label)}</a></p>'


# --- Around it


def _page(frame: Frame, title: str, body: str) -> str:
    sheets = "".join(f'<link rel="stylesheet" href="{escape(url)}">' for url in frame.css)
    scripts = "".join(f'<script src="{escape(url)}" defer></script>' for url in frame.js)
    return (
        f'<!DOCTYPE html><html lang="{escape(frame.lang)}" dir="{"rtl" if frame.rtl else "ltr"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} · {escape(frame.site)}</title>{sheets}{scripts}</head>"
        f'<body class="mm"><header><bdi>{escape(frame.site)}</bdi></header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def _button(way: Way) -> str:
    return f'<p><a class="mm-button" href="{escape(way.url)}">{escape(way.label)}</a></p>'


def _link(way: Way) -> str:
    return f'<p><a class="mm-link" href="{escape(way.url)}">{escape(way.label)}</a></p>'
