"""One question as a learner sees it: HTML that holds nothing they have not earned.

Everything is written from a `QuestionView`, which the block fills in from the play and its rules. Ids of choices never
reach the page; `shuffling` says why. Plain strings rather than templates: nothing is read or compiled for a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape
from typing import Any

from xblocks.base.numerals import numeral
from xblocks.base.problems import N_
from xblocks.base.sanitise import as_plain_text, clean_html, clean_url
from xblocks.microquiz.content import GAP
from xblocks.microquiz.grading import Mark
from xblocks.microquiz.play import Rules, Standing
from xblocks.microquiz.questions import (
    Choice,
    Cloze,
    Confidence,
    Flashcard,
    Gap,
    Image,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    PickedGap,
    Question,
    Rating,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    TypedGap,
)
from xblocks.microquiz.responses import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What is to be shown of one question.

    Attributes:
        name: the question's token; also makes the page's ids.
        place: its number on the page, from 1, of `total`.
        tokens: from id to token, for everything an answer may name.
        order: ids of what is shuffled (choices, items, right-hand texts), in this learner's order.
        response: what the learner answered last, or has typed so far; None at first.
        mark: of that response, where feedback may be seen.
        hints_taken: how many hints are open.
        turned: the flashcard shows its back.
        locked: inputs cannot be used (a visitor who is not signed in).
    """

    question: Question
    rules: Rules
    name: str
    place: int
    total: int = 1
    tokens: Mapping[str, str]
    order: tuple[str, ...] = ()
    response: Response | None = None
    mark: Mark | None = None
    hints_taken: int = 0
    turned: bool = False
    ask_confidence: bool = False
    hand_in: bool = False
    locked: bool = False
    current: bool = False

    @property
    def may_answer(self) -> bool:
        """Inputs are open."""
        return self.rules.may_answer and not self.locked


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
_RATINGS = {
    Rating.AGAIN: N_("Not yet"),
    Rating.HARD: N_("With effort"),
    Rating.GOOD: N_("Yes"),
    Rating.EASY: N_("Easily"),
}


def render_question(view: QuestionView, words: NullTranslations) -> str:
    """The list item of one question: text, inputs, hints, feedback.

    Until the script is there, a form with the method "dialog" outside of a dialog goes nowhere and keeps what is in it.
    """
    current = " data-current" if view.current else ""
    return (
        f'<li class="mu-q" id="mu-{view.name}" data-q="{view.name}" data-type="{view.question.type}"'
        f' data-standing="{view.rules.standing.value}"{current}>'
        f'<form method="dialog">{_place(view, words)}{_text(view, words)}{_INPUTS[type(view.question)](view, words)}'
        f"{_confidence(view, words)}{render_hints(view)}"
        f'<p class="mu-say" role="alert"></p>{_actions(view, words)}</form>'
        f"{render_feedback(view, words)}</li>"
    )


# --- What is asked


def _place(view: QuestionView, words: NullTranslations) -> str:
    if view.total < 2:
        return ""
    text = words.gettext("Question %(number)d of %(total)d") % {"number": view.place, "total": view.total}
    return f'<p class="mu-note mu-place">{text}</p>'


def _text(view: QuestionView, words: NullTranslations) -> str:
    text = _gapped(view, words) if isinstance(view.question, Cloze) else clean_html(view.question.text)
    return f'<div class="mu-text" id="mu-{view.name}-t">{text}</div>{_image(view.question.image)}'


def _image(image: Image) -> str:
    if not image.src:
        return ""
    return f'<img class="mu-image" src="{escape(clean_url(image.src))}" alt="{escape(image.alt)}" loading="lazy">'


def _group(view: QuestionView, role: str, inside: str) -> str:
    disabled = "" if view.may_answer else " disabled"
    return f'<fieldset class="mu-in" role="{role}" aria-labelledby="mu-{view.name}-t"{disabled}>{inside}</fieldset>'


