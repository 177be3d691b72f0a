"""`moodle-bridge pull`: results as lines, each handed on once, and none noted that was not handed on."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moodle_bridge import cli, pulling
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.keys import component_key, part_key
from moodle_bridge.pull_state import PullState
from moodle_bridge.pulling import Place
from tests.moodle_bridge.calling import TOKEN
from tests.moodle_bridge.double import Double
from tests.moodle_bridge.exported import EXPORT
from tests.moodle_bridge.test_cli import Terminal

USAGE = "block-v1:Org+PHISH+2026+type@microquiz+block@sender"
QUIZ = component_key(USAGE)
Q1, Q2 = part_key(QUIZ, "q1"), part_key(QUIZ, "q2")


class Pulling(Terminal):
    """A terminal beside a site on which a learner works."""

    double: Double
    learner: int

    def attempt(self, first: float | None = 1, second: float | None = 0) -> int:
        return self.double.attempt(self.course, QUIZ, self.learner, {Q1: first, Q2: second})

    def pull(self, *arguments: str) -> list[dict[str, Any]]:
        """What a pull says, line by line."""
        self.double.advance(3)
        assert self("pull", *arguments, "--json") == cli.OK, self.complained
        return [json.loads(line) for line in self.said.splitlines()]


@pytest.fixture
def terminal(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulling]:
    course = double.course()
    with double.serving() as url:
        (tmp_path / "moodle-bridge.toml").write_text(
            f'[sites.school]\nurl = "{url}"\n[courses.phishing]\nsource = "export"\ncourse = {course.id}\n'
        )
        monkeypatch.setenv("MOODLE_BRIDGE_TOKEN_SCHOOL", TOKEN)
        terminal = Pulling(tmp_path, course.id)
        terminal.double = double
        assert terminal("sync", "phishing") == cli.OK
        terminal.learner = double.learner(course.id, "ann").id
        yield terminal


def test_each_answer_is_a_line_that_says_whose_which_and_how_well(terminal: Pulling) -> None:
    attempt = terminal.attempt()
    first, second = terminal.pull("phishing")
    assert first.pop("answered_at").endswith("+00:00")
    assert first.pop("id").startswith(f"{attempt}.1.")
    assert first == {
        "site": "school",
        "moodle_course": terminal.course,
        "course": "course-v1:Org+PHISH+2026",
        "user": terminal.learner,
        "usage_key": USAGE,
        "question": "q1",
        "rating": "good",
        "elapsed_ms": 5000,
    }
    assert (second["question"], second["rating"]) == ("q2", "again")
    assert "2 new answers from 1 attempts" in terminal.complained


def test_nothing_comes_twice(terminal: Pulling) -> None:
    terminal.attempt()
    assert len(terminal.pull("phishing")) == 2
    # Within the two minutes that are read again, too.
    assert terminal.pull("phishing") == []
    terminal.attempt()
    assert len(terminal.pull("phishing")) == 2


def test_when_nothing_happened_it_is_one_request(terminal: Pulling) -> None:
    terminal.pull("phishing")
    before = terminal.double.requests
    assert terminal.pull("phishing") == []
    assert terminal.double.requests == before + 1


def test_an_outbox_that_was_emptied_gives_nothing_twice(terminal: Pulling) -> None:
    terminal.attempt()
    terminal.pull("phishing")
    terminal.double.advance(9_000_000)
    terminal.attempt()
    terminal.double.forget_changes()
    assert len(terminal.pull("phishing")) == 2


def test_what_is_graded_late_comes_late_and_alone(terminal: Pulling) -> None:
    attempt = terminal.attempt(second=None)
    assert [one["question"] for one in terminal.pull("phishing")] == ["q1"]
    terminal.double.advance(600)
    terminal.double.regrade(terminal.course, attempt, Q2, 1)
    assert [one["question"] for one in terminal.pull("phishing")] == ["q2"]


def test_a_pull_that_hands_nothing_on_notes_nothing(terminal: Pulling) -> None:
    terminal.attempt()
    terminal.double.advance(3)
    assert terminal("pull", "phishing") == cli.OK
    assert "2 new answers from 1 attempts." in terminal.said
    assert "add --json or --out" in terminal.said
    assert len(terminal.pull("phishing")) == 2


def test_what_was_not_written_comes_again(terminal: Pulling, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.attempt()
    terminal.double.advance(3)

    def full(self: PullState, *_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(PullState, "keep", full)
        assert terminal("pull", "phishing", "--json") == cli.FAILED
    assert len(terminal.pull("phishing")) == 2


def test_all_courses_of_a_site_are_read_at_once(terminal: Pulling) -> None:
    terminal.attempt()
    assert len(terminal.pull("--site", "school")) == 2
    # A course read on its own has a place of its own.
    assert len(terminal.pull("phishing")) == 2


def test_answers_are_added_to_a_sheet_that_runs_no_formulas(terminal: Pulling) -> None:
    sheet = terminal.folder / "answers.csv"
    for _number in range(2):
        terminal.attempt()
        terminal.double.advance(3)
        assert terminal("pull", "phishing", "--out", str(sheet)) == cli.OK
    assert "2 new answers from 2 attempts, added to " in terminal.said
    text = sheet.read_text(encoding="utf-8")
    assert text.count("\ufeff") == 1
    heading, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert heading[:3] == ["id", "site", "moodle_course"]
    assert [row[6:8] for row in rows] == [["q1", "good"], ["q2", "again"]] * 2


def test_answers_are_added_to_lines_of_json(terminal: Pulling) -> None:
    lines = terminal.folder / "answers.jsonl"
    terminal.attempt()
    terminal.double.advance(3)
    assert terminal("pull", "phishing", "--out", str(lines)) == cli.OK
    assert [json.loads(line)["question"] for line in lines.read_text().splitlines()] == ["q1", "q2"]


def test_answers_to_questions_that_are_gone_are_counted(terminal: Pulling) -> None:
    terminal.attempt()
    unit = terminal.export["vertical/v1.xml"]
    assert isinstance(unit, str)
    terminal.export["vertical/v1.xml"] = unit.replace('id="q2"', 'id="q9"')
    assert [one["question"] for one in terminal.pull("phishing")] == ["q1"]
    assert "1 answers are to questions that the course does not have any more" in terminal.complained


def test_a_course_that_is_gone_is_said_and_the_rest_goes_on(terminal: Pulling) -> None:
    config = terminal.folder / "moodle-bridge.toml"
    config.write_text(config.read_text() + '[courses.gone]\nsource = "export"\ncourse = 9999\n')
    terminal.attempt()
    terminal.double.advance(3)
    assert terminal("pull", "--json") == cli.FAILED
    assert len(terminal.said.splitlines()) == 2
    assert "Course 9999 cannot be read" in terminal.complained


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--course", "7"], "--course belongs to an export"),
        (["phishing", "--out", "answers.xlsx"], ".csv or .jsonl"),
        (["phishing", "--out", "nowhere/answers.csv"], "cannot be written"),
        (["nothing"], "neither a course"),
    ],
)
def test_what_cannot_be_used_is_said(terminal: Pulling, arguments: list[str], complaint: str) -> None:
    assert terminal("pull", *arguments) == cli.UNUSABLE
    assert complaint in terminal.complained


def test_a_site_without_a_course_is_said(terminal: Pulling) -> None:
    config = terminal.folder / "moodle-bridge.toml"
    config.write_text(config.read_text().partition("[courses")[0])
    assert terminal("pull") == cli.UNUSABLE
    assert "names no course on the site school" in terminal.complained


# --- The state


def test_a_file_that_is_no_state_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state"
    file.write_text("something else altogether, and long enough to be read")
    with pytest.raises(ConfigurationError, match="name another file"):
        PullState(file, "school")


def test_two_pulls_at_once_are_one_after_the_other(tmp_path: Path) -> None:
    with PullState(tmp_path / "state", "school") as first:
        first.keep(Place(changes="7", attempts={3: "1.2"}, behind=frozenset({3})), [])
        with pytest.raises(ConfigurationError, match="another pull"):
            PullState(tmp_path / "state", "school")
    with PullState(tmp_path / "state", "school") as second:
        assert second.place() == Place(changes="7", attempts={3: "1.2"}, behind=frozenset({3}))
    with PullState(tmp_path / "state", "other") as third:
        assert third.place() == Place()


def test_the_state_names_no_learner_and_holds_no_token(terminal: Pulling) -> None:
    terminal.attempt()
    terminal.pull("phishing")
    with sqlite3.connect(terminal.folder / "moodle-bridge.pull.sqlite3") as kept:
        written = str([*kept.execute("SELECT * FROM place"), *kept.execute("SELECT * FROM handed_on")])
    kept.close()
    assert TOKEN not in written
    assert "ann" not in written


def test_who_handed_in_a_reflection_is_a_line_without_the_text(terminal: Pulling) -> None:
    unit = str(EXPORT["vertical/v1.xml"]).replace("</vertical>", '<reflection url_name="look"/></vertical>')
    terminal.export["vertical/v1.xml"] = unit
    file = terminal.folder / "moodle-bridge.toml"
    assert terminal.pull("phishing") == []
    assert not any("submissions" in name for name in terminal.double.calls)
    file.write_text(file.read_text() + 'reflections = "teachers"\n')
    assert terminal("sync", "phishing") == cli.OK
    usage_key = "block-v1:Org+PHISH+2026+type@reflection+block@look"
    row = terminal.double.hand_in(terminal.course, component_key(usage_key), terminal.learner, "a secret of mine")
    (line,) = terminal.pull("phishing")
    assert line["id"].startswith(f"submissions.{row}.")
    assert (line["usage_key"], line["user"], line["question"], line["rating"], line["elapsed_ms"]) == (
        usage_key,
        terminal.learner,
        "",
        "handed_in",
        None,
    )
    assert "1 time somebody handed in a reflection." in terminal.complained
    assert "secret" not in f"{terminal.said}{terminal.complained}{line}"
    assert terminal.pull("phishing") == []
    assert "local_microunits_get_submission_texts" not in terminal.double.calls


def test_memory_holds_a_page_at_a_time(terminal: Pulling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "ATTEMPTS_A_PAGE", 3)
    for _number in range(10):
        terminal.attempt()
    assert len(terminal.pull("phishing")) == 20
    assert terminal.double.calls.count(pulling.ATTEMPTS) == 4
