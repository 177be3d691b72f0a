"""A site for the suite, a double or a real one, with the hands of a teacher and of a learner."""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from moodle_bridge.client import Client
from moodle_bridge.errors import RefusedError
from moodle_bridge.shapes import Json
from tests.moodle_bridge.double import Double

COURSE = "microunits-suite"
"""The short name of the course in which the suite works; tests/moodle_bridge/prepare_site.php makes it."""

CHANGES_SETTLE = 3
"""Seconds after which what happened is told."""


class Hands(Protocol):
    """What people do on the site, by its own pages or services."""

    def rename(self, key: str, cmid: int, name: str) -> None:
        """A teacher gives a module another name."""

    def delete(self, key: str, cmid: int) -> None:
        """A teacher deletes a module."""

    def attempt(self, key: str, quiz: int, answers: Mapping[int, str], fractions: Mapping[str, float]) -> int:
        """The learner attempts a quiz, with an answer by slot; how right each question is. The attempt's id."""

    def hand_in(self, key: str, assignment: int, text: str) -> int:
        """The learner saves a text (HTML) at an assignment, which hands it in. The submission's id."""

    def has_completed(self, cmid: int) -> bool:
        """Whether Moodle shows a module to the learner as done."""

    def notifications(self, subject: str) -> int:
        """How many notifications with this subject the learner has."""

    def switch_notices(self, on: bool) -> None:
        """The learner switches our notifications on or off."""

    def mark_done(self, key: str, cmid: int, done: bool) -> None:
        """The learner marks a page as done, or takes that back."""

    def course_dates(self, name: str) -> list[int]:
        """When the events of the course with this name are that the learner sees, in order."""

    def dates(self, name: str) -> list[int]:
        """When the learner's own calendar has events of this name."""

    def file_sizes(self, page: int) -> list[int]:
        """How large the files of a page are that learners get."""

    def badges(self) -> dict[str, tuple[int, int]]:
        """The badges that the learner has, by name: when each was awarded, and until when it is valid (0: for ever)."""

    def told_of(self, badge: str) -> int:
        """How many messages the learner has got about a badge of this name."""

    def settle(self) -> None:
        """Lets so much time pass that what happened is told."""