def _sign(right: bool | None, words: NullTranslations) -> str:
    """A part's mark: a sign for the eye and a word for the ear."""
    if right is None:
        return ""
    sign, word = ("✓", words.gettext("right")) if right else ("○", words.gettext("not yet"))
    return f'<span class="mu-sign" data-right="{int(right)}"><i aria-hidden="true">{sign}</i><b>{word}</b></span>'


def _part(view: QuestionView, part: str) -> bool | None:
    return dict(view.mark.parts).get(part) if view.mark else None


def _choices(view: QuestionView, kind: str, chosen: Iterable[str], words: NullTranslations) -> str:
    question = view.question
    assert isinstance(question, SingleChoice | MultipleChoice)
    by_id: dict[str, Choice] = {choice.id: choice for choice in question.choices}
    taken = set(chosen)
    lines = []
    for one in view.order:
        checked = " checked" if one in taken else ""
        lines.append(
            f'<label class="mu-choice"><input type="{kind}" name="c" value="{view.tokens[one]}"{checked}>'
            f"<span>{clean_html(by_id[one].text)}</span>{_sign(_part(view, one), words)}</label>"
        )
    return "".join(lines)


def _single(view: QuestionView, words: NullTranslations) -> str:
    chosen = [view.response["choice"]] if view.response else []
    return _group(view, "radiogroup", _choices(view, "radio", chosen, words))


def _multiple(view: QuestionView, words: NullTranslations) -> str:
    chosen = view.response["choices"] if view.response else []
    note = f'<p class="mu-note">{words.gettext("More than one can be right.")}</p>'
    return _group(view, "group", note + _choices(view, "checkbox", chosen, words))


def _truefalse(view: QuestionView, words: NullTranslations) -> str:
    value = view.response["value"] if view.response else None
    lines = [
        f'<label class="mu-choice"><input type="radio" name="c" value="{name}"{" checked" if value is truth else ""}>'
        f"<span>{word}</span></label>"
        for name, truth, word in (("true", True, words.gettext("True")), ("false", False, words.gettext("False")))
    ]
    return _group(view, "radiogroup", "".join(lines))


def _typed(view: QuestionView, words: NullTranslations, mode: str = "", unit: str = "") -> str:
    value = escape(view.response["text"]) if view.response else ""
    after = f"<span>{escape(unit)}</span>" if unit else ""
    label = f"mu-{view.name}-t"
    return _group(
        view,
        "group",
        f'<span class="mu-typed"><input type="text" name="t" value="{value}" maxlength="500" autocomplete="off"'
        f' aria-labelledby="{label}"{mode} placeholder="{escape(words.gettext("Your answer"))}">{after}</span>',
    )


def _shorttext(view: QuestionView, words: NullTranslations) -> str:
    return _typed(view, words)


def _number(view: QuestionView, words: NullTranslations) -> str:
    assert isinstance(view.question, Number)
    return _typed(view, words, ' inputmode="decimal"', view.question.unit)


def _ordering(view: QuestionView, words: NullTranslations) -> str:
    assert isinstance(view.question, Ordering)
    by_id = {item.id: item for item in view.question.items}
    order = view.response["order"] if view.response else view.order
    up, down = escape(words.gettext("Up")), escape(words.gettext("Down"))
    lines = []
    for one in order:
        plain = escape(as_plain_text(by_id[one].text))
        lines.append(
            f'<li data-item="{view.tokens[one]}"><i class="mu-grip" aria-hidden="true">⠿</i>'
            f"<span>{clean_html(by_id[one].text)}</span>{_sign(_part(view, one), words)}"
            f'<button type="button" data-move="-1" aria-label="{up}: {plain}">↑</button>'
            f'<button type="button" data-move="1" aria-label="{down}: {plain}">↓</button></li>'
        )
    note = f'<p class="mu-note">{words.gettext("Drag the lines into order, or use the arrows.")}</p>'
    moved = '<p class="mu-live" aria-live="polite"></p>'
    return _group(view, "group", f'{note}<ol class="mu-order">{"".join(lines)}</ol>{moved}')


