"""A practice session as a page: the quiz's own markup and script, so that answering is what learners know; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.quiz_page import QuizView, render_progress
from xblocks.microquiz.settings import Presentation, QuizSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """A session to be shown.

    Attributes:
        items: the markup of each question, where the addresses of its course work.
        minutes: how long it takes, about.
        ticket: what the page sends along with every answer.
        back_url: where one leaves for.
    """

    title: str
    questions: Sequence[QuestionView]
    items: Sequence[str]
    minutes: int
    ticket: str
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one question went.

    Attributes:
        name: of the question, in plain text.
        knew: the answer was right, or the card was known.
        returns: when it comes back, in words ("on Thursday"); "" when it does not.
    """

    name: str
    knew: bool
    returns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryView:
    """The end of a session.

    Attributes:
        streak: a sentence about practising regularly; "" when there is nothing to say.
        more: how many questions are still due.
        url: where the one way onward leads.
    """

    outcomes: Sequence[Outcome]
    streak: str
    more: int
    url: str


def render_practice(view: PracticeView, words: NullTranslations) -> str:
    """The whole session; microquiz.js brings it to life."""
    offline = words.gettext("That did not get through. Your answer is still here: check your connection and try again.")
    return (
        f'<section class="mu mn-practice" data-mode="one" data-feedback="immediate"'
        f' aria-label="{escape(view.title)}" data-offline="{escape(offline)}" data-ticket="{escape(view.ticket)}">'
        f"{_head(view, words)}"
        f'<ol class="mu-qs">{"".join(view.items)}</ol><div class="mu-sum" tabindex="-1"></div>'
        f'<p class="mu-say mu-all" role="alert"></p>{_way(words)}</section>'
    )


def _head(view: PracticeView, words: NullTranslations) -> str:
    number = len(view.questions)
    safe = words.gettext("Your grades stay as they are.")
    promise = " · ".join((questions_in_words(number, words), minutes_in_words(view.minutes, words)))
    leave = words.gettext("Stop for now")
    return (
        f'<p class="mn-leave"><a href="{escape(view.back_url)}" data-mn="overview">{leave}</a></p>'
        f'<h3 class="mu-title">{escape(view.title)}</h3>'
        f'<p class="mu-note">{promise}<span class="mu-cost">. {safe}</span></p>{_bar(view, words)}'
    )


def _bar(view: PracticeView, words: NullTranslations) -> str:
    settings = QuizSettings(presentation=Presentation.ONE_AT_A_TIME)
    quiz = QuizView(settings=settings, questions=view.questions, answered=0, minutes=view.minutes)
    return render_progress(quiz, words)


def progress_in_words(answered: int, total: int, words: NullTranslations) -> str:
    """What the bar says."""
    return words.gettext("%(done)d of %(total)d answered") % {"done": answered, "total": total}


def _way(words: NullTranslations) -> str:
    back, on = words.gettext("Back"), words.gettext("Next")
    return (
        f'<div class="mu-way"><button type="button" data-go="-1">{back}</button>'
        f'<button type="button" data-go="1">{on}</button></div>'
    )


def questions_in_words(number: int, words: NullTranslations) -> str:
    """How many questions."""
    return words.ngettext("%(number)d question", "%(number)d questions", number) % {"number": number}


def minutes_in_words(number: int, words: NullTranslations) -> str:
    """How many minutes, about."""
    return words.ngettext("about %(number)d minute", "about %(number)d minutes", number) % {"number": number}


# --- The end


def render_practice_summary(view: SummaryView, words: NullTranslations) -> str:
    """What one now knows, when each comes back, and one way onward."""
    lines = "".join(_line(one, words) for one in view.outcomes)
    streak = f'<p class="mn-streak">{escape(view.streak)}</p>' if view.streak else ""
    return f'<h4>{_verdict(view.outcomes, words)}</h4><ul class="mn-returns">{lines}</ul>{streak}{_onward(view, words)}'


def _verdict(outcomes: Sequence[Outcome], words: NullTranslations) -> str:
    known = sum(one.knew for one in outcomes)
    if known == len(outcomes):
        return words.gettext("Done. You knew all of this")
    if known:
        text = words.gettext("Done. You knew %(known)d of %(total)d; the rest comes back soon")
        return text % {"known": known, "total": len(outcomes)}
    return words.gettext("Done. Now you have seen it again, it will come easier next time")


def _line(one: Outcome, words: NullTranslations) -> str:
    sign, said = ("✓", words.gettext("known")) if one.knew else ("○", words.gettext("not yet"))
    when = one.returns or words.gettext("does not need to come back")
    returns = words.gettext("returns %(when)s") % {"when": one.returns} if one.returns else when
    return (
        f'<li><span class="mn-sign" data-right="{int(one.knew)}"><i aria-hidden="true">{sign}</i>'
        f'<b class="mu-live">{said}:</b></span> <span><bdi>{escape(one.name)}</bdi>'
        f" <small>{returns}</small></span></li>"
    )


def _onward(view: SummaryView, words: NullTranslations) -> str:
    if view.more:
        label = words.ngettext("Go on: %(number)d more is waiting", "Go on: %(number)d more are waiting", view.more)
        return _link(view.url, "practise", label % {"number": view.more})
    return _link(view.url, "overview", words.gettext("See what you remember"))


def _link(url: str, deed: str, label: str) -> str:
    return f'<p class="mn-on"><a class="mn-button" href="{escape(url)}" data-mn="{deed}">{label}</a></p>'


def render_nothing(returns: str, words: NullTranslations) -> str:
    """What stands in place of a session without questions.

    Args:
        returns: when the next question comes back, in words; "" when none does.
    """
    title = words.gettext("Nothing is waiting")
    text = words.gettext("That is good news: what you learned is still fresh.")
    if returns:
        text += " " + words.gettext("The next question comes back %(when)s.") % {"when": returns}
    return f"<h4>{title}</h4><p>{text}</p>"
