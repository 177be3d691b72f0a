"""A double of a Moodle with the companion: in memory or over HTTP on loopback, and as fragile as it is told to be.

It answers what the contract and the agreed words say, checks token and parameters as Moodle does, and holds every
answer against the contract before it leaves. What it cannot know (how Moodle cleans HTML, grades a question, draws a
page) is left to a real site: `pytest tests/moodle_bridge/test_site.py --moodle URL --moodle-token T`.
"""

from __future__ import annotations

import copy
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any, Literal

from moodle_bridge import errors
from moodle_bridge.answers import ENDPOINT, Answer
from moodle_bridge.client import Client
from moodle_bridge.contract import COMPANION, load
from moodle_bridge.errors import BridgeError
from moodle_bridge.secret import Body
from moodle_bridge.shapes import Json, Record, Text
from moodle_bridge.site import SITE_INFO
from moodle_bridge.wire import BATCH
from tests.moodle_bridge import php
from tests.moodle_bridge.calling import TOKEN, Caller, site_info
from tests.moodle_bridge.double_companion import Companion, delete_module
from tests.moodle_bridge.double_people import RefusalError
from tests.moodle_bridge.double_state import (
    Attempt,
    Change,
    Completion,
    Course,
    Item,
    Section,
    State,
    Submission,
    User,
)
from tests.moodle_bridge.scripted import Handler, closes

CORE = (SITE_INFO, BATCH, "core_course_get_courses_by_field")

Trouble = Literal["cut before", "cut after", "500 before", "500 after", "503", "maintenance", "slow"]
"""What may happen to a call: the connection breaks, or the server, before or after it was done; nothing is done at all;
or it takes long."""


class BrokenError(Exception):
    """The request ends here: the connection is cut, or the server answers no JSON."""

    def __init__(self, status: int = 0, body: str = "") -> None:
        super().__init__(status)
        self.status, self.body = status, body


