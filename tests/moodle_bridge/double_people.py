"""The companion's functions that are about people: who learns, who is told something, and what their calendars say."""

from __future__ import annotations

from typing import Any

from moodle_bridge.shapes import Json
from tests.moodle_bridge.double_state import Agreed, Award, Course, Event, Item, State, fingerprint

OF_AN_EVENT = ("name", "description", "timestart", "duration", "userid")


class RefusalError(Exception):
    """An error as Moodle tells it."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message or code


def expect(condition: Any, path: str, expected: str) -> None:
    if not condition:
        raise RefusalError("invalidpayload", f"{path}: {expected}")


class People:
    """Those functions."""

    def __init__(self, state: State) -> None:
        self.state = state

    def course(self, courseid: int) -> Course:
        if courseid not in self.state.courses:
            raise RefusalError("invalidrecord", "Can't find data record in database.")
        return self.state.courses[courseid]

    def get_learners(self, courseid: int, cursor: str = "", limit: int = 200) -> Json:
        course = self.course(courseid)
        if cursor and not cursor.isdecimal():
            raise RefusalError("invalidcursor", cursor)
        waiting = [self.state.users[id_] for id_ in sorted(course.learners) if id_ > int(cursor or 0)]
        told = waiting[: max(1, min(limit, 1000))]
        learners = [
            {"userid": user.id, **{name: value for name, value in vars(user).items() if name != "id"}} for user in told
        ]
        return {
            "learners": learners,
            "cursor": str(told[-1].id) if told else cursor,
            "more": len(waiting) > len(told),
        }

    # --- Notifications

    def notify(self, courseid: int, messages: list[Json]) -> Json:
        course = self.course(courseid)
        expect(len(messages) <= 200, "messages", "at most 200 expected")
        return {"results": [_result(message, *self._notify(course, message)) for message in messages]}

    def _notify(self, course: Course, message: Json) -> tuple[str, str]:
        key = message["key"]
        if key in course.notices:
            return ("already" if course.notices[key] else "uncertain"), ""
        refusal = self._out_of_reach(course, message["userid"])
        if not refusal and not self.state.users[message["userid"]].notices:
            refusal = "switched_off"
        if not refusal and not (message["text"].strip() and message["subject"].strip()):
            refusal = "empty"
        if refusal:
            return "refused", refusal
        course.notices[key] = True
        self.state.sent.append({"courseid": course.id, **message})
        return "sent", ""

    def _out_of_reach(self, course: Course, userid: int) -> str:
        if userid not in course.learners:
            return "not_enrolled"
        return "suspended" if self.state.users[userid].suspended else ""

    # --- Badges

    def set_awards(self, courseid: int, awards: list[Json]) -> Json:
        course = self.course(courseid)
        expect(len(awards) <= 200, "awards", "at most 200 expected")
        keys = [award["key"] for award in awards]
        for index, award in enumerate(awards):
            expect(keys.index(award["key"]) == index, f"awards.{index}.key", "another key than before expected")
            expect(award["userid"] > 0, f"awards.{index}.userid", "a learner expected")
            times = award.get("time", 0) >= 0 and award.get("expires", 0) >= 0
            expect(times, f"awards.{index}", "times from 0 on expected")
        return {"results": [_result(award, *self._set_award(course, award)) for award in awards]}

    def _set_award(self, course: Course, sent: Json) -> tuple[str, str]:
        known = course.awards.get(sent["key"])
        if sent.get("revoked"):
            return self._revoke(course, known, sent), ""
        if known:
            return ("refused", "revoked") if known.revoked else ("unchanged", "")
        item = course.items.get(sent["badge"])
        badge = course.badges.get(item.target) if item and item.kind == "badge" else None
        if not badge or badge.archived:
            return "refused", "no_badge"
        refusal = self._out_of_reach(course, sent["userid"])
        if refusal:
            return "refused", refusal
        course.awards[sent["key"]] = Award(badge.id, sent["userid"])
        if sent["userid"] in badge.holders:
            return "unchanged", ""
        badge.holders[sent["userid"]] = (sent.get("time", 0), sent.get("expires", 0))
        if not sent.get("quiet"):
            self.state.sent.append({"courseid": course.id, "subject": "", "badge": badge.values["name"]})
        return "awarded", ""

    def _revoke(self, course: Course, known: Award | None, sent: Json) -> str:
        if known is None:
            course.awards[sent["key"]] = Award(0, sent["userid"], revoked=True)
        if known is None or known.revoked:
            return "unchanged"
        known.revoked = True
        others = [one for one in course.awards.values() if (one.badge, one.userid) == (known.badge, known.userid)]
        badge = course.badges.get(known.badge)
        if not badge or known.userid not in badge.holders or any(not one.revoked for one in others):
            return "unchanged"
        del badge.holders[known.userid]
        return "revoked"

    # --- Learners' own events

    def set_events(self, courseid: int, events: list[Json]) -> Json:
        course = self.course(courseid)
        expect(len(events) <= 200, "events", "at most 200 expected")
        keys = [event["key"] for event in events]
        for index, event in enumerate(events):
            expect(keys.index(event["key"]) == index, f"events.{index}.key", "another key than before expected")
            expect(event["userid"] > 0, f"events.{index}.userid", "a learner expected")
            expect(event["timestart"] >= 0 and event.get("duration", 0) >= 0, f"events.{index}", "times expected")
            named = not event["timestart"] or 0 < len(event.get("name", "").strip()) <= 255
            expect(named, f"events.{index}.name", "a line of 1 to 255 characters expected")
        return {"results": [_result(event, *self._set_event(course, event)) for event in events]}

    def _set_event(self, course: Course, sent: Json) -> tuple[str, str]:
        item = course.items.get(sent["key"]) or _forgotten(course, sent["key"])
        if item and not item.learner:
            return "refused", "kinddiffers"
        if not sent["timestart"]:
            gone = course.events.pop(item.target, None) if item else None
            course.items.pop(sent["key"], None)
            return ("removed" if gone else "unchanged"), ""
        refusal = self._out_of_reach(course, sent["userid"])
        if refusal:
            return "refused", refusal
        return self._write_event(course, item, sent), ""

    def _write_event(self, course: Course, item: Item | None, sent: Json) -> str:
        values = {"description": "", "duration": 0, **{name: sent[name] for name in OF_AN_EVENT if name in sent}}
        values["name"] = values["name"].strip()
        agreed = {name: Agreed(fingerprint(value), None) for name, value in values.items()}
        if item and item.fields == agreed:
            return "unchanged"
        event = course.events.get(item.target) if item else None
        status = "changed" if event else "created"
        if event is None:
            event = Event(self.state.new_id(), sent["key"], {"visible": True})
            course.events[event.id] = event
        event.values |= values
        course.items[sent["key"]] = Item(sent["key"], "event", event.id, learner=sent["userid"], fields=agreed)
        return status


def _result(sent: Json, status: str, reason: str) -> Json:
    return {"key": sent["key"], "status": status, "reason": reason}


def _forgotten(course: Course, key: str) -> Item | None:
    """What stands for an event that the companion has forgotten."""
    event = next((one for one in course.events.values() if one.key == key), None)
    return Item(key, "event", event.id, learner=event.values["userid"]) if event else None
