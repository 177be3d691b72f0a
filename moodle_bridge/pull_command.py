"""`moodle-bridge pull`: what learners did in Moodle, as lines of JSON or of CSV."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self, TextIO

from moodle_bridge.commands import FAILED, OK, Voice, chosen_course, connected, site_named
from moodle_bridge.completions import Completion, completions_of
from moodle_bridge.config import Configuration, Course, Site
from moodle_bridge.config_reading import read
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.pull_state import PullState
from moodle_bridge.pulling import Batch
from moodle_bridge.pulling import pull as read_on
from moodle_bridge.results import Result, results_of, unknown_in
from moodle_bridge.shapes import Json
from moodle_bridge.sources import located
from moodle_bridge.streams import COMPLETIONS, SUBMISSIONS
from moodle_bridge.submissions import Submission, submissions_of
from moodle_bridge.syncing import Taught, taught_in
from xblocks.base.problems import N_
from xblocks.base.spreadsheet import csv_lines

STATE = "moodle-bridge.pull.sqlite3"
COLUMNS = (
    "id",
    "site",
    "moodle_course",
    "course",
    "user",
    "usage_key",
    "question",
    "rating",
    "answered_at",
    "elapsed_ms",
)


def pull(options: argparse.Namespace, voice: Voice) -> int:
    """What did learners do since the last time?"""
    what = _what(options)
    counted = Counter[str]()
    problems: list[str] = []
    with ExitStack() as stack:
        state = stack.enter_context(PullState(_state_file(options), what.scope))
        sheet = stack.enter_context(_Sheet(Path(options.out))) if options.out else None
        client = stack.enter_context(connected(what.configuration, what.site))
        for batch in read_on(client, state.place(), list(what.courses), what.wanted()):
            if batch.problem is not None:
                problems.append(
                    voice.words.gettext("Course %(course)d cannot be read: %(problem)s")
                    % {"course": batch.course, "problem": batch.problem}
                )
            taught = what.courses.get(batch.course)
            found: list[Result] = []
            for attempt in batch.attempts if taught else ():
                assert taught is not None
                counted["attempts"] += 1
                counted["unknown"] += unknown_in(attempt, taught.questions)
                found.extend(results_of(attempt, taught.questions))
            new = state.new(found)
            said = list(_said(batch, taught)) if taught else []
            news = state.new_rows(batch.stream, {one.row: one.mark for one in said}) if said else set()
            told = [one for one in said if one.row in news]
            counted["results"] += len(new)
            counted[batch.stream] += len(told)
            rows = [_row(one, what, batch.course) for one in new]
            rows += [_told_row(one, batch.stream, what, batch.course) for one in told]
            if sheet:
                sheet.add(rows)
            elif options.json:
                for row in rows:
                    voice.line(row)
                voice.out.flush()
            if sheet or options.json:
                marks = {one.row: one.mark for one in told}
                state.keep(batch.place, new, batch.stream, marks)
    _say(voice, counted, problems, options)
    return FAILED if problems else OK


# --- Of which courses


@dataclass(frozen=True, slots=True, kw_only=True)
class _What:
    """Of what is asked.

    Attributes:
        reflecting: the courses whose reflections are in Moodle, where teachers may read them.
    """

    configuration: Configuration
    site: Site
    scope: str
    courses: Mapping[int, Taught] = field(default_factory=dict)
    reflecting: frozenset[int] = frozenset()

    def wanted(self) -> Mapping[str, Sequence[int]]:
        """The streams that are read, and in which courses."""
        return {
            COMPLETIONS.name: [course for course, taught in self.courses.items() if taught.pages],
            SUBMISSIONS.name: [course for course in self.reflecting if self.courses[course].assignments],
        }


def _what(options: argparse.Namespace) -> _What:
    if options.source:
        chosen = chosen_course(options)
        course = chosen.course
        scope = f"{course.site.name}/{course.course}"
        courses = {course.course: taught_in(course.source, chosen.configuration)}
        return _What(
            configuration=chosen.configuration,
            site=course.site,
            scope=scope,
            courses=courses,
            reflecting=frozenset(courses if course.teachers_read else ()),
        )
    if options.course:
        raise ConfigurationError(
            N_("--course belongs to an export or an address: name that too, or a course of the configuration.")
        )
    file = Path(options.config)
    configuration = read(file)
    site = site_named(configuration, options.site)
    courses = {
        one.course: taught_in(located(one.source, file.parent), configuration) for one in _courses(configuration, site)
    }
    reflecting = frozenset(one.course for one in _courses(configuration, site) if one.teachers_read)
    return _What(configuration=configuration, site=site, scope=site.name, courses=courses, reflecting=reflecting)


def _courses(configuration: Configuration, site: Site) -> Iterable[Course]:
    found = [one for one in configuration.courses.values() if one.site == site]
    if not found:
        raise ConfigurationError(
            N_("The configuration names no course on the site %(name)s. Add [courses.NAME]."), name=site.name
        )
    return found


def _state_file(options: argparse.Namespace) -> Path:
    return Path(options.state) if options.state else Path(options.config).parent / STATE


# --- What is handed on


def _row(one: Result, what: _What, course: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "site": what.site.name,
        "moodle_course": course,
        "course": what.courses[course].key,
        "user": one.user,
        "usage_key": one.usage_key,
        "question": one.question_id,
        "rating": one.rating.name.lower(),
        "answered_at": one.answered_at.isoformat(),
        "elapsed_ms": one.elapsed_ms,
    }


def _said(batch: Batch, taught: Taught) -> Iterator[Completion | Submission]:
    """What the rows of a stream say of a course."""
    if batch.stream == COMPLETIONS.name:
        yield from completions_of(batch.rows, taught.pages)
    if batch.stream == SUBMISSIONS.name:
        yield from submissions_of(batch.rows, taught.assignments)


def _told_row(one: Completion | Submission, stream: str, what: _What, course: int) -> dict[str, Any]:
    """A page of a workshop that was marked as done, or a reflection that was handed in, in the columns of an answer."""
    return {
        "id": f"{stream}.{one.row}.{int(one.at.timestamp())}",
        "site": what.site.name,
        "moodle_course": course,
        "course": what.courses[course].key,
        "user": one.user,
        "usage_key": one.usage_key,
        "question": "",
        "rating": _rating(one),
        "answered_at": one.at.isoformat(),
        "elapsed_ms": None,
    }


def _rating(one: Completion | Submission) -> str:
    if isinstance(one, Submission):
        return "handed_in"
    return "prepared" if one.is_done else "not_prepared"


class _Format(Protocol):
    def __call__(self, rows: Iterable[Mapping[str, Json]], /, *, is_new: bool) -> Iterable[str]: ...


def _as_csv(rows: Iterable[Mapping[str, Json]], /, *, is_new: bool) -> Iterable[str]:
    heading = [COLUMNS] if is_new else []
    lines = csv_lines([*heading, *([row[name] for name in COLUMNS] for row in rows)])
    mark = next(iter(lines))
    return [mark, *lines] if is_new else list(lines)


def _as_json(rows: Iterable[Mapping[str, Json]], /, *, is_new: bool) -> Iterable[str]:
    return [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]


_FORMATS: Mapping[str, _Format] = {".csv": _as_csv, ".jsonl": _as_json}


class _Sheet:
    """A file to which results are added: .csv, which a spreadsheet opens safely, or .jsonl."""

    def __init__(self, path: Path) -> None:
        form = _FORMATS.get(path.suffix.lower())
        if form is None:
            raise ConfigurationError(N_("%(path)s: name a file that ends in .csv or .jsonl."), path=path)
        self._form = form
        try:
            self._file: TextIO = path.open("a", encoding="utf-8", newline="")
        except OSError as error:
            raise ConfigurationError(
                N_("%(path)s cannot be written: %(reason)s. Name another file."), path=path, reason=error.strerror
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Rows, on the disk when this returns."""
        if rows:
            self._file.writelines(self._form(rows, is_new=self._file.tell() == 0))
            self._file.flush()
            os.fsync(self._file.fileno())


