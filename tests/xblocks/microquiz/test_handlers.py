"""The handlers of the block, through the devstack's real runtime and database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey

from devstack.models import FieldState
from tests.devstack.playing import (
    add_block,
    block_for,
    call,
    completion_of,
    delete_state,
    grade_of,
    import_olx,
    override_score,
    recorded,
    rescore,
    signals,
    state_of,
    tracking,
    unit,
    view,
    who,
)
from tests.xblocks.microquiz.quizzes import TRUTH, WRONG, answer, name_of, one_of_each, payload
from xblocks.microquiz import api, models

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("kind", TRUTH)
def test_every_type_can_be_answered_right(kind: str) -> None:
    key = add_block(one_of_each())
    reply = answer(key, kind, TRUTH[kind])
    assert reply.status == 200
    assert 'data-standing="right"' in reply.json["questions"][name_of(key, kind)]
    assert grade_of(key) == (1.0, 9.0)
    assert completion_of(key) == pytest.approx(1 / 9)


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_may_be_mended_at_no_cost(kind: str) -> None:
    key = add_block(one_of_each())
    first = answer(key, kind, WRONG[kind])
    assert first.status == 200
    assert 'data-standing="wrong"' in first.json["questions"][name_of(key, kind)]
    assert grade_of(key) == (0.0, 9.0)
    answer(key, kind, TRUTH[kind])
    assert grade_of(key) == (1.0, 9.0)
    assert [row.attempt for row in models.Answer.objects.order_by("seq")] == [1, 2]


def test_a_retry_costs_what_the_course_team_asks() -> None:
    key = add_block(one_of_each(more='retry_penalty="0.25"'))
    answer(key, "single", WRONG["single"])
    answer(key, "single", TRUTH["single"])
    assert grade_of(key) == (0.75, 9.0)


def test_attempts_run_out() -> None:
    key = add_block(one_of_each(attempts=2))
    answer(key, "single", WRONG["single"])
    answer(key, "single", WRONG["single"])
    reply = answer(key, "single", TRUTH["single"])
    assert (reply.status, reply.json["error"]) == (409, "no_attempts_left")
    assert grade_of(key) == (0.0, 9.0)


def test_after_the_due_date_and_its_grace_period_no_answer_is_taken() -> None:
    past = unit("past", due="2020-01-01T00:00:00+00:00", graceperiod="1 day")
    key = add_block(one_of_each(), past)
    reply = answer(key, "single", TRUTH["single"])
    assert (reply.status, reply.json["error"]) == (409, "closed")
    assert grade_of(key) is None
    assert "closed on its due date" in view(key)


def test_a_grade_is_published_only_when_it_changed() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    answer(key, "single", WRONG["single"])
    answer(key, "truefalse", WRONG["truefalse"])
    assert len(recorded("grade", key)) == 1
    answer(key, "truefalse", TRUTH["truefalse"])
    assert len(recorded("grade", key)) == 2


def test_a_quiz_for_practice_has_no_grade_and_still_completes() -> None:
    key = add_block(one_of_each(more='ungraded="true"'))
    for kind, right in TRUTH.items():
        answer(key, kind, right)
    assert block_for(key).has_score is False
    assert recorded("grade", key) == []
    assert completion_of(key) == 1.0


def test_finishing_is_announced_once() -> None:
    key = add_block(one_of_each())
    for kind in TRUTH:
        answer(key, kind, WRONG.get(kind, TRUTH[kind]))
    answer(key, "single", TRUTH["single"])
    names = [name for name, _ in tracking(key)]
    assert names.count("microunits.microquiz.quiz.completed") == 1


def test_the_public_signal_tells_how_it_went_and_nothing_of_the_truth() -> None:
    key = add_block(one_of_each(more='ask_confidence="true"'))
    call(key, "hint", {"question": name_of(key, "single")})
    answer(key, "single", WRONG["single"], confidence="high", elapsed_ms=4200)
    ((name, sent),) = signals(key)
    assert name == "org.microunits.learning.question.answered.v1"
    said = sent["answer"]
    assert said["learner"]["source"] == "openedx"
    assert (said["question_id"], said["score"], said["attempt"]) == ("single", 0.0, 1)
    assert (said["hints_used"], said["confidence"], said["elapsed_ms"]) == (1, "high", 4200)
    assert said["usage_key"] == str(key)
    assert "yes-a" not in json.dumps(sent)
    assert "hear-b" not in json.dumps(sent)


def test_a_flashcards_rating_is_told_as_it_was_given() -> None:
    key = add_block(one_of_each())
    answer(key, "flashcard", {"rating": "hard"})
    assert signals(key)[0][1]["answer"]["rating"] == "hard"


def test_a_card_must_be_turned_before_it_is_rated() -> None:
    key = add_block(one_of_each())
    data = {"question": name_of(key, "flashcard"), "response": {"rating": "good"}}
    assert call(key, "answer", data).json["error"] == "incomplete"
    assert "secret-back" in call(key, "turn", {"question": name_of(key, "flashcard")}).text


def test_the_content_of_an_answered_question_is_kept_by_its_hash() -> None:
    key = add_block(one_of_each())
    answer(key, "shorttext", WRONG["shorttext"])
    row = models.Answer.objects.get()
    question = api.get_question(row.content_hash)
    assert question is not None
    assert question.text == "Type"
    assert api.get_question("0" * 64) is None


def test_hints_open_one_by_one_and_are_counted() -> None:
    key = add_block(one_of_each())
    first = call(key, "hint", {"question": name_of(key, "single")}).json
    assert "hint-one" in first["hints"]
    assert "hint-two" not in first["hints"]
    assert first["left"] == 1
    second = call(key, "hint", {"question": name_of(key, "single")}).json
    assert "hint-two" in second["hints"]
    assert second["left"] == 0
    answer(key, "single", TRUTH["single"])
    assert models.Answer.objects.get().hints_used == 2


def test_user_state_is_saved_once_for_an_answer_and_three_statements_are_ours() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    data = {"question": name_of(key, "truefalse"), "response": {"value": False}}
    with CaptureQueriesContext(connection) as captured:
        assert call(key, "answer", data).status == 200
    statements = [query["sql"] for query in captured.captured_queries]
    state = [sql for sql in statements if sql.startswith(("UPDATE", "INSERT")) and "devstack_fieldstate" in sql]
    ours = [sql for sql in statements if "microunits_microquiz" in sql]
    assert len(state) == 1
    assert len(ours) <= 3


# --- Feedback at the end


AT_THE_END = 'feedback_timing="end" presentation="all_on_a_page"'


def test_answers_wait_until_the_quiz_is_handed_in() -> None:
    key = add_block(one_of_each(more=AT_THE_END))
    reply = answer(key, "single", WRONG["single"])
    assert reply.json["saved"] is True
    assert "hear-b" not in reply.text
    assert models.Answer.objects.count() == 0
    assert grade_of(key) is None
    assert completion_of(key) == pytest.approx(1 / 9)
    assert "hear-b" not in view(key)


def test_handing_in_with_open_questions_asks_first() -> None:
    key = add_block(one_of_each(more=AT_THE_END))
    answer(key, "single", WRONG["single"])
    responses = {name_of(key, "truefalse"): {"response": payload(key, "truefalse", TRUTH["truefalse"])}}
    asked = call(key, "finish", {"responses": responses})
    assert (asked.status, asked.json["error"]) == (409, "open_questions")
    done = call(key, "finish", {"responses": responses, "anyway": True})
    assert done.status == 200
    assert "hear-b" in done.json["questions"][name_of(key, "single")]
    assert grade_of(key) == (1.0, 9.0)
    assert models.Answer.objects.count() == 2
    assert state_of(key)["saved"] == {}


def test_an_answer_on_the_page_replaces_the_saved_one() -> None:
    key = add_block(one_of_each(more=AT_THE_END))
    answer(key, "single", WRONG["single"])
    responses = {name_of(key, "single"): {"response": payload(key, "single", TRUTH["single"])}}
    call(key, "finish", {"responses": responses, "anyway": True})
    assert grade_of(key) == (1.0, 9.0)


def test_nothing_to_hand_in_is_said() -> None:
    key = add_block(one_of_each(more=AT_THE_END))
    assert call(key, "finish", {"anyway": True}).json["error"] == "incomplete"
    assert call(add_block(one_of_each().replace("each", "other")), "finish", {}).json["error"] == "not_here"


def test_what_was_saved_in_time_may_be_handed_in_when_the_due_date_is_over() -> None:
    key = add_block(one_of_each(more=AT_THE_END))
    answer(key, "single", TRUTH["single"])
    unit(due="2020-01-01T00:00:00+00:00")
    assert "Hand in" in view(key)
    late = {name_of(key, "truefalse"): {"response": payload(key, "truefalse", TRUTH["truefalse"])}}
    late[name_of(key, "single")] = {"response": payload(key, "single", WRONG["single"])}
    assert call(key, "finish", {"responses": late, "anyway": True}).status == 200
    assert grade_of(key) == (1.0, 9.0)
    assert "Hand in" not in view(key)


# --- Results that the course team hides


def test_hidden_results_stay_hidden_while_they_count() -> None:
    key = add_block(one_of_each(), unit("exam", show_correctness="never"))
    right = answer(key, "single", TRUTH["single"])
    wrong = answer(key, "truefalse", WRONG["truefalse"])
    for reply in (right, wrong):
        assert 'data-standing="answered"' in reply.text.replace("\\", "")
        assert "because-single" not in reply.text
    assert grade_of(key) == (1.0, 9.0)
    for kind in TRUTH:
        last = answer(key, kind, TRUTH[kind])
    assert "All your answers are in" in last.json["summary"]


def test_results_hidden_until_the_due_date_appear_after_it() -> None:
    soon = unit("exam", show_correctness="past_due", due="2099-01-01T00:00:00+00:00")
    key = add_block(one_of_each(), soon)
    answer(key, "single", WRONG["single"])
    assert "hear-b" not in view(key)
    unit("exam", show_correctness="past_due", due="2020-01-01T00:00:00+00:00")
    assert "hear-b" in view(key)


def test_a_page_that_is_behind_does_not_spend_an_attempt_unknowingly() -> None:
    key = add_block(one_of_each(attempts=2))
    assert answer(key, "single", WRONG["single"], attempt=1).status == 200
    reply = answer(key, "single", WRONG["single"], attempt=1)
    assert (reply.status, reply.json["error"]) == (409, "answered_elsewhere")
    assert answer(key, "single", TRUTH["single"], attempt=2).status == 200


# --- The gradebook


def test_an_override_stands_until_the_learner_earns_more() -> None:
    key = add_block(one_of_each(more='weight="2"'))
    answer(key, "single", TRUTH["single"])
    override_score(key, 4.5)
    assert grade_of(key) == (4.5, 9.0)
    answer(key, "truefalse", TRUTH["truefalse"])
    assert grade_of(key) == (4.5, 9.0)
    for kind in ("multiple", "shorttext", "number", "ordering", "matching"):
        answer(key, kind, TRUTH[kind])
    assert grade_of(key) == (7.0, 9.0)


def test_a_published_grade_is_not_taken_for_an_override() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    assert state_of(key).get("override_share") is None
    override_score(key, 0.5)
    assert state_of(key)["override_share"] == pytest.approx(0.5 / 9)
    override_score(key, 0.0)
    assert state_of(key).get("override_share") is None


def test_rescoring_looks_at_every_answer_by_the_mended_question() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    answer(key, "single", TRUTH["single"])
    mended = (
        one_of_each()
        .replace('id="a" right="true">yes-a', 'id="a">yes-a')
        .replace('<choice id="b">', '<choice id="b" right="true">')
    )
    import_olx(key, mended)
    rescore(key)
    assert grade_of(key) == (1.0, 9.0)
    broken = mended.replace('<choice id="b" right="true">', '<choice id="b">')
    import_olx(key, broken.replace('<choice id="a">', '<choice id="z" right="true">other</choice><choice id="a">'))
    rescore(key, only_if_higher=True)
    assert grade_of(key) == (1.0, 9.0)
    FieldState.objects.filter(scope="user_state").delete()
    answer(key, "truefalse", WRONG["truefalse"])
    assert grade_of(key) == (1.0, 9.0)


def test_rescoring_what_was_never_answered_says_so() -> None:
    key = add_block(one_of_each())
    with pytest.raises(ValueError, match="no answer yet"):
        block_for(key).rescore(only_if_higher=False)
    with pytest.raises(TypeError, match="practice"):
        block_for(add_block(one_of_each(more='ungraded="true"').replace("each", "practice"))).rescore(
            only_if_higher=False
        )


def test_a_quiz_for_practice_is_passed_over_when_all_is_scored_again() -> None:
    key = add_block(one_of_each(more='ungraded="true"'))
    answer(key, "single", TRUTH["single"])
    assert not block_for(key).has_submitted_answer()


def reset_attempts(usage_key: UsageKey) -> None:
    """What the platform's "reset attempts" does to a learner's state, whatever block it is of."""
    row = FieldState.objects.get(scope="user_state", block_id=str(usage_key))
    row.state = json.dumps({**json.loads(row.state), "attempts": 0, "score_history": []})
    row.save()


def test_attempts_that_the_course_team_resets_are_free_again_and_what_was_earned_stays() -> None:
    key = add_block(one_of_each(attempts=1))
    answer(key, "truefalse", TRUTH["truefalse"])
    for _time in range(2):
        assert answer(key, "single", WRONG["single"]).status == 200
        assert answer(key, "single", TRUTH["single"]).json["error"] == "no_attempts_left"
        reset_attempts(key)
        assert "1 attempt left" in view(key)
    assert answer(key, "single", TRUTH["single"]).status == 200
    assert answer(key, "truefalse", TRUTH["truefalse"]).json["error"] == "already_right"
    assert grade_of(key) == (2.0, 9.0)
    assert [row.attempt for row in models.Answer.objects.filter(question_id="single")] == [1, 2, 3]


def test_deleting_a_learners_state_lets_them_begin_anew() -> None:
    key = add_block(one_of_each(attempts=1))
    answer(key, "single", WRONG["single"])
    answer(key, "single", TRUTH["single"], user="bob")
    delete_state(key)
    assert models.Answer.objects.count() == 1
    assert answer(key, "single", TRUTH["single"]).status == 200
    assert grade_of(key) == (1.0, 9.0)
    assert grade_of(key, "bob") == (1.0, 9.0)


def test_lost_user_state_is_healed_from_the_log() -> None:
    key = add_block(one_of_each())
    answer(key, "single", TRUTH["single"])
    FieldState.objects.filter(scope="user_state").delete()
    answer(key, "truefalse", TRUTH["truefalse"])
    assert grade_of(key) == (2.0, 9.0)
    assert set(state_of(key)["play_state"]["questions"]) == {"single", "truefalse"}


# --- Who may


@pytest.mark.parametrize("handler", ["answer", "hint", "turn", "finish"])
def test_a_visitor_is_asked_to_sign_in(handler: str) -> None:
    key = add_block(one_of_each(more=AT_THE_END if handler == "finish" else ""))
    data = {"question": name_of(key, "flashcard"), "responses": {name_of(key, "single"): {"response": {}}}}
    assert call(key, handler, data, user="").json["error"] == "sign_in"


def test_a_visitor_sees_the_quiz_without_a_way_to_answer() -> None:
    key = add_block(one_of_each())
    html = view(key, "", "public_view")
    assert "Sign in to answer" in html
    assert "mu-go" not in html


def test_staff_may_try_a_quiz_through_a_learners_eyes_and_nothing_is_logged() -> None:
    key = add_block(one_of_each())
    learner = who("ann")
    learner.real_user = who("team")
    assert block_for(key, learner).show_in_read_only_mode
    assert answer(key, "single", TRUTH["single"], user=learner).status == 200
    assert not models.Answer.objects.exists()
    assert signals(key) == []


def test_the_report_is_for_the_course_team() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"], elapsed_ms=3000)
    assert call(key, "report", method="GET").json["error"] == "course_team_only"
    page = call(key, "report", method="GET", user="team")
    assert page.status == 200
    assert "no-b" in page.text
    assert ">3<" in page.text


def test_studio_keeps_no_answers() -> None:
    key = add_block(one_of_each())
    data = {"question": name_of(key, "truefalse"), "response": {"value": False}}
    assert call(key, "answer", data, user="team", studio=True).json["error"] == "not_here"
    assert models.Answer.objects.count() == 0


# --- Whatever is sent, a named error comes back


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["question", "response", "responses", "confidence", "elapsed_ms", "anyway"])
PARTS = st.sampled_from(["choice", "choices", "value", "text", "order", "pairs", "gaps", "rating"])


@pytest.mark.parametrize("handler", ["answer", "hint", "turn", "finish"])
@pytest.mark.parametrize("more", ["", AT_THE_END])
def test_no_json_breaks_a_handler(handler: str, more: str) -> None:
    key = add_block(one_of_each(more=more))
    names = st.sampled_from([name_of(key, kind) for kind in TRUTH])
    tokens = st.sampled_from(
        sorted({t for q in block_for(key).prepared.questions for t in block_for(key).prepared.ids(q)})
    )
    values = JSON | tokens | names
    response = st.dictionaries(
        PARTS, values | st.lists(tokens, max_size=4) | st.dictionaries(tokens, values, max_size=3)
    )
    body = st.dictionaries(
        KEYS, names | response | JSON | st.dictionaries(names, st.fixed_dictionaries({"response": response}))
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body | JSON)
    def fuzz(data: Any) -> None:
        reply = call(key, handler, data)
        assert reply.status in (200, 400, 403, 405, 409, 413)
        if reply.status != 200:
            assert reply.json["error"]
            assert reply.json["message"]

    fuzz()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b'{"question": 1e999}', b"{" * 20])
@pytest.mark.parametrize("handler", ["answer", "hint", "turn", "finish"])
def test_no_bytes_break_a_handler(handler: str, body: bytes) -> None:
    key = add_block(one_of_each())
    reply = call(key, handler, body=body)
    assert 400 <= reply.status < 500
    assert reply.json["error"]


def test_a_get_is_told_to_be_a_post() -> None:
    key = add_block(one_of_each())
    assert call(key, "answer", method="GET").json["error"] == "method"


def test_a_question_that_was_replaced_is_said_to_have_changed() -> None:
    key = add_block(one_of_each())
    reply = call(key, "answer", {"question": name_of(key, "single"), "response": {"choice": "gone"}})
    assert (reply.status, reply.json["error"]) == (409, "changed")
    assert call(key, "answer", {"question": "gone", "response": {}}).json["error"] == "changed"
