"""What happened on a site since the last time: in one call where nothing did, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moodle_bridge import pulling
from moodle_bridge.errors import BridgeError, ConnectionFailedError, MaintenanceError, RecordMissingError
from moodle_bridge.pulling import ATTEMPTS, CHANGES, Batch, Place, pull
from moodle_bridge.results import Asked, Result, results_of
from moodle_bridge.shapes import Json
from tests.moodle_bridge.double import Double, connected

QUESTIONS = {"one": Asked(usage_key="u", question_id="q1"), "two": Asked(usage_key="u", question_id="q2")}


class School:
    """A double with a course that holds a quiz of two questions, and a reader that keeps its place."""

    def __init__(self) -> None:
        self.double = Double()
        self.client = connected(self.double)
        self.course = self._course()
        self.learner = self.double.learner(self.course, "ann").id
        self.place = Place()
        self.found: dict[str, Result] = {}

    def _course(self, name: str = "PH") -> int:
        course = self.double.course(name).id
        xml = '<question type="truefalse"><name><text>x</text></name></question>'
        fields = {"name": {"value": "Quiz", "hash": "0" * 32}, "order": {"value": ["one", "two"], "hash": "0" * 32}}
        parts = [
            {"key": key, "kind": "question", "title": key, "fields": {"name": {"hash": "0" * 32}}, "xml": xml}
            | {"qtype": "truefalse", "points": 1}
            for key in ("one", "two")
        ]
        params = {"courseid": course, "kind": "microquiz", "key": "quiz", "payload": {"fields": fields, "parts": parts}}
        self.client.call("local_microunits_upsert", params)
        return course

    def attempt(self, one: float | None = 1, two: float | None = 0, **more: Any) -> int:
        return self.double.attempt(self.course, "quiz", self.learner, {"one": one, "two": two}, **more)

    def batches(self) -> Iterator[Batch]:
        return pull(self.client, self.place, [self.course])

    def pull(self, most: int | None = None) -> list[Batch]:
        """Reads on, and is stopped after so many batches."""
        self.double.advance(3)
        read = []
        for batch in islice(self.batches(), most):
            for attempt in batch.attempts:
                self.found.update((what_it_says(one), one) for one in results_of(attempt, QUESTIONS))
            self.place = batch.place
            read.append(batch)
        return read

    def calls(self) -> list[str]:
        """What was called since this was last asked."""
        calls, self.double.calls = self.double.calls, []
        return calls


def what_it_says(result: Result) -> str:
    """The same for a result whenever its attempt was changed without changing this answer."""
    return f"{result.attempt}/{result.mark}"


@pytest.fixture
def school() -> School:
    return School()


def test_when_nothing_happened_it_is_one_call(school: School) -> None:
    school.pull()
    school.calls()
    (batch,) = school.pull()
    assert school.calls() == [CHANGES]
    assert (batch.attempts, batch.place) == ((), school.place)


def test_a_course_that_was_never_read_is_read_whole(school: School) -> None:
    school.attempt()
    school.double.advance(9_000_000)
    school.double.forget_changes()
    school.pull()
    assert len(school.found) == 2
    assert school.place.attempts.keys() == {school.course}
    assert not school.place.behind


def test_what_came_since_is_read_once(school: School) -> None:
    school.pull()
    school.double.advance(600)
    school.attempt()
    school.calls()
    batches = school.pull()
    assert school.calls() == [CHANGES, ATTEMPTS]
    assert [len(batch.attempts) for batch in batches] == [0, 1]


def test_attempts_come_in_pages_and_each_page_has_its_place(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "ATTEMPTS_A_PAGE", 2)
    for _number in range(5):
        school.attempt()
    sizes = [len(batch.attempts) for batch in school.pull() if batch.course]
    assert sizes == [2, 2, 1]


def test_a_reader_that_is_stopped_between_pages_goes_on_there(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "ATTEMPTS_A_PAGE", 2)
    for _number in range(5):
        school.attempt()
    school.pull(most=2)
    assert school.place.behind == {school.course}
    # Nothing else happens, and still the rest is read.
    assert [len(batch.attempts) for batch in school.pull() if batch.course] == [2, 1]
    assert len(school.found) == 10


def test_what_was_graded_by_hand_is_asked_for_by_its_id(school: School) -> None:
    attempt = school.attempt(two=None)
    school.pull()
    school.double.advance(600)
    school.pull()
    school.double.regrade(school.course, attempt, "two", 1)
    school.calls()
    school.pull()
    assert school.calls() == [CHANGES, ATTEMPTS]
    assert {one.question_id for one in school.found.values()} == {"q1", "q2"}


def test_more_than_a_page_of_grades_is_asked_for_in_pages(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = [school.attempt(two=None) for _number in range(3)]
    school.pull()
    school.double.advance(600)
    for attempt in attempts:
        school.double.regrade(school.course, attempt, "two", 1)
    monkeypatch.setattr(pulling, "ATTEMPTS_A_PAGE", 2)
    assert [len(batch.attempts) for batch in school.pull() if batch.course] == [2, 1]


def test_an_outbox_that_no_longer_reaches_back_leads_to_a_full_read(school: School) -> None:
    school.attempt()
    school.pull()
    school.double.advance(600)
    school.attempt()
    school.double.forget_changes()
    school.calls()
    school.pull()
    assert school.calls() == [CHANGES, CHANGES, ATTEMPTS]
    assert len(school.found) == 4


def test_learners_who_came_left_or_changed_are_told_of_by_course(school: School) -> None:
    school.pull()
    other = school.double.learner(school.course, "bob").id
    school.double.update(other, lang="nl")
    school.double.unenrol(school.course, other)
    (batch,) = school.pull()
    assert (batch.people, batch.deleted) == ({school.course}, frozenset())
    school.double.remove_user(school.learner)
    (batch,) = school.pull()
    assert (batch.people, batch.deleted) == ({school.course}, {school.learner})


def test_other_courses_of_the_site_are_left_to_others(school: School) -> None:
    school.pull()
    other = school._course("OTHER")
    school.double.learner(other, "carol")
    (batch,) = school.pull()
    assert not batch.people
    assert other not in batch.place.attempts


class Refusing:
    """A site that refuses to tell the attempts of a course, for a while."""

    def __init__(self, school: School, error: BridgeError) -> None:
        self.school, self.error, self.refused = school, error, 0

    def call(self, function: str, params: Any = None) -> Json:
        if function == ATTEMPTS and self.error:
            self.refused += 1
            raise self.error
        return self.school.client.call(function, params)


def test_a_course_that_cannot_be_read_stays_behind_and_says_why(school: School) -> None:
    school.attempt()
    school.double.advance(3)
    site = Refusing(school, RecordMissingError("gone"))
    *_, batch = pull(site, Place(), [school.course])
    assert batch.problem is site.error
    assert batch.place.behind == {school.course}


def test_grades_that_could_not_be_read_lead_to_a_full_read(school: School) -> None:
    attempt = school.attempt(two=None)
    school.pull()
    school.double.regrade(school.course, attempt, "two", 1)
    school.double.advance(600)
    school.double.learner(school.course, "dan")
    school.double.advance(3)
    for batch in pull(Refusing(school, RecordMissingError("gone")), school.place, [school.course]):
        school.place = batch.place
    assert school.course not in school.place.attempts
    school.pull()
    assert len(school.found) == 2


@pytest.mark.parametrize("graded", [False, True])
def test_what_concerns_the_whole_site_ends_the_reading(school: School, graded: bool) -> None:
    attempt = school.attempt(two=None)
    if graded:
        school.pull()
        school.double.regrade(school.course, attempt, "two", 1)
    school.double.advance(3)
    with pytest.raises(MaintenanceError):
        list(pull(Refusing(school, MaintenanceError("closed")), school.place, [school.course]))


def test_a_site_without_an_answer_leaves_the_place_where_it_was(school: School) -> None:
    class Down:
        def call(self, function: str, params: Any = None) -> Json:
            raise ConnectionFailedError("nobody")

    with pytest.raises(ConnectionFailedError):
        list(pull(Down(), school.place, [school.course]))


DEED = st.one_of(
    st.tuples(st.just("attempt"), st.sampled_from([0, 0.5, 1, None]), st.sampled_from([0, 1, None])),
    st.tuples(st.just("grade"), st.integers(0, 9), st.sampled_from([0, 1])),
    st.tuples(st.just("pull"), st.integers(0, 5), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 400), st.none()),
    st.tuples(st.just("expire"), st.none(), st.none()),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(DEED, max_size=25), st.integers(1, 3), st.integers(1, 4))
def test_whatever_ends_a_reading_and_however_long_the_pages_nothing_is_lost(
    deeds: list[Any], attempts_a_page: int, changes_a_page: int
) -> None:
    school, open_ones = School(), list[int]()
    before = pulling.ATTEMPTS_A_PAGE, pulling.CHANGES_A_PAGE
    pulling.ATTEMPTS_A_PAGE, pulling.CHANGES_A_PAGE = attempts_a_page, changes_a_page
    try:
        for what, first, second in deeds:
            if what == "attempt":
                made = school.attempt(first, second)
                if second is None:
                    open_ones.append(made)
            elif what == "grade" and open_ones:
                school.double.regrade(school.course, open_ones.pop(first % len(open_ones)), "two", second)
            elif what == "pull":
                school.pull(most=first)
            elif what == "wait":
                school.double.advance(first)
            elif what == "expire":
                school.double.advance(3)
                school.double.forget_changes()
        school.pull()
    finally:
        pulling.ATTEMPTS_A_PAGE, pulling.CHANGES_A_PAGE = before
    whole = school.client.call(ATTEMPTS, {"courseid": school.course, "cursor": "", "limit": 500})["attempts"]
    expected = {what_it_says(one) for attempt in whole for one in results_of(attempt, QUESTIONS)}
    assert school.found.keys() == expected