def _options(options: Iterable[tuple[str, str]], chosen: str | None, words: NullTranslations) -> str:
    lines = [f'<option value="">{words.gettext("Choose…")}</option>']
    for name, text in options:
        lines.append(f'<option value="{name}"{" selected" if name == chosen else ""}>{escape(text)}</option>')
    return "".join(lines)


def _matching(view: QuestionView, words: NullTranslations) -> str:
    question = view.question
    assert isinstance(question, Matching)
    texts = {f"right:{pair.id}": pair.right.strip() for pair in question.pairs}
    texts |= {f"extra:{text.strip()}": text.strip() for text in question.distractors}
    options = [(view.tokens[one], texts[one]) for one in view.order]
    given = view.response["pairs"] if view.response else {}
    lines = []
    for pair in question.pairs:
        chosen = view.tokens.get(given.get(pair.id, ""))
        lines.append(
            f'<label class="mu-pair"><span>{clean_html(pair.left)}</span>'
            f'<select name="{view.tokens[f"left:{pair.id}"]}">{_options(options, chosen, words)}</select>'
            f"{_sign(_part(view, pair.id), words)}</label>"
        )
    return _group(view, "group", "".join(lines))


def _gapped(view: QuestionView, words: NullTranslations) -> str:
    question = view.question
    assert isinstance(question, Cloze)
    gaps = {gap.id: (number, gap) for number, gap in enumerate(question.gaps, 1)}
    pieces = GAP.split(clean_html(question.text))
    # split() gives text, id, text, id, ..., text
    html = [pieces[0]]
    for name, after in zip(pieces[1::2], pieces[2::2], strict=True):
        # In an editor's preview a gap may not be described yet.
        gap = _gap(view, *gaps[name], words) if name in gaps else f"[[{name}]]"
        # What closes a gap ("." or ")") stays on its line.
        closing = "" if view.mark else after[: len(after) - len(after.lstrip(_CLOSING))]
        html += [f'<span class="mu-kept">{gap}{closing}</span>' if closing else gap, after[len(closing) :]]
    return "".join(html)


_CLOSING = ".,:;!?)]}”’»"


def _gap(view: QuestionView, number: int, gap: Gap, words: NullTranslations) -> str:
    name = view.tokens[f"gap:{gap.id}"]
    label = escape(words.gettext("Gap %(number)d") % {"number": number})
    value = view.response["gaps"].get(gap.id, "") if view.response else ""
    disabled = "" if view.may_answer else " disabled"
    sign = _sign(_part(view, gap.id), words)
    if isinstance(gap, PickedGap):
        options = [(view.tokens[f"option:{gap.id}:{o.id}"], o) for o in gap.options]
        shown = sorted(((token, option.text.strip()) for token, option in options), key=lambda pair: pair[0])
        chosen = view.tokens.get(f"option:{gap.id}:{value}") if value else None
        inside = _options(shown, chosen, words)
        return f'<select class="mu-gap" name="{name}" aria-label="{label}"{disabled}>{inside}</select>{sign}'
    return (
        f'<input class="mu-gap" type="text" name="{name}" value="{escape(value)}" aria-label="{label}"'
        f' maxlength="500" autocomplete="off" autocapitalize="off"{disabled}>{sign}'
    )


def _cloze(view: QuestionView, words: NullTranslations) -> str:
    return ""


def _flashcard(view: QuestionView, words: NullTranslations) -> str:
    question = view.question
    assert isinstance(question, Flashcard)
    if not view.turned:
        return ""
    rated = view.response["rating"] if view.response else None
    buttons = "".join(
        f'<button type="button" name="r" value="{rating.value}" aria-pressed="{str(rating == rated).lower()}">'
        f"{words.gettext(word)}</button>"
        for rating, word in _RATINGS.items()
    )
    ask = words.gettext("Did you know it? Be honest: it costs nothing, and decides when the card comes back.")
    rate = _group(view, "group", f'<p class="mu-note">{ask}</p><div class="mu-rate">{buttons}</div>')
    return f'<div class="mu-back" tabindex="-1">{clean_html(question.back)}</div>{rate}'


