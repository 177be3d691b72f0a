"""What learners do in quizzes, in practice and elsewhere earns badges, without being in anybody's way."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError as QueueError
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack import clock
from devstack.people import person
from tests.devstack.playing import COURSE_KEY, add_block, unit
from tests.xblocks.badges.test_awarding import badge
from tests.xblocks.microquiz.quizzes import answer
from xblocks.badges import api, key_ring, listening, models, sharing, tasks
from xblocks.badges.awarding import keep_badges
from xblocks.badges.criteria import CameBack, Completed, Criterion, FirstTry, Reviews, ScoreAtLeast, WeeksInARow
from xblocks.nudge import api as nudge
from xblocks.nudge import models as nudge_models
from xblocks.nudge.memory import Rating

pytestmark = pytest.mark.django_db(transaction=True)

COURSE = CourseKey.from_string(COURSE_KEY)
QUIZ = """
<microquiz url_name="{name}" attempts_allowed="0" {settings}>
  <truefalse id="one" right="true"><text>Is it one?</text></truefalse>
  <truefalse id="two" right="true"><text>Is it two?</text></truefalse>
</microquiz>
"""


def quiz(name: str = "sender", settings: str = "", **more: Any) -> UsageKey:
    return add_block(QUIZ.format(name=name, settings=settings), unit(f"unit-{name}", **more))


def give(usage_key: UsageKey, question: str, right: bool = True, user: str = "ann") -> None:
    assert answer(usage_key, question, {"value": right}, user=user).status == 200


def publish(*criteria: Criterion) -> None:
    keep_badges(COURSE, [badge(f"b{place}", one) for place, one in enumerate(criteria)], clock.now())


def has(user: str = "ann") -> list[str]:
    return sorted(one.badge.badge_id for one in api.awards_of("openedx", str(person(user).pk)))


def test_answers_in_a_quiz_earn_by_completing_by_score_and_at_the_first_try() -> None:
    key = quiz()
    name = "microquiz@sender"
    publish(Completed((name,)), ScoreAtLeast((name,), 0.5), FirstTry(2), ScoreAtLeast((name,), 1.0), WeeksInARow(1))
    give(key, "one")
    assert has() == ["b1", "b4"]
    give(key, "two")
    assert has() == ["b0", "b1", "b2", "b3", "b4"]
    facts = models.Fact.objects.filter(what="answered").order_by("pk")
    assert list(facts.values_list("block", "question", "attempt", "score")) == [
        (name, "one", 1, 1.0),
        (name, "two", 1, 1.0),
    ]
    assert has("bob") == []


def test_the_score_of_a_quiz_for_practice_counts_though_no_gradebook_has_it() -> None:
    key = quiz(settings='ungraded="true"')
    publish(ScoreAtLeast(("microquiz@sender",), 1.0))
    give(key, "one", right=False)
    give(key, "two")
    assert has() == []
    give(key, "one")
    assert has() == ["b0"]
    scores = models.Fact.objects.filter(what="scored").order_by("at").values_list("score", flat=True)
    assert list(scores) == [0.5, 1.0]


def test_trying_again_in_the_quiz_is_coming_back_and_no_repetition() -> None:
    key = quiz()
    publish(CameBack(1), Reviews(1, 7))
    give(key, "one", right=False)
    give(key, "one")
    assert has() == ["b0"]


def practise(
    key: UsageKey, name: str, user: str = "ann", rating: Rating = Rating.GOOD, origin: str = "practice"
) -> None:
    question = nudge_models.Question.objects.select_related("course").get(usage_key=key, question_id=name)
    learner = nudge.learner("openedx", str(person(user).pk))
    nudge.record_review(learner, question, rating, clock.now(), origin=origin, content_hash=question.content_hash)


def test_a_question_that_is_answered_again_outside_of_the_quiz_is_a_repetition() -> None:
    key = quiz()
    publish(Reviews(2, 7), CameBack(1))
    give(key, "one", right=False)
    give(key, "two")
    practise(key, "one", rating=Rating.AGAIN)
    practise(key, "one", origin="mail")
    assert has() == ["b1"]
    practise(key, "two")
    assert has() == ["b0", "b1"]


def test_a_question_that_is_met_for_the_first_time_elsewhere_repeats_nothing() -> None:
    key = quiz()
    publish(Reviews(1, 7))
    nudge_models.Learner.objects.all().delete()
    give(key, "one", user="bob")
    practise(key, "one", origin="moodle")
    assert has() == []
    practise(key, "one", origin="moodle")
    assert has() == ["b0"]


def test_what_a_quiz_keeps_to_itself_earns_nothing_before_it_may_be_told() -> None:
    soon = (clock.now() + timedelta(hours=2)).isoformat()
    key = quiz(settings='show_answer="past_due"', due=soon)
    name = "microquiz@sender"
    publish(Completed((name,)), ScoreAtLeast((name,), 0.5), FirstTry(1))
    give(key, "one")
    give(key, "two")
    assert has() == ["b0"]
    assert not models.Fact.objects.exclude(what="completed").exists()
    again = models.LookedBack.objects.get().again_at
    assert again is not None
    assert again.isoformat()[:16] == soon[:16]


def test_what_a_quiz_never_tells_earns_nothing_ever() -> None:
    key = quiz(show_correctness="never")
    publish(FirstTry(1), ScoreAtLeast(("microquiz@sender",), 0.5))
    give(key, "one")
    assert has() == []
    assert not models.LookedBack.objects.exists()


def test_a_score_or_completion_of_another_block_counts_by_the_platform_s_own_signals() -> None:
    publish(ScoreAtLeast(("problem@p",), 0.8), Completed(("video@v",)), ScoreAtLeast(("problem@q",), 0.1))
    ann, at = person("ann").pk, clock.now()
    problem, other, video = (
        COURSE.make_usage_key(*one) for one in (("problem", "p"), ("problem", "other"), ("video", "v"))
    )
    score = {"user_id": ann, "weighted_possible": 10, "modified": at, "course_id": COURSE_KEY}
    listening.hear_score(usage_id=str(problem), weighted_earned=7.9, **score)
    listening.hear_score(usage_id=str(other), weighted_earned=10, **score)
    listening.hear_score(usage_id=str(problem), weighted_earned=10, score_deleted=True, **score)
    listening.hear_score(usage_id=str(problem), weighted_earned=0, **{**score, "weighted_possible": 0})
    assert has() == []
    listening.hear_score(usage_id=str(problem), weighted_earned=8, **score)
    done = SimpleNamespace(completion=0.5, full_block_key=video, context_key=COURSE, user_id=ann, modified=at)
    listening.hear_completion(instance=done)
    assert has() == ["b0"]
    done.completion = 1.0
    listening.hear_completion(instance=done)
    assert has() == ["b0", "b1"]
    assert models.Fact.objects.count() == 3


def test_an_answer_in_a_course_without_badges_costs_one_statement_each_time_it_is_told() -> None:
    key = quiz()
    give(key, "one")
    with CaptureQueriesContext(connection) as seen:
        give(key, "two")
    asked = [query["sql"] for query in seen if "microunits_badges_" in query["sql"]]
    # The answer, its grade and its completion.
    assert len(asked) == 3
    assert all("content_hash" in sql and sql.startswith("SELECT") for sql in asked)
    assert not models.Holder.objects.exists()


def test_with_badges_the_request_itself_asks_no_more_whatever_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    key = quiz()
    publish(*(Completed((f"microquiz@other{place}",)) for place in range(40)), WeeksInARow(9))
    told: list[Any] = []
    monkeypatch.setattr(tasks.take_in, "delay", lambda *arguments: told.append(arguments))
    give(key, "one")
    with CaptureQueriesContext(connection) as seen:
        give(key, "two")
    assert len([query for query in seen if "microunits_badges_" in query["sql"]]) == 3
    # Of the answer only; nobody looks at this quiz's score and completion.
    assert [arguments[3][0]["what"] for arguments in told] == ["answered", "answered"]


@pytest.mark.parametrize("error", [QueueError("gone"), RuntimeError("broken")])
def test_an_answer_counts_though_the_queue_or_a_worker_fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    key = quiz()
    publish(FirstTry(1))

    def fail(*_arguments: Any) -> None:
        raise error

    monkeypatch.setattr(tasks.take_in, "delay", fail)
    give(key, "one")
    assert has() == []
    assert nudge_models.Review.objects.count() == 1


def test_what_is_taken_in_twice_is_there_once_also_on_another_day_of_the_calendar() -> None:
    key = quiz()
    publish(WeeksInARow(2), FirstTry(1))
    give(key, "one")
    fact = models.Fact.objects.get()
    before = models.Standing.objects.get().record
    told = [
        {
            "what": "answered",
            "at": fact.at.isoformat(),
            "usage_key": str(key),
            "question": "one",
            "attempt": 1,
            "score": 1.0,
        }
    ]
    learner = nudge.learner("openedx", str(person("ann").pk))
    nudge_models.Preferences.objects.create(learner=learner, time_zone="Pacific/Kiritimati")
    tasks.take_in("openedx", learner.external_id, COURSE_KEY, told)
    assert models.Fact.objects.get().day == fact.day
    assert models.Standing.objects.get().record == before


@pytest.mark.parametrize("usage_id", ["nonsense", "", "lib-block-v1:A+B+type@problem+block@p"])
def test_a_score_that_nobody_understands_is_in_nobody_s_way(usage_id: str) -> None:
    publish(FirstTry(1))
    listening.hear_score(user_id=1, usage_id=usage_id, weighted_earned=1, weighted_possible=1)
    listening.hear_completion(instance=SimpleNamespace(completion=1.0))
    assert not models.Fact.objects.exists()


def test_a_user_whom_the_platform_retires_is_forgotten_and_what_they_shared_vanishes() -> None:
    key_ring.make(clock.now() - timedelta(days=1))
    key = quiz()
    publish(FirstTry(1))
    give(key, "one")
    give(key, "one", user="bob")
    shared = {}
    for name in ("ann", "bob"):
        (award,) = api.awards_of("openedx", str(person(name).pk))
        sharing.share(award, clock.now())
        shared[name] = f"/microunits/badges/public/credentials/{award.uid}"
        assert Client().get(f"{shared[name]}.json").status_code == 200
    kept = list(api.export_learner("openedx", str(person("ann").pk)))
    assert {one["kind"] for one in kept} == {"learner", "fact", "standing", "award", "credential"}
    assert json.loads(json.dumps(kept)) == kept
    assert not list(api.export_learner("moodle:x", "1"))
    for _twice in range(2):
        listening.forget_retired(user=SimpleNamespace(id=person("ann").pk))
    assert has() == []
    assert not list(api.export_learner("openedx", str(person("ann").pk)))
    assert has("bob") == ["b0"]
    assert (Client().get(f"{shared['ann']}.json").status_code, models.Credential.objects.count()) == (404, 1)
    assert Client().get(f"{shared['bob']}.json").status_code == 200
    # Nobody else gets their place in the list.
    assert models.StatusEntry.objects.count() == 2
    listening.forget_retired()
