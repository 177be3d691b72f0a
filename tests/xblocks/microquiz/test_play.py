"""A learner's play is the sum of a log, and the rules say what may happen next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.microquiz import questions as q
from xblocks.microquiz.play import (
    Answer,
    Play,
    Played,
    Rules,
    Standing,
    answered,
    earned,
    from_state,
    is_closed,
    penalised,
    possible,
    refusal,
    regraded,
    replay,
    resume_at,
    rules_for,
    to_state,
    with_answer,
)
from xblocks.microquiz.settings import FeedbackTiming, QuizSettings, ShowAnswer

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
QUIZ = tuple(
    q.SingleChoice(id=one, points=points, choices=(q.Choice(id="r", right=True), q.Choice(id="w"), q.Choice(id="v")))
    for one, points in (("a", 1.0), ("b", 2.0), ("c", 0.5))
)


def answer(seq: int, question: str, score: float, choice: str = "") -> Answer:
    return Answer(
        seq=seq,
        question_id=question,
        content_hash="hash",
        attempt=1,
        response={"choice": choice or ("r" if score == 1 else "w")},
        score=score,
        answered_at=NOON,
    )


def log(*given_: tuple[str, float]) -> list[Answer]:
    """Answers one after the other: question and score."""
    return [answer(seq, question, score) for seq, (question, score) in enumerate(given_, 1)]


answers = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([0.0, 0.25, 0.333333, 0.5, 1.0])), max_size=12
).map(lambda given_: log(*given_))
penalties = st.sampled_from([0.0, 0.1, 0.25, 0.333333, 1.0])


# --- The sum of a log


def test_nothing_has_happened_at_first() -> None:
    assert replay([]) == Play()
    assert Play().of("a") == Played()
    assert from_state(None) == from_state({}) == Play()


def test_an_answer_is_counted_remembered_and_where_one_stands() -> None:
    play = replay(log(("a", 0), ("b", 0.5), ("a", 1)))
    assert play.seq == 3
    assert play.at == "a"
    assert play.of("a") == Played(2, 1.0, True, False, {"choice": "r"}, 1.0)
    assert play.of("b") == Played(1, 0.5, False, False, {"choice": "w"}, 0.5)
    assert play.of("c") == Played()


def test_right_at_the_first_try_stays_so_and_the_best_score_is_kept() -> None:
    play = replay(log(("a", 1), ("a", 0.5), ("a", 0)))
    assert play.of("a") == Played(3, 1.0, True, True, {"choice": "w"}, 0.0)


def test_right_at_the_second_try_is_not_right_at_the_first() -> None:
    assert not replay(log(("a", 0.999), ("a", 1))).of("a").first_right
    assert replay(log(("a", 0.999), ("a", 1))).of("a").ever_right


@given(answers, penalties)
def test_a_log_adds_up_the_same_all_at_once_or_one_by_one(given_: list[Answer], penalty: float) -> None:
    step = Play()
    for one in given_:
        step = with_answer(step, one, penalty)
    assert replay(given_, penalty) == step


@given(answers, penalties, st.data())
def test_a_play_goes_on_from_wherever_it_was_kept(given_: list[Answer], penalty: float, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(given_)))
    kept = json.loads(json.dumps(to_state(replay(given_[:at], penalty))))
    assert replay(given_[at:], penalty, from_state(kept)) == replay(given_, penalty)


@given(answers, penalties, st.data())
def test_answers_that_are_delivered_twice_change_nothing(
    given_: list[Answer], penalty: float, data: st.DataObject
) -> None:
    once = replay(given_, penalty)
    assert replay(given_, penalty, once) == once
    at = data.draw(st.integers(0, len(given_)))
    assert replay([*given_[:at], *given_[:at], *given_[at:]], penalty) == once


def test_an_answer_that_comes_late_with_a_number_that_is_past_changes_nothing() -> None:
    play = replay(log(("a", 0), ("b", 1)))
    assert with_answer(play, answer(2, "c", 1)) is play
    assert with_answer(play, answer(1, "c", 1)) is play
    assert with_answer(play, answer(3, "c", 1)).seq == 3


def test_a_play_does_not_change_the_one_it_comes_from() -> None:
    before = replay(log(("a", 0)))
    with_answer(before, answer(2, "a", 1))
    assert before == replay(log(("a", 0)))


@given(answers, penalties)
def test_the_state_is_plain_data_that_gives_the_play_back(given_: list[Answer], penalty: float) -> None:
    play = replay(given_, penalty)
    assert from_state(json.loads(json.dumps(to_state(play)))) == play


@given(answers, penalties)
def test_best_right_and_first_say_what_the_log_says(given_: list[Answer], penalty: float) -> None:
    play = replay(given_, penalty)
    for question in "abc":
        scores = [one.score for one in given_ if one.question_id == question]
        played = play.of(question)
        assert played.attempts == len(scores)
        assert played.ever_right == (1 in scores)
        assert played.first_right == (scores[:1] == [1])
        assert played.best == max((penalised(score, n, penalty) for n, score in enumerate(scores)), default=0)
        assert played.last_score == (scores[-1] if scores else 0)


# --- Penalties


@pytest.mark.parametrize(
    ("score", "before", "penalty", "worth"),
    [
        (1, 0, 0.25, 1),
        (1, 1, 0.25, 0.75),
        (1, 3, 0.25, 0.25),
        (1, 4, 0.25, 0),
        (1, 9, 0.25, 0),
        (0.5, 1, 0.5, 0.25),
        (0, 3, 0.5, 0),
        (1, 5, 0, 1),
        (1, 1, 1, 0),
        (1, 2, 0.1, 0.8),
        (1, 1, 0.333333, 0.666667),
    ],
)
def test_each_further_attempt_costs_its_share_and_never_more_than_all(
    score: float, before: int, penalty: float, worth: float
) -> None:
    assert penalised(score, before, penalty) == worth


def test_a_later_right_answer_never_lowers_what_an_earlier_one_earned() -> None:
    play = replay(log(("a", 0.9), ("a", 0), ("a", 1)), 0.3)
    assert play.of("a").best == 0.9
    assert play.of("a").ever_right


# --- Regrading


def test_a_mended_question_counts_as_if_it_had_always_been_so() -> None:
    played = log(("a", 0), ("a", 1), ("b", 0))
    mended = replace(QUIZ[0], choices=(q.Choice(id="r"), q.Choice(id="w", right=True)))
    play = replay(regraded(played, (mended, *QUIZ[1:])))
    assert play.of("a") == Played(2, 1.0, True, True, {"choice": "r"}, 0.0)
    assert play.of("b") == replay(played).of("b")
    assert play.seq == 3


def test_an_answer_that_no_longer_fits_keeps_what_it_earned() -> None:
    played = [answer(1, "a", 0.7, "v"), answer(2, "b", 1)]
    without = replace(QUIZ[0], choices=QUIZ[0].choices[:2])
    assert regraded(played, (without, QUIZ[1])) == list(played)
    assert regraded(played, ()) == list(played)


def test_penalties_are_taken_anew_when_regrading() -> None:
    played = log(("a", 0), ("a", 1))
    assert replay(regraded(played, QUIZ), 0.5).of("a").best == 0.5
    assert replay(regraded(played, QUIZ), 0.0).of("a").best == 1


@given(answers, penalties)
def test_regrading_with_unchanged_questions_changes_no_right_answer(given_: list[Answer], penalty: float) -> None:
    whole = [one for one in given_ if one.score in (0, 1)]
    assert replay(regraded(whole, QUIZ), penalty) == replay(whole, penalty)


# --- Rules: what may be seen

NOTHING = Played()
WRONG = Played(attempts=1, last_score=0.0)
WORN_OUT = Played(attempts=2, last_score=0.0)
RIGHT = Played(attempts=1, best=1, ever_right=True, first_right=True, last_score=1)

S = ShowAnswer


@pytest.mark.parametrize(
    ("show", "played", "closed", "seen"),
    [
        *((S.NEVER, played, closed, False) for played in (NOTHING, WRONG, WORN_OUT, RIGHT) for closed in (False, True)),
        (S.ATTEMPTED, NOTHING, False, False),
        (S.ATTEMPTED, WRONG, False, True),
        (S.ATTEMPTED, WORN_OUT, False, True),
        (S.ATTEMPTED, RIGHT, False, True),
        (S.ATTEMPTED, NOTHING, True, False),
        (S.ATTEMPTED, WRONG, True, True),
        (S.CORRECT, NOTHING, False, False),
        (S.CORRECT, WRONG, False, False),
        (S.CORRECT, WORN_OUT, False, False),
        (S.CORRECT, RIGHT, False, True),
        (S.CORRECT, NOTHING, True, False),
        (S.CORRECT, WRONG, True, False),
        (S.CORRECT, RIGHT, True, True),
        (S.LAST_ATTEMPT, NOTHING, False, False),
        (S.LAST_ATTEMPT, WRONG, False, False),
        (S.LAST_ATTEMPT, WORN_OUT, False, True),
        (S.LAST_ATTEMPT, RIGHT, False, True),
        (S.LAST_ATTEMPT, NOTHING, True, False),
        (S.LAST_ATTEMPT, WRONG, True, False),
        (S.LAST_ATTEMPT, WORN_OUT, True, True),
        *((S.PAST_DUE, played, False, False) for played in (NOTHING, WRONG, WORN_OUT, RIGHT)),
        *((S.PAST_DUE, played, True, True) for played in (NOTHING, WRONG, WORN_OUT, RIGHT)),
    ],
)
def test_the_answer_is_seen_when_the_course_team_says_so(
    show: ShowAnswer, played: Played, closed: bool, seen: bool
) -> None:
    rules = rules_for(QuizSettings(show_answer=show, attempts_allowed=2), played, closed=closed)
    assert rules.answer is seen
    assert rules.explanation is (seen or played.ever_right)
    assert rules.feedback is (played.attempts > 0)


def test_without_a_limit_no_attempt_is_the_last_until_it_is_right() -> None:
    settings = QuizSettings(show_answer=ShowAnswer.LAST_ATTEMPT)
    assert not rules_for(settings, Played(attempts=900), closed=False).answer
    assert rules_for(settings, RIGHT, closed=False).answer


@given(
    st.builds(QuizSettings, show_answer=st.sampled_from(ShowAnswer), attempts_allowed=st.integers(0, 3)),
    st.booleans(),
)
def test_before_any_answer_and_before_the_due_date_nothing_is_seen(settings: QuizSettings, saved: bool) -> None:
    rules = rules_for(settings, NOTHING, closed=False, saved=saved)
    assert (rules.feedback, rules.answer, rules.explanation) == (False, False, False)
    assert rules.may_answer


# --- Rules: what may be done


@pytest.mark.parametrize(
    ("allowed", "played", "closed", "may", "left"),
    [
        (0, NOTHING, False, True, None),
        (0, Played(attempts=99), False, True, None),
        (0, RIGHT, False, False, None),
        (0, NOTHING, True, False, None),
        (1, NOTHING, False, True, 1),
        (1, WRONG, False, False, 0),
        (2, WRONG, False, True, 1),
        (2, WORN_OUT, False, False, 0),
        (2, Played(attempts=5), False, False, 0),
        (3, RIGHT, False, False, 2),
        (3, WRONG, True, False, 2),
    ],
)
def test_one_may_answer_until_it_is_right_or_closed_or_the_attempts_are_used(
    allowed: int, played: Played, closed: bool, may: bool, left: int | None
) -> None:
    rules = rules_for(QuizSettings(attempts_allowed=allowed), played, closed=closed)
    assert rules.may_answer is may
    assert rules.attempts_left == left
    assert (refusal(rules, closed=closed) is None) is may


@pytest.mark.parametrize(
    ("played", "closed", "name", "sentence"),
    [
        (NOTHING, True, "closed", "closed on its due date"),
        (RIGHT, True, "closed", "closed on its due date"),
        (WORN_OUT, True, "closed", "closed on its due date"),
        (WORN_OUT, False, "no_attempts_left", "used all your attempts"),
        (RIGHT, False, "already_right", "already have this one right"),
        (replace(RIGHT, attempts=2), False, "already_right", "already have this one right"),
    ],
)
def test_a_refusal_says_why(played: Played, closed: bool, name: str, sentence: str) -> None:
    found = refusal(rules_for(QuizSettings(attempts_allowed=2), played, closed=closed), closed=closed)
    assert found is not None
    assert found[0] == name
    assert sentence in found[1].sentence()


@pytest.mark.parametrize(
    ("played", "saved", "standing"),
    [
        (NOTHING, False, Standing.OPEN),
        (NOTHING, True, Standing.SAVED),
        (WRONG, False, Standing.WRONG),
        (WRONG, True, Standing.SAVED),
        (Played(attempts=1, last_score=0.5), False, Standing.PARTLY),
        (RIGHT, False, Standing.RIGHT),
        (RIGHT, True, Standing.RIGHT),
        (replace(RIGHT, attempts=2, last_score=0.0), False, Standing.RIGHT),
        (Played(attempts=2, best=0.5, last_score=0.0), False, Standing.WRONG),
    ],
)
def test_a_question_stands_as_its_last_answer_but_right_stays_right(
    played: Played, saved: bool, standing: Standing
) -> None:
    assert rules_for(QuizSettings(), played, closed=False, saved=saved).standing is standing


def test_a_waiting_answer_changes_nothing_of_what_may_be_seen_or_done() -> None:
    settings = QuizSettings(attempts_allowed=2, show_answer=ShowAnswer.ATTEMPTED)
    for played in (NOTHING, WRONG, WORN_OUT, RIGHT):
        waiting = rules_for(settings, played, closed=False, saved=True)
        plain = rules_for(settings, played, closed=False)
        assert replace(waiting, standing=plain.standing) == plain


def test_rules_are_said_in_full() -> None:
    assert rules_for(QuizSettings(attempts_allowed=2), WRONG, closed=False) == Rules(
        standing=Standing.WRONG, may_answer=True, feedback=True, answer=False, explanation=False, attempts_left=1
    )


# --- Closing


@pytest.mark.parametrize(
    ("after", "grace", "closed"),
    [
        (timedelta(0), None, False),
        (timedelta(microseconds=1), None, True),
        (timedelta(seconds=-1), None, False),
        (timedelta(minutes=30), timedelta(minutes=30), False),
        (timedelta(minutes=30, microseconds=1), timedelta(minutes=30), True),
        (timedelta(seconds=1), timedelta(0), True),
    ],
)
def test_a_quiz_is_open_up_to_the_end_of_its_grace_period(
    after: timedelta, grace: timedelta | None, closed: bool
) -> None:
    assert is_closed(NOON + after, NOON, grace) is closed


def test_a_quiz_without_a_due_date_never_closes() -> None:
    assert not is_closed(datetime.max.replace(tzinfo=UTC), None, timedelta(1))


# --- Points and progress


def test_points_weigh_the_best_scores() -> None:
    play = replay(log(("a", 1), ("b", 0.5), ("b", 0.25)))
    assert possible(QUIZ) == 3.5
    assert earned(play, QUIZ) == (2.0, 3.5)
    assert earned(Play(), QUIZ) == (0, 3.5)
    assert earned(play, ()) == (0, 0)


def test_thirds_of_points_add_up() -> None:
    thirds = tuple(q.TrueFalse(id=one, points=1 / 3) for one in "abc")
    assert earned(replay(log(("a", 1), ("b", 1), ("c", 1))), thirds) == (1.0, 1.0)


def test_points_of_questions_that_are_gone_do_not_count() -> None:
    assert earned(replay(log(("gone", 1), ("a", 1))), QUIZ) == (1.0, 3.5)


def test_a_question_counts_as_answered_once_however_often_and_also_when_it_waits() -> None:
    play = replay(log(("a", 0), ("a", 1), ("gone", 1)))
    assert answered(play, QUIZ) == 1
    assert answered(play, QUIZ, ["a", "b", "also gone"]) == 2
    assert answered(Play(), QUIZ, iter("abc")) == 3


# --- Where to go on


def resume(given_: Sequence[tuple[str, float]], saved: Sequence[str] = (), **settings: object) -> int:
    return resume_at(replay(log(*given_)), QUIZ, QuizSettings(**settings), saved)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_", "place"),
    [
        ([], 0),
        ([("a", 1)], 1),
        ([("a", 0)], 0),
        ([("a", 0.5)], 0),
        ([("a", 0), ("b", 1)], 2),
        ([("b", 1)], 2),
        ([("c", 1)], 0),
        ([("b", 1), ("c", 1)], 0),
        ([("a", 1), ("b", 1), ("c", 0)], 2),
        ([("c", 0), ("a", 1), ("b", 1)], 3),
        ([("a", 1), ("b", 1), ("c", 1)], 3),
        ([("gone", 0)], 0),
        ([("a", 1), ("gone", 0)], 1),
    ],
)
def test_one_goes_on_with_what_can_be_mended_then_with_what_is_open(
    given_: list[tuple[str, float]], place: int
) -> None:
    assert resume(given_) == place


def test_what_cannot_be_tried_again_is_not_gone_back_to() -> None:
    assert resume([("a", 0)], attempts_allowed=1) == 1
    assert resume([("a", 0)], attempts_allowed=2) == 0
    assert resume([("a", 0), ("a", 0)], attempts_allowed=2) == 1


def test_when_feedback_comes_at_the_end_one_goes_on_with_what_is_neither_answered_nor_waiting() -> None:
    end = FeedbackTiming.END
    assert resume([], ["a"], feedback_timing=end) == 1
    assert resume([], ["a", "c"], feedback_timing=end) == 1
    assert resume([], ["b"], feedback_timing=end) == 0
    assert resume([], ["a", "b", "c"], feedback_timing=end) == 3
    assert resume([("a", 0)], [], feedback_timing=end) == 1
    assert resume([("a", 0), ("b", 0), ("c", 0)], [], feedback_timing=end) == 3


def test_a_quiz_without_questions_is_at_its_end() -> None:
    assert resume_at(Play(), (), QuizSettings()) == 0


@pytest.mark.parametrize("mode", list(ShowAnswer))
@pytest.mark.parametrize("right", [True, False])
def test_hidden_results_tell_nothing(mode: ShowAnswer, right: bool) -> None:
    settings = QuizSettings(show_answer=mode)
    played = Played(
        attempts=1, best=float(right), ever_right=right, first_right=right, last={}, last_score=float(right)
    )
    rules = rules_for(settings, played, closed=False, hidden=True)
    assert rules == rules_for(settings, replace(played, ever_right=not right), closed=False, hidden=True)
    assert rules.standing is Standing.ANSWERED
    assert rules.may_answer
    assert (rules.feedback, rules.answer, rules.explanation) == (False, False, False)
    assert rules_for(settings, Played(), closed=False, hidden=True).standing is Standing.OPEN
    assert rules_for(settings, played, closed=False, saved=True, hidden=True).standing is Standing.SAVED
    assert not rules_for(settings, played, closed=True, hidden=True).may_answer
    assert not rules_for(replace(settings, attempts_allowed=1), played, closed=False, hidden=True).may_answer