_INPUTS = {
    SingleChoice: _single,
    MultipleChoice: _multiple,
    TrueFalse: _truefalse,
    ShortText: _shorttext,
    Number: _number,
    Ordering: _ordering,
    Matching: _matching,
    Cloze: _cloze,
    Flashcard: _flashcard,
}


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


# --- In words


def short_name(question: Question, longest: int) -> str:
    """A question's title, or how its text or its picture's description begins; "" when it has nothing but a picture."""
    text = question.title.strip() or GAP.sub("…", as_plain_text(question.text)) or question.image.alt.strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


# --- The right answer, once it may be seen


def render_answer(question: Question, words: NullTranslations) -> str:
    """The right answer of a question as HTML."""
    match question:
        case SingleChoice() | MultipleChoice():
            return _list(clean_html(choice.text) for choice in question.choices if choice.right)
        case TrueFalse():
            return words.gettext("True") if question.right else words.gettext("False")
        case ShortText():
            return _first_right(question.answers)
        case Number():
            return _number_answer(question, words)
        case Ordering():
            return f"<ol>{''.join(f'<li>{clean_html(item.text)}</li>' for item in question.items)}</ol>"
        case Matching():
            return _list(f"{clean_html(pair.left)} → {escape(pair.right)}" for pair in question.pairs)
        case Cloze():
            gaps = {gap.id: f"<mark>{_gap_answer(gap)}</mark>" for gap in question.gaps}
            return f"<div>{GAP.sub(lambda found: gaps[found[1]], clean_html(question.text))}</div>"
        case Flashcard():
            return clean_html(question.back)
        case _:
            raise TypeError(f"no answer to show for {type(question).__name__}")


def _list(lines: Iterable[str]) -> str:
    items = list(lines)
    return items[0] if len(items) == 1 else f"<ul>{''.join(f'<li>{line}</li>' for line in items)}</ul>"


def _first_right(answers: Iterable[TextAnswer]) -> str:
    pattern = next(answer.pattern for answer in answers if answer.score >= 1)
    return escape(pattern.replace("\\*", "\x00").replace("*", "…").replace("\x00", "*"))


def _number_answer(question: Number, words: NullTranslations) -> str:
    answer: NumberAnswer = next(answer for answer in question.answers if answer.score >= 1)
    return escape(f"{numeral(answer.value, words)} {question.unit}".strip())


def _gap_answer(gap: TypedGap | PickedGap) -> str:
    if isinstance(gap, PickedGap):
        return escape(next(option.text for option in gap.options if option.right))
    return _first_right(gap.answers)


def answer_in_words(question: Question, response: Any, words: NullTranslations) -> str:
    """A kept response as a course team reads it, on one line."""
    match question:
        case SingleChoice():
            return "".join(as_plain_text(c.text) for c in question.choices if c.id == response["choice"])
        case MultipleChoice():
            return "; ".join(as_plain_text(c.text) for c in question.choices if c.id in response["choices"])
        case TrueFalse():
            return words.gettext("True") if response["value"] else words.gettext("False")
        case Ordering():
            texts = {item.id: as_plain_text(item.text) for item in question.items}
            return " > ".join(texts[one] for one in response["order"])
        case Matching():
            rights = {f"right:{pair.id}": pair.right for pair in question.pairs}
            lefts = {pair.id: as_plain_text(pair.left) for pair in question.pairs}
            return "; ".join(
                f"{lefts[left]} = {rights.get(right, right.removeprefix('extra:'))}"
                for left, right in response["pairs"].items()
            )
        case Cloze():
            options = {
                (gap.id, option.id): option.text
                for gap in question.gaps
                if isinstance(gap, PickedGap)
                for option in gap.options
            }
            return "; ".join(options.get((gap, value), value) for gap, value in response["gaps"].items())
        case Flashcard():
            return words.gettext(_RATINGS[Rating(response["rating"])])
        case _:
            return str(response["text"])
