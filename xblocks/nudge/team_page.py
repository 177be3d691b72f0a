"""The course team's page: how reminding goes, what is chosen, and the switch; whole without any script; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.nudge.horizon import Horizon
from xblocks.nudge.team_figures import Figures
from xblocks.nudge.team_form import ChoicesView, PreviewView, Shown, render_choices, render_chooser, render_shown
from xblocks.nudge.team_plan import render_plan
from xblocks.nudge.team_sections import Telling, coming, comparison, questions, reach, recall, section


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFrame:
    """What stands around a page.

    Attributes:
        way: the address and the name of where the page belongs.
    """

    title: str
    site: str
    way: tuple[str, str]
    css: str
    lang: str
    rtl: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """What the page shows.

    Attributes:
        horizon: what the plan is drawn for; that of choices that are not saved when `is_trial`.
        notices: what has just happened, in sentences.
        switch: the switch, as markup.
    """

    figures: Figures
    telling: Telling
    horizon: Horizon
    is_trial: bool
    is_stopped: bool
    choices: ChoicesView
    chooser: PreviewView
    switch: str
    notices: Sequence[str] = ()


def render_team(frame: TeamFrame, view: TeamView) -> str:
    """The page of a course."""
    words = view.telling.words
    notices = "".join(f'<p class="mt-notice" role="status">{escape(text)}</p>' for text in view.notices)
    if view.figures.people.learners:
        told = "".join(
            (
                reach(view.figures, view.telling),
                recall(view.figures, view.telling),
                coming(view.figures, view.telling, view.is_stopped),
                comparison(view.figures, view.telling, view.choices.settings.holdout),
            )
        )
        looking = words.gettext("See for yourself what a learner gets: in their language, with what is due for them.")
        look = section(
            "preview",
            words.gettext("A message as a learner gets it"),
            f"<p>{looking}</p>{render_chooser(view.chooser, words)}",
        )
    else:
        look = ""
        text = words.gettext(
            "Nobody has answered a question yet. Once the first learners play a quiz, you see here who is reached "
            "and whether it stays. Until then you can make your choices."
        )
        told = f'<p class="mt-empty">{text}</p>'
    return _page(frame, f"{notices}{view.switch}{_ways(view)}{told}{_plan(view)}{_choices(view)}{look}")


def _ways(view: TeamView) -> str:
    """Down the page."""
    words = view.telling.words
    ways = [("plan", words.gettext("When questions come back")), ("choices", words.gettext("Your choices"))]
    if view.figures.people.learners:
        ways.append(("preview", words.gettext("A message as a learner gets it")))
    label = escape(words.gettext("On this page"))
    lines = "".join(f'<li><a class="mt-link" href="#{name}">{text}</a></li>' for name, text in ways)
    return f'<nav aria-label="{label}"><ul class="mt-ways">{lines}</ul></nav>'


def _plan(view: TeamView) -> str:
    words = view.telling.words
    trial = ""
    if view.is_trial:
        text = words.gettext("This is the plan for what you typed below. It is not saved yet.")
        trial = f'<p class="mt-notice" role="status">{text}</p>'
    inside = f"{trial}{render_plan(view.horizon, view.telling)}{questions(view.figures.questions, view.telling)}"
    return section("plan", words.gettext("When questions come back"), inside)


def _choices(view: TeamView) -> str:
    words = view.telling.words
    return section("choices", words.gettext("Your choices"), render_choices(view.choices, words))


def render_preview(frame: TeamFrame, chooser: PreviewView, shown: Shown | None, words: NullTranslations) -> str:
    """The page with one message."""
    message = render_shown(shown, words) if shown else ""
    again = section("preview", words.gettext("Another message"), render_chooser(chooser, words))
    return _page(frame, f"{message}{again}")


def render_refusal(frame: TeamFrame, text: str) -> str:
    """A page that says why there is nothing to see."""
    return _page(frame, f"<p>{escape(text)}</p>")


def _page(frame: TeamFrame, body: str) -> str:
    url, label = frame.way
    return (
        f'<!DOCTYPE html><html lang="{escape(frame.lang)}" dir="{"rtl" if frame.rtl else "ltr"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(frame.title)} · {escape(frame.site)}</title>"
        f'<link rel="stylesheet" href="{escape(frame.css)}"></head><body class="mt">'
        f'<header><a class="mt-link" href="{escape(url)}"><bdi>{escape(label)}</bdi></a></header>'
        f"<main><h1>{escape(frame.title)}</h1>{body}</main></body></html>"
    )