def _say(voice: Voice, counted: Counter[str], problems: list[str], options: argparse.Namespace) -> None:
    _ = voice.words.gettext
    numbers = {"answers": counted["results"], "attempts": counted["attempts"], "file": options.out}
    told = _("%(answers)d new answers from %(attempts)d attempts, added to %(file)s.") if options.out else ""
    lines = [(told or _("%(answers)d new answers from %(attempts)d attempts.")) % numbers]
    if counted["completions"]:
        number = counted["completions"]
        told = voice.words.ngettext(
            "%(number)d time somebody marked a workshop as prepared, or took it back.",
            "%(number)d times somebody marked a workshop as prepared, or took it back.",
            number,
        )
        lines.append(told % {"number": number})
    if counted[SUBMISSIONS.name]:
        number = counted[SUBMISSIONS.name]
        told = voice.words.ngettext(
            "%(number)d time somebody handed in a reflection.",
            "%(number)d times somebody handed in a reflection.",
            number,
        )
        lines.append(told % {"number": number})
    if counted["unknown"]:
        lines.append(
            _("%(answers)d answers are to questions that the course does not have any more.")
            % {"answers": counted["unknown"]}
        )
    if (counted["results"] or counted["completions"] or counted[SUBMISSIONS.name]) and not (
        options.out or options.json
    ):
        lines.append(_("To have them, add --json or --out answers.csv; until then they stay new."))
    for line in [*lines, *problems]:
        print(line, file=voice.errors if options.json else voice.out)
