"""Each type of question of ours as the one of Moodle's core types that it is, and what does not come along.

What each type loses is said for the field it is about; a field that no loss names comes back unchanged when Moodle's
question is read again (`xblocks.microquiz.moodle_xml`), which a property test holds this to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import singledispatchmethod
from html import escape
from typing import Any

from moodle_bridge import embedded_answers
from moodle_bridge.components import Fate, Loss
from moodle_bridge.fractions import is_exact, share
from moodle_bridge.moodle_question import COMBINED, Answer, MoodleQuestion
from xblocks.base.problems import N_
from xblocks.microquiz.answer_words import short_name
from xblocks.microquiz.content import GAP
from xblocks.microquiz.questions import (
    Choice,
    Cloze,
    Flashcard,
    Gap,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    PickedGap,
    Question,
    Rating,
    Scoring,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)

LONGEST_NAME = 255
MOST_GROUPS = 8
"""Moodle's question type "select missing words" has so many lists to pick from."""

RATINGS = (
    (Rating.AGAIN, N_("I did not know it yet")),
    (Rating.HARD, N_("I knew it, with effort")),
    (Rating.GOOD, N_("I knew it")),
    (Rating.EASY, N_("That was easy")),
)
"""The choices of a flashcard in Moodle, in this order; by its place a choice is known again in what is pulled back."""

TURN = N_("Turn the card")

_NEAREST = N_("Moodle knows only some shares of the points; %(score)s becomes %(share)s.")
_PARTLY = N_("Moodle has no feedback of its own for an answer that is partly right in a question of this type.")
_JOINED = N_("Moodle has no feedback for every answer in a question of this type; it follows that of each answer.")
_NO_FEEDBACK = N_("Moodle has no feedback for every answer in a question of this type.")
_STAR = N_("It becomes the feedback of an answer that fits everything else (*).")
_SOURCE = N_("The source stands at the end of the explanation, as a link.")
_NO_ADDRESS = N_("The title of a source without an address is left out.")
_ACCENTS = N_("In Moodle accents count: “cafe” is not “café”.")
_ALL = N_("Moodle gives a part of the points for what is partly right; all or nothing is not to be had.")
_PENALTY = N_("In Moodle all right choices earn all points, also when wrong ones are taken beside them.")
_KENDALL = N_("Moodle counts for each thing which stand before and after it; half right earns half the points there.")
_RELATIVE = N_("The tolerance of %(share)s becomes an amount, %(amount)s.")
_FLASHCARD = N_(
    "Moodle has no flashcards: it becomes a choice of how well one knew it, and the back unfolds below the question."
)
_OPTION_SHUFFLE = N_("Moodle shuffles the options of a gap anew in each attempt.")
_HINTS_LATER = N_("Moodle shows a hint after a wrong answer, where ours come when a learner asks.")


@dataclass(frozen=True)
class Mapped:
    """A question as Moodle has it, and what is otherwise there."""

    question: MoodleQuestion
    losses: tuple[Loss, ...]


def mapped(question: Question, key: str, *, penalty: float = 0.0, gettext: Callable[[str], str] = str) -> Mapped:
    """A question as one of Moodle's.

    Args:
        question: its texts with the addresses that travel (`addresses.carried`).
        key: its external key.
        penalty: the share of the points that a further try costs.
        gettext: for the few words that Moodle's learners see and nobody wrote: in the language of the course.
    """
    mapping = _Mapping(key, gettext)
    common = MoodleQuestion(
        qtype="",
        key=key,
        name=(short_name(question, LONGEST_NAME) or key),
        text=_with_image(question),
        points=question.points,
        right=question.feedback.right,
        partly=question.feedback.partly,
        wrong=question.feedback.wrong,
        explanation=mapping.explanation(question),
        hints=tuple(hint for hint in question.hints if hint.strip()),
        tags=question.tags,
        penalty=penalty,
    )
    if common.hints:
        mapping.loses("hints", _HINTS_LATER, Fate.CHANGED)
    found = mapping.typed(question, common)
    return Mapped(mapping.without_combined(found, question), tuple(mapping.losses))


def _with_image(question: Question) -> str:
    image = question.image
    if not image.src:
        return question.text
    alt = escape(image.alt, quote=True)
    return f'<p><img src="{escape(image.src, quote=True)}" alt="{alt}"></p>\n{question.text}'


