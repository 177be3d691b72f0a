"""What learners mark as done in Moodle: read once, in pages, and never lost."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moodle_bridge import cli, pulling
from moodle_bridge.completions import Completion, completions_of, pages_in, pages_of
from moodle_bridge.errors import BridgeError, MaintenanceError, RecordMissingError
from moodle_bridge.keys import component_key
from moodle_bridge.olx_course import read
from moodle_bridge.pull_state import PullState
from moodle_bridge.pulling import ATTEMPTS, CHANGES, Batch, Place, pull
from moodle_bridge.shapes import Json
from moodle_bridge.streams import COMPLETIONS
from tests.moodle_bridge.calling import TOKEN
from tests.moodle_bridge.double import Double, connected
from tests.moodle_bridge.exported import EXPORT, reader
from tests.moodle_bridge.test_cli import Terminal

WORKSHOP = "block-v1:Org+PHISH+2026+type@workshop+block@day"
KEY = component_key(WORKSHOP)
PAGES = pages_of([WORKSHOP])


class Reader:
    """A double with a workshop's page and three learners, and somebody who reads it on from a place."""

    def __init__(self) -> None:
        self.double = Double()
        self.client = connected(self.double)
        self.course = self.double.course().id
        fields = {"name": {"value": "Day", "hash": "0" * 32}, "completion": {"value": "manual", "hash": "0" * 32}}
        call = {"courseid": self.course, "kind": "workshop", "key": KEY, "payload": {"fields": fields}}
        self.client.call("local_microunits_upsert", call)
        self.learners = [self.double.learner(self.course, name).id for name in ("ann", "bob", "cas")]
        self.place = Place()
        self.found: dict[int, Completion] = {}

    def mark(self, learner: int = 0, done: bool = True) -> None:
        self.double.mark_done(self.course, KEY, self.learners[learner], done)

    def pull(self, most: int | None = None, wanted: bool = True) -> list[Batch]:
        self.double.advance(3)
        read_now = []
        streams = {COMPLETIONS.name: [self.course]} if wanted else {}
        for batch in islice(pull(self.client, self.place, [self.course], streams), most):
            self.found.update((one.row, one) for one in completions_of(batch.rows, PAGES))
            self.place = batch.place
            read_now.append(batch)
        return read_now

    def calls(self) -> list[str]:
        calls, self.double.calls = self.double.calls, []
        return calls


@pytest.fixture
def reading() -> Reader:
    return Reader()


def test_what_was_marked_is_read_once_and_nothing_more_is_asked_where_nothing_happened(reading: Reader) -> None:
    reading.pull()
    reading.double.advance(600)
    reading.mark()
    reading.calls()
    reading.pull()
    assert reading.calls() == [CHANGES, COMPLETIONS.function]
    (one,) = reading.found.values()
    assert (one.user, one.usage_key, one.is_done, one.mark) == (reading.learners[0], WORKSHOP, True, "done")
    reading.pull()
    assert reading.calls() == [CHANGES]


def test_what_was_taken_back_is_told_as_such(reading: Reader) -> None:
    reading.mark()
    reading.pull()
    reading.double.advance(1)
    reading.mark(done=False)
    reading.pull()
    (one,) = reading.found.values()
    assert (one.is_done, one.mark) == (False, "undone")


def test_a_course_without_workshops_is_not_asked_for_any(reading: Reader) -> None:
    reading.mark()
    reading.calls()
    reading.pull(wanted=False)
    assert reading.calls() == [CHANGES, ATTEMPTS]
    assert not reading.place.streams
    # A workshop that came later is read from the beginning.
    reading.pull()
    assert len(reading.found) == 1


def test_an_outbox_that_no_longer_reaches_back_leads_to_a_full_read_of_what_was_marked(reading: Reader) -> None:
    reading.pull()
    reading.double.advance(600)
    reading.mark()
    reading.double.advance(3)
    reading.double.forget_changes()
    reading.pull()
    assert len(reading.found) == 1


class Refusing:
    def __init__(self, reading: Reader, error: BridgeError) -> None:
        self.reading, self.error = reading, error

    def call(self, function: str, params: Any = None) -> Json:
        if function == COMPLETIONS.function:
            raise self.error
        return self.reading.client.call(function, params)


def test_a_stream_that_cannot_be_read_stays_behind_and_says_why(reading: Reader) -> None:
    site = Refusing(reading, RecordMissingError("gone"))
    *_, batch = pull(site, Place(), [reading.course], {COMPLETIONS.name: [reading.course]})
    assert batch.problem is site.error
    assert batch.place.behind_in == {(COMPLETIONS.name, reading.course)}
    with pytest.raises(MaintenanceError):
        list(
            pull(
                Refusing(reading, MaintenanceError("closed")),
                Place(),
                [reading.course],
                {COMPLETIONS.name: [reading.course]},
            )
        )


