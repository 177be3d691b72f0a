"""What a course team wants to know of a quiz: which question is misunderstood, and how."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from itertools import accumulate

from xblocks.base.sanitise import as_plain_text
from xblocks.microquiz.answer_words import answer_in_words
from xblocks.microquiz.questions import MultipleChoice, Question
from xblocks.microquiz.responses import Response, still_fits

MOST_WRONG_ANSWERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the database counted for one question."""

    answers: int = 0
    learners: int = 0
    first_right: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFigures:
    """One line of the report.

    Attributes:
        learners: how many answered it at least once.
        answers: how often it was answered in all.
        first_right: the share (0..1) of the learners who had it right at the first try; None before the first answer.
        median_seconds: half of the answers took less; None when no page measured any.
        wrong: the most frequent wrong answers in words, each with how often.
    """

    question: Question
    learners: int
    answers: int
    first_right: float | None
    median_seconds: float | None
    wrong: tuple[tuple[str, int], ...]


def figures(
    questions: Sequence[Question],
    tallies: Mapping[str, Tally],
    seconds: Mapping[str, Mapping[int, int]],
    wrong: Mapping[str, Sequence[tuple[Response, int]]],
    words: NullTranslations,
) -> tuple[QuestionFigures, ...]:
    """The report, in the quiz's order.

    Args:
        tallies: by question id.
        seconds: by question id, how many answers took that many whole seconds.
        wrong: by question id, responses that were not wholly right, and how often each was given.
    """
    lines = []
    for question in questions:
        tally = tallies.get(question.id, Tally())
        lines.append(
            QuestionFigures(
                question=question,
                learners=tally.learners,
                answers=tally.answers,
                first_right=tally.first_right / tally.learners if tally.learners else None,
                median_seconds=median(seconds.get(question.id, {})),
                wrong=_wrong_in_words(question, wrong.get(question.id, ()), words),
            )
        )
    return tuple(lines)


def median(counts: Mapping[int, int]) -> float | None:
    """The median of values that occur so many times each; between the two in the middle when their number is even."""
    values = sorted(counts)
    ends = list(accumulate(counts[value] for value in values))
    total = ends[-1] if ends else 0
    if not total:
        return None
    lower, upper = (values[bisect_right(ends, place)] for place in ((total - 1) // 2, total // 2))
    return (lower + upper) / 2


def _wrong_in_words(
    question: Question, responses: Iterable[tuple[Response, int]], words: NullTranslations
) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for kept, times in responses:
        response = still_fits(question, kept)
        if response is None:
            continue
        if isinstance(question, MultipleChoice):
            for choice in question.choices:
                # What misleads is a wrong choice that was taken, or a right one that was not.
                if choice.right != (choice.id in response["choices"]):
                    sign = "−" if choice.right else "+"
                    found[f"{sign} {as_plain_text(choice.text)}"] += times
        else:
            found[answer_in_words(question, response, words)] += times
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_WRONG_ANSWERS])
