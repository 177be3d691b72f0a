"""Where a learner answers: the inputs of each type of question, open or locked, with marks once there are any."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations
from html import escape

from xblocks.base.sanitise import as_plain_text, clean_html
from xblocks.microquiz.content import GAP
from xblocks.microquiz.question_view import RATINGS, QuestionView
from xblocks.microquiz.questions import (
    Choice,
    Cloze,
    Flashcard,
    Gap,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    PickedGap,
    ShortText,
    SingleChoice,
    TrueFalse,
)


def render_inputs(view: QuestionView, words: NullTranslations) -> str:
    """The inputs of a question that stand below its text; a cloze has its own within the text."""
    return _INPUTS[type(view.question)](view, words)


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


def render_gapped(view: QuestionView, words: NullTranslations) -> str:
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
        for rating, word in RATINGS.items()
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
