"""What an answer is worth: truth is 1, nothing is 0, and what lies between is fair."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from tests.xblocks.microquiz.answering import responses_to, right_response, wrong_response
from xblocks.microquiz import questions as q
from xblocks.microquiz.grading import Mark, grade
from xblocks.microquiz.responses import still_fits

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


# --- Every type


@patiently
@given(strategies.questions())
def test_a_response_made_from_the_truth_is_right(question: q.Question) -> None:
    kept = still_fits(question, right_response(question))
    assert kept is not None
    mark = grade(question, kept)
    assert mark.score == 1
    assert mark.is_right
    assert not mark.is_wrong
    assert all(right for _, right in mark.parts)


@patiently
@given(strategies.questions(), st.data())
def test_a_score_lies_between_nothing_and_everything(question: q.Question, data: st.DataObject) -> None:
    mark = grade(question, data.draw(responses_to(question)))
    assert 0 <= mark.score <= 1
    assert mark.is_right == (mark.score == 1)
    assert mark.is_wrong == (mark.score == 0)


@patiently
@given(strategies.questions(), st.data())
def test_grading_says_only_what_the_author_wrote_for_this_answer(question: q.Question, data: st.DataObject) -> None:
    mark = grade(question, data.draw(responses_to(question)))
    assert set(mark.feedback) <= _own_feedback(question) - {""}


def _own_feedback(question: q.Question) -> set[str]:
    match question:
        case q.SingleChoice() | q.MultipleChoice():
            return {choice.feedback for choice in question.choices}
        case q.TrueFalse():
            return {question.feedback_true, question.feedback_false}
        case q.ShortText() | q.Number():
            return {answer.feedback for answer in question.answers}
        case q.Cloze():
            parts = [gap.options if isinstance(gap, q.PickedGap) else gap.answers for gap in question.gaps]
            return {part.feedback for some in parts for part in some}
    return set()


def test_a_type_that_cannot_be_graded_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(TypeError, match="no grading for Question"):
        grade(q.Question(id="q"), {})


def test_a_mark_between_is_neither_right_nor_wrong() -> None:
    assert not Mark(0.5).is_right
    assert not Mark(0.5).is_wrong


# --- Choices


def multiple(rights: str, scoring: q.Scoring) -> q.MultipleChoice:
    """A question with a choice for each character: + right, - wrong."""
    return q.MultipleChoice(
        id="q",
        choices=tuple(q.Choice(id=f"c{n}", right=sign == "+", feedback=f"f{n}") for n, sign in enumerate(rights)),
        scoring=scoring,
    )


def score(question: q.MultipleChoice, taken: str) -> float:
    """The score of an answer with a character for each choice: x taken."""
    return grade(question, {"choices": [f"c{n}" for n, mark in enumerate(taken) if mark == "x"]}).score


def test_a_single_choice_is_right_or_wrong_and_hears_its_own_feedback() -> None:
    choices = (q.Choice(id="a", right=True, feedback="yes"), q.Choice(id="b", feedback="no"), q.Choice(id="c"))
    question = q.SingleChoice(id="q", choices=choices)
    assert grade(question, {"choice": "a"}) == Mark(1.0, (("a", True),), ("yes",))
    assert grade(question, {"choice": "b"}) == Mark(0.0, (("b", False),), ("no",))
    assert grade(question, {"choice": "c"}) == Mark(0.0, (("c", False),), ())


@pytest.mark.parametrize(
    ("rights", "taken", "all_or_nothing", "partial", "with_penalty"),
    [
        ("++--", "xx..", 1, 1, 1),
        ("++--", "x...", 0, 0.5, 0.5),
        ("++--", "x.x.", 0, 0.5, 0),
        ("++--", "xxx.", 0, 0.5, 0.5),
        ("++--", "xxxx", 0, 0, 0),
        ("++--", "..xx", 0, 0, 0),
        ("+++-", "xx..", 0, 0.666667, 0.666667),
        ("+++-", "xxxx", 0, 0.666667, 0.666667),
        ("+---", "x...", 1, 1, 1),
        ("+---", "xx..", 0, 0, 0),
        ("+---", ".xxx", 0, 0, 0),
        ("++", "xx", 1, 1, 1),
    ],
)
def test_multiple_choice_scores_as_its_scoring_says(
    rights: str, taken: str, all_or_nothing: float, partial: float, with_penalty: float
) -> None:
    assert score(multiple(rights, q.Scoring.ALL_OR_NOTHING), taken) == all_or_nothing
    assert score(multiple(rights, q.Scoring.PARTIAL), taken) == partial
    assert score(multiple(rights, q.Scoring.PARTIAL_WITH_PENALTY), taken) == with_penalty


def test_multiple_choice_tells_of_what_was_taken_and_nothing_of_what_was_not() -> None:
    mark = grade(multiple("+-+-", q.Scoring.PARTIAL), {"choices": ["c0", "c1"]})
    assert mark.parts == (("c0", True), ("c1", False))
    assert mark.feedback == ("f0", "f1")


signs = st.text("+-", min_size=2, max_size=8).filter(lambda text: "+" in text)
scorings = st.sampled_from(q.Scoring)


@given(signs, scorings)
def test_taking_every_choice_is_right_only_when_every_choice_is(rights: str, scoring: q.Scoring) -> None:
    assert (score(multiple(rights, scoring), "x" * len(rights)) == 1) == ("-" not in rights)


@given(signs, scorings, st.data())
def test_only_the_right_choices_and_all_of_them_are_right(rights: str, scoring: q.Scoring, data: st.DataObject) -> None:
    taken = data.draw(st.text("x.", min_size=len(rights), max_size=len(rights)))
    assert (score(multiple(rights, scoring), taken) == 1) == (taken == rights.translate(str.maketrans("+-", "x.")))


@given(signs, scorings, st.data())
def test_one_more_right_choice_never_lowers_the_score_and_one_more_wrong_never_raises_it(
    rights: str, scoring: q.Scoring, data: st.DataObject
) -> None:
    taken = data.draw(st.text("x.", min_size=len(rights), max_size=len(rights)))
    free = [at for at, mark in enumerate(taken) if mark == "."]
    assume(free)
    at = data.draw(st.sampled_from(free))
    question = multiple(rights, scoring)
    before, after = score(question, taken), score(question, f"{taken[:at]}x{taken[at + 1 :]}")
    assert after >= before if rights[at] == "+" else after <= before


@given(signs, st.data())
def test_a_penalty_never_gives_more_than_partial_which_never_gives_less_than_nothing(
    rights: str, data: st.DataObject
) -> None:
    taken = data.draw(st.text("x.", min_size=len(rights), max_size=len(rights)))
    lenient = score(multiple(rights, q.Scoring.PARTIAL), taken)
    assert score(multiple(rights, q.Scoring.PARTIAL_WITH_PENALTY), taken) <= lenient
    assert score(multiple(rights, q.Scoring.ALL_OR_NOTHING), taken) <= lenient


@pytest.mark.parametrize("number", [3, 6, 7, 9, 11])
def test_a_share_is_written_in_six_decimals_and_all_shares_together_are_whole(number: int) -> None:
    question = multiple("+" * number, q.Scoring.PARTIAL)
    assert score(question, "x" + "." * (number - 1)) == round(1 / number, 6)
    assert score(question, "x" * number) == 1


@pytest.mark.parametrize("right", [True, False])
def test_true_or_false_hears_what_is_said_to_its_own_answer(right: bool) -> None:
    question = q.TrueFalse(id="q", right=right, feedback_true="said true", feedback_false="said false")
    assert grade(question, {"value": True}) == Mark(float(right), (), ("said true",))
    assert grade(question, {"value": False}) == Mark(float(not right), (), ("said false",))


# --- Typed


def test_a_text_is_worth_the_best_answer_that_it_fits() -> None:
    question = q.ShortText(
        id="q",
        answers=(
            q.TextAnswer(pattern="*", score=0, feedback="try again"),
            q.TextAnswer(pattern="phish*", score=0.5, feedback="nearly"),
            q.TextAnswer(pattern="phishing", feedback="yes"),
            q.TextAnswer(pattern="PHISHING", feedback="too late"),
        ),
    )
    assert grade(question, {"text": "Phishing"}) == Mark(1.0, (), ("yes",))
    assert grade(question, {"text": "phish"}) == Mark(0.5, (), ("nearly",))
    assert grade(question, {"text": "spam"}) == Mark(0.0, (), ("try again",))


def test_a_text_that_fits_no_answer_is_wrong_without_a_word() -> None:
    question = q.ShortText(id="q", answers=(q.TextAnswer(pattern="phishing", feedback="yes"),))
    assert grade(question, {"text": "spam"}) == Mark(0.0)


@pytest.mark.parametrize(("case", "accents", "worth"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_case_and_accents_count_when_the_question_says_so(case: bool, accents: bool, worth: float) -> None:
    answers = (q.TextAnswer(pattern="café"),)
    question = q.ShortText(id="q", answers=answers, fold_case=case, fold_accents=accents)
    assert grade(question, {"text": "CAFE"}).score == worth
    gap = q.TypedGap(id="g", answers=answers, fold_case=case, fold_accents=accents)
    assert grade(q.Cloze(id="q", text="[[g]]", gaps=(gap,)), {"gaps": {"g": "CAFE"}}).score == worth


def test_a_number_is_worth_the_best_answer_that_it_is_near_to() -> None:
    question = q.Number(
        id="q",
        unit="%",
        answers=(
            q.NumberAnswer(value=Decimal(50), tolerance=Decimal("0.2"), relative=True, score=0.5, feedback="nearly"),
            q.NumberAnswer(value=Decimal(50), tolerance=Decimal(1), feedback="yes"),
        ),
    )
    assert grade(question, {"text": "51 %"}) == Mark(1.0, (), ("yes",))
    assert grade(question, {"text": "51,5"}) == Mark(0.5, (), ("nearly",))
    assert grade(question, {"text": "60"}) == Mark(0.5, (), ("nearly",))
    assert grade(question, {"text": "60,1"}) == Mark(0.0)


def test_a_number_that_can_be_read_in_two_ways_is_right_when_one_of_them_is() -> None:
    thousand = q.Number(id="q", answers=(q.NumberAnswer(value=Decimal(1000)),))
    one = q.Number(id="q", answers=(q.NumberAnswer(value=Decimal(1)),))
    assert grade(thousand, {"text": "1.000"}).is_right
    assert grade(one, {"text": "1.000"}).is_right
    assert grade(one, {"text": "1000"}).is_wrong


# --- Order


def ordering(number: int, scoring: q.Scoring = q.Scoring.PARTIAL) -> q.Ordering:
    return q.Ordering(id="q", items=tuple(q.Item(id=str(n)) for n in range(number)), scoring=scoring)


@pytest.mark.parametrize("scoring", list(q.Scoring))
@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_a_reversed_order_is_worth_nothing(number: int, scoring: q.Scoring) -> None:
    question = ordering(number, scoring)
    assert grade(question, {"order": [str(n) for n in reversed(range(number))]}).score == 0


@pytest.mark.parametrize(
    ("order", "worth"),
    [("0123", 1), ("0132", 0.666667), ("1032", 0.333333), ("0321", 0), ("1023", 0.666667), ("3012", 0), ("2301", 0)],
)
def test_each_pair_of_neighbours_changed_costs_the_same(order: str, worth: float) -> None:
    assert grade(ordering(4), {"order": list(order)}).score == worth


def test_an_order_at_random_is_worth_little_on_average() -> None:
    scores = [grade(ordering(5), {"order": list(order)}).score for order in permutations("01234")]
    assert sum(scores) / len(scores) < 0.2
    assert scores.count(1.0) == 1


@given(st.permutations("012345"), st.integers(0, 4))
def test_putting_two_neighbours_right_never_lowers_the_score(order: list[str], at: int) -> None:
    assume(order[at] > order[at + 1])
    better = [*order[:at], order[at + 1], order[at], *order[at + 2 :]]
    assert grade(ordering(6), {"order": better}).score >= grade(ordering(6), {"order": order}).score


def test_an_order_tells_which_items_stand_in_their_place() -> None:
    mark = grade(ordering(3, q.Scoring.ALL_OR_NOTHING), {"order": ["0", "2", "1"]})
    assert mark == Mark(0.0, (("0", True), ("2", False), ("1", False)))


# --- Pairs


def matching(scoring: q.Scoring = q.Scoring.PARTIAL) -> q.Matching:
    """Two of three share what they belong to."""
    pairs = (
        q.Pair(id="cat", left="cat", right="mammal"),
        q.Pair(id="dog", left="dog", right=" mammal "),
        q.Pair(id="owl", left="owl", right="bird"),
    )
    return q.Matching(id="q", pairs=pairs, distractors=("fish",), scoring=scoring)


def test_pairs_that_share_a_text_are_right_with_it() -> None:
    given_ = {"pairs": {"cat": "right:cat", "dog": "right:cat", "owl": "right:owl"}}
    assert grade(matching(), given_) == Mark(1.0, (("cat", True), ("dog", True), ("owl", True)))


@pytest.mark.parametrize(
    ("pairs", "share"),
    [
        ({"cat": "right:cat"}, 0.333333),
        ({"cat": "right:cat", "dog": "right:owl", "owl": "right:owl"}, 0.666667),
        ({"cat": "extra:fish", "dog": "extra:fish", "owl": "right:cat"}, 0),
    ],
)
def test_pairs_are_worth_their_share_or_nothing(pairs: dict[str, str], share: float) -> None:
    assert grade(matching(), {"pairs": pairs}).score == share
    assert grade(matching(q.Scoring.ALL_OR_NOTHING), {"pairs": pairs}).score == 0


# --- Gaps


def cloze(scoring: q.Scoring = q.Scoring.PARTIAL) -> q.Cloze:
    return q.Cloze(
        id="q",
        text="[[who]] [[what]] [[when]]",
        scoring=scoring,
        gaps=(
            q.TypedGap(
                id="who",
                answers=(q.TextAnswer(pattern="sender"), q.TextAnswer(pattern="send*", score=0.5, feedback="nearly")),
            ),
            q.PickedGap(
                id="what",
                options=(q.GapOption(id="a", right=True, feedback="yes"), q.GapOption(id="b", feedback="no")),
            ),
            q.TypedGap(id="when", answers=(q.TextAnswer(pattern="now", feedback="indeed"),)),
        ),
    )


def test_gaps_are_worth_their_average_and_each_hears_its_own_feedback() -> None:
    mark = grade(cloze(), {"gaps": {"who": "sending", "what": "b", "when": "now"}})
    assert mark == Mark(0.5, (("who", False), ("what", False), ("when", True)), ("nearly", "no", "indeed"))


def test_a_gap_left_open_is_wrong_and_hears_nothing() -> None:
    mark = grade(cloze(), {"gaps": {"what": "a"}})
    assert mark == Mark(0.333333, (("who", False), ("what", True), ("when", False)), ("yes",))


def test_all_or_nothing_wants_every_gap() -> None:
    strict = cloze(q.Scoring.ALL_OR_NOTHING)
    assert grade(strict, {"gaps": {"who": "sending", "what": "a", "when": "now"}}).score == 0
    assert grade(strict, {"gaps": {"who": "Sender", "what": "a", "when": "NOW"}}).score == 1


def test_three_thirds_of_a_cloze_are_right() -> None:
    assert grade(cloze(), {"gaps": {"who": "sender", "what": "a", "when": "now"}}).score == 1


# --- Cards


@pytest.mark.parametrize("rating", list(q.Rating))
def test_a_card_that_was_rated_is_done_however_it_was_rated(rating: q.Rating) -> None:
    assert grade(q.Flashcard(id="q", back="back"), {"rating": rating.value}) == Mark(1.0)


# --- Wrong is wrong


@patiently
@given(strategies.questions())
def test_what_is_wrong_all_through_is_worth_nothing(question: q.Question) -> None:
    wrong = wrong_response(question)
    assume(wrong is not None and not _takes_anything(question))
    kept = still_fits(question, wrong)
    assert kept is not None
    assert grade(question, kept).is_wrong


def _takes_anything(question: q.Question) -> bool:
    """Whether "nothing-of-it" may be right, in whole or in part, by a pattern, a tolerance or a text that all share."""
    match question:
        case q.ShortText():
            return any("*" in answer.pattern for answer in question.answers)
        case q.Number():
            return any(answer.relative for answer in question.answers)
        case q.Matching():
            return len({pair.right.strip() for pair in question.pairs}) == 1 and not question.distractors
        case q.Cloze():
            typed = [gap for gap in question.gaps if isinstance(gap, q.TypedGap)]
            return any("*" in answer.pattern for gap in typed for answer in gap.answers)
    return False
