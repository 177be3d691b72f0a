"""Workers that read a Moodle at once, or are killed midway: no answer is lost or counts twice, nobody hears twice."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from moodle_bridge.keys import component_key, part_key
from tests.concurrency.moodle import AGES, DUE, JOIN, LOOK, MAKE, PUBLISH
from tests.concurrency.sites import Site, go
from tests.devstack.playing import COURSE_KEY
from tests.moodle_bridge.calling import TOKEN
from tests.moodle_bridge.double import Double
from tests.moodle_bridge.service.school import put_badge, put_quiz
from tests.xblocks.nudge.stage import QUIZ

LEARNERS, ROUNDS = 10, 3
REVIEWS = LEARNERS * ROUNDS * 2


@dataclass
class School:
    """A platform, and a Moodle whose learners answered two questions each, three times."""

    site: Site
    double: Double
    keys: tuple[str, str]

    def look(self) -> dict[str, Any]:
        return dict(json.loads(self.site.run(LOOK)))

    def run(self, *how: str, times: int = 1, **environment: str) -> list[str]:
        """What each of so many processes, all at once, said at the end."""
        started = [self.start(*how, **environment) for _number in range(times)]
        go(started)
        said = [process.communicate(timeout=180) for process in started]
        assert [process.returncode for process in started] == [0] * times, said
        return [out.strip() for out, _errors in said]

    def start(self, *how: str, **environment: str) -> Any:
        before = dict(self.site.environment)
        self.site.environment.update(environment)
        process = self.site.start("-m", "tests.concurrency.moodle", *how)
        self.site.environment.clear()
        self.site.environment.update(before)
        return process

    def kill(self, process: Any) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)


@pytest.fixture
def school(site: Site, tmp_path: Path) -> Iterator[School]:
    usage_key = site.run(MAKE.format(quiz=QUIZ.format(name="sender", settings=""))).strip().splitlines()[-1]
    double = Double()
    course = double.course().id
    put_quiz(double, course, usage_key)  # type: ignore[arg-type]
    quiz = component_key(usage_key)
    keys = (part_key(quiz, "one"), part_key(quiz, "two"))
    more = {part_key(quiz, "three"): {"time": 0}}
    learners = [double.learner(course, f"learner{number}").id for number in range(LEARNERS)]
    for number in range(ROUNDS):
        for learner in learners:
            double.attempt(course, quiz, learner, {keys[0]: 1, keys[1]: number % 2}, more=more)
        double.advance(3600)
    with double.serving() as url:
        file = tmp_path / "moodle-bridge.toml"
        file.write_text(
            f'[sites.school]\nurl = "{url}"\n[courses.one]\nsource = "course-v1:Microunits+TEST+2026"\n'
            f"course = {course}\n"
        )
        site.environment |= {"MICROUNITS_MOODLE": str(file), "MOODLE_BRIDGE_TOKEN": TOKEN}
        yield School(site, double, keys)


def until(condition: Any) -> None:
    """Waits for it."""
    for _step in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def test_workers_at_once_keep_every_answer_once(school: School) -> None:
    school.run("pull", "apart", times=3)
    found = school.look()
    assert (found["reviews"], found["cards"], found["wrong"]) == (REVIEWS, LEARNERS * 2, 0)
    assert (found["attempts"], found["accounts"]) == (LEARNERS * ROUNDS, LEARNERS)


def test_one_of_two_workers_has_a_site_in_hand(school: School) -> None:
    said = school.run("pull", times=2, SLOW="0.02")
    assert sorted("another worker" in line for line in said) == [False, True]
    assert school.look()["reviews"] == REVIEWS


def killed_after(school: School, calls: int) -> None:
    """A worker that is killed soon after it has called Moodle so often."""
    worker = school.start("pull", SLOW="0.03")
    go([worker])
    until(lambda: len(school.double.calls) >= calls or worker.poll() is not None)
    time.sleep(0.1)
    school.kill(worker)


def test_a_worker_that_is_killed_again_and_again_loses_and_doubles_nothing(school: School) -> None:
    for calls in (4, 6, 9):
        school.double.calls.clear()
        killed_after(school, calls)
        found = school.look()
        # An attempt is kept whole, or not at all.
        assert found["reviews"] == 2 * found["attempts"]
        assert found["wrong"] == 0
        school.site.run(AGES)
    school.run("pull")
    found = school.look()
    assert (found["reviews"], found["cards"], found["wrong"]) == (REVIEWS, LEARNERS * 2, 0)


def test_learners_who_are_matched_while_their_answers_come_in_are_one_learner(school: School) -> None:
    school.run("pull", "apart")
    school.site.run(JOIN.format(learners=LEARNERS))
    quiz = school.double.state.courses[next(iter(school.double.state.courses))]
    for learner in quiz.learners:
        key = next(item.key for item in quiz.items.values() if item.kind == "microquiz")
        school.double.attempt(quiz.id, key, learner, dict.fromkeys(school.keys, 1.0))
    school.double.advance(600)
    school.run("pull", "apart", times=3)
    found = school.look()
    assert found["matched"] == LEARNERS
    assert found["sources"] == {"openedx": found["reviews"]}
    assert found["wrong"] == 0


def test_a_sender_that_is_killed_sends_nobody_two_and_forgets_nobody(school: School) -> None:
    school.run("pull")
    school.site.run(DUE)
    before = len(school.double.calls)
    school.double.seconds = 0.5
    school.double.fail(before + 2, "slow")
    sender = school.start("deliver")
    go([sender])
    # While Moodle has the second call in hand, which it will do to its end.
    until(lambda: len(school.double.calls) >= before + 2)
    school.kill(sender)
    time.sleep(0.6)
    first = school.look()["status"]
    assert first["claimed"] > 0
    school.run("deliver", LATER=str(20 * 60))
    assert school.look()["status"] == {"sent": LEARNERS}
    told = [message["userid"] for message in school.double.state.sent]
    assert len(told) == len(set(told)) == LEARNERS


def test_senders_at_once_send_each_learner_one_message(school: School) -> None:
    school.run("pull")
    school.site.run(DUE)
    school.run("deliver", times=3)
    assert school.look()["status"] == {"sent": LEARNERS}
    assert len(school.double.state.sent) == LEARNERS


# --- Badges


def publish(school: School) -> None:
    """A badge for one right answer, here and in Moodle."""
    school.site.run(PUBLISH.format(course=COURSE_KEY))
    put_badge(school.double, next(iter(school.double.state.courses)), COURSE_KEY, "first")


def check_badges(school: School) -> None:
    """Everybody has the badge on both sides, and was told once."""
    found = school.look()
    assert (found["badges"], found["carried"]) == (LEARNERS, LEARNERS)
    (course,) = school.double.state.courses.values()
    (badge,) = course.badges.values()
    assert set(badge.holders) == set(course.learners)
    assert len([message for message in school.double.state.sent if "badge" in message]) == LEARNERS


def test_workers_at_once_award_everybody_one_badge_on_both_sides(school: School) -> None:
    publish(school)
    school.run("pull", "apart", times=3)
    school.run("pull")
    check_badges(school)


def killed_while_it_carries(school: School) -> None:
    before = len(school.double.calls)
    worker = school.start("pull")
    go([worker])
    until(lambda: "local_microunits_set_awards" in school.double.calls[before:] or worker.poll() is not None)
    # Moodle does what it has in hand to its end, and nobody hears of it.
    school.double.fail(len(school.double.calls) + 1, "slow")
    school.kill(worker)
    time.sleep(0.5)
    school.site.run(AGES)


def test_a_worker_that_is_killed_while_it_carries_badges_loses_and_doubles_none(school: School) -> None:
    school.run("pull")
    publish(school)
    school.double.seconds = 0.3
    for _number in range(3):
        killed_while_it_carries(school)
    school.run("pull")
    check_badges(school)