@dataclass
class Site:
    """Where a test works.

    Attributes:
        course: the id of the course.
        learner: the user id of the one whose hands they are.
        prefix: what the keys of this test begin with.
    """

    client: Client
    course: int
    learner: int
    hands: Hands
    prefix: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}")

    def key(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def call(self, function: str, **params: Json) -> Json:
        return self.client.call(f"local_microunits_{function}", {"courseid": self.course, **params})

    def upsert(self, kind: str, name: str, values: Mapping[str, Json], **payload: Json) -> Json:
        fields = {field: {"value": value, "hash": field_hash(value)} for field, value in values.items()}
        return self.call("upsert", kind=kind, key=self.key(name), payload={"fields": fields, **payload})

    def held(self) -> dict[str, Json]:
        """What is held of this test, by the name that it gave."""
        return {
            item["key"].removeprefix(f"{self.prefix}-"): item
            for item in self.call("get_held")["items"]
            if item["key"].startswith(self.prefix)
        }

    def values(self, name: str) -> dict[str, Json]:
        (item,) = self.call("get_values", keys=[self.key(name)])["items"]
        return {field["name"]: field["value"] for field in item["fields"]}

    def clear(self) -> None:
        """Takes away what the test has made, as far as that goes."""
        held = self.call("get_held")["items"]
        ours = [item for item in held if item["key"].startswith(self.prefix) and not item["parentkey"]]
        for item in sorted(ours, key=lambda item: item["kind"] == "section"):
            mode = "hide" if item["attempts"] else "delete"
            # A section stays while something is in it, such as a quiz that was attempted.
            with suppress(RefusedError):
                self.call("remove", key=item["key"], mode=mode)
        if ours:
            self.call("unlink", keys=[item["key"] for item in ours])


def field_hash(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]


def edited(item: Json) -> set[str]:
    """The fields that somebody edited in Moodle."""
    return {field["name"] for field in item["fields"] if field["edited"]}


def hash_of(item: Json, name: str) -> str:
    return next(field["hash"] for field in item["fields"] if field["name"] == name)


# --- Hands


@dataclass
class OnDouble:
    """People who reach into the double."""

    double: Double
    course: int
    learner: int

    def rename(self, key: str, cmid: int, name: str) -> None:
        self.double.edit(self.course, key, "name", name)

    def delete(self, key: str, cmid: int) -> None:
        self.double.delete(self.course, key)

    def attempt(self, key: str, quiz: int, answers: Mapping[int, str], fractions: Mapping[str, float]) -> int:
        return self.double.attempt(self.course, key, self.learner, fractions)

    def hand_in(self, key: str, assignment: int, text: str) -> int:
        return self.double.hand_in(self.course, key, self.learner, text)

    def has_completed(self, cmid: int) -> bool:
        course = self.double.state.courses[self.course]
        handed_in = [one for one in course.submissions_at(cmid) if one.userid == self.learner]
        return bool(handed_in) and bool(course.modules[cmid].values["completion"])

    def notifications(self, subject: str) -> int:
        return len([message for message in self.double.state.sent if message["subject"] == subject])

    def switch_notices(self, on: bool) -> None:
        self.double.state.users[self.learner].notices = on

    def mark_done(self, key: str, cmid: int, done: bool) -> None:
        self.double.mark_done(self.course, key, self.learner, done)

    def course_dates(self, name: str) -> list[int]:
        events = self.double.state.courses[self.course].events.values()
        seen = [one.values for one in events if not one.values["userid"] and one.values["visible"]]
        return sorted(one["timestart"] for one in seen if one["name"] == name)

    def dates(self, name: str) -> list[int]:
        events = self.double.state.courses[self.course].events.values()
        ours = [one.values for one in events if one.values["userid"] == self.learner]
        return sorted(one["timestart"] for one in ours if one["name"] == name)

    def file_sizes(self, page: int) -> list[int]:
        return sorted(map(len, self.double.state.courses[self.course].files.values()))

    def badges(self) -> dict[str, tuple[int, int]]:
        course = self.double.state.courses[self.course]
        return {
            one.values["name"]: one.holders[self.learner][:2]
            for one in course.badges.values()
            if self.learner in one.holders
        }

    def told_of(self, badge: str) -> int:
        return len([message for message in self.double.state.sent if message.get("badge") == badge])

    def settle(self) -> None:
        self.double.advance(CHANGES_SETTLE)


@dataclass
class OnSite:
    """People who use Moodle's own web services: a teacher's token and a learner's."""

    teacher: Client
    student: Client
    course: int
    learner: int

    def rename(self, key: str, cmid: int, name: str) -> None:
        where = {"component": "core_course", "itemtype": "activityname", "itemid": str(cmid)}
        self.teacher.call("core_update_inplace_editable", {**where, "value": name})

    def delete(self, key: str, cmid: int) -> None:
        self.teacher.call("core_course_delete_modules", {"cmids": [cmid]})

    def attempt(self, key: str, quiz: int, answers: Mapping[int, str], fractions: Mapping[str, float]) -> int:
        attempt = self.student.call("mod_quiz_start_attempt", {"quizid": quiz})["attempt"]["id"]
        page = self.student.call("mod_quiz_get_attempt_data", {"attemptid": attempt, "page": 0})
        data: list[Any] = []
        for question in page["questions"]:
            (name,) = set(re.findall(r'name="(q\d+:\d+_):sequencecheck"', question["html"]))
            data.append({"name": f"{name}:sequencecheck", "value": str(question["sequencecheck"])})
            data.append({"name": f"{name}answer", "value": answers[question["slot"]]})
        self.student.call("mod_quiz_process_attempt", {"attemptid": attempt, "data": data, "finishattempt": True})
        return int(attempt)

    def hand_in(self, key: str, assignment: int, text: str) -> int:
        written = {"text": text, "format": 1, "itemid": 0}
        params = {"assignmentid": assignment, "plugindata": {"onlinetext_editor": written}}
        assert self.student.call("mod_assign_save_submission", params) == []
        found = self.student.call("mod_assign_get_submission_status", {"assignid": assignment})
        return int(found["lastattempt"]["submission"]["id"])

    def has_completed(self, cmid: int) -> bool:
        params = {"courseid": self.course, "userid": self.learner}
        found = self.student.call("core_completion_get_activities_completion_status", params)["statuses"]
        return next(bool(one["state"]) for one in found if one["cmid"] == cmid)

    def notifications(self, subject: str) -> int:
        found = self.student.call("message_popup_get_popup_notifications", {"useridto": self.learner})
        return len([one for one in found["notifications"] if one["subject"] == subject])

    def switch_notices(self, on: bool) -> None:
        name = "message_provider_local_microunits_review_enabled"
        chosen = {"type": name, "value": "popup,email" if on else "none"}
        self.student.call("core_user_update_user_preferences", {"preferences": [chosen]})

    def mark_done(self, key: str, cmid: int, done: bool) -> None:
        params = {"cmid": cmid, "completed": done}
        self.student.call("core_completion_update_activity_completion_status_manually", params)

    def course_dates(self, name: str) -> list[int]:
        where = {"events": {"courseids": [self.course]}, "options": {"userevents": False, "siteevents": False}}
        found = self.student.call("core_calendar_get_calendar_events", where)["events"]
        return sorted(one["timestart"] for one in found if one["name"] == name and one["eventtype"] == "course")

    def dates(self, name: str) -> list[int]:
        # Moodle tells of events from now on, which all of ours are.
        options = {"userevents": True, "siteevents": False}
        found = self.student.call("core_calendar_get_calendar_events", {"options": options})["events"]
        return sorted(one["timestart"] for one in found if one["name"] == name and one["userid"] == self.learner)

    def file_sizes(self, page: int) -> list[int]:
        pages = self.student.call("mod_page_get_pages_by_courses", {"courseids": [self.course]})["pages"]
        (found,) = [one for one in pages if one["coursemodule"] == page]
        return sorted(file["filesize"] for file in found["contentfiles"])

    def badges(self) -> dict[str, tuple[int, int]]:
        found = self.student.call("core_badges_get_user_badges", {"courseid": self.course})["badges"]
        return {one["name"]: (one["dateissued"], one["dateexpire"] or 0) for one in found}

    def told_of(self, badge: str) -> int:
        found = self.student.call("message_popup_get_popup_notifications", {"useridto": self.learner})
        return len([one for one in found["notifications"] if badge in one["fullmessage"]])

    def settle(self) -> None:
        time.sleep(CHANGES_SETTLE)


def double_site(double: Double, client: Client) -> Site:
    """A place in a double with two learners."""
    course = double.course(COURSE)
    learner = double.learner(course.id, "suitelearner", idnumber="S1")
    double.learner(course.id, "suiteother", lang="nl")
    return Site(client, course.id, learner.id, OnDouble(double, course.id, learner.id))


def real_site(teacher: Client, student: Client) -> Site:
    """A place in a real site that prepare_site.php made ready."""
    found = teacher.call("core_course_get_courses_by_field", {"field": "shortname", "value": COURSE})["courses"]
    assert found, f"there is no course {COURSE} on this site: run tests/moodle_bridge/prepare_site.php there"
    learner = student.site_info().userid
    return Site(teacher, found[0]["id"], learner, OnSite(teacher, student, found[0]["id"], learner))
