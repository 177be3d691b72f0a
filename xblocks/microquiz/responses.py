"""What a learner answered: read from what the page sent, kept as plain data, one shape a type.

The page never sees the ids of choices (an author writes the right one first, and its id would tell). It sees tokens;
`tokens` maps them back. What is kept holds the real ids, so that it outlives a change of the tokens' key.

| type              | payload from the page                  | kept                                   |
| ----------------- | -------------------------------------- | -------------------------------------- |
| single            | {"choice": token}                      | {"choice": id}                         |
| multiple          | {"choices": [token, ...]}              | {"choices": [id, ...]} in the quiz's order |
| truefalse         | {"value": true}                        | the same                               |
| shorttext, number | {"text": "..."}                        | the same                               |
| ordering          | {"order": [token, ...]}                | {"order": [id, ...]}                   |
| matching          | {"pairs": {left token: right token}}   | {"pairs": {left id: right id}}         |
| cloze             | {"gaps": {token: text or token}}       | {"gaps": {id: text or id}}             |
| flashcard         | {"rating": "good"}                     | the same                               |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import clean_text
from xblocks.microquiz.numbers import readings
from xblocks.microquiz.questions import (
    Cloze,
    Flashcard,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    PickedGap,
    Question,
    Rating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from xblocks.microquiz.text_matching import fold

MAX_TYPED = 500

Response = Mapping[str, Any]
Tokens = Mapping[str, str]
"""From token to id; the identity when the payload already holds ids."""


class ResponseError(ValueError):
    """An answer that cannot be taken.

    Attributes:
        name: "incomplete" (something is still to do), "changed" (the question is no longer the one that was shown) or
            "unreadable" (not an answer to this type of question).
        problem: a sentence for the learner.
    """

    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(f"{name}: {problem.sentence()}")
        self.name = name
        self.problem = problem


def _incomplete(message: str) -> ResponseError:
    return ResponseError("incomplete", Problem("response", message))


def _changed() -> ResponseError:
    return ResponseError(
        "changed", Problem("response", N_("This question was changed in the meantime. Load the page again to see it."))
    )


def _unreadable() -> ResponseError:
    return ResponseError(
        "unreadable",
        Problem("response", N_("This answer did not arrive whole. Load the page again and answer once more.")),
    )


def ids_of(question: Question) -> tuple[str, ...]:
    """Every id that an answer to this question may name; what tokens are made of."""
    match question:
        case SingleChoice() | MultipleChoice():
            return tuple(choice.id for choice in question.choices)
        case Ordering():
            return tuple(item.id for item in question.items)
        case Matching():
            lefts = (f"left:{pair.id}" for pair in question.pairs)
            return (*lefts, *(right_id for right_id, _ in rights_of(question)))
        case Cloze():
            ids: list[str] = []
            for gap in question.gaps:
                ids.append(f"gap:{gap.id}")
                if isinstance(gap, PickedGap):
                    ids.extend(f"option:{gap.id}:{option.id}" for option in gap.options)
            return tuple(ids)
        case _:
            return ()


def rights_of(question: Matching) -> tuple[tuple[str, str], ...]:
    """The right-hand texts to pick from as (id, text), each text once, in the quiz's order (shuffle before showing)."""
    found: dict[str, str] = {}
    for pair in question.pairs:
        found.setdefault(pair.right.strip(), f"right:{pair.id}")
    for text in question.distractors:
        found.setdefault(text.strip(), f"extra:{text.strip()}")
    return tuple((right_id, text) for text, right_id in found.items())


def read(question: Question, payload: Any, tokens: Tokens) -> Response:
    """The response that a payload from the page means.

    Raises:
        ResponseError: when it cannot be taken; see its `name`.
    """
    if not isinstance(payload, Mapping):
        raise _unreadable()
    return _READERS[type(question)](question, payload, tokens)


def _token(tokens: Tokens, value: Any) -> str:
    if not isinstance(value, str):
        raise _unreadable()
    try:
        return tokens[value]
    except KeyError:
        raise _changed() from None


def _typed(value: Any) -> str:
    if not isinstance(value, str):
        raise _unreadable()
    text = clean_text(value).strip()
    if not fold(text, case=False, accents=False):
        # Invisible characters only: nobody meant that as an answer.
        return ""
    if len(text) > MAX_TYPED:
        raise ResponseError(
            "incomplete",
            Problem(
                "response", N_("Your answer is longer than %(most)d characters; make it shorter."), {"most": MAX_TYPED}
            ),
        )
    return text


def _read_single(question: Question, payload: Response, tokens: Tokens) -> Response:
    if payload.get("choice") in (None, ""):
        raise _incomplete(N_("Choose an answer first."))
    return {"choice": _token(tokens, payload["choice"])}


