"""Practising, through the block and the devstack's real runtime: what is asked, what an answer does, what it leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import UsageKey

from tests.devstack.playing import (
    add_block,
    block_for,
    call,
    completion_of,
    course,
    grade_of,
    import_olx,
    state_of,
    tracking,
    unit,
)
from tests.xblocks.microquiz.quizzes import TRUTH, WRONG, one_of_each, text_of
from tests.xblocks.nudge.learning import (
    TAGGED,
    Sitting,
    Time,
    answer_all,
    answer_true,
    card_of,
    many,
    nudge_block,
    time,
)
from xblocks.nudge import api, asking, catalogue, models, practice
from xblocks.nudge.memory import Rating
from xblocks.nudge.practice import platform_zone, zone_of

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]


@pytest.fixture
def sitting(time: Time) -> Sitting:
    """A session of a quiz with one question of each type, all of them due."""
    answer_all(add_block(one_of_each()))
    time.pass_by(days=30)
    return Sitting(nudge_block())


def reviews() -> list[tuple[str, int, str]]:
    """The log: question, rating, origin."""
    rows = models.Review.objects.order_by("reviewed_at").values_list("question__question_id", "rating", "origin")
    return list(rows)


# --- What is asked


def test_what_is_due_is_asked_in_the_quiz_s_own_markup(sitting: Sitting) -> None:
    assert len(sitting.names) == len(TRUTH)
    assert 'data-mode="one"' in sitting.html
    assert sitting.html.count(" data-current") == 1
    assert "Question 1 of 9" in sitting.html
    assert "Your grades stay as they are." in sitting.html


def test_the_page_knows_no_id_and_no_truth(sitting: Sitting) -> None:
    assert "secret" not in sitting.html
    assert "hint-one" not in sitting.html
    assert "because" not in sitting.html
    for row in models.Card.objects.all():
        assert f'"{row.pk}"' not in sitting.html
    assert "single@" not in sitting.html
    assert 'value="a"' not in sitting.html


def test_nothing_is_asked_that_is_not_due(time: Time) -> None:
    answer_all(add_block(one_of_each()), ["single"])
    assert Sitting(nudge_block()).html == ""


def test_something_may_be_practised_though_nothing_is_due(time: Time) -> None:
    quiz = add_block(many(8))
    answer_true(quiz, [f"q{n}" for n in range(1, 9)])
    assert len(Sitting(nudge_block(), ask={"any": "1"}).names) == 5


def test_a_tag_may_be_practised_though_nothing_is_due(time: Time) -> None:
    answer_true(add_block(TAGGED), ["one", "two", "three"])
    sitting = Sitting(nudge_block(), ask={"tag": "Links"})
    assert "One?" in sitting.html
    assert "Two?" in sitting.html
    assert "Three?" not in sitting.html
    assert sitting.answer("one").status == 200
    assert reviews()[-1] == ("one", Rating.GOOD, "practice")


def test_a_session_asks_no_more_than_twenty(time: Time) -> None:
    answer_true(add_block(many(23)), [f"q{n}" for n in range(1, 24)])
    time.pass_by(days=30)
    assert len(Sitting(nudge_block()).names) == 20


def test_an_edited_question_is_asked_as_it_is_now(time: Time) -> None:
    quiz = add_block(many(1))
    answer_true(quiz, ["q1"])
    time.pass_by(days=30)
    import_olx(quiz, many(1).replace("Question 1?", "Question one, mended?"))
    from xblocks.nudge import catalogue

    catalogue.refresh_course(models.Course.objects.get())
    sitting = Sitting(nudge_block())
    assert "Question one, mended?" in sitting.html
    assert sitting.answer("q1").status == 200
    assert models.Review.objects.latest("reviewed_at").content_hash == models.Question.objects.get().content_hash


def test_each_learner_and_each_visit_has_an_order_of_its_own_that_stays(sitting: Sitting, time: Time) -> None:
    assert Sitting(sitting.block).html.split("data-ticket")[0] == sitting.html.split("data-ticket")[0]
    first = sitting.prompt("single")
    assert first.view().order == sitting.prompt("single").view().order
    sitting.answer("single")
    # Nothing moves while one sits; next time the choices may stand elsewhere.
    assert sitting.prompt("single").seed == first.seed
    time.pass_by(days=30)
    assert Sitting(sitting.block).prompt("single").seed != first.seed


def test_two_blocks_on_a_page_name_the_same_question_differently(sitting: Sitting) -> None:
    other = Sitting(add_block('<nudge url_name="second"/>'))
    assert not set(other.names) & set(sitting.names)


def test_practising_is_the_same_whatever_the_number_of_cards(time: Time) -> None:
    counted, block = [], nudge_block()
    for number in (5, 60):
        quiz = add_block(many(number).replace("many", f"many{number}"))
        answer_true(quiz, [f"q{n}" for n in range(1, number + 1)])
        time.pass_by(days=60)
        with CaptureQueriesContext(connection) as queries:
            practice = block_for(block).practice()
            assert practice.session("Practise")
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert max(counted) <= 10


# --- What an answer does


@pytest.mark.parametrize("kind", TRUTH)
def test_every_type_can_be_practised(sitting: Sitting, kind: str) -> None:
    if kind == "flashcard":
        assert sitting.send("turn", {"question": sitting.prompt(kind).name}).status == 200
    reply = sitting.answer(kind)
    assert reply.status == 200, reply.text
    (html,) = reply.json["questions"].values()
    assert 'data-standing="right"' in html
    assert reviews()[-1] == (kind, Rating.GOOD, "practice")
    assert (reply.json["answered"], reply.json["total"]) == (1, 9)
    assert reply.json["progress"] == "1 of 9 answered"
    assert reply.json["summary"] == ""


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_brings_the_question_back_soon(sitting: Sitting, kind: str) -> None:
    reply = sitting.answer(kind, WRONG[kind])
    (html,) = reply.json["questions"].values()
    assert 'data-standing="wrong"' in html
    assert "mu-answer" in html
    assert "mu-go" not in html
    card = card_of(kind)
    assert reviews()[-1] == (kind, Rating.AGAIN, "practice")
    assert card.due_at - card.last_review_at < timedelta(days=4)


def test_a_flashcard_counts_as_it_is_rated(sitting: Sitting) -> None:
    assert sitting.answer("flashcard", {"rating": "easy"}).json["error"] == "incomplete"
    turned = sitting.send("turn", {"question": sitting.prompt("flashcard").name}).json
    assert "secret-back" in "".join(turned["questions"].values())
    assert sitting.answer("flashcard", {"rating": "hard"}).status == 200
    assert reviews()[-1] == ("flashcard", Rating.HARD, "practice")
    assert not card_of("flashcard").is_turned


def test_right_after_a_hint_is_hard(sitting: Sitting) -> None:
    name = sitting.prompt("single").name
    first = sitting.send("hint", {"question": name}).json
    assert "hint-one" in first["hints"]
    assert "hint-two" not in first["hints"]
    assert first["left"] == 1
    assert "hint-two" in sitting.send("hint", {"question": name}).json["hints"]
    assert sitting.send("hint", {"question": name}).json["error"] == "no_hint"
    sitting.answer("single")
    assert reviews()[-1] == ("single", Rating.HARD, "practice")
    assert card_of("single").hints_taken == 0


def test_where_the_answer_may_not_be_told_only_the_verdict_is(time: Time) -> None:
    answer_all(add_block(one_of_each(more='show_answer="never"')), ["single", "truefalse"])
    time.pass_by(days=30)
    sitting = Sitting(nudge_block())
    (wrong,) = sitting.answer("single", WRONG["single"]).json["questions"].values()
    assert "Not yet" in wrong
    assert "mu-answer" not in wrong
    assert "because-single" not in wrong


def test_the_answer_is_told_as_the_quiz_would_to_those_who_had_it_right_once(time: Time) -> None:
    answer_all(add_block(one_of_each()), ["single"], right=False)
    time.pass_by(days=30)
    block = nudge_block()
    (wrong,) = Sitting(block).answer("single", WRONG["single"]).json["questions"].values()
    assert "Not yet" in wrong
    assert "mu-answer" not in wrong
    assert "because-single" not in wrong
    time.pass_by(days=30)
    assert Sitting(block).answer("single").status == 200
    time.pass_by(days=30)
    (wrong,) = Sitting(block).answer("single", WRONG["single"]).json["questions"].values()
    assert "mu-answer" in wrong


def test_where_the_answer_is_not_told_one_may_go_on_looking_for_it(time: Time) -> None:
    answer_all(add_block(one_of_each()), ["single"], right=False)
    time.pass_by(days=30)
    sitting = Sitting(nudge_block())
    first = sitting.answer("single", WRONG["single"]).json
    (wrong,) = first["questions"].values()
    assert "Try again" in wrong
    # The session is over for whoever has had enough.
    assert "not yet:" in text_of(first["summary"])
    time.pass_by(seconds=5)
    assert sitting.send("hint", {"question": sitting.prompt("single").name}).json["left"] == 1
    then = sitting.answer("single").json
    (right,) = then["questions"].values()
    assert "because-single" in right
    assert "Try again" not in right
    # What was still known is what the first answer said.
    assert "not yet:" in text_of(then["summary"])
    assert [rating for _name, rating, _origin in reviews()[-2:]] == [Rating.AGAIN, Rating.HARD]
    time.pass_by(seconds=5)
    data = sitting.data("single", TRUTH["single"], attempt=sitting.prompt("single").attempt - 1)
    assert sitting.send("answer", data).json["error"] == "answered"


@pytest.mark.parametrize("more", ['show_answer="attempted"', 'ungraded="true"'])
def test_where_the_quiz_tells_the_answer_to_everybody_or_nothing_depends_on_it_practice_does_too(
    time: Time, more: str
) -> None:
    answer_all(add_block(one_of_each(more=more)), ["single"], right=False)
    time.pass_by(days=30)
    (wrong,) = Sitting(nudge_block()).answer("single", WRONG["single"]).json["questions"].values()
    assert "mu-answer" in wrong


@pytest.mark.parametrize("ask", [{}, {"any": True}, {"tag": "tag-single"}])
@pytest.mark.parametrize("made", [one_of_each(2), one_of_each(more='retry_penalty="0.5"')])
def test_practice_is_no_try_without_its_price_while_the_quiz_still_gives_points(
    time: Time, made: str, ask: dict[str, Any]
) -> None:
    quiz = add_block(made)
    block = nudge_block()
    answer_all(quiz, ["single"], right=False)
    time.pass_by(days=30)
    assert not Sitting(block, ask=ask).names
    assert card_of("single").due_at is None
    # After the last attempt, or a right one, it comes back.
    answer_all(quiz, ["single"], right=False)
    time.pass_by(days=30)
    assert Sitting(block).names


def test_a_question_that_was_right_at_once_comes_back_whatever_attempts_are_left(time: Time) -> None:
    answer_all(add_block(one_of_each(5)), ["single"])
    time.pass_by(days=30)
    assert len(Sitting(nudge_block()).names) == 1


def test_after_the_quiz_has_closed_its_questions_come_back(time: Time) -> None:
    due = (datetime.now(UTC) + timedelta(days=40)).isoformat()
    in_unit = unit("exam", course(), due=due)
    answer_all(add_block(one_of_each(5), in_unit), ["single"], right=False)
    block = nudge_block()
    time.pass_by(days=30)
    assert not Sitting(block, ask={"any": True}).names
    assert (card_of("single").due_at - datetime.fromisoformat(due)) >= timedelta(0)
    time.pass_by(days=30)
    (wrong,) = Sitting(block).answer("single", WRONG["single"]).json["questions"].values()
    assert "mu-answer" in wrong


def test_an_attempt_more_takes_a_question_out_of_a_session_that_is_open(time: Time) -> None:
    quiz = add_block(one_of_each(1))
    answer_all(quiz, ["single"], right=False)
    time.pass_by(days=30)
    sitting = Sitting(nudge_block())
    data = sitting.data("single", TRUTH["single"])
    import_olx(quiz, one_of_each(2))
    models.Card.objects.update(is_earned=False)
    catalogue.refresh_quiz(card_of("single").question.course, quiz)
    assert sitting.send("answer", data).json["error"] == "changed"


def test_the_quiz_its_grade_and_its_completion_stay_as_they_are(sitting: Sitting) -> None:
    quiz = models.Question.objects.first().usage_key  # type: ignore[union-attr]
    before = (grade_of(quiz), completion_of(quiz), state_of(quiz), len(tracking(quiz)))
    sitting.answer("single", WRONG["single"])
    sitting.answer("truefalse")
    assert (grade_of(quiz), completion_of(quiz), state_of(quiz), len(tracking(quiz))) == before
    assert completion_of(sitting.block) is None


def test_an_answer_reads_no_cards_but_those_of_its_session(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_true(add_block(many(40)), [f"q{n}" for n in range(1, 41)])
    read: list[int] = []
    cards = asking.cards

    def counted(*arguments: Any, **named: Any) -> list[models.Card]:
        found = cards(*arguments, **named)
        read.append(len(found))
        return found

    data = sitting.data("single", TRUTH["single"])
    monkeypatch.setattr(asking, "cards", counted)
    assert sitting.send("answer", data).status == 200
    assert read == [len(TRUTH)]


def test_a_ticket_from_before_an_update_is_too_old(sitting: Sitting) -> None:
    data = sitting.data("single", TRUTH["single"])
    claim = {"names": sitting.names, "began": sitting.practice().now.isoformat()}
    sitting.ticket = signing.Signer(salt=practice.SALT).sign_object(claim, compress=True)
    assert sitting.send("answer", data).json["error"] == "stale"


def test_somebody_else_s_ticket_is_worth_nothing(sitting: Sitting) -> None:
    answer_all(UsageKey.from_string(str(card_of("single").question.usage_key)), ["single"], user="bob")
    data = sitting.data("single", TRUTH["single"])
    sitting.user = "bob"
    assert sitting.send("answer", data).json["error"] == "changed"


def test_an_answer_takes_no_more_statements_with_more_cards(sitting: Sitting, time: Time) -> None:
    answer_true(add_block(many(40)), [f"q{n}" for n in range(1, 41)])
    data = sitting.data("single", TRUTH["single"])
    with CaptureQueriesContext(connection) as queries:
        assert sitting.send("answer", data).status == 200
    # What the devstack writes down of signals is its own.
    ours = [one["sql"] for one in queries if "microunits" in one["sql"] and "devstack_recorded" not in one["sql"]]
    # The four of a review, and: who, that they take part, the card, its content, whether badges look at it.
    assert len(ours) <= 9


# --- What is not taken


def test_the_same_answer_twice_is_one_review(sitting: Sitting) -> None:
    data = sitting.data("truefalse", TRUTH["truefalse"])
    assert sitting.send("answer", data).status == 200
    again = sitting.send("answer", data)
    assert (again.status, again.json["error"]) == (409, "answered")
    assert "already" in again.json["message"]
    assert sum(one[2] == "practice" for one in reviews()) == 1


def test_an_answer_in_the_quiz_in_the_meantime_is_noticed(sitting: Sitting, time: Time) -> None:
    data = sitting.data("truefalse", TRUTH["truefalse"])
    other = Sitting(sitting.block)
    assert other.answer("truefalse").status == 200
    assert sitting.send("answer", data).json["error"] == "answered"


@pytest.mark.parametrize("attempt", [None, 1, "2", True])
def test_an_answer_says_which_time_it_is(sitting: Sitting, attempt: Any) -> None:
    assert sitting.answer("truefalse", attempt=attempt).json["error"] == "answered"


def test_after_the_answer_no_hint_is_given_and_no_card_turned(sitting: Sitting) -> None:
    name, card = sitting.prompt("single").name, sitting.prompt("flashcard").name
    sitting.answer("single")
    assert sitting.send("hint", {"question": name}).json["error"] == "answered"
    sitting.send("turn", {"question": card})
    sitting.answer("flashcard")
    assert sitting.send("turn", {"question": card}).json["error"] == "answered"


def test_only_a_flashcard_turns(sitting: Sitting) -> None:
    assert sitting.send("turn", {"question": sitting.prompt("single").name}).json["error"] == "not_a_card"


def test_what_is_incomplete_is_asked_for_in_a_sentence(sitting: Sitting) -> None:
    reply = sitting.answer("single", {})
    assert (reply.status, reply.json) == (400, {"error": "incomplete", "message": "Choose an answer first."})
    assert not any(one[2] == "practice" for one in reviews())


@pytest.mark.parametrize("elapsed", [-1, "soon", True, float("1e13"), None])
def test_a_time_that_cannot_be_is_left_out(sitting: Sitting, elapsed: Any) -> None:
    assert sitting.answer("truefalse", elapsed_ms=elapsed).status == 200
    assert models.Review.objects.latest("reviewed_at").elapsed_ms is None


def test_a_very_long_time_is_cut_off(sitting: Sitting) -> None:
    sitting.answer("truefalse", elapsed_ms=1e10)
    assert models.Review.objects.latest("reviewed_at").elapsed_ms == 3_600_000


def test_a_ticket_of_one_s_own_making_is_refused(sitting: Sitting) -> None:
    data = sitting.data("truefalse", TRUTH["truefalse"])
    sitting.ticket = "eyJ9:nonsense"
    reply = sitting.send("answer", data)
    assert (reply.status, reply.json["error"]) == (409, "stale")


def test_another_learner_s_ticket_opens_nothing(sitting: Sitting) -> None:
    data = sitting.data("truefalse", TRUTH["truefalse"])
    reply = call(sitting.block, "answer", data, "bob", query=f"s={sitting.ticket}")
    assert reply.json["error"] == "changed"
    assert not models.Review.objects.filter(origin="practice").exists()


def test_a_question_that_was_removed_is_not_waited_for(sitting: Sitting) -> None:
    data = sitting.data("single", TRUTH["single"])
    models.Question.objects.exclude(question_id="truefalse").update(is_retired=True)
    assert sitting.send("answer", data).json["error"] == "changed"
    reply = sitting.answer("truefalse").json
    assert (reply["answered"], reply["total"]) == (9, 9)
    assert reply["summary"]


def test_what_its_team_keeps_back_until_the_due_date_is_not_asked(sitting: Sitting) -> None:
    data = sitting.data("truefalse", TRUTH["truefalse"])
    models.Question.objects.update(withheld_until=models.Card.objects.latest("due_at").due_at + timedelta(days=900))
    assert sitting.send("answer", data).json["error"] == "changed"
    assert Sitting(sitting.block).html == ""


# --- The end


def test_the_end_says_what_one_knows_and_when_it_comes_back(time: Time) -> None:
    quiz = add_block(many(3))
    answer_true(quiz, ["q1", "q2", "q3"])
    time.pass_by(days=30)
    sitting = Sitting(nudge_block())
    sitting.answer("q1")
    sitting.answer("q2", {"value": False})
    summary = sitting.answer("q3").json["summary"]
    said = text_of(summary)
    assert "You knew 2 of 3" in said
    assert "Question 1?" in said
    assert "returns in " in said
    assert "This week counts already." in said
    assert 'data-mn="overview"' in summary


def test_the_end_of_a_full_session_offers_to_go_on(time: Time) -> None:
    answer_true(add_block(many(22)), [f"q{n}" for n in range(1, 23)])
    time.pass_by(days=30)
    sitting = Sitting(nudge_block())
    prompts = sitting.practice().prompts(api.cards(sitting.practice().learner), sitting.practice().now)
    by_name = {p.name: p.question.id for p, _course in prompts}
    for name in sitting.names:
        reply = sitting.answer(by_name[name])
    assert "You knew all of this" in reply.json["summary"]
    assert "Go on: 2 more are waiting" in reply.json["summary"]
    assert 'data-mn="practise"' in reply.json["summary"]


def test_of_two_windows_at_once_one_is_taken(sitting: Sitting) -> None:
    data = sitting.data("truefalse", TRUTH["truefalse"])

    def send(_window: int) -> int:
        try:
            return sitting.send("answer", data).status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as windows:
        assert sorted(windows.map(send, range(4))) == [200, 409, 409, 409]
    assert sum(one[2] == "practice" for one in reviews()) == 1


# --- Learners from elsewhere


def test_a_learner_from_elsewhere_has_the_platform_s_own_time_zone(time: Time) -> None:
    learner = api.learner("moodle:https://moodle.example", "7")
    assert platform_zone(learner) == ""
    assert zone_of(learner).key == "UTC"