DEED = st.one_of(
    st.tuples(st.just("mark"), st.integers(0, 2), st.booleans()),
    st.tuples(st.just("pull"), st.integers(0, 5), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 400), st.none()),
    st.tuples(st.just("expire"), st.none(), st.none()),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(DEED, max_size=25), st.integers(1, 3), st.integers(1, 4))
def test_whatever_ends_a_reading_the_last_word_of_everybody_is_known_in_the_end(
    deeds: list[Any], rows_a_page: int, changes_a_page: int
) -> None:
    reading = Reader()
    before = pulling.ROWS_A_PAGE, pulling.CHANGES_A_PAGE
    pulling.ROWS_A_PAGE, pulling.CHANGES_A_PAGE = rows_a_page, changes_a_page
    last: dict[int, bool] = {}
    try:
        for what, first, second in deeds:
            if what == "mark":
                reading.mark(first, second)
                last[reading.learners[first]] = second
            elif what == "pull":
                reading.pull(most=first)
            elif what == "wait":
                reading.double.advance(first)
            elif what == "expire":
                reading.double.advance(3)
                reading.double.forget_changes()
        reading.pull()
    finally:
        pulling.ROWS_A_PAGE, pulling.CHANGES_A_PAGE = before
    assert {one.user: one.is_done for one in reading.found.values()} == last


def test_pages_that_the_course_does_not_have_say_nothing() -> None:
    row = {"id": 1, "key": "mu-other", "userid": 7, "done": True, "time": 100}
    assert list(completions_of([row], PAGES)) == []
    unit = str(EXPORT["vertical/v1.xml"]).replace("</vertical>", '<workshop url_name="day"/></vertical>')
    assert pages_in(read(reader({**EXPORT, "vertical/v1.xml": unit}))) == PAGES


def test_how_far_streams_were_read_and_what_was_handed_on_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "state"
    place = Place(changes="7", streams={("completions", 4): "9.1"}, behind_in=frozenset({("completions", 5)}))
    with PullState(file, "school") as state:
        assert state.new_rows("completions", {1: "done", 2: "done"}) == {1, 2}
        state.keep(place, [], "completions", {1: "done", 2: "done"})
    with PullState(file, "school") as state:
        assert state.place() == place
        assert state.new_rows("completions", {1: "done", 2: "undone", 3: "done"}) == {2, 3}
        assert state.new_rows("others", {1: "done"}) == {1}


def test_a_state_of_before_there_were_streams_is_read_on(tmp_path: Path) -> None:
    file = tmp_path / "state"
    with PullState(file, "school") as state:
        state.keep(Place(changes="7", attempts={4: "1.2"}), [])
    with sqlite3.connect(file) as connection:
        written = '{"changes": "7", "attempts": {"4": "1.2"}, "behind": []}'
        connection.execute("UPDATE place SET written = ?", (written,))
    with PullState(file, "school") as state:
        assert state.place() == Place(changes="7", attempts={4: "1.2"})


# --- At the command line


def test_a_page_that_was_marked_as_done_is_a_line_of_its_own_and_comes_once(
    double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = str(EXPORT["vertical/v1.xml"]).replace(
        "</vertical>", '<workshop url_name="day"><item id="a" title="Read"/></workshop></vertical>'
    )
    course = double.course().id
    terminal = Terminal(tmp_path, course, {**EXPORT, "vertical/v1.xml": unit})
    with double.serving() as url:
        (tmp_path / "moodle-bridge.toml").write_text(
            f'[sites.school]\nurl = "{url}"\n[courses.phishing]\nsource = "export"\ncourse = {course}\n'
        )
        monkeypatch.setenv("MOODLE_BRIDGE_TOKEN_SCHOOL", TOKEN)
        assert terminal("sync", "phishing") == cli.OK
        learner = double.learner(course, "ann").id
        double.mark_done(course, KEY, learner)
        double.advance(3)
        assert terminal("pull", "phishing") == cli.OK
        assert "1 time somebody marked a workshop as prepared, or took it back." in terminal.said
        assert "add --json or --out" in terminal.said
        assert terminal("pull", "phishing", "--json") == cli.OK
        (line,) = [json.loads(line) for line in terminal.said.splitlines()]
        assert {name: line[name] for name in ("user", "usage_key", "question", "rating")} == {
            "user": learner,
            "usage_key": WORKSHOP,
            "question": "",
            "rating": "prepared",
        }
        for _again in range(2):
            double.mark_done(course, KEY, learner, done=False)
            double.advance(3)
            assert terminal("pull", "phishing", "--out", str(tmp_path / "answers.csv")) == cli.OK
        written = (tmp_path / "answers.csv").read_text(encoding="utf-8-sig")
        assert [row["rating"] for row in csv.DictReader(io.StringIO(written))] == ["not_prepared"]
