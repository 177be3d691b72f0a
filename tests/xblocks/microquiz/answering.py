"""Answers to any question: the right one made from the truth, and any that a learner could give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from xblocks.base.sanitise import clean_text
from xblocks.microquiz.questions import (
    Cloze,
    Flashcard,
    Gap,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    PickedGap,
    Question,
    Rating,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)
from xblocks.microquiz.responses import Response, rights_of


def right_response(question: Question) -> Response:
    """The response, as it is kept, of a learner who knows everything."""
    match question:
        case SingleChoice():
            return {"choice": next(choice.id for choice in question.choices if choice.right)}
        case MultipleChoice():
            return {"choices": [choice.id for choice in question.choices if choice.right]}
        case TrueFalse():
            return {"value": question.right}
        case ShortText():
            return {"text": _fitting(question.answers)}
        case Number():
            return {"text": str(next(answer.value for answer in question.answers if answer.score == 1))}
        case Ordering():
            return {"order": [item.id for item in question.items]}
        case Matching():
            ids = {text: right_id for right_id, text in rights_of(question)}
            return {"pairs": {pair.id: ids[pair.right.strip()] for pair in question.pairs}}
        case Cloze():
            return {"gaps": {gap.id: _filling(gap) for gap in question.gaps}}
        case Flashcard():
            return {"rating": Rating.EASY.value}
    raise TypeError(question)


def _filling(gap: Gap) -> str:
    if isinstance(gap, PickedGap):
        return next(option.id for option in gap.options if option.right)
    return _fitting(gap.answers)


def _fitting(answers: tuple[TextAnswer, ...]) -> str:
    pattern = next(answer.pattern for answer in answers if answer.score == 1)
    return pattern.replace("\\*", "\x00").replace("*", "0").replace("\x00", "*").strip()


def wrong_response(question: Question) -> Response | None:
    """A response of which nothing is right (unless the pattern says that everything is); None when there is none."""
    match question:
        case SingleChoice() | MultipleChoice():
            wrong = next((choice.id for choice in question.choices if not choice.right), None)
            if wrong is None:
                return None
            return {"choice": wrong} if isinstance(question, SingleChoice) else {"choices": [wrong]}
        case TrueFalse():
            return {"value": not question.right}
        case ShortText():
            return {"text": "nothing-of-it"}
        case Number():
            return {"text": "-98765432109876543210"}
        case Ordering():
            return {"order": [item.id for item in reversed(question.items)]}
        case Matching():
            texts = dict(rights_of(question))
            shared = f"right:{question.pairs[0].id}"
            return {
                "pairs": {
                    pair.id: next((one for one, text in texts.items() if text != pair.right.strip()), shared)
                    for pair in question.pairs
                }
            }
        case Cloze():
            return {"gaps": {gap.id: _misfilling(gap) for gap in question.gaps}}
    return None


def _misfilling(gap: Gap) -> str:
    if isinstance(gap, PickedGap):
        return next(option.id for option in gap.options if not option.right)
    return "nothing-of-it"


def payload_of(question: Question, kept: Response, tokens: Mapping[str, str]) -> Any:
    """What the page sends for a response, ids told by `tokens` (from id to token)."""
    match question:
        case SingleChoice():
            return {"choice": tokens[kept["choice"]]}
        case MultipleChoice():
            return {"choices": [tokens[one] for one in kept["choices"]]}
        case Ordering():
            return {"order": [tokens[one] for one in kept["order"]]}
        case Matching():
            return {"pairs": {tokens[f"left:{left}"]: tokens[right] for left, right in kept["pairs"].items()}}
        case Cloze():
            picked = {gap.id for gap in question.gaps if isinstance(gap, PickedGap)}
            return {
                "gaps": {
                    tokens[f"gap:{gap}"]: tokens[f"option:{gap}:{value}"] if gap in picked else value
                    for gap, value in kept["gaps"].items()
                }
            }
    return dict(kept)


def typed_texts() -> st.SearchStrategy[str]:
    """Something that a learner types, as it is kept."""
    return st.text(min_size=1, max_size=20).map(lambda text: clean_text(text).strip() or "x")


def typed_numbers() -> st.SearchStrategy[str]:
    """A number that a learner types."""
    return st.sampled_from(["0", "12", "-3,5", "1.000", "1 000,5", "1e3", ".5", "٣"])


@st.composite
def responses_to(draw: st.DrawFn, question: Question) -> Response:
    """Any response that a learner could give, as it is kept."""
    match question:
        case SingleChoice():
            return {"choice": draw(st.sampled_from(question.choices)).id}
        case MultipleChoice():
            taken = draw(st.sets(st.sampled_from([choice.id for choice in question.choices]), min_size=1))
            return {"choices": [choice.id for choice in question.choices if choice.id in taken]}
        case TrueFalse():
            return {"value": draw(st.booleans())}
        case ShortText():
            return {"text": draw(st.one_of(typed_texts(), st.just(_fitting(question.answers))))}
        case Number():
            return {"text": draw(st.one_of(typed_numbers(), st.just(right_response(question)["text"])))}
        case Ordering():
            return {"order": draw(st.permutations([item.id for item in question.items]))}
        case Matching():
            rights = [right_id for right_id, _ in rights_of(question)]
            return {"pairs": draw(_some({pair.id: st.sampled_from(rights) for pair in question.pairs}))}
        case Cloze():
            return {"gaps": draw(_some({gap.id: _fillings(gap) for gap in question.gaps}))}
    return {"rating": draw(st.sampled_from(Rating)).value}


def _fillings(gap: Gap) -> st.SearchStrategy[str]:
    if isinstance(gap, PickedGap):
        return st.sampled_from([option.id for option in gap.options])
    return st.one_of(typed_texts(), st.just(_fitting(gap.answers)))


@st.composite
def _some(draw: st.DrawFn, values: Mapping[str, st.SearchStrategy[str]]) -> dict[str, str]:
    names = draw(st.sets(st.sampled_from(list(values)), min_size=1))
    return {name: draw(values[name]) for name in values if name in names}
