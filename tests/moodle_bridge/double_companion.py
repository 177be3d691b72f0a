"""The companion plugin as the double plays it: what the contract and the agreed words say, and nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable

from moodle_bridge.shapes import Json
from tests.moodle_bridge.double_doing import SETTLED, Doing
from tests.moodle_bridge.double_people import RefusalError, expect
from tests.moodle_bridge.double_state import (
    Course,
    Item,
    Section,
    State,
    is_edited,
    prints,
    slot_of,
    values_of,
)

MARK = re.compile(r"@@FILE:([0-9a-f]{64})@@")


# --- Fields of each kind

Check = Callable[[Json], bool]


def _key(value: Json) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{0,64}", value) is not None


def _count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _line(value: Json) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= 255


def _truth(value: Json) -> bool:
    return isinstance(value, bool)


def _html(value: Json) -> bool:
    return isinstance(value, str)


def _keys(value: Json) -> bool:
    return isinstance(value, list) and all(map(_key, value)) and len(set(value)) == len(value)


def _review(value: Json) -> bool:
    return isinstance(value, dict) and all(isinstance(moments, list) for moments in value.values())


def _file(value: Json) -> bool:
    return isinstance(value, str) and MARK.fullmatch(value) is not None


MODULE: dict[str, Check] = {"name": _line, "section": _key, "visible": _truth}
KINDS: dict[str, dict[str, Check]] = {
    "badge": {
        "name": _line,
        "description": _html,
        "picture": _file,
        "criteria": lambda value: _html(value) and "@@FILE:" not in value,
        "needed": lambda value: value in ("all", "any"),
        "validity": _count,
        "visible": _truth,
    },
    "event": {
        "name": _line,
        "description": _html,
        "timestart": _count,
        "duration": _count,
        "userid": _count,
        "visible": _truth,
    },
    "microquiz": {
        **MODULE,
        "intro": _html,
        "behaviour": lambda value: value in ("deferredfeedback", "immediatefeedback", "interactive", "adaptive"),
        "attempts": _count,
        "grade": _number,
        "shufflequestions": _truth,
        "questionsperpage": _count,
        "review": _review,
        "timeopen": _count,
        "timeclose": _count,
        "order": _keys,
    },
    "page": {**MODULE, "content": _html},
    "reflection": {
        **MODULE,
        "intro": _html,
        "opens": _count,
        "due": _count,
        "mostwords": _count,
        "completion": _truth,
    },
    "section": {"name": _line, "order": _keys},
    "workshop": {
        **MODULE,
        "intro": _html,
        "content": _html,
        "completion": lambda value: value in ("manual", "none"),
    },
}
REQUIRED = {"badge": ["name", "picture"], "event": ["name", "timestart"]}
# What a new one has where nothing is said.
DEFAULTS: dict[str, dict[str, Json]] = {
    "badge": {"description": "", "criteria": "", "needed": "all", "validity": 0, "visible": False},
    "event": {"description": "", "duration": 0, "userid": 0, "visible": True},
    "microquiz": {
        "intro": "",
        "behaviour": "interactive",
        "attempts": 0,
        "grade": 0,
        "shufflequestions": False,
        "questionsperpage": 0,
        "review": {},
        "timeopen": 0,
        "timeclose": 0,
    },
    "page": {"content": ""},
    "reflection": {"intro": "", "opens": 0, "due": 0, "mostwords": 0, "completion": False},
    "workshop": {"intro": "", "content": "", "completion": "none"},
}


class Companion(Doing):
    """Its functions over the state of a site, on behalf of a user who may do everything.

    Attributes:
        now: epoch seconds.
        pieces: of files that are not whole yet, by course and sha256; what fails later does not bring them back.
    """

    def __init__(self, state: State, now: Callable[[], int], pieces: dict[tuple[int, str], bytes]) -> None:
        super().__init__(state, now)
        self.pieces = pieces

    # --- What is there

    def get_status(self, courseid: int = 0) -> Json:
        status: dict[str, Json] = {
            "companion": "2026112600",
            "release": "0.1.0",
            "api": 1,
            "moodle": "5.1+ (Build: 20251017)",
            "time": self.now(),
            "post_max_bytes": 64 * 1024 * 1024,
            "upload_max_bytes": 64 * 1024 * 1024,
            "max_input_vars": 5000,
            "kinds": sorted(KINDS),
            "qtypes": "gapselect match multianswer multichoice numerical ordering shortanswer truefalse".split(),
            "capabilities": [{"name": "local/microunits:sync", "allowed": True}],
            "messaging": True,
            "cron_age": 30,
        }
        if courseid:
            course = self.course(courseid)
            status["course"] = {"id": course.id, "shortname": course.shortname, "fullname": course.fullname}
            status["course"] |= {"lang": "", "format": "topics", "startdate": 0, "enddate": 0}
        return status

    def get_held(self, courseid: int) -> Json:
        course = self.course(courseid)
        return {"items": [self._held(course, item) for item in course.items.values() if not item.learner]}

    def _held(self, course: Course, item: Item) -> Json:
        now = prints(course, item)
        module = course.modules.get(item.cmid)
        section = course.section(module.section) if module else None
        keys = {one.target: one.key for one in course.items.values() if one.kind == "section"}
        entry = course.entries.get(item.target) if item.kind == "question" else None
        return {
            "key": item.key,
            "parentkey": item.parent,
            "kind": item.kind,
            "targetid": item.target,
            "cmid": item.cmid,
            "present": now is not None and (item.kind != "question" or slot_of(course, item) is not None),
            "removed": item.removed,
            "sectionkey": keys.get(section.id, "") if section else "",
            "position": self._position(course, item, section),
            "attempts": _work_on(course, item),
            "version": len(entry.versions) if entry else 0,
            "fields": [
                {"name": name, "hash": agreed.hash, "edited": is_edited(name, item, now)}
                for name, agreed in item.fields.items()
            ],
        }

    def _position(self, course: Course, item: Item, section: Section | None) -> int:
        if section:
            return section.modules.index(item.cmid)
        if item.kind == "section":
            return next((index for index, one in enumerate(course.sections) if one.id == item.target), 0)
        parent = course.items.get(item.parent)
        quiz = course.modules.get(parent.cmid) if parent else None
        slots = [slot.entry for slot in quiz.slots] if quiz else []
        return slots.index(item.target) if item.target in slots else 0

    def get_values(self, courseid: int, keys: list[str]) -> Json:
        course = self.course(courseid)
        items = [course.items[key] for key in keys if key in course.items]
        return {"items": [{"key": item.key, "fields": self._values(course, item)} for item in items]}

    def _values(self, course: Course, item: Item) -> Json:
        values = values_of(course, item) or {}
        return [{"name": name, "value": json.dumps(value, ensure_ascii=False)} for name, value in values.items()]

    # --- Writing

    def upsert(self, courseid: int, kind: str, key: str, payload: Json) -> Json:
        from tests.moodle_bridge.double_upsert import Upsert

        return Upsert(self, self.course(courseid), kind, key, payload).run()

    def remove(self, courseid: int, key: str, mode: str = "hide") -> Json:
        course = self.course(courseid)
        expect(mode in ("hide", "delete"), "mode", '"hide" or "delete" expected')
        item = course.items.get(key)
        if not item or item.parent:
            raise RefusalError("unknownkey", key)
        orders = unedited_orders(course)
        status = self._hide(course, item) if mode == "hide" else self._delete(course, item)
        renew_orders(course, orders)
        return {"status": status}

    def _hide(self, course: Course, item: Item) -> str:
        before = prints(course, item)
        if item.removed or before is None:
            return "unchanged"
        visible = item.fields.get("visible")
        was_edited = visible is not None and is_edited("visible", item, before)
        if item.cmid:
            course.modules[item.cmid].visible = False
        elif item.kind == "badge":
            course.badges[item.target].values["visible"] = False
        elif item.kind == "event":
            course.events[item.target].values["visible"] = False
        item.removed = True
        if visible and not was_edited:
            visible.print = (prints(course, item) or {}).get("visible")
        return "hidden"

    def _delete(self, course: Course, item: Item) -> str:
        if _work_on(course, item):
            raise RefusalError("has_attempts", f"Learners have worked on “{item.key}”.")
        section = course.section(item.target) if item.kind == "section" else None
        if section and section.modules:
            raise RefusalError("notempty", item.key)
        was_there = prints(course, item) is not None
        if section:
            course.sections.remove(section)
        elif item.kind == "badge":
            course.badges.pop(item.target, None)
        elif item.kind == "event":
            course.events.pop(item.target, None)
        elif item.cmid in course.modules:
            delete_module(course, item.cmid)
        self._forget(course, [item.key])
        return "deleted" if was_there else "unchanged"

    def unlink(self, courseid: int, keys: list[str] | None = None) -> Json:
        course = self.course(courseid)
        return {"count": self._forget(course, keys or [*course.items])}

    def _forget(self, course: Course, keys: list[str]) -> int:
        gone = [item.key for item in course.items.values() if item.key in keys or item.parent in keys]
        for key in gone:
            del course.items[key]
        return len(gone)

    def put_file(
        self, courseid: int, sha256: str, name: str, mimetype: str, content: str, offset: int = 0, total: int = 0
    ) -> Json:
        course, piece = self.course(courseid), unpacked(content, "content")
        total = total or len(piece)
        expect(0 <= offset <= total - len(piece), "offset", "a piece within the file expected")
        if sha256 in course.files:
            return {"status": "present", "next": len(course.files[sha256])}
        here = self.pieces.get((courseid, sha256), b"")
        if len(piece) == total:
            here = piece
        elif offset == len(here):
            here += piece
        if len(here) < total:
            self.pieces[courseid, sha256] = here
            return {"status": "partial", "next": len(here)}
        self.pieces.pop((courseid, sha256), None)
        expect(hashlib.sha256(here).hexdigest() == sha256, "content", "not the bytes of that sha256")
        course.files[sha256] = here
        return {"status": "stored", "next": total}

    # --- What happened

    def get_changes(self, cursor: str = "", limit: int = 200) -> Json:
        after = self._changes_after(cursor)
        settled = [one for one in self.state.changes if one.id > after and one.time <= self.now() - SETTLED]
        told = settled[: max(1, min(limit, 1000))]
        return {
            "changes": [vars(change) for change in told],
            "cursor": str(told[-1].id if told else after),
            "more": len(settled) > len(told),
        }

    def _changes_after(self, cursor: str) -> int:
        if cursor == "":
            return self.state.expired
        if not re.fullmatch(r"\d{1,18}", cursor):
            raise RefusalError("invalidcursor", cursor)
        last = max([self.state.expired, *(change.id for change in self.state.changes)])
        if not self.state.expired <= int(cursor) <= last:
            raise RefusalError("cursor_expired")
        return int(cursor)


# --- What several of them do


def _work_on(course: Course, item: Item) -> int:
    """How many attempts hang on a quiz, submissions on an assignment, marks on a page, or a badge on learners."""
    if item.kind == "badge":
        badge = course.badges.get(item.target)
        return len(badge.holders) if badge else 0
    if item.kind == "workshop":
        module = course.modules.get(item.cmid)
        return sum(one.done for one in module.completions.values()) if module else 0
    worked = [*course.attempts_at(item.cmid), *course.submissions_at(item.cmid)]
    return len(worked) if item.cmid else 0


def unpacked(content: str, path: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise RefusalError("invalidpayload", f"{path}: base64 expected") from None


def decoded(sha256: str, content: str, path: str) -> bytes:
    raw = unpacked(content, path)
    expect(hashlib.sha256(raw).hexdigest() == sha256, path, "not the bytes of that sha256")
    return raw


def delete_module(course: Course, cmid: int) -> None:
    module = course.modules.pop(cmid)
    section = course.section(module.section)
    if section:
        section.modules.remove(cmid)


def unedited_orders(course: Course) -> list[Item]:
    """The sections whose order nobody edited: what we change ourselves must not look like an edit afterwards."""
    return [
        item
        for item in course.items.values()
        if item.kind == "section" and "order" in item.fields and not is_edited("order", item, prints(course, item))
    ]


def renew_orders(course: Course, items: list[Item]) -> None:
    for item in items:
        now = prints(course, item)
        if now and item.key in course.items:
            item.fields["order"].print = now["order"]
