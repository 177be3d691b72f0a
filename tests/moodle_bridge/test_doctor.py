"""What the doctor finds at a site, and what it says to do."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from moodle_bridge import errors
from moodle_bridge.contract import load
from moodle_bridge.doctor import KINDS, QTYPES, examine
from moodle_bridge.errors import BridgeError
from moodle_bridge.findings import NOTHING, Finding, Level, report, worst
from moodle_bridge.saying import Said
from moodle_bridge.shapes import Json
from moodle_bridge.site import SITE_INFO, STATUS, SiteInfo
from moodle_bridge.wire import BATCH
from tests.moodle_bridge.calling import site_info

NOW = 1_795_300_000
URL = "https://moodle.example.org"
COMPANION = sorted(name for name in load("5.1").functions if name.startswith("local_microunits_"))
HEALTHY: Json = {
    "companion": "2026112600",
    "release": "0.1.0",
    "api": 1,
    "moodle": "5.1+ (Build: 20251017)",
    "time": NOW + 3,
    "post_max_bytes": 32 * 1024 * 1024,
    "upload_max_bytes": 0,
    "max_input_vars": 5000,
    "kinds": list(KINDS),
    "qtypes": list(QTYPES),
    "capabilities": [{"name": "local/microunits:sync", "allowed": True}, {"name": "mod/quiz:manage", "allowed": True}],
    "course": {
        "id": 42,
        "shortname": "PH",
        "fullname": "Phishing",
        "lang": "",
        "format": "topics",
        "startdate": 0,
        "enddate": 0,
    },
    "messaging": True,
    "cron_age": 40,
}


@dataclass
class Site:
    """A site that says what it is told to say."""

    status: Json = field(default_factory=lambda: copy.deepcopy(HEALTHY))
    info: Json = field(default_factory=lambda: site_info(SITE_INFO, BATCH, *COMPANION))
    url: str = URL
    fails: dict[str, BridgeError] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def site_info(self) -> SiteInfo:
        if SITE_INFO in self.fails:
            raise self.fails[SITE_INFO]
        return SiteInfo.of(self.info)

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        self.asked.append((function, params))
        if function in self.fails:
            raise self.fails[function]
        assert load("5.1").check_returns(function, self.status) == []
        return self.status

    def findings(self, course: int = 42) -> dict[str, Finding]:
        return {finding.name: finding for finding in examine(self, lambda: NOW, course)}


def test_a_healthy_site_is_fit_point_by_point() -> None:
    site = Site()
    findings = site.findings()
    assert {finding.level for finding in findings.values()} == {Level.OK}
    assert [*findings] == [
        *("site", "release", "token", "service", "companion", "clock", "course", "capabilities", "limits", "cron"),
        *("kinds", "questions", "messages"),
    ]
    assert all(finding.advice == "" for finding in findings.values())
    assert site.asked == [(STATUS, {"courseid": 42})]


def test_a_line_names_level_point_and_what_was_seen() -> None:
    assert Site().findings()["release"].line() == "ok       release       Moodle 5.1+ (Build: 20251017) is supported."
    line = Finding("cron", Level.WARNING, Said("Seen."), Said("Do.")).line()
    assert line == "warning  cron          Seen. Do."


def test_a_report_for_scripts_is_json() -> None:
    site = Site()
    site.status["messaging"] = False
    found = json.loads(json.dumps(report(site.findings().values())))
    assert found["level"] == "warning"
    assert found["findings"][0] == {
        "name": "site",
        "level": "ok",
        "message": f"Moodle of School answers at {URL}.",
        "advice": "",
    }
    assert worst([]) is Level.OK
    assert worst([Finding("a", Level.PROBLEM, NOTHING), Finding("b", Level.WARNING, NOTHING)]) is Level.PROBLEM


# --- What ends the examination


def test_a_site_that_does_not_answer_ends_it() -> None:
    findings = Site(fails={SITE_INFO: errors.ConnectionFailedError("Nobody there.")}).findings()
    assert [*findings] == ["site"]
    assert findings["site"].level is Level.PROBLEM
    assert findings["site"].message == "Nobody there."
    assert "moodle-bridge.toml" in findings["site"].advice


def test_a_refused_token_ends_it_and_the_site_is_there() -> None:
    findings = Site(fails={SITE_INFO: errors.TokenRefusedError("Refused.")}).findings()
    assert {name: finding.level for name, finding in findings.items()} == {"site": Level.OK, "token": Level.PROBLEM}
    assert "Manage tokens" in findings["token"].advice


def test_without_the_companion_nothing_is_asked_of_it() -> None:
    site = Site(info=site_info(SITE_INFO, BATCH))
    findings = site.findings()
    assert findings["service"].level is Level.PROBLEM
    assert "every function of the companion" in findings["service"].message
    assert "local_microunits" in findings["service"].advice
    assert site.asked == []


def test_a_service_that_lacks_a_function_is_told_which() -> None:
    findings = Site(info=site_info(SITE_INFO, STATUS)).findings()
    assert "local_microunits_upsert" in findings["service"].message
    assert findings["batches"].level is Level.WARNING
    assert "course" in findings


@pytest.mark.parametrize(
    ("error", "point"),
    [
        (errors.AccessRefusedError("No."), "course"),
        (errors.RecordMissingError("No."), "course"),
        (errors.AnswerContractError("No."), "companion"),
    ],
)
def test_a_companion_that_refuses_is_told_where(error: BridgeError, point: str) -> None:
    findings = Site(fails={STATUS: error}).findings()
    assert [*findings][-1] == point
    assert findings[point].level is Level.PROBLEM


# --- Point by point


def changed(change: Callable[[Json], None]) -> Site:
    site = Site()
    change(site.status)
    return site


@pytest.mark.parametrize(
    ("change", "point", "level", "words"),
    [
        ({"api": 0}, "companion", "problem", "interface 0; this Microunits needs 1. Upgrade the plugin."),
        ({"api": 2}, "companion", "problem", "pip install --upgrade microunits"),
        ({"time": NOW + 200}, "clock", "warning", "200 s ahead of this machine's"),
        ({"time": NOW - 3600}, "clock", "warning", "3600 s behind this machine's"),
        ({"post_max_bytes": 2 * 1024 * 1024}, "limits", "warning", "post_max_size is 2 MB. Ask"),
        ({"upload_max_bytes": 512 * 1024}, "limits", "warning", "own limit) is 0.5 MB. Ask"),
        ({"max_input_vars": 500}, "limits", "warning", "max_input_vars is 500. Ask the site's admin to raise it"),
        ({"post_max_bytes": 0}, "limits", "ok", "5,000 variables and any size"),
        ({"cron_age": None}, "cron", "warning", "has never run"),
        ({"cron_age": 7300}, "cron", "warning", "last ran 2 h ago"),
        ({"kinds": ["page"]}, "kinds", "warning", "cannot hold microquiz, reflection, badge, event, section"),
        ({"qtypes": [*QTYPES][:-1]}, "questions", "warning", "gapselect (gaps to choose for)"),
        ({"messaging": False}, "messages", "warning", "no nudge can be sent"),
    ],
)
def test_what_is_not_well_is_told_with_what_to_do(change: Any, point: str, level: str, words: str) -> None:
    findings = changed(lambda status: status.update(change)).findings()
    assert findings[point].level == level
    assert words in findings[point].line()
    others = {finding.level for name, finding in findings.items() if name != point}
    assert others == {Level.OK}
    assert bool(findings[point].advice) is (level != "ok")


def test_capabilities_that_are_missing_in_a_course_are_a_problem() -> None:
    site = changed(lambda status: status["capabilities"].append({"name": "moodle/question:add", "allowed": False}))
    finding = site.findings()["capabilities"]
    assert finding.level is Level.PROBLEM
    assert "lacks moodle/question:add in this course" in finding.message


def test_capabilities_that_are_missing_on_the_site_may_be_there_in_a_course() -> None:
    site = changed(lambda status: status["capabilities"].append({"name": "moodle/question:add", "allowed": False}))
    del site.status["course"]
    findings = site.findings(course=0)
    assert findings["capabilities"].level is Level.WARNING
    assert "ask again with a course" in findings["capabilities"].advice
    assert "course" not in findings
    assert site.asked == [(STATUS, {})]


@pytest.mark.parametrize(
    ("release", "level", "words"),
    [
        ("4.4.3 (Build: 20241007)", "problem", "is older than 4.5. The bridge needs Moodle 4.5 to 5.1"),
        ("", "problem", "of an unknown release"),
        ("5.0.1 (Build: 20250609)", "ok", "is supported"),
        ("5.2 (Build: 20260420)", "warning", "look for a newer Microunits"),
    ],
)
def test_the_release_is_supported_or_not(release: str, level: str, words: str) -> None:
    finding = Site(info=site_info(SITE_INFO, BATCH, *COMPANION, release=release)).findings()["release"]
    assert finding.level == level
    assert words in finding.line()


def test_a_site_that_calls_itself_otherwise_is_told_to_be_written_so() -> None:
    finding = Site(url="https://school.example").findings()["site"]
    assert finding.level is Level.WARNING
    assert f'url = "{URL}"' in finding.advice


def test_a_site_without_https_is_warned_about_unless_it_is_this_machine() -> None:
    assert Site(url="http://school.example").findings()["transport"].level is Level.WARNING
    assert "transport" not in Site(url="http://127.0.0.1:8151").findings()