@dataclass
class _Mapping:
    key: str
    gettext: Callable[[str], str]
    losses: list[Loss] = field(default_factory=list)

    def loses(self, of: str, message: str, fate: Fate = Fate.LOST, **params: object) -> None:
        self.losses.append(Loss(key=self.key, path=of, fate=fate, message=message, params=params))

    def explanation(self, question: Question) -> str:
        found = question.explanation
        if not found.source_url:
            if found.source_title:
                self.loses("explanation/source_title", _NO_ADDRESS)
            return found.text
        self.loses("explanation", _SOURCE, Fate.CHANGED)
        title = escape(found.source_title or found.source_url)
        return f'{found.text}\n<p><a href="{escape(found.source_url, quote=True)}">{title}</a></p>'.strip()

    def score(self, path: str, score: float | Decimal) -> Decimal:
        if not is_exact(score):
            self.loses(f"{path}/score", _NEAREST, Fate.CHANGED, score=f"{score:g}", share=f"{share(score):g}")
        return share(score)

    def without_combined(self, found: MoodleQuestion, question: Question) -> MoodleQuestion:
        """Where the type has no feedback for everybody, it stays with the answers, as far as these have a place."""
        if found.qtype in COMBINED:
            return found
        given = question.feedback
        answers = found.answers
        if found.qtype == "multianswer":
            for name in ("right", "partly", "wrong"):
                if getattr(given, name):
                    self.loses(f"feedback/{name}", _NO_FEEDBACK)
        else:
            if given.partly:
                self.loses("feedback/partly", _PARTLY)
            if given.right:
                self.loses("feedback/right", _JOINED, Fate.CHANGED)
                answers = _joined(answers, given.right, lambda score: score == 1)
            if given.wrong:
                answers = self._with_wrong(found.qtype, answers, given.wrong)
        return replace(found, right="", partly="", wrong="", answers=answers)

    def _with_wrong(self, qtype: str, answers: tuple[Answer, ...], wrong: str) -> tuple[Answer, ...]:
        if qtype == "truefalse":
            self.loses("feedback/wrong", _JOINED, Fate.CHANGED)
            return _joined(answers, wrong, lambda score: score == 0)
        if any(answer.text == "*" for answer in answers):
            self.loses("feedback/wrong", _NO_FEEDBACK)
            return answers
        self.loses("feedback/wrong", _STAR, Fate.CHANGED)
        return (*answers, Answer(text="*", feedback=wrong))

    # --- Each type

    @singledispatchmethod
    def typed(self, question: Any, common: MoodleQuestion) -> MoodleQuestion:
        raise TypeError(f"no type of question: {question!r}")

    @typed.register
    def _(self, question: SingleChoice, common: MoodleQuestion) -> MoodleQuestion:
        settings = _choice_settings(single=True, shuffle=question.shuffle)
        answers = tuple(_choice(choice, Decimal(choice.right)) for choice in question.choices)
        return replace(common, qtype="multichoice", answers=answers, settings=settings)

    @typed.register
    def _(self, question: MultipleChoice, common: MoodleQuestion) -> MoodleQuestion:
        rights = sum(choice.right for choice in question.choices)
        each = self.score("choices", Decimal(1) / rights) if rights else Decimal(0)
        if question.scoring is Scoring.ALL_OR_NOTHING:
            self.loses("scoring", _ALL, Fate.CHANGED)
        elif question.scoring is Scoring.PARTIAL:
            self.loses("scoring", _PENALTY, Fate.CHANGED)
        wrong = {Scoring.PARTIAL: Decimal(0), Scoring.ALL_OR_NOTHING: Decimal(-1)}.get(question.scoring, -each)
        answers = tuple(_choice(choice, each if choice.right else wrong) for choice in question.choices)
        settings = _choice_settings(single=False, shuffle=question.shuffle)
        return replace(common, qtype="multichoice", answers=answers, settings=settings)

    @typed.register
    def _(self, question: TrueFalse, common: MoodleQuestion) -> MoodleQuestion:
        answers = (
            Answer(text="true", score=Decimal(question.right), feedback=question.feedback_true),
            Answer(text="false", score=Decimal(not question.right), feedback=question.feedback_false),
        )
        return replace(common, qtype="truefalse", answers=answers)

    @typed.register
    def _(self, question: ShortText, common: MoodleQuestion) -> MoodleQuestion:
        if question.fold_accents:
            self.loses("fold_accents", _ACCENTS, Fate.CHANGED)
        answers = tuple(self._text_answers(question.answers))
        settings = {"usecase": str(int(not question.fold_case))}
        return replace(common, qtype="shortanswer", answers=answers, settings=settings)

    def _text_answers(self, answers: tuple[TextAnswer, ...], path: str = "answers") -> Iterator[Answer]:
        for index, one in enumerate(answers):
            score = self.score(f"{path}/{index}", one.score)
            yield Answer(text=one.pattern, score=score, feedback=one.feedback)

    @typed.register
    def _(self, question: Number, common: MoodleQuestion) -> MoodleQuestion:
        answers = tuple(self._number(f"answers/{index}", one) for index, one in enumerate(question.answers))
        settings = {"unitgradingtype": "0", "unitpenalty": "0", "showunits": "0" if question.unit else "3"}
        if question.unit:
            settings["unit"] = question.unit
        return replace(common, qtype="numerical", answers=answers, settings=settings)

    def _number(self, path: str, one: NumberAnswer) -> Answer:
        amount = one.tolerance
        if one.relative:
            amount = abs(one.value) * one.tolerance
            self.loses(f"{path}/tolerance", _RELATIVE, Fate.CHANGED, share=f"{one.tolerance}", amount=f"{amount}")
        score = self.score(path, one.score)
        return Answer(text=str(one.value), score=score, feedback=one.feedback, tolerance=amount)

    @typed.register
    def _(self, question: Ordering, common: MoodleQuestion) -> MoodleQuestion:
        if question.scoring is Scoring.PARTIAL or question.scoring is Scoring.PARTIAL_WITH_PENALTY:
            self.loses("scoring", _KENDALL, Fate.CHANGED)
        is_whole = question.scoring is Scoring.ALL_OR_NOTHING
        settings = {
            "layouttype": "VERTICAL",
            "selecttype": "ALL",
            "selectcount": "0",
            "gradingtype": "ALL_OR_NOTHING" if is_whole else "RELATIVE_ALL_PREVIOUS_AND_NEXT",
            "showgrading": "HIDE",
            "numberingstyle": "none",
            # Without it Moodle's importer makes up hints that its database then refuses.
            "shownumcorrect": "1",
        }
        answers = tuple(Answer(text=item.text, is_markup=True) for item in question.items)
        return replace(common, qtype="ordering", answers=answers, settings=settings)

    @typed.register
    def _(self, question: Matching, common: MoodleQuestion) -> MoodleQuestion:
        if question.scoring is not Scoring.PARTIAL:
            self.loses("scoring", _ALL, Fate.CHANGED)
        pairs = [Answer(text=pair.right, left=pair.left) for pair in question.pairs]
        nowhere = [Answer(text=text, left="") for text in question.distractors]
        settings = {"shuffleanswers": "true"}
        return replace(common, qtype="match", answers=(*pairs, *nowhere), settings=settings)

    @typed.register
    def _(self, question: Cloze, common: MoodleQuestion) -> MoodleQuestion:
        if question.scoring is not Scoring.PARTIAL:
            self.loses("scoring", _ALL, Fate.CHANGED)
        if _is_for_picking_only(question):
            return _select(question, common)
        for index, gap in enumerate(question.gaps):
            self._gap(f"gaps/{index}", gap)
        text = embedded_answers.write(common.text, question.gaps)
        return replace(common, qtype="multianswer", text=text)

    def _gap(self, path: str, gap: Gap) -> None:
        if isinstance(gap, PickedGap):
            self.loses(f"{path}/options", _OPTION_SHUFFLE, Fate.CHANGED)
            return
        if gap.fold_accents:
            self.loses(f"{path}/fold_accents", _ACCENTS, Fate.CHANGED)
        for index, one in enumerate(gap.answers):
            self.score(f"{path}/answers/{index}", one.score)

    @typed.register
    def _(self, question: Flashcard, common: MoodleQuestion) -> MoodleQuestion:
        self.loses("type", _FLASHCARD, Fate.CHANGED)
        turn = f"<details><summary>{escape(self.gettext(TURN))}</summary>{question.back}</details>"
        answers = tuple(
            Answer(text=escape(self.gettext(words)), is_markup=True, score=Decimal(1)) for _rating, words in RATINGS
        )
        settings = _choice_settings(single=True, shuffle=False)
        return replace(common, qtype="multichoice", text=f"{common.text}\n{turn}", answers=answers, settings=settings)