def _read_multiple(question: Question, payload: Response, tokens: Tokens) -> Response:
    assert isinstance(question, MultipleChoice)
    chosen = payload.get("choices")
    if not isinstance(chosen, Sequence) or isinstance(chosen, str):
        raise _unreadable()
    if not chosen:
        raise _incomplete(N_("Choose at least one answer first."))
    ids = {_token(tokens, value) for value in chosen}
    return {"choices": [choice.id for choice in question.choices if choice.id in ids]}


def _read_truefalse(question: Question, payload: Response, tokens: Tokens) -> Response:
    value = payload.get("value")
    if value is None:
        raise _incomplete(N_("Choose true or false first."))
    if not isinstance(value, bool):
        raise _unreadable()
    return {"value": value}


def _read_shorttext(question: Question, payload: Response, tokens: Tokens) -> Response:
    text = _typed(payload.get("text"))
    if not text:
        raise _incomplete(N_("Type an answer first."))
    return {"text": text}


def _read_number(question: Question, payload: Response, tokens: Tokens) -> Response:
    assert isinstance(question, Number)
    text = _typed(payload.get("text"))
    if not text:
        raise _incomplete(N_("Type a number first."))
    if not readings(text, question.unit):
        raise _incomplete(N_("This is not a number yet. Write it in digits, such as 12 or 3.5."))
    return {"text": text}


def _read_ordering(question: Question, payload: Response, tokens: Tokens) -> Response:
    assert isinstance(question, Ordering)
    order = payload.get("order")
    if not isinstance(order, Sequence) or isinstance(order, str):
        raise _unreadable()
    ids = [_token(tokens, value) for value in order]
    if sorted(ids) != sorted(item.id for item in question.items):
        raise _changed()
    return {"order": ids}


def _read_matching(question: Question, payload: Response, tokens: Tokens) -> Response:
    assert isinstance(question, Matching)
    pairs = payload.get("pairs")
    if not isinstance(pairs, Mapping):
        raise _unreadable()
    rights = {right_id for right_id, _ in rights_of(question)}
    matched: dict[str, str] = {}
    for left, right in pairs.items():
        if right in (None, ""):
            continue
        left_id, right_id = _token(tokens, left), _token(tokens, right)
        if not left_id.startswith("left:") or right_id not in rights:
            raise _changed()
        matched[left_id.removeprefix("left:")] = right_id
    if not matched:
        raise _incomplete(N_("Pick at least one match first."))
    return {"pairs": {pair.id: matched[pair.id] for pair in question.pairs if pair.id in matched}}


def _read_cloze(question: Question, payload: Response, tokens: Tokens) -> Response:
    assert isinstance(question, Cloze)
    gaps = payload.get("gaps")
    if not isinstance(gaps, Mapping):
        raise _unreadable()
    given = {_token(tokens, name): value for name, value in gaps.items()}
    filled: dict[str, str] = {}
    for gap in question.gaps:
        value = given.get(f"gap:{gap.id}")
        if value is None or value == "":
            continue
        if isinstance(gap, PickedGap):
            prefix = f"option:{gap.id}:"
            option = _token(tokens, value)
            if not option.startswith(prefix):
                raise _changed()
            filled[gap.id] = option.removeprefix(prefix)
        elif text := _typed(value):
            filled[gap.id] = text
    if not filled:
        raise _incomplete(N_("Fill at least one gap first."))
    return {"gaps": filled}


def _read_flashcard(question: Question, payload: Response, tokens: Tokens) -> Response:
    value = payload.get("rating")
    if value in (None, ""):
        raise _incomplete(N_("Turn the card and say how well you knew it."))
    try:
        return {"rating": Rating(value).value}
    except ValueError:
        raise _unreadable() from None


_READERS: dict[type[Question], Callable[[Question, Response, Tokens], Response]] = {
    SingleChoice: _read_single,
    MultipleChoice: _read_multiple,
    TrueFalse: _read_truefalse,
    ShortText: _read_shorttext,
    Number: _read_number,
    Ordering: _read_ordering,
    Matching: _read_matching,
    Cloze: _read_cloze,
    Flashcard: _read_flashcard,
}


def still_fits(question: Question, kept: Any) -> Response | None:
    """A kept response, if the question as it is now can still be answered so; None when it was edited past it."""
    payload = kept
    if isinstance(kept, Mapping):
        if isinstance(question, Matching) and isinstance(kept.get("pairs"), Mapping):
            payload = {"pairs": {f"left:{left}": right for left, right in kept["pairs"].items()}}
        elif isinstance(question, Cloze) and isinstance(kept.get("gaps"), Mapping):
            payload = {"gaps": _as_payload(question, kept["gaps"])}
    try:
        return read(question, payload, {one: one for one in ids_of(question)})
    except ResponseError:
        return None


def _as_payload(question: Cloze, kept: Mapping[str, Any]) -> dict[str, Any]:
    picked = {gap.id for gap in question.gaps if isinstance(gap, PickedGap)}
    return {f"gap:{name}": f"option:{name}:{value}" if name in picked else value for name, value in kept.items()}
