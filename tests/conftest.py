"""What every test shares: what a machine may lack, and what a whole run must have covered.

A test that needs something says so with `@pytest.mark.needs("chromium")`; where that is missing it is skipped as
"skipped because chromium is missing". With REQUIRE_ALL=1 in the environment nothing may be skipped, for any reason.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import coverage
import hypothesis
import pytest

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parent.parent
REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# mysql://user:password@host:port/name, a user who may make databases
MARIADB = os.environ.get("MICROUNITS_TEST_MARIADB", "")
# postgresql://user@host:port/name, a user who may make databases
POSTGRESQL = os.environ.get("MICROUNITS_TEST_POSTGRESQL", "")
# redis://host:port/number, a database that is ours to empty
REDIS = os.environ.get("MICROUNITS_TEST_REDIS", "")

PRESENT: dict[str, Callable[[], bool]] = {
    "chromium": lambda: CHROMIUM is not None,
    "mariadb": lambda: bool(MARIADB) and importlib.util.find_spec("MySQLdb") is not None,
    "postgresql": lambda: bool(POSTGRESQL) and importlib.util.find_spec("psycopg") is not None,
    "redis": lambda: bool(REDIS),
    "php": lambda: shutil.which("php") is not None,
    "node": lambda: shutil.which("node") is not None,
}


@pytest.fixture(autouse=True)
def contents_are_asked_for_again() -> None:
    """A test's database is emptied afterwards; in life contents stay."""
    from xblocks.microquiz import api

    api.forget_what_is_kept()


@pytest.fixture(scope="session", autouse=True)
def no_permissions() -> None:
    """Emptying the database after a test would write Django's permissions anew, of which nothing here makes use.

    That took more than a third of the time of the tests that empty it.
    """
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; ask for it only in tests marked with needs("chromium")."""
    assert CHROMIUM, 'mark this test with @pytest.mark.needs("chromium")'
    return CHROMIUM


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-pure-coverage",
        action="store_true",
        help="fail when a pure module is not covered to the last branch (for a whole run with --cov)",
    )


# --- What a machine may lack


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for thing in mark.args:
            if not PRESENT[thing]():
                reason = f"skipped because {thing} is missing"
                if REQUIRE_ALL:
                    pytest.fail(f"{reason}, and REQUIRE_ALL forbids that", pytrace=False)
                pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    complaints: list[str] = []
    if REQUIRE_ALL and reporter and reporter.stats.get("skipped"):
        complaints.append(f"REQUIRE_ALL: {len(reporter.stats['skipped'])} skipped, and none may be")
    ran_to_the_end = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if session.config.getoption("--require-pure-coverage") and ran_to_the_end:
        complaints.extend(uncovered_pure_modules())
    session.config.stash[COMPLAINTS] = complaints
    if complaints and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


COMPLAINTS = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.option.durations:
        say_which_files_take_long(terminalreporter)
    complaints = config.stash.get(COMPLAINTS, [])
    if complaints:
        terminalreporter.section("This run does not count as passed", red=True)
        for complaint in complaints:
            terminalreporter.line(complaint, red=True)


SLOWEST_FILES = 40


def say_which_files_take_long(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the time of a run goes, for who has to share it out (`.ci/run`)."""
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                spent[report.nodeid.partition("::")[0]] += report.duration
    terminalreporter.section("slowest files")
    for name, seconds in spent.most_common(SLOWEST_FILES):
        terminalreporter.line(f"{seconds:7.1f}s {name}")


# --- What a whole run must have covered


def pure_modules() -> list[str]:
    """The modules that the import contract `pure` keeps free of any platform, by their dotted names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [module for contract in contracts if contract["id"] == "pure" for module in contract["source_modules"]]


def uncovered_pure_modules() -> list[str]:
    """A complaint when the run that has just ended left a line or branch of a pure module untried."""
    measured = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    files = [str(ROOT / module.replace(".", "/")) + ".py" for module in pure_modules()]
    report = io.StringIO()
    total = measured.report(include=files, show_missing=True, skip_covered=True, file=report)
    return [] if total == 100 else [f"Pure modules must be covered to the last branch:\n{report.getvalue()}"]
