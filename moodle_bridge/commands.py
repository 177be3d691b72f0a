"""What each command of `moodle-bridge` does."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from gettext import NullTranslations
from pathlib import Path
from typing import TextIO

from moodle_bridge import files_to_import, plan_text, syncing
from moodle_bridge.applying import Content, Done, Warned
from moodle_bridge.client import Client
from moodle_bridge.config import Configuration, Course, Site, environment, installed_keyring
from moodle_bridge.config_reading import read
from moodle_bridge.doctor import examine
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.findings import Level, report, worst
from moodle_bridge.held import HELD, held_of
from moodle_bridge.openedx_address import is_address
from moodle_bridge.plan import Action, Asked, Plan
from moodle_bridge.plan_calls import UNLINK
from moodle_bridge.saying import Said
from moodle_bridge.shapes import Json
from moodle_bridge.site import STATUS, Status
from moodle_bridge.sources import located
from moodle_bridge.words import ENGLISH
from xblocks.base.problems import N_

OK, FAILED, UNDECIDED = 0, 1, 3


@dataclass
class Voice:
    """Where a command speaks: for people line by line, for scripts one JSON object at its end.

    Attributes:
        words: the language in which it speaks to people.
    """

    out: TextIO
    errors: TextIO
    is_json: bool = False
    words: NullTranslations = ENGLISH

    def say(self, line: str) -> None:
        """A line for people."""
        if not self.is_json:
            print(line, file=self.out)

    def line(self, data: Json) -> None:
        """One of many answers, on a line of its own, whoever reads it."""
        print(json.dumps(data, ensure_ascii=False), file=self.out)

    def tell(self, message: str, **params: object) -> None:
        """A sentence of the catalogue for people."""
        text = self.words.gettext(message)
        self.say(text % params if params else text)

    def answer(self, data: Json) -> None:
        """The answer for scripts."""
        if self.is_json:
            print(json.dumps(data, ensure_ascii=False, indent=1), file=self.out)

    def waits(self, seconds: float) -> None:
        """How long Studio has been at work, on the terminal, where there is one."""
        if self.errors.isatty():
            text = self.words.gettext("Studio exports the course (%(seconds)d s)") % {"seconds": seconds}
            print(f"\r{text} ", end="", file=self.errors, flush=True)

    def progress(self, done: int, total: int, what: str) -> None:
        """A bar on the terminal, where there is one."""
        if self.errors.isatty():
            filled = 24 * done // max(total, 1)
            bar = "#" * filled + "-" * (24 - filled)
            end = "\n" if done == total else ""
            print(f"\r[{bar}] {done}/{total} {what[:40]:<40}", end=end, file=self.errors, flush=True)


Command = Callable[[argparse.Namespace, Voice], int]


# --- Which course, which site


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A course, and the configuration that it was found in."""

    configuration: Configuration
    course: Course


def chosen_course(options: argparse.Namespace) -> Chosen:
    """The course that the arguments mean: one of the configuration, or a source and a course's id."""
    file = Path(options.config)
    configuration = read(file)
    known = configuration.courses.get(options.source)
    if known is not None:
        source = located(known.source, file.parent)
        course = replace(known, source=source, course=options.course or known.course)
        return Chosen(configuration=configuration, course=course)
    if not is_address(options.source) and not Path(options.source).exists():
        raise ConfigurationError(
            N_(
                "%(source)s is neither a course of %(file)s (there: %(names)s) nor a file, a folder or an address. See "
                "the spelling."
            ),
            source=options.source,
            file=file,
            names=list(configuration.courses) or "-",
        )
    if not options.course:
        raise ConfigurationError(N_("Say which course in Moodle: add --course and its id (the number in its address)."))
    site = site_named(configuration, options.site)
    course = Course(name=options.source, site=site, source=options.source, course=options.course)
    return Chosen(configuration=configuration, course=course)


def site_named(configuration: Configuration, name: str) -> Site:
    """The site of that name; without one, the only site there is. Raises ConfigurationError."""
    sites = configuration.sites
    if name and name not in sites:
        raise ConfigurationError(
            N_("There is no site %(name)s; the configuration has: %(names)s."), name=name, names=list(sites)
        )
    if not name and len(sites) > 1:
        raise ConfigurationError(N_("There are several sites (%(names)s): say which with --site."), names=list(sites))
    return sites[name] if name else next(iter(sites.values()))


@contextmanager
def connected(configuration: Configuration, site: Site) -> Iterator[Client]:
    """A client of a site, with its token. Raises ConfigurationError."""
    token = configuration.token(site, environment, installed_keyring())
    with Client(site.url, token, timeouts=site.timeouts) as client:
        yield client


