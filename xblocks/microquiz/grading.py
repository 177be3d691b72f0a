"""How right an answer is: a score between 0 and 1, the parts that are right, and the feedback that is meant for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from xblocks.microquiz.numbers import is_near, readings
from xblocks.microquiz.questions import (
    Cloze,
    Flashcard,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    Pair,
    PickedGap,
    Question,
    Scoring,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    TypedGap,
)
from xblocks.microquiz.responses import Response
from xblocks.microquiz.text_matching import matches


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer is worth.

    Attributes:
        score: 0 (wrong) to 1 (right).
        parts: for each part of the answer that can be right by itself (choice taken, item, pair, gap) its id and
            whether it is.
        feedback: the markup that the author wrote for just this answer, in the question's order.
    """

    score: float
    parts: tuple[tuple[str, bool], ...] = ()
    feedback: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Nothing is left to mend."""
        return self.score >= 1

    @property
    def is_wrong(self) -> bool:
        """Nothing of it was right."""
        return self.score <= 0


def grade(question: Question, response: Response) -> Mark:
    """The mark of a response that `responses.read` or `responses.still_fits` gave for this question."""
    match question:
        case SingleChoice():
            return _grade_single(question, response)
        case MultipleChoice():
            return _grade_multiple(question, response)
        case TrueFalse():
            value = response["value"]
            feedback = question.feedback_true if value else question.feedback_false
            return Mark(float(value == question.right), (), _said(feedback))
        case ShortText():
            best = _best_text(question.answers, response["text"], question.fold_case, question.fold_accents)
            return Mark(best.score, (), _said(best.feedback)) if best else Mark(0.0)
        case Number():
            return _grade_number(question, response)
        case Ordering():
            return _grade_ordering(question, response)
        case Matching():
            return _grade_matching(question, response)
        case Cloze():
            return _grade_cloze(question, response)
        case Flashcard():
            # Honesty costs nothing: whoever rates a card has done what was asked.
            return Mark(1.0)
        case _:
            raise TypeError(f"no grading for {type(question).__name__}")


def _said(*feedback: str) -> tuple[str, ...]:
    return tuple(text for text in feedback if text)


def _rounded(score: float) -> float:
    # Thirds do not add up in binary; six decimals are finer than any gradebook shows.
    return round(min(1.0, max(0.0, score)), 6)


def _grade_single(question: SingleChoice, response: Response) -> Mark:
    chosen = next(choice for choice in question.choices if choice.id == response["choice"])
    return Mark(float(chosen.right), ((chosen.id, chosen.right),), _said(chosen.feedback))


def _grade_multiple(question: MultipleChoice, response: Response) -> Mark:
    taken = [choice for choice in question.choices if choice.id in response["choices"]]
    rights = sum(choice.right for choice in question.choices)
    hits = sum(choice.right for choice in taken)
    misses = len(taken) - hits
    if question.scoring is Scoring.ALL_OR_NOTHING:
        score = float(hits == rights and not misses)
    elif question.scoring is Scoring.PARTIAL:
        # Without the second term, ticking everything would always be right.
        score = (hits - max(0, len(taken) - rights)) / rights
    else:
        score = (hits - misses) / rights
    parts = tuple((choice.id, choice.right) for choice in taken)
    return Mark(_rounded(score), parts, _said(*(choice.feedback for choice in taken)))


def _best_text(answers: Sequence[TextAnswer], typed: str, case: bool, accents: bool) -> TextAnswer | None:
    """The best-scored answer that the text fits; among equals the first."""
    fitting = [a for a in answers if matches(a.pattern, typed, fold_case=case, fold_accents=accents)]
    return max(fitting, key=lambda answer: answer.score, default=None)


def _grade_number(question: Number, response: Response) -> Mark:
    numbers = readings(response["text"], question.unit)

    def fits(answer: NumberAnswer) -> bool:
        return any(is_near(n, answer.value, answer.tolerance, relative=answer.relative) for n in numbers)

    best = max(filter(fits, question.answers), key=lambda answer: answer.score, default=None)
    return Mark(best.score, (), _said(best.feedback)) if best else Mark(0.0)


def _grade_ordering(question: Ordering, response: Response) -> Mark:
    right = [item.id for item in question.items]
    given = response["order"]
    parts = tuple((item, item == right[place]) for place, item in enumerate(given))
    if question.scoring is Scoring.ALL_OR_NOTHING:
        return Mark(float(given == right), parts)
    # Kendall's tau, cut off at 0: the share of pairs in the right order, with what chance would give (half) taken off.
    rank = {item: place for place, item in enumerate(right)}
    pairs = [rank[first] < rank[second] for first, second in combinations(given, 2)]
    return Mark(_rounded(2 * sum(pairs) / len(pairs) - 1), parts)


def _share(question: Matching | Cloze, rights: Sequence[bool]) -> float:
    if question.scoring is Scoring.ALL_OR_NOTHING:
        return float(all(rights))
    return _rounded(sum(rights) / len(rights))


def _grade_matching(question: Matching, response: Response) -> Mark:
    text_of = {f"right:{pair.id}": pair.right.strip() for pair in question.pairs}

    def is_right(pair: Pair) -> bool:
        # Two pairs may share a right-hand text; either one of them is right then.
        return text_of.get(response["pairs"].get(pair.id)) == pair.right.strip()

    parts = tuple((pair.id, is_right(pair)) for pair in question.pairs)
    return Mark(_share(question, [right for _, right in parts]), parts)


def _grade_cloze(question: Cloze, response: Response) -> Mark:
    parts: list[tuple[str, bool]] = []
    feedback: list[str] = []
    scores: list[float] = []
    for gap in question.gaps:
        score, said = _grade_gap(gap, response["gaps"].get(gap.id))
        scores.append(score)
        parts.append((gap.id, score >= 1))
        feedback.append(said)
    total = float(all(right for _, right in parts))
    if question.scoring is not Scoring.ALL_OR_NOTHING:
        total = _rounded(sum(scores) / len(scores))
    return Mark(total, tuple(parts), _said(*feedback))


def _grade_gap(gap: TypedGap | PickedGap, value: str | None) -> tuple[float, str]:
    if value is None:
        return 0.0, ""
    if isinstance(gap, PickedGap):
        option = next(option for option in gap.options if option.id == value)
        return float(option.right), option.feedback
    best = _best_text(gap.answers, value, gap.fold_case, gap.fold_accents)
    return (best.score, best.feedback) if best else (0.0, "")
