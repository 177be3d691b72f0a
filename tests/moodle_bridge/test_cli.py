"""The command line against a site: what each command does there, says, and exits with."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from moodle_bridge import cli, commands
from moodle_bridge.applying import Done, Warned, _Applying
from moodle_bridge.errors import BridgeError
from moodle_bridge.keys import component_key
from moodle_bridge.kinds import page
from moodle_bridge.plan import UNASKED, Action
from moodle_bridge.plan_calls import Step
from moodle_bridge.syncing import course_of, planned, synced
from moodle_bridge.wire import Call, Limits
from tests.moodle_bridge.calling import TOKEN
from tests.moodle_bridge.double import Double
from tests.moodle_bridge.exported import EXPORT

QUIZ = component_key("block-v1:Org+PHISH+2026+type@microquiz+block@sender")
PAGE = component_key("block-v1:Org+PHISH+2026+type@html+block@read")


@dataclass
class Terminal:
    """Runs commands in a folder with a configuration and an export."""

    folder: Path
    course: int
    export: dict[str, str | bytes] = field(default_factory=lambda: dict(EXPORT))
    said: str = ""
    complained: str = ""

    def write(self) -> None:
        for name, content in self.export.items():
            path = self.folder / "export" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def __call__(self, *arguments: str) -> int:
        self.write()
        out, errors = io.StringIO(), io.StringIO()
        code = cli.main([*arguments, "--config", str(self.folder / "moodle-bridge.toml")], out, errors)
        self.said, self.complained = out.getvalue(), errors.getvalue()
        return code

    def json(self, *arguments: str) -> Any:
        self(*arguments, "--json")
        return json.loads(self.said)


@pytest.fixture
def terminal(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    course = double.course()
    with double.serving() as url:
        (tmp_path / "moodle-bridge.toml").write_text(
            f'[sites.school]\nurl = "{url}"\n\n[courses.phishing]\nsite = "school"\nsource = "export"\n'
            f"course = {course.id}\n"
        )
        monkeypatch.setenv("MOODLE_BRIDGE_TOKEN_SCHOOL", TOKEN)
        yield Terminal(tmp_path, course.id)


def edited(old: str, new: str, path: str = "vertical/v1.xml") -> Callable[[Terminal], None]:
    def edit(terminal: Terminal) -> None:
        found = terminal.export[path]
        assert isinstance(found, str)
        assert old in found
        terminal.export[path] = found.replace(old, new)

    return edit


# --- Plan and sync


def test_a_course_is_planned_synced_and_then_there_is_nothing_to_do(terminal: Terminal) -> None:
    assert terminal("plan", "phishing") == cli.OK
    assert "+ Who is writing? (quiz, 2 questions): new" in terminal.said
    assert "Otherwise in Moodle, or not there:" in terminal.said
    assert terminal("status", "phishing") == cli.OK
    assert terminal.said.startswith("Nothing is held here yet.")
    assert terminal("sync", "phishing") == cli.OK
    assert terminal.said.endswith("3 new\n")
    again = terminal.json("sync", "phishing")
    assert (again["summary"], again["results"], again["requests"]) == ("3 as they are", [], 3)
    assert terminal("plan", "phishing", "--all") == cli.OK
    assert "= Who is writing? (quiz, 2 questions): as it is" in terminal.said
    assert terminal.json("status", "phishing")["held"] == {"microquiz": 1, "page": 2, "question": 2, "section": 2}


def test_an_export_is_synced_without_being_configured(terminal: Terminal) -> None:
    source = str(terminal.folder / "export")
    assert terminal("sync", source, "--course", str(terminal.course)) == cli.OK
    assert terminal("plan", source) == cli.UNUSABLE
    assert "add --course and its id" in terminal.complained


def test_what_changed_is_written_and_what_left_is_hidden(terminal: Terminal) -> None:
    terminal("sync", "phishing")
    edited("Who is writing?", "Who wrote it?")(terminal)
    edited('<html url_name="read"/>', "")(terminal)
    result = terminal.json("sync", "phishing")
    assert result["summary"] == "1 changed, 1 as it is, 1 removed"
    assert {one["key"]: one["action"] for one in result["results"]}[PAGE] == "removed"
    assert terminal.json("status", "phishing")["removed"] == 1


def test_what_was_edited_in_moodle_waits_for_a_decision(terminal: Terminal, double: Double) -> None:
    terminal("sync", "phishing")
    double.edit(terminal.course, QUIZ, "name", "Our own name")
    assert terminal("plan", "phishing") == cli.OK
    assert "name: edited in Moodle, left so" in terminal.said
    edited("Who is writing?", "Who wrote it?")(terminal)
    assert terminal("sync", "phishing") == cli.UNDECIDED
    assert "1 field changed on both sides" in terminal.said
    assert terminal("plan", "phishing") == cli.UNDECIDED
    assert "Moodle: Our own name" in terminal.said
    assert terminal("sync", "phishing", "--theirs") == cli.OK
    assert terminal("plan", "phishing") == cli.OK
    assert terminal("status", "phishing") == cli.OK
    double.edit(terminal.course, QUIZ, "name", "Yet another")
    assert terminal("sync", "phishing", "--ours") == cli.OK
    assert terminal.json("status", "phishing")["edited_fields"] == 0
    assert terminal("plan", "phishing", "--ours", "--theirs") == cli.UNUSABLE


def test_a_field_that_is_moodles_is_left_to_it(terminal: Terminal, double: Double) -> None:
    terminal("sync", "phishing")
    file = terminal.folder / "moodle-bridge.toml"
    file.write_text(file.read_text() + 'owners = { microquiz.name = "moodle" }\n')
    double.edit(terminal.course, QUIZ, "name", "Our own name")
    edited("Who is writing?", "Who wrote it?")(terminal)
    assert terminal("sync", "phishing", "--ours") == cli.OK
    assert terminal.json("status", "phishing")["edited_fields"] == 0


def test_what_one_component_fails_with_takes_no_other_with_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "KIND", "event")
    assert terminal("sync", "phishing") == cli.FAILED
    assert "Not done: Read this: " in terminal.said
    assert terminal.json("status", "phishing")["held"]["microquiz"] == 1


# --- Interrupted anywhere


@pytest.mark.parametrize("trouble", ["cut before", "cut after", "maintenance"])
def test_wherever_a_sync_ends_the_next_one_finishes_it(trouble: str, tmp_path: Path) -> None:
    """Broken off at every single call; the end is what an undisturbed sync leaves."""

    def end_state(double: Double, course: int) -> Any:
        held = double.client().call("local_microunits_get_held", {"courseid": course})["items"]
        names = ("key", "parentkey", "kind", "present", "removed", "position", "fields")
        return sorted(({name: one[name] for name in names} for one in held), key=lambda one: str(one["key"]))

    terminal = Terminal(tmp_path, 0)
    terminal.write()

    def run(double: Double, course: int) -> None:
        with course_of(str(tmp_path / "export")) as found:
            client = double.client()
            made = planned(found.course, client, course, UNASKED)
            for done in synced(made, client, course, found.content):
                assert done.error is None, str(done.error)

    undisturbed = Double()
    course = undisturbed.course().id
    run(undisturbed, course)
    wanted = end_state(undisturbed, course)
    for number in range(1, 9):
        double = Double()
        course = double.course().id
        double.fail(number, trouble)  # type: ignore[arg-type]
        for _attempt in range(6):
            try:
                run(double, course)
            except BridgeError:
                continue
            break
        assert end_state(double, course) == wanted


# --- Files


def run(double: Double, course: int, folder: Path, **settings: Any) -> list[Done]:
    with course_of(str(folder)) as found:
        client = double.client(**settings)
        made = planned(found.course, client, course, UNASKED)
        return list(synced(made, client, course, found.content))


def test_a_large_file_goes_ahead_of_what_shows_it(double: Double, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, double.course().id)
    terminal.export["static/mail.png"] = b"x" * 100_000
    terminal.write()
    done = run(double, terminal.course, tmp_path / "export", limits=Limits(bytes=300_000))
    assert [str(one.error) for one in done if one.error] == []
    assert len(double.state.courses[terminal.course].items) == 7


def test_a_file_that_went_astray_is_sent_again(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A component that failed took the file along that a later one shows too."""
    terminal = Terminal(tmp_path, double.course().id)
    terminal.write()
    with_files = _Applying.with_files

    def without(self: _Applying, step: Step) -> Call:
        self.sent.update(file.sha256 for file in step.files)
        return with_files(self, step)

    monkeypatch.setattr(_Applying, "with_files", without)
    done = run(double, terminal.course, tmp_path / "export")
    assert [str(one.error) for one in done if one.error] == []
    assert len(double.state.courses[terminal.course].items) == 7


