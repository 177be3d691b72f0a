"""How the double creates and changes a component with its parts: the largest of the companion's functions."""

from __future__ import annotations

from typing import Any

from moodle_bridge.shapes import Json
from tests.moodle_bridge.double_companion import (
    DEFAULTS,
    KINDS,
    MARK,
    REQUIRED,
    Companion,
    decoded,
    renew_orders,
    unedited_orders,
)
from tests.moodle_bridge.double_people import RefusalError, expect
from tests.moodle_bridge.double_state import (
    GROUPS,
    Agreed,
    Badge,
    Course,
    Entry,
    Event,
    Item,
    Module,
    Section,
    Slot,
    is_edited,
    prints,
    question,
    slot_of,
)


class Upsert:
    """One upsert of one component."""

    def __init__(self, companion: Companion, course: Course, kind: str, key: str, payload: Json) -> None:
        self.companion, self.course, self.kind, self.key = companion, course, kind, key
        self.fields: dict[str, Json] = payload.get("fields", {})
        self.parts: list[Json] = payload.get("parts", [])
        self.accept: dict[str, str] = payload.get("accept", {})
        self.files: dict[str, Json] = payload.get("files", {})
        self.after: str = payload.get("after", "")
        self.status = "unchanged"
        self.written: list[Json] = []
        self.told: list[Json] = []
        self.warnings: list[Json] = []
        self.refused: set[str] = set()
        self.touched: dict[str, tuple[Json, Item, list[str]]] = {}

    def run(self) -> Json:
        self.check()
        orders = unedited_orders(self.course)
        item = self.item()
        names = self.names_to_write(item)
        for name in (one for one in names if one != "order"):
            self.write(item, name, self.fields[name]["value"])
        for index, part in enumerate(self.parts):
            self.write_part(item, part, index)
        if "order" in names and not self.arrange(item):
            names.remove("order")
        for part, one, written in self.touched.values():
            self.agree_part(part, one, written)
        self.remember(item, names)
        renew_orders(self.course, [one for one in orders if one is not item])
        return {
            "status": self.status,
            "cmid": item.cmid,
            "targetid": item.target,
            "written": self.written,
            "parts": self.told,
            "warnings": self.warnings,
        }

    # --- What is sent

    def check(self) -> None:
        if self.kind not in KINDS:
            raise RefusalError("unknownkind", self.kind)
        types = KINDS[self.kind]
        for name, field in self.fields.items():
            expect(name in types, f"fields.{name}", "no field of this kind")
            expect(types[name](field["value"]), f"fields.{name}", "another value expected")
        for name in self.accept:
            expect(name in types, f"accept.{name}", "no field of this kind")
        expect(not self.parts or self.kind == "microquiz", "parts", "none in this kind")
        keys = [part["key"] for part in self.parts]
        expect(len(keys) == len(set(keys)), "parts", "the same key twice")
        for index, part in enumerate(self.parts):
            path = f"parts.{index}"
            expect(part["kind"] == "question", f"{path}.kind", '"question" expected')
            for name in (*part["fields"], *part.get("accept", {})):
                expect(name in GROUPS, f"{path}.fields.{name}", "no field of a question")
            expect(not part["fields"] or part.get("xml"), f"{path}.xml", "a question of Moodle XML expected")
        if self.kind == "event" and self.value("userid", 0):
            expect(self.value("userid") in self.course.learners, "fields.userid", "somebody who takes part expected")

    def value(self, name: str, default: Json = None) -> Json:
        return self.fields[name]["value"] if name in self.fields else default

    # --- The component

    def item(self) -> Item:
        item = self.course.items.get(self.key)
        if item and (item.kind != self.kind or item.parent):
            raise RefusalError("kinddiffers", item.kind)
        if item and prints(self.course, item) is not None:
            return item
        if not item:
            adopted = self.adopted()
            if adopted:
                self.warn("key", "adopted", self.key)
                self.status = "changed"
                return adopted
        for name in REQUIRED.get(self.kind, ["name"]):
            expect(name in self.fields, f"fields.{name}", "missing")
        self.status = "created"
        made = self.created()
        if item:
            # Made anew: nothing of it has been written yet.
            item.target, item.cmid, item.fields, item.removed = made.target, made.cmid, {}, False
            return item
        self.course.items[self.key] = made
        return made

    def adopted(self) -> Item | None:
        """A module or event that has our key: after unlinking, or in a copy of a course."""
        for module in self.course.modules.values():
            if module.idnumber == self.key and module.kind == self.kind:
                item = Item(self.key, self.kind, module.instance, module.cmid)
                self.course.items[self.key] = item
                return item
        held = {item.target for item in self.course.items.values() if item.kind == "badge"}
        for badge in reversed(self.course.badges.values()):
            if self.kind == "badge" and badge.id not in held and badge.values["name"] == self.value("name"):
                item = Item(self.key, self.kind, badge.id)
                self.course.items[self.key] = item
                return item
        for event in self.course.events.values():
            if event.key == self.key and self.kind == "event":
                item = Item(self.key, self.kind, event.id, learner=event.values["userid"])
                self.course.items[self.key] = item
                return item
        return None

    def created(self) -> Item:
        new_id = self.companion.state.new_id
        if self.kind == "section":
            section = Section(new_id(), self.value("name"))
            self.course.sections.append(section)
            return Item(self.key, self.kind, section.id)
        if self.kind == "event":
            event = Event(new_id(), self.key, {**DEFAULTS["event"], "name": "", "timestart": 0})
            self.course.events[event.id] = event
            return Item(self.key, self.kind, event.id, learner=self.value("userid", 0))
        if self.kind == "badge":
            badge = Badge(new_id(), {**DEFAULTS["badge"], "name": "", "picture": ""})
            self.course.badges[badge.id] = badge
            return Item(self.key, self.kind, badge.id)
        section = self.section(self.value("section", ""))
        module = Module(new_id(), new_id(), self.kind, self.key, section.id, {"name": "", **DEFAULTS[self.kind]})
        self.course.modules[module.cmid] = module
        after = self.course.items.get(self.after)
        place = section.modules.index(after.cmid) + 1 if after and after.cmid in section.modules else None
        section.modules.insert(len(section.modules) if place is None else place, module.cmid)
        return Item(self.key, self.kind, module.instance, module.cmid)

    def section(self, key: str) -> Section:
        if key == "":
            return self.course.sections[0]
        item = self.course.items.get(key)
        section = self.course.section(item.target) if item and item.kind == "section" else None
        expect(section, "fields.section", f"there is no section {key} in the course")
        assert section
        return section

    def names_to_write(self, item: Item) -> list[str]:
        now = prints(self.course, item)
        names = []
        for name, sent in self.fields.items():
            known = item.fields.get(name)
            is_same = known is not None and known.hash == sent["hash"] and not is_edited(name, item, now)
            if not is_same or (item.removed and name == "visible"):
                names.append(name)
        return names

    def write(self, item: Item, name: str, value: Json) -> None:
        if item.kind == "section":
            section = self.course.section(item.target)
            assert section
            section.name = value
        elif item.kind == "badge":
            if name == "picture":
                self.file(MARK.findall(value)[0])
            self.course.badges[item.target].values[name] = value
        elif item.kind == "event":
            self.course.events[item.target].values[name] = value
            item.learner = value if name == "userid" else item.learner
        elif name == "section":
            self.move(self.course.modules[item.cmid], self.section(value))
        elif name == "visible":
            self.course.modules[item.cmid].visible = value
        else:
            placed = self.placed(value) if name in ("intro", "content") else value
            self.course.modules[item.cmid].values[name] = float(value) if name == "grade" else placed

    def move(self, module: Module, section: Section) -> None:
        before = self.course.section(module.section)
        assert before
        if before is not section:
            before.modules.remove(module.cmid)
            section.modules.append(module.cmid)
            module.section = section.id

    def placed(self, html: str) -> str:
        """HTML with its files in their places, as Moodle holds it."""
        for sha256 in MARK.findall(html):
            self.file(sha256)
        return MARK.sub(lambda match: f"@@PLUGINFILE@@/{self.files[match[1]]['name']}", html)

    def file(self, sha256: str) -> None:
        sent = self.files.get(sha256)
        if sent and "content" in sent:
            decoded(sha256, sent["content"], f"files.{sha256}.content")
        elif not sent or sha256 not in self.course.files:
            raise RefusalError("missingfile", sha256)

    # --- Its parts

    def write_part(self, quiz: Item, part: Json, index: int) -> None:
        item = self.part_item(quiz, part, index)
        entry = self.course.entries.get(item.target) if item else None
        if item is None or entry is None:
            self.create_part(quiz, part, index, item)
            return
        now = prints(self.course, item)
        names = [
            name
            for name, sent in part["fields"].items()
            if name not in item.fields or item.fields[name].hash != sent["hash"] or is_edited(name, item, now)
        ]
        self.touched[part["key"]] = (part, item, names)
        if names:
            self.change_part(quiz, part, index, item, entry, names)
        else:
            self.tell(part, "unchanged", entry)

    def part_item(self, quiz: Item, part: Json, index: int) -> Item | None:
        item = self.course.items.get(part["key"])
        if item and item.parent != quiz.key:
            raise RefusalError("kinddiffers", f"parts.{index}: {item.kind}")
        if item:
            return item
        for entry in self.course.entries.values():
            if entry.idnumber == part["key"]:
                self.warn(f"parts.{index}", "adopted", part["key"])
                adopted = Item(part["key"], "question", entry.id, parent=quiz.key)
                self.course.items[part["key"]] = adopted
                return adopted
        return None

    def create_part(self, quiz: Item, part: Json, index: int, item: Item | None) -> None:
        if not part["fields"]:
            raise RefusalError("unknownkey", f"parts.{index}: {part['key']}")
        qtype, groups = self.read(part, index)
        points = float(part.get("points", 1.0))
        entry = Entry(self.companion.state.new_id(), part["key"], qtype, points, [groups])
        self.course.entries[entry.id] = entry
        if item:
            item.target, item.fields = entry.id, {}
        else:
            item = Item(part["key"], "question", entry.id, parent=quiz.key)
            self.course.items[item.key] = item
        self.tell(part, "created", entry)
        self.touched[part["key"]] = (part, item, [*part["fields"]])

    def read(self, part: Json, index: int) -> tuple[str, dict[str, Json]]:
        try:
            qtype, groups = question(part["xml"])
        except ValueError as error:
            raise RefusalError("unreadablequestion", f"parts.{index}: {error}") from None
        expect(part.get("qtype", qtype) == qtype, f"parts.{index}.qtype", f"the question is of type {qtype}")
        return qtype, groups

    def change_part(self, quiz: Item, part: Json, index: int, item: Item, entry: Entry, names: list[str]) -> None:
        qtype, groups = self.read(part, index)
        if qtype != entry.qtype:
            self.replace_part(quiz, part, index, item, entry, names)
            return
        kept = {name: entry.latest[name] for name in GROUPS if name != "points" and name not in part["fields"]}
        if set(names) - {"points", "tags"}:
            entry.versions.append({**groups, **kept})
        elif "tags" in names:
            entry.latest["tags"] = groups["tags"]
        slot = slot_of(self.course, item)
        if "points" in names and "points" in part:
            entry.points = float(part["points"])
            if slot:
                slot.points = entry.points
        self.tell(part, "changed", entry)

    def replace_part(self, quiz: Item, part: Json, index: int, item: Item, entry: Entry, names: list[str]) -> None:
        """Moodle cannot change a question's type: another entry takes over the key."""
        module = self.course.modules[quiz.cmid]
        if self.course.attempts_at(module.cmid):
            self.warn(f"parts.{part['key']}", "structure_kept", part["key"])
            self.refused.add(part["key"])
            names.clear()
            self.tell(part, "unchanged", entry)
            return
        entry.idnumber = ""
        slot = slot_of(self.course, item)
        self.create_part(quiz, part, index, item)
        if slot:
            slot.entry, slot.points = item.target, float(part.get("points", slot.points))

    def agree_part(self, part: Json, item: Item, names: list[str]) -> None:
        now = prints(self.course, item) or {}
        for name in names:
            item.fields[name] = Agreed(part["fields"][name]["hash"], now.get(name))
            self.written.append({"key": part["key"], "name": name})
        for name, hash_ in part.get("accept", {}).items():
            item.fields[name] = Agreed(hash_, now.get(name))

    # --- The order, and the end

    def arrange(self, item: Item) -> bool:
        wanted = self.value("order")
        if item.kind == "section":
            section = self.course.section(item.target)
            assert section
            cmids = [self.course.items[key].cmid for key in wanted if key in self.course.items]
            section.modules[:] = _arranged(section.modules, [cmid for cmid in cmids if cmid in section.modules])
            return True
        return self.arrange_quiz(item, self.course.modules[item.cmid], wanted)

    def arrange_quiz(self, item: Item, quiz: Module, wanted: list[str]) -> bool:
        parts = {part.key: part for part in self.course.parts(item.key)}
        missing = [key for key in wanted if key not in parts and key not in self.refused]
        expect(not missing, "fields.order", f"there is no part {missing[:1]}")
        entries = [parts[key].target for key in wanted if key in parts]
        ours = {part.target for part in parts.values()}
        now = [slot.entry for slot in quiz.slots if slot.entry in ours]
        if now == entries:
            return True
        if self.course.attempts_at(quiz.cmid):
            self.warn("fields.order", "structure_kept", item.key)
            return False
        slots = {slot.entry: slot for slot in quiz.slots}
        for entry in entries:
            slots.setdefault(entry, Slot(entry, self.course.entries[entry].points))
        kept = [slot.entry for slot in quiz.slots if slot.entry not in ours or slot.entry in entries]
        kept += [entry for entry in entries if entry not in kept]
        quiz.slots = [slots[entry] for entry in _arranged(kept, entries)]
        return True

    def remember(self, item: Item, names: list[str]) -> None:
        now = prints(self.course, item) or {}
        for name in names:
            item.fields[name] = Agreed(self.fields[name]["hash"], now.get(name))
            self.written.append({"key": item.key, "name": name})
        for name, hash_ in self.accept.items():
            item.fields[name] = Agreed(hash_, now.get(name))
        item.removed = item.removed and not self.fields
        is_changed = self.written or any(part["status"] != "unchanged" for part in self.told)
        if self.status == "unchanged" and is_changed:
            self.status = "changed"

    def tell(self, part: Json, status: str, entry: Entry) -> None:
        told = {"key": part["key"], "status": status, "targetid": entry.id, "version": len(entry.versions)}
        self.told.append(told)

    def warn(self, path: str, code: str, detail: str) -> None:
        self.warnings.append({"path": path, "code": code, "message": f"{code}: {detail}"})


def _arranged(present: list[Any], wanted: list[Any]) -> list[Any]:
    """Those that are wanted change places among themselves; what stands between them stays where it is."""
    waiting = iter(wanted)
    return [next(waiting) if one in wanted else one for one in present]