def _ready(client: Client, course_id: int) -> None:
    """Asks the site what it is and what it takes: two calls, once for each run."""
    client.site_info()
    status = Status.of(client.call(STATUS, {"courseid": course_id}))
    client.limits = status.limits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A course that was read and planned, while its source and its site are open."""

    course: int
    client: Client
    plan: Plan
    content: Content


@contextmanager
def _planned(options: argparse.Namespace, voice: Voice) -> Iterator[_Planned]:
    chosen = chosen_course(options)
    course, id_ = chosen.course, chosen.course.course
    with (
        syncing.course_of(
            course.source, chosen.configuration, voice.waits, teachers_read=course.teachers_read
        ) as found,
        connected(chosen.configuration, course.site) as client,
    ):
        _ready(client, id_)
        made = syncing.planned(found.course, client, id_, syncing.rules_of(course, _asked(options)))
        yield _Planned(course=id_, client=client, plan=made, content=found.content)


# --- The commands


def doctor(options: argparse.Namespace, voice: Voice) -> int:
    """Is the site fit for the bridge?"""
    configuration = read(Path(options.config))
    with connected(configuration, site_named(configuration, options.site)) as client:
        findings = []
        for finding in examine(client, time.time, options.course):
            findings.append(finding)
            voice.say(finding.line(voice.words.gettext))
    voice.answer(report(findings))
    return FAILED if worst(findings) is Level.PROBLEM else OK


def plan(options: argparse.Namespace, voice: Voice) -> int:
    """What would a sync do?"""
    with _planned(options, voice) as planned:
        made = planned.plan
        values = syncing.edited_values(made, planned.client, planned.course)
    for line in plan_text.lines(made, values, whole=options.all, words=voice.words):
        voice.say(line)
    _say_losses(made, voice)
    voice.answer(plan_text.as_json(made))
    return UNDECIDED if made.conflicts else OK


def sync(options: argparse.Namespace, voice: Voice) -> int:
    """Carry the plan out."""
    with _planned(options, voice) as planned:
        made = planned.plan
        said = _Hearing(voice, sum(one.needs_a_call for one in made.all()))
        for done in syncing.synced(made, planned.client, planned.course, planned.content, delete=options.delete):
            said.hear(done)
        requests = planned.client.requests_sent
    voice.say(plan_text.summary(made, voice.words, said.kept))
    said.failures()
    voice.answer({**plan_text.as_json(made), "results": said.results, "requests": requests})
    if said.failed:
        return FAILED
    return UNDECIDED if made.conflicts else OK


def status(options: argparse.Namespace, voice: Voice) -> int:
    """What does Moodle hold?"""
    chosen = chosen_course(options)
    with connected(chosen.configuration, chosen.course.site) as client:
        _ready(client, chosen.course.course)
        held = held_of(client.call(HELD, {"courseid": chosen.course.course}))
    counts = Counter(one.kind for one in held if one.is_present and not one.is_removed)
    numbers = {
        "removed": sum(one.is_removed for one in held),
        "deleted_in_moodle": sum(not one.is_present and not one.parent for one in held),
        "edited_fields": sum(one.is_edited for item in held for one in item.fields.values()),
        "attempts": sum(one.attempts for one in held),
    }
    if counts:
        voice.say(", ".join(plan_text.counted(kind, number, voice.words) for kind, number in sorted(counts.items())))
    else:
        voice.tell(N_("Nothing is held here yet."))
    for name, text in _NUMBERS.items():
        voice.tell(text, number=numbers[name])
    voice.answer({"course": chosen.course.course, "held": dict(counts), **numbers})
    return OK


_NUMBERS = {
    "removed": N_("removed: %(number)d"),
    "deleted_in_moodle": N_("deleted in Moodle: %(number)d"),
    "edited_fields": N_("fields edited in Moodle: %(number)d"),
    "attempts": N_("attempts: %(number)d"),
}


def unlink(options: argparse.Namespace, voice: Voice) -> int:
    """Let go of components; they stay in Moodle."""
    chosen = chosen_course(options)
    if not options.yes and not _confirmed(options.key, chosen.course.course, voice):
        voice.tell(N_("Nothing was done."))
        return FAILED
    with connected(chosen.configuration, chosen.course.site) as client:
        client.site_info()
        answer = client.call(UNLINK, {"courseid": chosen.course.course, "keys": list(options.key)})
    voice.tell(N_("Let go: %(number)d. They stay in Moodle and belong to Moodle from now on."), number=answer["count"])
    voice.answer(answer)
    return OK


def export(options: argparse.Namespace, voice: Voice) -> int:
    """Files to import by hand; needs no site."""
    source = options.source
    file = Path(options.config)
    configuration = read(file) if file.is_file() and not Path(source).exists() else Configuration()
    known = configuration.courses.get(source)
    source = located(known.source, file.parent) if known else source
    written = []
    teachers_read = known is not None and known.teachers_read
    with syncing.course_of(source, configuration, voice.waits, teachers_read=teachers_read) as found:
        by_hash = {one.sha256: one for component in found.course.all() for one in component.files}
        for path, data in files_to_import.files_of(found.course, lambda sha256: found.content(by_hash[sha256])):
            target = Path(options.folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written.append(path)
            voice.say(str(target))
        for line in plan_text.loss_lines(found.course, voice.words):
            voice.say(line)
    voice.answer({"files": written})
    return OK


# --- What is said on the way


def _asked(options: argparse.Namespace) -> Asked:
    return Asked.OURS if options.ours else Asked.THEIRS if options.theirs else Asked.NOTHING


def _say_losses(made: Plan, voice: Voice) -> None:
    lines = list(plan_text.loss_lines(made.course, voice.words))
    if lines:
        voice.say("")
        voice.tell(N_("Otherwise in Moodle, or not there:"))
    for line in lines:
        voice.say(f"  {line}")


def _confirmed(keys: Sequence[str], course: int, voice: Voice) -> bool:
    if not sys.stdin.isatty():
        voice.tell(N_("Add --yes: there is nobody here to ask."))
        return False
    if keys:
        number = len(keys)
        question = voice.words.ngettext(
            "Let go of %(number)d component in course %(course)d? Type yes: ",
            "Let go of %(number)d components in course %(course)d? Type yes: ",
            number,
        ) % {"number": number, "course": course}
    else:
        question = voice.words.gettext("Let go of everything in course %(course)d? Type yes: ") % {"course": course}
    return input(question).strip().lower() in ("yes", voice.words.gettext("yes"))


_WARNINGS = {
    "structure_kept": N_("Learners have attempted it, so its questions and their order stay as they are in Moodle."),
    "kept_whole": N_(
        "What was edited in Moodle and what the course says do not fit together, so nothing of this question was "
        "written: %(part)s"
    ),
    "adopted": N_("Moodle had this or a part of it already; that was taken over and not made again."),
}


def _warning(done: Done, warning: Warned) -> Said:
    """What Moodle did otherwise, in our words where we have some; those of Moodle are in its own language."""
    message = _WARNINGS.get(warning.code)
    if message is None:
        return Said("%(words)s", {"words": warning.message})
    parts = done.step.call.params.get("payload", {}).get("parts", [])
    titles = {f"parts.{name}": part["title"] for number, part in enumerate(parts) for name in (part["key"], number)}
    return Said(message, {"part": titles.get(warning.path, done.step.title)})


@dataclass
class _Hearing:
    """What became of each step, said as it comes in."""

    voice: Voice
    total: int
    done: int = 0
    failed: list[Done] = field(default_factory=list)
    results: list[Mapping[str, Json]] = field(default_factory=list)

    def hear(self, done: Done) -> None:
        self.done += 1
        self.voice.progress(self.done, self.total, done.step.title)
        told = (_warning(done, warning).sentence(self.voice.words.gettext) for warning in done.warnings)
        for sentence in dict.fromkeys(told):
            self.voice.say(f"{done.step.title}: {sentence}")
        if done.error is not None:
            self.failed.append(done)
        self.results.append(
            {
                "key": done.step.key,
                "action": str(done.step.action),
                "status": done.status,
                "error": "" if done.error is None else str(done.error),
                "warnings": [{"code": one.code, "path": one.path, "message": one.message} for one in done.warnings],
            }
        )

    @property
    def kept(self) -> frozenset[str]:
        """The keys of what was to be changed, and is in Moodle as it was."""
        kept = (one for one in self.results if (one["action"], one["status"]) == (Action.CHANGED, "unchanged"))
        return frozenset(one["key"] for one in kept)

    def failures(self) -> None:
        for done in self.failed:
            assert done.error is not None
            why = done.error.sentence(self.voice.words.gettext)
            self.voice.tell(N_("Not done: %(title)s: %(why)s"), title=done.step.title, why=why)


__all__: Sequence[str] = (
    "Chosen",
    "Command",
    "Voice",
    "chosen_course",
    "connected",
    "doctor",
    "export",
    "plan",
    "site_named",
    "status",
    "sync",
    "unlink",
)