def _choice(choice: Choice, score: Decimal) -> Answer:
    return Answer(text=choice.text, is_markup=True, score=score, feedback=choice.feedback)


def _choice_settings(*, single: bool, shuffle: bool) -> dict[str, str]:
    return {
        "single": str(single).lower(),
        "shuffleanswers": str(shuffle).lower(),
        "answernumbering": "none",
        "showstandardinstruction": "0" if single else "1",
    }


def _joined(answers: tuple[Answer, ...], general: str, takes: Callable[[Decimal], bool]) -> tuple[Answer, ...]:
    return tuple(
        replace(answer, feedback="\n".join(filter(None, (answer.feedback, general)))) if takes(answer.score) else answer
        for answer in answers
    )


def _is_for_picking_only(question: Cloze) -> bool:
    """Whether Moodle's "select missing words" holds it whole; it keeps the feedback for everybody, gaps have none."""
    picked = [gap for gap in question.gaps if isinstance(gap, PickedGap)]
    return len(picked) == len(question.gaps) <= MOST_GROUPS and not any(
        option.feedback for gap in picked for option in gap.options
    )


def _select(question: Cloze, common: MoodleQuestion) -> MoodleQuestion:
    """Each gap picks from a list of its own; [[n]] is the number of the choice that belongs there."""
    answers: list[Answer] = []
    numbers: dict[str, int] = {}
    for group, gap in enumerate(question.gaps, start=1):
        assert isinstance(gap, PickedGap)
        for option in gap.options:
            answers.append(Answer(text=option.text, group=group))
            if option.right:
                numbers[gap.id] = len(answers)
    text = GAP.sub(lambda found: f"[[{numbers[found[1]]}]]" if found[1] in numbers else found[0], common.text)
    settings = {"shuffleanswers": "1"}
    return replace(common, qtype="gapselect", text=text, answers=tuple(answers), settings=settings)
