"""Attacks on the block, each as somebody would try it: on the truth, on the grade, on others, on the machine."""

from __future__ import annotations

import io
import json
import sys
import time
from html.parser import HTMLParser
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import webob
from django.dispatch import Signal
from xblock.exceptions import DisallowedFileError

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
    state_of,
    tracking,
    view,
    who,
)
from tests.xblocks.microquiz.quizzes import TRUTH, WRONG, answer, name_of, one_of_each, payload
from xblocks.base.handling import MOST_BYTES
from xblocks.base.page import with_course_files
from xblocks.base.sanitise import as_plain_text, clean_html
from xblocks.microquiz import models, retirement
from xblocks.microquiz.block import MicroQuizBlock
from xblocks.microquiz.prepared import prepare

pytestmark = pytest.mark.django_db(transaction=True)

AT_THE_END = 'feedback_timing="end" presentation="all_on_a_page"'

# --- Markup


class Elements(HTMLParser):
    """What a browser would make of a page: every element with its attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_gap_within_an_attribute_does_not_let_markup_out_of_it() -> None:
    hostile = 'A [[g]] and <a title="[[g]] <img src=x onerror=alert(1)>">x</a>'
    text = hostile.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    key = add_block(
        f'<microquiz url_name="m"><cloze id="c"><text>{text}</text>'
        '<gap id="g" kind="typed"><answer>gap</answer></gap></cloze></microquiz>'
    )
    elements = Elements(view(key)).found
    assert not [tag for tag, attributes in elements if tag == "img" or "onerror" in attributes]


def test_clean_markup_has_no_angle_bracket_within_an_attribute() -> None:
    cleaned = clean_html('<i title="a < b > c">x</i> <b>1 &lt; 2</b>')
    assert cleaned == '<i title="a &lt; b &gt; c">x</i> <b>1 &lt; 2</b>'
    assert clean_html(cleaned) == cleaned
    assert as_plain_text(cleaned) == "x 1 < 2"


def test_unclosed_brackets_do_not_keep_the_server_busy() -> None:
    begun = time.process_time()
    assert as_plain_text("<" * 20_000).startswith("<<<")
    assert time.process_time() - begun < 0.2


# --- The truth


def handlers() -> list[str]:
    block = MicroQuizBlock
    return sorted(name for name in dir(block) if getattr(getattr(block, name), "_is_xblock_handler", False))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD"])
@pytest.mark.parametrize("user", ["ann", "coach", ""])
def test_no_handler_tells_the_truth_to_somebody_who_has_not_answered(user: str, method: str) -> None:
    key = add_block(one_of_each())
    assert {"answer", "editor_gift", "report", "student_view_user_state"} <= set(handlers())
    bodies = [
        {},
        {"question": name_of(key, "single"), "response": {}, "user": who("ann").pk, "user_id": who("ann").pk},
        {"question": block_for(key).questions[0], "questions": block_for(key).questions, "settings": {}},
    ]
    for handler in handlers():
        for suffix in ("", "../editor_gift", "team"):
            for body in bodies:
                told = call(key, handler, body, user, method=method, suffix=suffix, query="user=1&studio=1").text
                for secret in ("hear-b", "hear-wrong", "because-single", "secret-word", "secret-back", '"right"'):
                    assert secret not in told, (handler, suffix, body)


@pytest.mark.parametrize(
    "uri", ["block.py", "public/../block.py", "static/microquiz/editor.js", "public/x", "/etc/hostname"]
)
def test_no_file_of_the_package_is_served_as_a_resource(uri: str) -> None:
    with pytest.raises((DisallowedFileError, FileNotFoundError)):
        MicroQuizBlock.open_local_resource(uri)


def test_the_page_of_a_learner_who_answered_all_wrong_still_hides_the_truth() -> None:
    key = add_block(one_of_each(more='show_answer="never"'))
    replies = [answer(key, kind, wrong).text for kind, wrong in WRONG.items()]
    for text in (*replies, view(key), call(key, "student_view_user_state", method="GET").text):
        for secret in ("secret-word", "because-single", "secret-back", "3.5"):
            assert secret not in text


# --- Two things at once


class Request:
    """A request that has read what it needs and has not written yet; `go` does the rest."""

    def __init__(self, key: Any, handler: str, data: Any, user: str = "ann") -> None:
        self.block = block_for(key, user)
        self.handler = handler
        self.body = json.dumps(data).encode()
        assert self.block.play_state is not None
        assert self.block.saved is not None

    def go(self) -> Any:
        """What the handler answers."""
        request = webob.Request.blank(f"/{self.handler}", method="POST", body=self.body)
        return self.block.handle(self.handler, request).json


def asking(key: Any, question_id: str, response: Any) -> dict[str, Any]:
    return {"question": name_of(key, question_id), "response": payload(key, question_id, response)}


def test_whoever_came_too_late_still_mends_what_is_behind() -> None:
    key = add_block(one_of_each(attempts=1))
    late = Request(key, "answer", asking(key, "single", TRUTH["single"]))
    answer(key, "single", TRUTH["single"])
    FieldState.objects.filter(scope="user_state").delete()
    assert late.go()["error"] == "already_right"
    assert state_of(key)["play_state"]["questions"]["single"]["ever_right"] is True
    assert "mu-verdict" in view(key)


def test_lost_state_is_mended_although_no_answer_is_possible_any_more() -> None:
    key = add_block(one_of_each(attempts=1))
    for kind in TRUTH:
        answer(key, kind, WRONG.get(kind, TRUTH[kind]))
    before = state_of(key)["play_state"]
    FieldState.objects.filter(scope="user_state").delete()
    assert answer(key, "single", TRUTH["single"]).json["error"] == "no_attempts_left"
    assert state_of(key)["play_state"] == before


def test_an_answer_on_its_way_does_not_bring_back_a_state_that_was_deleted() -> None:
    key = add_block(one_of_each(attempts=1))
    answer(key, "single", TRUTH["single"])
    late = Request(key, "answer", asking(key, "truefalse", WRONG["truefalse"]))
    delete_state(key)
    assert late.go()["answered"] == 1
    assert [(row.seq, row.question_id) for row in models.Answer.objects.all()] == [(1, "truefalse")]
    assert set(state_of(key)["play_state"]["questions"]) == {"truefalse"}
    assert grade_of(key) == (0.0, 9.0)
    assert answer(key, "single", WRONG["single"]).status == 200


def test_rescoring_counts_an_answer_that_came_in_between() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    task = block_for(key)
    assert task.play_state is not None
    answer(key, "truefalse", TRUTH["truefalse"])
    task.rescore(only_if_higher=False)
    assert set(state_of(key)["play_state"]["questions"]) == {"single", "truefalse"}
    assert grade_of(key) == (1.0, 9.0)


def test_handing_in_twice_at_once_spends_one_attempt() -> None:
    key = add_block(one_of_each(attempts=1, more=AT_THE_END))
    answer(key, "single", WRONG["single"])
    twice = [Request(key, "finish", {"anyway": True}) for _ in range(2)]
    assert [one.go().get("error") for one in twice] == [None, "no_attempts_left"]
    assert models.Answer.objects.count() == 1
    assert [name for name, _ in tracking(key)].count("microunits.microquiz.quiz.handed_in") == 1


def test_a_quiz_that_is_handed_in_is_completed_once() -> None:
    key = add_block(one_of_each(more=AT_THE_END))
    for kind in TRUTH:
        answer(key, kind, WRONG.get(kind, TRUTH[kind]))
    assert "microunits.microquiz.quiz.completed" not in [name for name, _ in tracking(key)]
    call(key, "finish", {})
    call(
        key,
        "finish",
        {"responses": {name_of(key, "single"): {"response": payload(key, "single", TRUTH["single"])}}, "anyway": True},
    )
    assert [name for name, _ in tracking(key)].count("microunits.microquiz.quiz.completed") == 1


# --- Content that changes under way


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<choice id="b"><text>no-b</text><feedback>hear-b</feedback></choice>', '<choice id="z">new</choice>'),
        ('id="single"', 'id="other"'),
    ],
)
def test_a_saved_answer_that_no_longer_fits_does_not_block_handing_in(before: str, after: str) -> None:
    key = add_block(one_of_each(more=AT_THE_END))
    answer(key, "single", WRONG["single"])
    answer(key, "truefalse", TRUTH["truefalse"])
    import_olx(key, one_of_each(more=AT_THE_END).replace(before, after))
    assert completion_of(key) == pytest.approx(2 / 9)
    assert call(key, "student_view_user_state", method="GET").json["answered"] == 1
    done = call(key, "finish", {"anyway": True})
    assert done.status == 200
    assert grade_of(key) == (1.0, 9.0)
    assert models.Answer.objects.count() == 1
    assert "Worth another look" in done.json["summary"]


def test_a_saved_answer_of_another_type_with_the_same_id_is_forgotten() -> None:
    quiz = '<microquiz url_name="m" {0}><truefalse id="q" right="true"><text>?</text></truefalse></microquiz>'
    key = add_block(quiz.format(AT_THE_END))
    answer(key, "q", {"value": True})
    import_olx(
        key,
        quiz.format(AT_THE_END)
        .replace('<truefalse id="q" right="true">', '<shorttext id="q">')
        .replace("</truefalse>", "<answer>yes</answer></shorttext>"),
    )
    assert call(key, "finish", {"anyway": True}).json["error"] == "incomplete"
    assert 'data-standing="open"' in view(key)


# --- Beginning anew


def test_deleting_a_state_takes_back_the_grade_of_its_subsection(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[dict[str, Any]] = []
    changed = Signal()
    changed.connect(lambda **told: heard.append(told), weak=False)
    tables = SimpleNamespace(ScoreDatabaseTableEnum=SimpleNamespace(courseware_student_module="csm"))
    grades: Any = ModuleType("lms.djangoapps.grades.api")
    grades.signals, grades.constants = SimpleNamespace(PROBLEM_RAW_SCORE_CHANGED=changed), tables
    monkeypatch.setitem(sys.modules, grades.__name__, grades)
    key = add_block(one_of_each(more='weight="3"'))
    answer(key, "single", TRUTH["single"])
    delete_state(key)
    practice = add_block(one_of_each(more='ungraded="true"').replace("each", "practice", 1))
    answer(practice, "single", TRUTH["single"])
    delete_state(practice)
    (told,) = heard
    assert (told["raw_earned"], told["raw_possible"], told["weight"]) == (0, 9.0, 3.0)
    assert (told["user_id"], told["usage_id"], told["score_deleted"]) == (who("ann").pk, str(key), True)


def test_a_state_that_is_deleted_without_asking_the_block_stays_deleted() -> None:
    # As for an entrance exam, or for all learners at once.
    key = add_block(one_of_each(attempts=1))
    answer(key, "single", TRUTH["single"])
    answer(key, "single", TRUTH["single"], user="bob")
    FieldState.objects.filter(scope="user_state", user_id=who("ann").pk).delete()
    row = SimpleNamespace(module_type="microquiz", student_id=who("ann").pk, module_state_key=key)
    retirement.forget_deleted_state(None, instance=row)
    retirement.forget_deleted_state(None, instance=SimpleNamespace(module_type="problem"))
    assert answer(key, "single", WRONG["single"]).status == 200
    assert grade_of(key) == (0.0, 9.0)
    assert [one.user_id for one in models.Answer.objects.order_by("id")] == [who("bob").pk, who("ann").pk]


# --- The grade


def test_a_wrong_answer_does_not_lift_a_lowered_score() -> None:
    key = add_block(one_of_each(more='weight="9"'))
    answer(key, "single", TRUTH["single"])
    answer(key, "truefalse", TRUTH["truefalse"])
    override_score(key, 0)
    answer(key, "shorttext", WRONG["shorttext"])
    assert grade_of(key) == (0.0, 9.0)
    answer(key, "shorttext", TRUTH["shorttext"])
    assert grade_of(key) == (3.0, 9.0)


# --- Others


def test_a_block_bound_to_one_learner_keeps_nothing_for_another() -> None:
    # All runtimes of one process share their services in the platform: `user` may be somebody else by now.
    key = add_block(one_of_each())
    block = block_for(key, "ann")
    block.runtime.service(block, "user")._django_user = who("bob")
    assert block.recorded_for() is None


@pytest.mark.parametrize("handler", ["answer", "hint", "turn", "finish"])
def test_a_learner_cannot_try_answers_in_studio(handler: str) -> None:
    # Studio's handler of the preview asks for a log-in only, and keeps answers in the session: no attempts are counted.
    key = add_block(one_of_each(attempts=1, more=AT_THE_END if handler == "finish" else ""))
    given = asking(key, "single", WRONG["single"])
    data = {**given, "responses": {given["question"]: {"response": given["response"]}}, "anyway": True}
    for name, said in (("ann", "not_an_author"), ("team", None)):
        block = block_for(key, name)
        block.runtime.is_author_mode = True
        body = json.dumps({**data, "question": name_of(key, "flashcard")} if handler == "turn" else data).encode()
        reply = block.handle(handler, webob.Request.blank("/", method="POST", body=body)).json
        assert reply.get("error") == said
    assert models.Answer.objects.count() == 0


# --- The machine


def test_a_request_that_says_it_is_huge_is_not_read() -> None:
    class Untouched(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    key = add_block(one_of_each())
    request = webob.Request.blank("/answer", method="POST")
    request.body_file_raw, request.content_length = Untouched(), MOST_BYTES + 1
    reply = block_for(key).handle("answer", request)
    assert (reply.status_code, reply.json["error"]) == (413, "too_large")


def test_equal_questions_are_prepared_once() -> None:
    fresh = json.dumps([{"type": "truefalse", "id": "".join(("q", "1")), "text": "q1", "tags": ["q1", "q1"]}])
    shared: Any = json.loads(fresh)
    shared[0]["text"] = shared[0]["tags"][0] = shared[0]["tags"][1] = shared[0]["id"]
    apart: Any = json.loads(fresh)
    apart[0]["tags"] = ["".join(("q", str(1))) for _ in range(2)]
    assert prepare(shared, "usage", b"secret") is prepare(apart, "usage", b"secret")


@pytest.mark.parametrize("name", ["presentation", "feedback_timing", "show_answer"])
@pytest.mark.parametrize("value", ["nonsense", None])
def test_a_setting_that_nobody_knows_takes_nothing_along(name: str, value: str | None) -> None:
    key = add_block(one_of_each())
    block = block_for(key, "team", studio=True)
    setattr(block, name, value)
    block.attempts_allowed = block.retry_penalty = block.display_name = block.introduction = None
    block.save()
    assert "Pick" in view(key)
    assert answer(key, "single", TRUTH["single"]).status == 200


def test_links_within_the_course_are_handed_to_the_platform() -> None:
    seen: list[str] = []
    service = SimpleNamespace(replace_urls=lambda html: seen.append(html) or html)
    block = SimpleNamespace(runtime=SimpleNamespace(service=lambda *_: service))
    for markup in ('<a href="/jump_to_id/unit">', '<a href="/course/about">', '<img src="/static/a.png">', "<b>"):
        with_course_files(block, markup)
    assert len(seen) == 3
