"""A Moodle with a course of this platform in it, its learners, and the service that reads it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from moodle_bridge.client import Client
from moodle_bridge.config import Configuration
from moodle_bridge.keys import badge_key, component_key, part_key
from moodle_bridge.service import pulling, settings_reading
from moodle_bridge.service.models import Account
from moodle_bridge.service.pulling import Pulled
from moodle_bridge.service.reaching import Moodle
from tests.devstack.playing import COURSE_KEY
from tests.moodle_bridge.calling import TOKEN
from tests.moodle_bridge.double import Double, connected
from tests.xblocks.nudge.stage import course_row, quiz
from xblocks.nudge import sources

QUESTIONS = ("one", "two", "three")
HASH = "0" * 32


def put_quiz(double: Double, course: int, usage_key: UsageKey, questions: tuple[str, ...] = QUESTIONS) -> None:
    """Put a quiz into the double's course, as a sync would."""
    key = component_key(str(usage_key))
    keys = [part_key(key, name) for name in questions]
    xml = '<question type="truefalse"><name><text>x</text></name></question>'
    part = {"kind": "question", "title": "x", "fields": {"name": {"hash": HASH}}, "xml": xml, "qtype": "truefalse"}
    fields = {"name": {"value": "Quiz", "hash": HASH}, "order": {"value": keys, "hash": HASH}}
    payload = {"fields": fields, "parts": [{**part, "key": one, "points": 1} for one in keys]}
    call = {"courseid": course, "kind": "microquiz", "key": key, "payload": payload}
    connected(double).call("local_microunits_upsert", call)


def put_badge(double: Double, course: int, course_key: str, badge_id: str) -> None:
    """Put a badge into the double's course, as a sync would; it is called by its id there."""
    content = b"a picture"
    sha256 = hashlib.sha256(content).hexdigest()
    files = {sha256: {"name": "b.png", "mimetype": "image/png", "content": base64.b64encode(content).decode()}}
    values = {"name": badge_id, "picture": f"@@FILE:{sha256}@@"}
    fields = {name: {"value": value, "hash": HASH} for name, value in values.items()}
    key, payload = badge_key(course_key, badge_id), {"fields": fields, "files": files}
    call = {"courseid": course, "kind": "badge", "key": key, "payload": payload}
    connected(double).call("local_microunits_upsert", call)


@dataclass
class School:
    """A Moodle whose course 'course' is the devstack's.

    Attributes:
        url: where it is served.
    """

    double: Double
    url: str
    course: int
    usage_key: UsageKey

    @property
    def configuration(self) -> Configuration:
        return settings_reading.configuration()

    @property
    def course_key(self) -> CourseKey:
        return CourseKey.from_string(COURSE_KEY)

    def client(self) -> Client:
        return settings_reading.client_of(self.configuration.sites["school"])

    def learner(self, username: str = "anna", **more: Any) -> int:
        """A learner of the course; their id."""
        return self.double.learner(self.course, username, **more).id

    def attempt(self, learner: int, *rights: float | None, **more: Any) -> int:
        """A learner answers the questions in their order; a flashcard by its place among the ratings."""
        quiz_key = component_key(str(self.usage_key))
        keys = [part_key(quiz_key, name) for name in QUESTIONS]
        told = {key: {"time": 0} for key in keys[len(rights) :]}
        if len(rights) == len(QUESTIONS):
            told[keys[2]] = {"choice": rights[2]}
        fractions = dict(zip(keys, rights, strict=False))
        return self.double.attempt(self.course, quiz_key, learner, fractions, more=told, **more)

    def pull(self) -> Pulled:
        """Read on, after what happened has settled."""
        self.double.advance(3)
        with self.client() as client:
            return pulling.pull_site(self.configuration, self.configuration.sites["school"], client)

    def account(self, user: int) -> Account:
        return Account.objects.select_related("site").get(user=user)


@contextmanager
def school_of(settings: Any, monkeypatch: Any, **site: Any) -> Iterator[School]:
    """A school that is configured, for as long as the block runs."""
    double = Double()
    course = double.course().id
    course_row()
    usage_key = quiz()
    put_quiz(double, course, usage_key)
    monkeypatch.setenv("MOODLE_BRIDGE_TOKEN", TOKEN)
    sources.register("moodle", Moodle())
    with double.serving() as url:
        settings.MICROUNITS_MOODLE = {
            "sites": {"school": {"url": url, **site}},
            "courses": {"phishing": {"source": COURSE_KEY, "course": course}},
        }
        try:
            yield School(double, url, course, usage_key)
        finally:
            sources.forget(["moodle"])