# --- The other commands


def test_the_doctor_says_how_it_stands(terminal: Terminal) -> None:
    assert terminal("doctor", "--course", str(terminal.course)) == cli.OK
    assert "The token is valid" in terminal.said
    assert terminal.json("doctor")["level"] in ("ok", "warning")
    (terminal.folder / "moodle-bridge.toml").write_text('[sites.school]\nurl = "http://127.0.0.1:9"\n')
    assert terminal("doctor") == cli.FAILED


def test_letting_go_asks_first(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal("sync", "phishing")
    assert terminal("unlink", "phishing") == cli.FAILED
    assert "Add --yes" in terminal.said
    monkeypatch.setattr("sys.stdin", type("Tty", (io.StringIO,), {"isatty": lambda self: True})("yes\n"))
    monkeypatch.setattr("builtins.input", lambda question: "no")
    assert terminal("unlink", "phishing", "--key", PAGE) == cli.FAILED
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    assert terminal("unlink", "phishing", "--key", PAGE) == cli.OK
    assert terminal.said.startswith("Let go: 1.")
    assert terminal("unlink", "phishing", "--yes") == cli.OK
    assert terminal.json("status", "phishing")["held"] == {}


def test_files_to_import_by_hand_need_no_site(terminal: Terminal) -> None:
    folder = terminal.folder / "files"
    assert terminal("export", "phishing", str(folder)) == cli.OK
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert "01-Who-is-writing.xml" in written
    assert "01-Who-is-writing.gift.txt" in written
    assert b"cG5n" not in (folder / "01-Who-is-writing.xml").read_bytes()
    assert b"<file" in (folder / "01-Who-is-writing.xml").read_bytes()
    assert "Which?" in (folder / "01-Who-is-writing.gift.txt").read_text()
    page = (folder / "02-Read-this.html").read_text()
    assert '<img src="files/' in page
    assert any(name.endswith("mail.png") for name in written)
    assert terminal.json("export", str(terminal.folder / "export"), str(folder))["files"]
    assert terminal("export", "nowhere", str(folder)) == cli.UNUSABLE


# --- What cannot be used


def test_what_is_no_course_says_which_there_are(terminal: Terminal) -> None:
    assert terminal("plan", "physics") == cli.UNUSABLE
    assert "(there: phishing)" in terminal.complained
    assert terminal("plan") == cli.UNUSABLE
    assert terminal("doctor", "--site", "other") == cli.UNUSABLE
    assert "the configuration has: school" in terminal.complained


def test_with_several_sites_one_has_to_be_named(terminal: Terminal) -> None:
    file = terminal.folder / "moodle-bridge.toml"
    file.write_text(file.read_text() + '\n[sites.other]\nurl = "http://127.0.0.1:9"\n')
    assert terminal("doctor") == cli.UNUSABLE
    assert "say which with --site" in terminal.complained
    assert terminal("doctor", "--site", "school") == cli.OK


def test_a_site_that_is_not_there_is_said_once(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    (terminal.folder / "moodle-bridge.toml").write_text(
        '[sites.school]\nurl = "http://127.0.0.1:9"\n'
        '[courses.phishing]\nsite = "school"\nsource = "export"\ncourse = 2\n'
    )
    assert terminal("sync", "phishing") == cli.FAILED
    assert terminal.complained.count("moodle-bridge: ") == 1
    assert TOKEN not in terminal.complained


def test_stopping_it_loses_nothing(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "chosen_course", stop)
    assert terminal("sync", "phishing") == cli.FAILED
    assert "goes on where it was" in terminal.complained


def test_a_bar_shows_how_far_it_is() -> None:
    errors = type("Tty", (io.StringIO,), {"isatty": lambda self: True})()
    voice = commands.Voice(io.StringIO(), errors)
    voice.progress(1, 2, "A quiz")
    voice.progress(2, 2, "A page")
    assert "[############------------] 1/2 A quiz" in errors.getvalue()
    assert errors.getvalue().endswith("\n")


def test_a_course_is_synced_from_a_running_open_edx(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.moodle_bridge.double_openedx import APPLICATION, APPLICATION_SECRET, KEY, OpenEdxDouble

    monkeypatch.setenv("MOODLE_BRIDGE_OPENEDX_TOKEN_ACADEMY", f"{APPLICATION}:{APPLICATION_SECRET}")
    with OpenEdxDouble(polls=0).serving() as openedx:
        file = terminal.folder / "moodle-bridge.toml"
        file.write_text(
            file.read_text().replace('source = "export"', f'source = "{openedx.address}"')
            + f'\n[openedx.academy]\nstudio = "{openedx.studio}"\nlms = "{openedx.lms}"\n'
        )
        assert terminal("sync", "phishing") == cli.OK
        assert terminal.said.endswith("3 new\n")
        assert terminal("plan", openedx.address, "--course", str(terminal.course)) == cli.OK
        assert terminal.said.startswith(f"Phishing ({KEY})\n3 as they are")
        assert terminal("plan", f"{openedx.studio}/courses", "--course", "5") == cli.UNUSABLE
        assert terminal("plan", openedx.address) == cli.UNUSABLE
        assert "add --course and its id" in terminal.complained
        openedx.fails = "Unit 7"
        assert terminal("plan", "phishing") == cli.FAILED
        assert "Studio cannot export course-v1:Org+PHISH+2026: Unit 7" in terminal.complained


def test_waiting_for_studio_is_shown() -> None:
    errors = type("Tty", (io.StringIO,), {"isatty": lambda self: True})()
    commands.Voice(io.StringIO(), errors).waits(2.7)
    assert errors.getvalue() == "\rStudio exports the course (2 s) "


def test_whoever_reads_only_the_beginning_sees_no_trace_of_python(terminal: Terminal) -> None:
    terminal.write()
    command = [sys.executable, "-m", "moodle_bridge", "plan", "phishing"]
    command += ["--config", str(terminal.folder / "moodle-bridge.toml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        assert running.stderr.read() == ""
        assert running.wait() == cli.FAILED


@pytest.mark.parametrize(
    ("code", "path", "said"),
    [
        ("kept_whole", "parts.b", "nothing of this question was written: Second"),
        ("kept_whole", "parts.0", "nothing of this question was written: First"),
        ("kept_whole", "", "nothing of this question was written: Quiz"),
        ("adopted", "key", "that was taken over and not made again."),
        ("unheard_of", "", "In Moodle's words."),
    ],
)
def test_a_warning_names_what_it_is_about(code: str, path: str, said: str) -> None:
    parts = [{"key": "a", "title": "First"}, {"key": "b", "title": "Second"}]
    step = Step(key="q", title="Quiz", action=Action.CHANGED, call=Call("f", {"payload": {"parts": parts}}))
    warned = Warned(code=code, path=path, message="In Moodle's words.")
    out = io.StringIO()
    hearing = commands._Hearing(commands.Voice(out, io.StringIO()), 1)
    hearing.hear(Done(step=step, warnings=(warned, warned)))
    assert out.getvalue().startswith("Quiz: ")
    assert out.getvalue().count("\n") == 1, "the same is said once"
    assert out.getvalue().endswith(f"{said}\n")
