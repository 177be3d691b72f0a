"""A course of its own on its way to a site, as often as a test needs one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from moodle_bridge import errors
from moodle_bridge.applying import Site as Applied
from moodle_bridge.client import Client
from moodle_bridge.components import Course, hashes
from moodle_bridge.plan import UNASKED
from moodle_bridge.syncing import course_of, planned, synced
from tests.moodle_bridge.exported import EXPORT
from tests.moodle_bridge.sites import Site

WORKSHOP = """<workshop url_name="day" display_name="Phishing day">
  <about><![CDATA[<p>An afternoon. <img src="/static/mail.png" alt="Mail"></p>]]></about>
  <session id="thu" starts="2026-12-03T13:30" ends="2026-12-03T16:30" zone="Europe/Amsterdam" place="Room 2.14"/>
  <session id="fri" starts="2026-12-04T13:30" ends="2026-12-04T16:30" zone="Europe/Amsterdam"/>
  <item id="read" kind="read" title="Read the case" url="/static/box/mail%20two.png"/>
</workshop>"""
REFLECTION = '<reflection url_name="look" display_name="A look back" framework="tried" most_words="90"/>'
WHOLE: Mapping[str, str | bytes] = {
    **EXPORT,
    "vertical/v1.xml": str(EXPORT["vertical/v1.xml"]).replace("</vertical>", f"{WORKSHOP}{REFLECTION}</vertical>"),
}
"""A course with something of each kind that stands in a section, and with dates in the calendar."""


@dataclass
class Scene:
    """A course of its own keys in a folder, and the site that it goes to."""

    site: Site
    folder: Path
    title: str

    @property
    def client(self) -> Client:
        return self.site.client

    def write(self, export: Mapping[str, str | bytes] = WHOLE) -> None:
        """The files of the course, under names of its own."""
        for name, content in export.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                own = content.replace('course="PHISH"', f'course="{self.title}"')
                path.write_text(own.replace('"Week ', f'"{self.title} '))

    @property
    def course(self) -> Course:
        with course_of(str(self.folder), teachers_read=True) as found:
            return found.course

    def sync(self, through: Applied | None = None) -> None:
        """Syncs, through the site's client or another."""
        client = through or self.client
        with course_of(str(self.folder), teachers_read=True) as found:
            plan = planned(found.course, client, self.site.course, UNASKED)
            for done in synced(plan, client, self.site.course, found.content):
                assert done.error is None, str(done.error)

    def check(self) -> None:
        """What Moodle holds is the course, all of it once, and another sync has nothing to do."""
        course = self.course
        wanted = [*(section.itself() for section in course.sections)]
        wanted += course.all()
        parts = [part for component in wanted for part in component.parts]
        known = {one.key: hashes(one) for one in (*wanted, *parts)}
        held = {one["key"]: one for one in self.site.call("get_held")["items"] if one["key"] in known}
        assert set(held) == set(known)
        for key, item in held.items():
            assert (item["present"], item["removed"], item["version"]) == (True, False, int(item["kind"] == "question"))
            assert {one["name"]: one["hash"] for one in item["fields"]} == known[key]
            assert [one["name"] for one in item["fields"] if one["edited"]] == []
        assert planned(course, self.client, self.site.course, UNASKED).is_empty

    def check_what_is_shown(self) -> None:
        """The same of Moodle's own course page."""
        sections = self.client.call("core_course_get_contents", {"courseid": self.site.course})
        ours = [section["modules"] for section in sections if self.title in section["name"]]
        shown = [[module["name"] for module in modules] for modules in ours]
        assert shown == [[one.title for one in section.components] for section in self.course.sections]

    def clear(self) -> None:
        course = self.course
        keys = [component.key for component in course.all()]
        for key in [*keys, *(section.key for section in course.sections)]:
            with suppress(errors.BridgeError):
                self.site.call("remove", key=key, mode="delete")
