"""What a machine lacks is skipped and said; where nothing may be skipped, a skip fails the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

NEEDS_REDIS = """
import pytest

@pytest.mark.needs("redis")
def test_that_needs_redis():
    pass
"""
SKIPS = """
import pytest

def test_that_does_not_feel_like_it():
    pytest.skip("not today")
"""
IMPORTS_ONLY = """
def test_that_tries_nothing():
    import xblocks.base.problems
"""


def run(folder: Path, text: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run of its own, with the suite's conftest, over one file."""
    (folder / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    return subprocess.run(
        [*command, f"--rootdir={folder}", *options, str(folder / "test_it.py")],
        cwd=ROOT,
        env={**os.environ, "REQUIRE_ALL": "", "MICROUNITS_TEST_REDIS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_missing_is_skipped_and_named(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDS_REDIS)
    assert done.returncode == 0, done.stdout
    assert "skipped because redis is missing" in done.stdout


def test_what_is_there_is_tested(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDS_REDIS, MICROUNITS_TEST_REDIS="redis://127.0.0.1:1/0", REQUIRE_ALL="1")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_nothing_may_be_missing_where_all_is_required(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDS_REDIS, REQUIRE_ALL="1")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "REQUIRE_ALL forbids that" in done.stdout


def test_no_other_skip_is_let_through_either(tmp_path: Path) -> None:
    assert run(tmp_path, SKIPS).returncode == 0
    done = run(tmp_path, SKIPS, REQUIRE_ALL="1")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 skipped, and none may be" in done.stdout


def test_a_pure_module_that_is_not_covered_fails_the_run(tmp_path: Path) -> None:
    options = ("--cov", "--cov-report=", "--require-pure-coverage")
    done = run(tmp_path, IMPORTS_ONLY, *options, COVERAGE_FILE=str(tmp_path / "coverage"))
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "xblocks/base/problems.py" in done.stdout