class Double:
    """A site.

    Attributes:
        state: everything that it holds.
        functions: those of the token's service.
        calls: the functions that were called, one by one, those in batches too.
        requests: how many requests came.
        troubles: what happens to which call, counted from 1.
        seconds: how long a slow call takes.
    """

    def __init__(self, release: str = "5.1", token: str = TOKEN) -> None:
        self.contract = load(release)
        self.token = token
        self.state = State()
        self.pieces: dict[tuple[int, str], bytes] = {}
        self.functions = {*CORE, *(name for name in self.contract.functions if name.startswith(COMPANION))}
        self.calls: list[str] = []
        self.requests = 0
        self.troubles: dict[int, Trouble] = {}
        self.seconds = 0.5
        self.is_in_maintenance = False
        self._ahead = 0.0
        self._lock = threading.Lock()

    def now(self) -> int:
        return int(time.time() + self._ahead)

    def advance(self, seconds: float) -> None:
        """Lets time pass on the site."""
        self._ahead += seconds

    def fail(self, call: int, trouble: Trouble) -> None:
        """What is to happen to the call of that number, counted from 1 and from those that were made already."""
        self.troubles[call] = trouble

    # --- A request

    def answer(self, body: bytes) -> Answer:
        """What a request is answered. Raises BrokenError where it is not."""
        with self._lock:
            self.requests += 1
            if self.is_in_maintenance:
                raise BrokenError(503, "Site is being upgraded")
            form = php.read(php.form_of(body))
            value: Json
            try:
                value = self._called(form)
            except RefusalError as refusal:
                value = {"exception": "moodle_exception", "errorcode": refusal.code, "message": refusal.message}
            return Answer(status=200, content_type="application/json", body=json.dumps(value).encode())

    def _called(self, form: dict[str, Any]) -> Json:
        token, function = form.pop("wstoken", ""), form.pop("wsfunction", "")
        if form.pop("moodlewsrestformat", "") != "json" or token != self.token:
            raise RefusalError("invalidtoken", "Invalid token - token not found")
        if function not in self.contract.functions:
            raise RefusalError("invalidrecordunknown", "Can't find data record in database.")
        if function not in self.functions:
            raise RefusalError("accessexception", "Access control exception")
        params = php.typed(self.contract.functions[function].params, form)
        return self._batch(params) if function == BATCH else self._done(function, params)

    def _batch(self, params: Json) -> Json:
        if self.contract.check_params(BATCH, params):
            raise RefusalError("invalidparameter", "Invalid parameter value detected")
        responses: list[Json] = []
        for request in params["requests"]:
            function, arguments = request["function"], json.loads(request["arguments"])
            try:
                if function not in self.functions:
                    raise RefusalError("accessexception")
                responses.append({"error": False, "data": json.dumps(self._done(function, arguments))})
            except RefusalError as refusal:
                told = {"errorcode": refusal.code, "message": refusal.message}
                responses.append({"error": True, "exception": json.dumps(told)})
                break
        return {"responses": responses}

    def _done(self, function: str, params: Json) -> Json:
        """One call, with whatever is to happen to it."""
        self.calls.append(function)
        trouble = self.troubles.pop(len(self.calls), None)
        if trouble == "slow":
            time.sleep(self.seconds)
        if trouble == "maintenance":
            raise RefusalError("sitemaintenance", "The site is undergoing maintenance and is currently not available")
        if trouble in ("cut before", "500 before", "503"):
            raise BrokenError({"500 before": 500, "503": 503}.get(trouble, 0))
        value = self._executed(function, self._checked(function, params))
        if trouble in ("cut after", "500 after"):
            raise BrokenError(500 if trouble == "500 after" else 0)
        return value

    def _checked(self, function: str, params: Json) -> dict[str, Json]:
        """The parameters as the function gets them; JSON texts are read, and refused with their path."""
        described = self.contract.functions[function].params
        opened = {name: _opened(described, name, value) for name, value in params.items()}
        for problem in self.contract.check_params(function, {n: v for n, v in opened.items() if v not in ([], {})}):
            if isinstance(described.members.get(problem.path.split(".")[0]), Text):
                path = problem.path.partition(".")[2].replace("[", ".").replace("]", "")
                raise RefusalError("invalidpayload", f"{path}: {problem.message}")
            if problem.message != "is missing" or problem.path not in opened:
                raise RefusalError("invalidparameter", "Invalid parameter value detected")
        return opened

    def _executed(self, function: str, params: dict[str, Json]) -> Json:
        """A function in one transaction: what fails leaves no trace."""
        reads = self.contract.functions[function].type == "read"
        before = self.state if reads else copy.deepcopy(self.state)
        try:
            value = self._value(function, params)
        except RefusalError:
            self.state = before
            raise
        problems = self.contract.check_returns(function, value)
        assert not problems, [str(problem) for problem in problems]
        return value

    def _value(self, function: str, params: dict[str, Json]) -> Json:
        if function == SITE_INFO:
            return site_info(*sorted(self.functions), release=f"{self.contract.release}+ (Build: 20251017)")
        if function == "core_course_get_courses_by_field":
            return {"courses": [self._told(course) for course in self._courses(**params)]}
        companion = Companion(self.state, self.now, self.pieces)
        done: Callable[..., Json] = getattr(companion, function.removeprefix(COMPANION))
        return done(**params)

    def _courses(self, field: str = "", value: str = "") -> list[Course]:
        return [one for one in self.state.courses.values() if not field or str(getattr(one, field)) == value]

    def _told(self, course: Course) -> Json:
        names = {"id": course.id, "shortname": course.shortname, "fullname": course.fullname}
        more = {"displayname": course.fullname, "categoryid": 1, "categoryname": "C", "sortorder": 1, "summary": ""}
        lists = {"summaryformat": 1, "summaryfiles": [], "overviewfiles": [], "contacts": [], "enrollmentmethods": []}
        return {**names, **more, **lists, "showactivitydates": True, "showcompletionconditions": True}

    # --- Whoever calls

    def client(self, **settings: Any) -> Caller:
        """A client that talks to it in memory."""
        return Caller(settings.pop("url", "http://127.0.0.1"), self.token, post=InMemory(self), **settings)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address on loopback, for as long as the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"double": self}))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    # --- Its people and what they do

    def course(self, shortname: str = "PH", fullname: str = "Phishing") -> Course:
        """A new course with a first section."""
        course = Course(self.state.new_id(), shortname, fullname)
        course.sections.append(Section(self.state.new_id(), "General"))
        self.state.courses[course.id] = course
        return course

    def learner(self, courseid: int, username: str, **more: Any) -> User:
        """A new learner of a course."""
        user = User(self.state.new_id(), username, f"{username}@example.org", **more)
        self.state.users[user.id] = user
        course = self.state.courses[courseid]
        course.learners.append(user.id)
        if course.items:
            self._happens("enrolled", course, "", user.id, user.id)
        return user

    def edit(self, courseid: int, key: str, field: str, value: Json) -> None:
        """A teacher changes a field of a component or question in Moodle."""
        course = self.state.courses[courseid]
        item = course.items[key]
        if item.kind == "question":
            entry = course.entries[item.target]
            entry.versions.append({**entry.latest, field: value})
            self._happens("question_edited", course, key, entry.id)
        elif item.kind == "section":
            self._edit_section(course, item, field, value)
        elif item.kind == "badge":
            course.badges[item.target].values[field] = value
        elif item.kind == "event":
            course.events[item.target].values[field] = value
        elif field == "visible":
            course.modules[item.cmid].visible = value
        else:
            course.modules[item.cmid].values[field] = value

    def _edit_section(self, course: Course, item: Item, field: str, value: Json) -> None:
        section = course.section(item.target)
        assert section
        if field == "order":
            ours = [course.items[key].cmid for key in value]
            section.modules[:] = [*ours, *(cmid for cmid in section.modules if cmid not in ours)]
        else:
            section.name = value

    def delete(self, courseid: int, key: str) -> None:
        """A teacher deletes a module in Moodle."""
        course = self.state.courses[courseid]
        if course.items[key].kind == "badge":
            course.badges[course.items[key].target].archived = True
            return
        cmid = course.items[key].cmid
        delete_module(course, cmid)
        course.attempts = [attempt for attempt in course.attempts if attempt.quiz != cmid]
        course.submissions = [one for one in course.submissions if one.assignment != cmid]
        self._happens("module_deleted", course, key, cmid)

    def attempt(
        self,
        courseid: int,
        key: str,
        userid: int,
        fractions: Mapping[str, float | None],
        state: str = "finished",
        more: Mapping[str, Mapping[str, Json]] | None = None,
    ) -> int:
        """A learner attempts a quiz; by question how much of it was right. The id of the attempt.

        Args:
            more: what else is told of a question (`tries`, `hints`, `choice`, `time`).
        """
        course = self.state.courses[courseid]
        quiz = course.modules[course.items[key].cmid]
        number = len([one for one in course.attempts_at(quiz.cmid) if one.userid == userid]) + 1
        now = self.now()
        slots = {slot.entry: (index, slot) for index, slot in enumerate(quiz.slots, 1)}
        parts = {part.key: part for part in course.parts(key) if part.target in slots}
        questions = []
        for name, part in parts.items():
            index, _ = slots[part.target]
            told = {"key": name, "version": len(course.entries[part.target].versions), "slot": index}
            told |= {
                "fraction": fractions.get(name),
                "tries": 1,
                "hints": 0,
                "time": now,
                "duration": 5,
                "choice": None,
            }
            questions.append({**told, **(more or {}).get(name, {})})
        maxgrade = sum(slot.points for slot in quiz.slots)
        points = {part.key: slots[part.target][1].points for part in parts.values()}
        sum_ = sum((fraction or 0) * points.get(name, 0) for name, fraction in fractions.items())
        finished = 0 if state == "abandoned" else now
        attempt = Attempt(
            self.state.new_id(), quiz.cmid, userid, number, state, now - 60, finished, now, sum_, maxgrade, questions
        )
        course.attempts.append(attempt)
        self._happens("attempt", course, key, attempt.id, userid)
        return attempt.id

    def hand_in(self, courseid: int, key: str, userid: int, text: str, **more: Any) -> int:
        """A learner saves a text at an assignment, which hands it in: a new one, or in the place of the one before.

        Args:
            more: what else there is to say of it (`format`, `status`, `number`).

        Returns:
            the submission's id.
        """
        course = self.state.courses[courseid]
        cmid = course.items[key].cmid
        mine = (one for one in course.submissions if (one.assignment, one.userid) == (cmid, userid))
        found = next(mine, None)
        if found is None or "number" in more:
            found = Submission(self.state.new_id(), cmid, userid, 0, "")
            course.submissions.append(found)
        for name, value in {"text": text, "timemodified": self.now(), "status": "submitted", **more}.items():
            setattr(found, name, value)
        if found.status == "submitted":
            self._happens("submission", course, key, found.id, userid)
        return found.id

    def regrade(self, courseid: int, attempt: int, key: str, fraction: float) -> None:
        """A teacher grades a question of an attempt."""
        course = self.state.courses[courseid]
        found = next(one for one in course.attempts if one.id == attempt)
        for question in found.questions:
            if question["key"] == key:
                question["fraction"] = fraction
        self._happens("graded", course, key, attempt, found.userid)

    def mark_done(self, courseid: int, key: str, userid: int, done: bool = True) -> None:
        """A learner marks a page as done, or takes that back."""
        course = self.state.courses[courseid]
        module = course.modules[course.items[key].cmid]
        known = module.completions.setdefault(userid, Completion(self.state.new_id(), done, 0))
        known.done, known.time = done, self.now()
        self._happens("completed", course, key, known.id, userid)

    def unenrol(self, courseid: int, userid: int) -> None:
        """A learner leaves a course."""
        course = self.state.courses[courseid]
        course.learners.remove(userid)
        self._happens("unenrolled", course, "", userid, userid)

    def update(self, userid: int, **values: Any) -> None:
        """An account is changed."""
        for name, value in values.items():
            setattr(self.state.users[userid], name, value)
        for course in self.state.courses.values():
            if userid in course.learners:
                self._happens("user_updated", course, "", userid, userid)

    def remove_user(self, userid: int) -> None:
        """An account is deleted, with all that it did."""
        for course in self.state.courses.values():
            if userid in course.learners:
                course.learners.remove(userid)
                course.attempts = [one for one in course.attempts if one.userid != userid]
                course.submissions = [one for one in course.submissions if one.userid != userid]
                self._happens("user_deleted", course, "", userid, userid)
        del self.state.users[userid]

    def _happens(self, what: str, course: Course, key: str, objectid: int, userid: int = 0) -> None:
        last = max([self.state.expired, *(change.id for change in self.state.changes)])
        self.state.changes.append(Change(last + 1, self.now(), course.id, what, key, objectid, userid))

    def forget_changes(self) -> None:
        """The outbox is emptied of what is old: everything there is now."""
        self.state.expired = max([self.state.expired, *(change.id for change in self.state.changes)])
        self.state.changes.clear()


