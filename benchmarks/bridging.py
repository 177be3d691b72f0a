"""How many calls the bridge makes for a course, and how long they take beside one call a question.

A site is the tests' double, over HTTP within this process; or a real one that the environment names, where the course
that is made is taken away again:

    MICROUNITS_BENCH_MOODLE=https://moodle.example.org MICROUNITS_BENCH_MOODLE_TOKEN=... \\
    MICROUNITS_BENCH_MOODLE_COURSE=42 make bench ONLY=bridge
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.measurement import Measurement
from moodle_bridge.carrying import carried_course
from moodle_bridge.client import Client, Outcome
from moodle_bridge.components import Course
from moodle_bridge.held import HELD
from moodle_bridge.olx_course import read
from moodle_bridge.plan import UNASKED
from moodle_bridge.plan_calls import REMOVE, UNLINK, UPSERT, steps
from moodle_bridge.secret import Secret
from moodle_bridge.shapes import Json
from moodle_bridge.site import STATUS, SiteInfo, Status
from moodle_bridge.syncing import planned, synced
from moodle_bridge.wire import Call
from tests.moodle_bridge.double import Double

NAMES = ("bridge.sync.calls_per_component", "bridge.resync.calls")
QUIZZES, QUESTIONS, SECTIONS, BADGES, FEW = 100, 400, 10, 20, 10
CALLS_PER_COMPONENT = 1.2
CALLS_OF_NOTHING = 5

SITE = "MICROUNITS_BENCH_MOODLE"


def measure() -> Iterator[Measurement]:
    """Both, on the same course: it is synced, synced again, and made once more with a call for every question."""
    with _place() as place:
        course = _course(QUIZZES, BADGES)
        first = place.timed(place.sync, course)
        again = place.timed(place.sync, course)
        place.clear(course)
        small = _course(FEW)
        place.timed(place.sync, small)
        few = place.timed(place.sync, small)
        place.clear(small)
        other = _course(QUIZZES)
        slow = place.timed(place.one_by_one, other)
        place.clear(other)
        notes: dict[str, float | str] = {
            "site": place.title,
            "components": QUIZZES + BADGES,
            "questions": QUESTIONS,
            "calls": first.calls,
            "requests": first.requests,
            "seconds": round(first.seconds, 2),
            "calls_one_a_question": slow.calls,
            "requests_one_a_question": slow.requests,
            "seconds_one_call_a_question": round(slow.seconds, 2),
            "times_as_fast": round(slow.seconds / first.seconds, 1),
        }
        yield Measurement(NAMES[0], first.calls / (QUIZZES + BADGES), "calls", CALLS_PER_COMPONENT, notes=notes)
        notes = {
            "site": place.title,
            "components": QUIZZES + BADGES,
            f"calls_with_{FEW}_components": few.calls,
            "requests": again.requests,
            "seconds": round(again.seconds, 2),
        }
        yield Measurement(NAMES[1], max(again.calls, few.calls), "calls", CALLS_OF_NOTHING, notes=notes)


# --- Where it is measured


@dataclass(frozen=True, slots=True)
class _Spent:
    calls: int
    requests: int
    seconds: float


class _Counting(Client):
    """A client that counts the calls it is asked for, one by one even where they travel together."""

    calls = 0

    def site_info(self) -> SiteInfo:
        self.calls += 1
        return super().site_info()

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        self.calls += 1
        return super().call(function, params)

    def call_many(self, calls: Iterable[Call], most: int = 20) -> Iterator[Outcome]:
        def counted() -> Iterator[Call]:
            for call in calls:
                self.calls += 1
                yield call

        return super().call_many(counted(), most)


class _Plain(Double):
    """The double without transactions: it takes down all that it holds before each call, and that would be measured."""

    def _executed(self, function: str, params: dict[str, Json]) -> Json:
        return self._value(function, params)


@dataclass
class _Place:
    """A course of a site.

    Attributes:
        title: of the site, for whoever reads the figures.
        connect: a client that knows nothing of the site yet.
    """

    title: str
    id: int
    connect: Callable[[], _Counting]

    def timed(self, does: Callable[[_Counting, Course], None], course: Course) -> _Spent:
        """What it costs to do something from the first request on."""
        with self.connect() as client:
            begun = time.monotonic()
            self._ready(client)
            does(client, course)
            return _Spent(client.calls, client.requests_sent, time.monotonic() - begun)

    def _ready(self, client: Client) -> None:
        client.site_info()
        client.limits = Status.of(client.call(STATUS, {"courseid": self.id})).limits

    def sync(self, client: Client, course: Course) -> None:
        made = planned(course, client, self.id, UNASKED)
        for done in synced(made, client, self.id, lambda file: file.made or b""):
            if done.error:
                raise done.error

    def one_by_one(self, client: Client, course: Course) -> None:
        """As a converter does it: the quiz without questions, then every question, the last with their order."""
        client.call(HELD, {"courseid": self.id})
        for step in steps(planned(course, client, self.id, UNASKED), self.id):
            payload = dict(step.call.params["payload"])
            parts = payload.pop("parts", [])
            fields = dict(payload["fields"])
            order = fields.pop("order", None) if parts else None
            client.call(UPSERT, {**step.call.params, "payload": {**payload, "fields": fields}})
            for number, part in enumerate(parts, 1):
                more = {"order": order} if number == len(parts) else {}
                client.call(UPSERT, {**step.call.params, "payload": {"fields": more, "parts": [part]}})

    def clear(self, course: Course) -> None:
        """Takes away what was made, sections last."""
        keys = [component.key for component in course.all()]
        keys += [section.key for section in course.sections]
        with self.connect() as client:
            self._ready(client)
            removals = [Call(REMOVE, {"courseid": self.id, "key": key, "mode": "delete"}) for key in keys]
            for outcome in client.call_many(removals):
                if outcome.error:
                    raise outcome.error
            client.call(UNLINK, {"courseid": self.id, "keys": keys})


@contextmanager
def _place() -> Iterator[_Place]:
    url = os.environ.get(SITE)
    if url:
        token, course = os.environ[f"{SITE}_TOKEN"], int(os.environ[f"{SITE}_COURSE"])
        with Client(url, Secret(token)) as client:
            release = client.site_info().release
        yield _Place(f"Moodle {release}", course, lambda: _Counting(url, Secret(token)))
        return
    double = _Plain()
    course = double.course().id
    with double.serving() as here:
        yield _Place("double", course, lambda: _Counting(here, Secret(double.token)))


# --- What is carried


def _course(quizzes: int, badges: int = 0) -> Course:
    """A course that no site has seen yet, its questions of four types."""
    run, chapters = uuid.uuid4().hex[:12], "".join(_chapters(quizzes, badges))
    files = {
        "course.xml": f'<course url_name="{run}" org="Bench" course="BRIDGE"/>',
        f"course/{run}.xml": f'<course display_name="Bench" language="en">{chapters}</course>',
    }

    def content(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    return carried_course(read(content), lambda name: None, lambda file: b"")


def _chapters(quizzes: int, badges: int) -> Iterator[str]:
    for chapter in range(SECTIONS):
        inside = "".join(_quiz(number) for number in range(chapter, quizzes, SECTIONS))
        if chapter == 0 and badges:
            inside += f'<badges url_name="badges">{"".join(map(_badge, range(badges)))}</badges>'
        yield (
            f'<chapter url_name="c{chapter}" display_name="Week {chapter + 1}"><sequential url_name="s{chapter}">'
            f'<vertical url_name="v{chapter}">{inside}</vertical></sequential></chapter>'
        )


def _quiz(number: int) -> str:
    kinds = (_single, _true, _short, _number)
    questions = "".join(kinds[one % len(kinds)](f"q{one}", number) for one in range(QUESTIONS // QUIZZES))
    return f'<microquiz url_name="m{number}" display_name="Quiz {number + 1}">{questions}</microquiz>'


def _badge(number: int) -> str:
    return (
        f'<badge id="b{number}" name="Badge {number + 1}"><design letters="B{number % 10}"/>'
        f'<completed blocks="microquiz@m{number}"/></badge>'
    )


def _single(name: str, number: int) -> str:
    return (
        f'<single id="{name}"><text>Which address is ours in week {number}?</text>'
        '<choice id="a" right="true"><text>mail.example.org</text><feedback>Yes: look at its end.</feedback></choice>'
        '<choice id="b"><text>example.org.mail.example</text><feedback>Its end is another.</feedback></choice>'
        "<hint>Read it from the right.</hint></single>"
    )


def _true(name: str, number: int) -> str:
    return f'<truefalse id="{name}" right="false"><text>A name proves who wrote mail {number}.</text></truefalse>'


def _short(name: str, number: int) -> str:
    text = f"What do you look at in mail {number}?"
    return f'<shorttext id="{name}"><text>{text}</text><answer>the address</answer></shorttext>'


def _number(name: str, number: int) -> str:
    return f'<number id="{name}"><text>How many parts has address {number}?</text><answer value="3"/></number>'
