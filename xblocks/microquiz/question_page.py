"""One question as a learner sees it: HTML that holds nothing they have not earned.

Everything is written from a `QuestionView`, which the block fills in from the play and its rules. Ids of choices never
reach the page; `shuffling` says why. Plain strings rather than templates: nothing is read or compiled for a request.
"""

from __future__ import annotations

from gettext import NullTranslations
from html import escape

from xblocks.base.problems import N_
from xblocks.base.sanitise import clean_html, clean_url
from xblocks.microquiz.answer_words import render_answer
from xblocks.microquiz.play import Standing
from xblocks.microquiz.question_inputs import render_gapped, render_inputs
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.questions import (
    Cloze,
    Confidence,
    Flashcard,
    Image,
    Question,
)

_VERDICTS = {
    Standing.RIGHT: ("✓", N_("Right")),
    Standing.PARTLY: ("◐", N_("Almost")),
    Standing.WRONG: ("○", N_("Not yet")),
}
_CONFIDENCE = {
    Confidence.LOW: N_("I am guessing"),
    Confidence.MEDIUM: N_("Fairly sure"),
    Confidence.HIGH: N_("Certain"),
}


def render_question(view: QuestionView, words: NullTranslations) -> str:
    """The list item of one question: text, inputs, hints, feedback.

    Until the script is there, a form with the method "dialog" outside of a dialog goes nowhere and keeps what is in it.
    """
    current = " data-current" if view.current else ""
    return (
        f'<li class="mu-q" id="mu-{view.name}" data-q="{view.name}" data-type="{view.question.type}"'
        f' data-standing="{view.rules.standing.value}" data-try="{view.attempt}"{current}>'
        f'<form method="dialog">{_place(view, words)}{_text(view, words)}{render_inputs(view, words)}'
        f"{_confidence(view, words)}{render_hints(view)}"
        f'<p class="mu-say" role="alert"></p>{_actions(view, words)}</form>'
        f"{render_feedback(view, words)}</li>"
    )


# --- What is asked


def _place(view: QuestionView, words: NullTranslations) -> str:
    if view.total < 2:
        return ""
    text = words.gettext("Question %(number)d of %(total)d") % {"number": view.place, "total": view.total}
    if view.minutes_left:
        left = words.ngettext("about %(number)d minute left", "about %(number)d minutes left", view.minutes_left)
        text += f" · {left % {'number': view.minutes_left}}"
    return f'<p class="mu-note mu-place">{text}</p>'


def _text(view: QuestionView, words: NullTranslations) -> str:
    text = render_gapped(view, words) if isinstance(view.question, Cloze) else clean_html(view.question.text)
    return f'<div class="mu-text" id="mu-{view.name}-t">{text}</div>{_image(view.question.image)}'


def _image(image: Image) -> str:
    if not image.src:
        return ""
    return f'<img class="mu-image" src="{escape(clean_url(image.src))}" alt="{escape(image.alt)}" loading="lazy">'


# --- Around it


def _confidence(view: QuestionView, words: NullTranslations) -> str:
    if not view.ask_confidence or not view.may_answer or isinstance(view.question, Flashcard):
        return ""
    lines = "".join(
        f'<label><input type="radio" name="sure" value="{level.value}"><span>{words.gettext(word)}</span></label>'
        for level, word in _CONFIDENCE.items()
    )
    return f'<fieldset class="mu-sure"><legend>{words.gettext("How sure are you?")}</legend>{lines}</fieldset>'


def render_hints(view: QuestionView) -> str:
    """The hints that the learner has asked for."""
    hints = "".join(f"<li>{clean_html(hint)}</li>" for hint in view.question.hints[: view.hints_taken])
    return f'<ul class="mu-hints" aria-live="polite">{hints}</ul>' if view.question.hints else ""


def _actions(view: QuestionView, words: NullTranslations) -> str:
    if not view.may_answer:
        return ""
    buttons = ""
    if not isinstance(view.question, Flashcard):
        if not view.hand_in:
            again = view.rules.standing in (Standing.PARTLY, Standing.WRONG)
            label = words.gettext("Try again") if again else words.pgettext("button", "Answer")
            buttons = f'<button class="mu-go">{label}</button>'
    elif not view.turned:
        buttons = f'<button type="button" class="mu-go" data-do="turn">{words.gettext("Turn the card")}</button>'
    left = len(view.question.hints) - view.hints_taken
    if left > 0:
        buttons += f'<button type="button" data-do="hint">{words.gettext("Hint")}</button>'
    return f'<div class="mu-actions">{buttons}{_attempts_left(view, words)}</div>'


def _attempts_left(view: QuestionView, words: NullTranslations) -> str:
    left = view.rules.attempts_left
    if left is None:
        return ""
    text = words.ngettext("%(number)d attempt left", "%(number)d attempts left", left) % {"number": left}
    return f"<small>{text}</small>"


def render_feedback(view: QuestionView, words: NullTranslations) -> str:
    """What the learner hears about the answer; empty when there is nothing to hear yet."""
    if view.rules.standing is Standing.ANSWERED:
        return f'<div class="mu-feedback" tabindex="-1"><p>{words.gettext("Your answer is in.")}</p></div>'
    if not view.rules.feedback and not view.rules.answer:
        return ""
    parts = []
    if view.rules.feedback and view.rules.standing in _VERDICTS and not isinstance(view.question, Flashcard):
        parts.append(_verdict(view, words))
    if view.rules.answer and view.rules.standing is not Standing.RIGHT and not isinstance(view.question, Flashcard):
        shown = words.gettext("The answer")
        parts.append(f'<div class="mu-answer"><b>{shown}</b> {render_answer(view.question, words)}</div>')
    if view.rules.explanation:
        parts.append(_explanation(view.question, words))
    inside = "".join(parts)
    return f'<div class="mu-feedback" tabindex="-1">{inside}</div>' if inside else ""


def _verdict(view: QuestionView, words: NullTranslations) -> str:
    standing = view.rules.standing
    sign, word = _VERDICTS[standing]
    general = view.question.feedback
    said = {Standing.RIGHT: general.right, Standing.PARTLY: general.partly, Standing.WRONG: general.wrong}[standing]
    lines = [*(view.mark.feedback if view.mark else ()), *([said] if said else [])]
    text = "".join(f"<div>{clean_html(line)}</div>" for line in lines)
    return f'<p class="mu-verdict"><i aria-hidden="true">{sign}</i> {words.gettext(word)}</p>{text}'


def _explanation(question: Question, words: NullTranslations) -> str:
    explanation = question.explanation
    text = f"<div>{clean_html(explanation.text)}</div>" if explanation.text else ""
    url = clean_url(explanation.source_url)
    title = escape(explanation.source_title.strip() or url)
    if url:
        title = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    if title:
        text += f'<p class="mu-source">{words.gettext("Read more:")} {title}</p>'
    return text