def _opened(described: Record, name: str, value: Json) -> Json:
    member = described.members.get(name)
    if not isinstance(member, Text):
        return value
    try:
        opened = json.loads(value)
    except (TypeError, ValueError):
        raise RefusalError("invalidpayload", f"{name}: a JSON object expected") from None
    return {} if opened == [] else opened


class InMemory:
    """The way of a client to a double without a network."""

    def __init__(self, double: Double) -> None:
        self.url, self.sent, self._double = "http://127.0.0.1", 0, double

    def answer(self, body: Body) -> Answer | BridgeError:
        self.sent += 1
        try:
            return self._double.answer(bytes(body))
        except BrokenError as broken:
            if broken.status:
                return Answer(status=broken.status, content_type="text/html", body=broken.body.encode())
            return errors.AnswerLostError("The connection broke.")

    def close(self) -> None:
        """There is none."""


class _Handler(Handler):
    double: Double

    def received(self, body: bytes) -> None:
        try:
            if self.path != ENDPOINT:
                raise BrokenError(404, "Not found")
            answer = self.double.answer(body)
        except BrokenError as broken:
            if broken.status:
                self.reply(broken.status, broken.body.encode(), Content_Type="text/html")
            else:
                closes()(self)
        else:
            self.reply(answer.status, answer.body, Content_Type=answer.content_type)


def connected(double: Double) -> Client:
    """A client in memory that has asked the site what it is."""
    client = double.client()
    client.site_info()
    return client
