"""The quiz around its questions: title, progress, ways onward and the summary at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.base.sanitise import clean_html
from xblocks.microquiz.answer_words import short_name
from xblocks.microquiz.play import Standing
from xblocks.microquiz.question_page import render_question
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.questions import Rating
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizView:
    """What is to be shown of a quiz.

    Attributes:
        answered: how many questions have an answer.
        minutes: how long the whole takes, about.
        closed: the due date is over.
        signed_in: a visitor who is not gets to see it, but not to answer.
        may_hand_in: feedback comes at the end, and there is something to hand in or to answer.
        report_url: where the course team sees how it goes; empty for everybody else.
    """

    settings: QuizSettings
    questions: Sequence[QuestionView]
    answered: int
    minutes: int
    closed: bool = False
    signed_in: bool = True
    may_hand_in: bool = False
    report_url: str = ""


def render_quiz(view: QuizView, words: NullTranslations) -> str:
    """The whole block."""
    settings = view.settings
    one = settings.presentation is Presentation.ONE_AT_A_TIME and len(view.questions) > 1
    questions = "".join(render_question(question, words) for question in view.questions)
    at_end = one and not any(question.current for question in view.questions)
    return (
        f'<section class="mu" data-mode="{"one" if one else "all"}" data-feedback="{settings.feedback_timing.value}"'
        f'{" data-end" if at_end else ""} aria-label="{escape(settings.display_name)}"'
        f' data-offline="{escape(_offline(words))}">'
        f'{_head(view, words)}<ol class="mu-qs">{questions}</ol>'
        f'<div class="mu-sum" tabindex="-1">{render_summary(view, words)}</div>'
        f'<p class="mu-say mu-all" role="alert"></p>{_way(view, one, words)}</section>'
    )


def _offline(words: NullTranslations) -> str:
    return words.gettext("That did not get through. Your answer is still here: check your connection and try again.")


def _head(view: QuizView, words: NullTranslations) -> str:
    settings = view.settings
    intro = f'<div class="mu-intro">{clean_html(settings.introduction)}</div>' if settings.introduction else ""
    report = ""
    if view.report_url:
        label = words.gettext("How it goes (course team)")
        report = f'<a class="mu-team" href="{escape(view.report_url)}" target="_blank">{label}</a>'
    return (
        f'<h3 class="mu-title">{escape(settings.display_name)}</h3>{intro}'
        f'<p class="mu-note">{_promise(view, words)}</p>{report}{render_progress(view, words)}'
    )


def _promise(view: QuizView, words: NullTranslations) -> str:
    number = len(view.questions)
    parts = [
        words.ngettext("%(number)d question", "%(number)d questions", number) % {"number": number},
        words.ngettext("about %(number)d minute", "about %(number)d minutes", view.minutes) % {"number": view.minutes},
    ]
    text = " · ".join(parts)
    if not number:
        return words.gettext("There are no questions here yet.")
    if not view.signed_in:
        return f"{text}. {words.gettext('Sign in to answer; then your progress is kept.')}"
    if view.closed:
        return f"{text}. {words.gettext('This quiz closed on its due date; you can still read everything here.')}"
    return f'{text}<span class="mu-cost">. {_cost(view.settings, words)}</span>'


def _cost(settings: QuizSettings, words: NullTranslations) -> str:
    limit = settings.attempts_allowed
    if limit == 1:
        return words.gettext("One attempt for each question, so take your time.")
    if settings.retry_penalty > 0:
        percent = {"percent": round(settings.retry_penalty * 100)}
        return (
            words.gettext("You may try again; each further attempt costs %(percent)d%% of a question's points.")
            % percent
        )
    if limit:
        text = words.gettext("Up to %(number)d attempts for each question; a mistake costs nothing.")
        return text % {"number": limit}
    return words.gettext("Try as often as you like: mistakes cost nothing, they are how one learns.")


def render_progress(view: QuizView, words: NullTranslations) -> str:
    """The bar, which only grows, and the same in words."""
    total = len(view.questions)
    if not total or not view.signed_in:
        return ""
    text = words.gettext("%(done)d of %(total)d answered") % {"done": view.answered, "total": total}
    filled = f'<i style="inline-size:{100 * view.answered // total}%"></i>'
    return (
        f'<div class="mu-bar" role="progressbar" aria-valuemin="0" aria-valuemax="{total}"'
        f' aria-valuenow="{view.answered}" aria-label="{escape(text)}">{filled}</div>'
        f'<p class="mu-note mu-count">{text}</p>'
    )


def _way(view: QuizView, one: bool, words: NullTranslations) -> str:
    buttons = ""
    if one:
        back, on = words.gettext("Back"), words.gettext("Next")
        buttons = f'<button type="button" data-go="-1">{back}</button><button type="button" data-go="1">{on}</button>'
    if view.may_hand_in:
        buttons += f'<button type="button" class="mu-go" data-do="finish">{words.gettext("Hand in")}</button>'
    return f'<div class="mu-way">{buttons}</div>' if buttons else ""


def render_summary(view: QuizView, words: NullTranslations) -> str:
    """The end: what went well, what to look at again; empty before that."""
    if not _is_over(view):
        return ""
    if any(question.rules.standing is Standing.ANSWERED for question in view.questions):
        return f"<h4>{words.gettext('All your answers are in')}</h4>"
    known = [question for question in view.questions if _is_known(question)]
    rest = [question for question in view.questions if not _is_known(question)]
    if not rest:
        title = words.gettext("Well done: you know all of this now")
        return f"<h4>{title}</h4><p>{words.gettext('Looking back at it in a few days makes it stick.')}</p>"
    done = words.gettext("Done: you know %(known)d of %(total)d") % {"known": len(known), "total": len(view.questions)}
    lines = "".join(f'<li><a href="#mu-{one.name}" data-see="{one.name}">{_name(one, words)}</a></li>' for one in rest)
    return f"<h4>{done}</h4><p>{words.gettext('Worth another look:')}</p><ul>{lines}</ul>"


def _is_known(view: QuestionView) -> bool:
    """Right, and for a flashcard also: known by the learner's own word."""
    forgotten = view.response is not None and view.response.get("rating") == Rating.AGAIN
    return view.rules.standing is Standing.RIGHT and not forgotten


def _is_over(view: QuizView) -> bool:
    """Every question is answered; where they are handed in together: that was done, perhaps with some left open."""
    standings = {question.rules.standing for question in view.questions}
    if view.settings.feedback_timing is FeedbackTiming.END:
        return Standing.SAVED not in standings and bool(standings - {Standing.OPEN})
    return 0 < len(view.questions) == view.answered


def _name(view: QuestionView, words: NullTranslations) -> str:
    place = {"number": view.place, "total": view.total}
    return escape(short_name(view.question, 80) or words.gettext("Question %(number)d of %(total)d") % place)
