"""What people install is the wheel: it holds everything, nothing else, and a quiz can be played from it alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = {(3, 11): "2025-teak.txt", (3, 12): "2026-verawood.txt"}[sys.version_info[:2]]
DATA = {".css", ".js", ".html", ".mo", ".po", ".png", ".svg", ".ttf", ".txt", ".json", ".jsonld"}


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def files_of_the_repository() -> list[Path]:
    """What git knows or would add, so that what lies about from earlier builds plays no part."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    return [path for path in map(Path, listed.splitlines()) if (ROOT / path).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in files_of_the_repository():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", target, ".")
    run(sys.executable, *build, cwd=source)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_it_holds_every_module_and_data_file_of_the_components(names: set[str]) -> None:
    expected = {
        path.as_posix()
        for path in files_of_the_repository()
        if path.parts[0] in {"xblocks", "moodle_bridge"}
        and path.parts[:2] != ("moodle_bridge", "plugin")
        and (path.suffix in DATA | {".py"} or path.name == "py.typed")
    }
    assert expected
    assert expected - names == set()


def test_it_holds_scripts_styles_catalogues_and_migrations(names: set[str]) -> None:
    assert "xblocks/microquiz/static/microquiz/microquiz.js" in names
    assert "xblocks/microquiz/static/microquiz/microquiz.css" in names
    assert "xblocks/conf/locale/nl/LC_MESSAGES/django.mo" in names
    for component in ("microquiz", "nudge", "badges", "workshop", "reflection"):
        assert f"xblocks/{component}/migrations/0001_initial.py" in names
        assert f"xblocks/{component}/static/{component}/{component}.js" in names


def test_it_holds_nothing_else(names: set[str]) -> None:
    roots = {name.split("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} <= {"xblocks", "moodle_bridge"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


@pytest.fixture(scope="module")
def played(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A quiz, played in an environment that has the wheel, what it asks for, and the workbench to run it in."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    pins = ROOT / "tests" / "pins"
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    constraints = ("--constraint", pins / PINS, "--constraint", pins / "tools.txt")
    run(python, *install, *constraints, f"microunits[devstack] @ {wheel.as_uri()}", cwd=folder)
    shutil.copy(Path(__file__).with_name("quiz_from_wheel.py"), folder)
    outcome: dict[str, Any] = json.loads(run(python, "-W", "ignore", "quiz_from_wheel.py", cwd=folder).splitlines()[-1])
    assert Path(outcome["package"]).is_relative_to(folder)
    return outcome


def test_a_learner_sees_the_question_and_not_its_answer(played: dict[str, Any]) -> None:
    assert "Which part tells you most about the sender?" in played["page"]
    assert 'right="true"' not in played["page"]


def test_the_files_that_the_page_asks_for_are_found(played: dict[str, Any]) -> None:
    assert {Path(name).suffix for name in played["files"]} == {".css", ".js"}
    assert all(played["files"].values())


def test_an_answer_is_taken_and_kept(played: dict[str, Any]) -> None:
    status, answer = played["answer"]
    assert status == 200, answer
    assert answer["answered"] == 1
    assert played["attempts"]


def test_the_other_blocks_are_drawn_and_every_table_is_made(played: dict[str, Any]) -> None:
    drawn = played["others"]
    assert "Room 7" in drawn["workshop"]
    assert "What do you want to ask?" in drawn["workshop"]
    assert "What happened" in drawn["reflection"]
    assert "What you earned" in drawn["badges"]
    assert played["unmade"] == []


def test_it_speaks_dutch(played: dict[str, Any]) -> None:
    assert played["messages"] > 50
