"""Courses as Open edX exports them, as a mapping from path to bytes."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping

from moodle_bridge.carrying import carried_course
from moodle_bridge.components import Component, Course, File
from moodle_bridge.olx_course import read

QUIZ = """<microquiz url_name="sender" display_name="Who is writing?">
  <introduction><![CDATA[<p>Two minutes. <img src="/static/mail.png" alt="Mail"></p>]]></introduction>
  <single id="q1"><text>Which?</text><image src="/static/box/mail%20two.png" alt="A mail"/>
    <choice id="a" right="true"><text>The address</text><feedback>Yes.</feedback></choice>
    <choice id="b">The logo</choice>
    <hint>Look.</hint><tag>mail</tag></single>
  <truefalse id="q2" right="false"><text>A name is proof.</text></truefalse>
</microquiz>"""

EXPORT: dict[str, str | bytes] = {
    "course.xml": '<course url_name="2026" org="Org" course="PHISH"/>',
    "course/2026.xml": (
        '<course display_name="Phishing" language="nl"><chapter url_name="one"/><chapter url_name="two"/></course>'
    ),
    "chapter/one.xml": '<chapter display_name="Week 1"><sequential url_name="s1"/></chapter>',
    "sequential/s1.xml": (
        '<sequential display_name="Senders" due="2026-12-01T12:00:00Z" graded="true">'
        '<vertical url_name="v1"/></sequential>'
    ),
    "vertical/v1.xml": f'<vertical display_name="Unit">{QUIZ}<html url_name="read"/><video url_name="v"/></vertical>',
    "html/read.xml": '<html display_name="Read this" filename="read"/>',
    "html/read.html": '<p>Text <img src="/static/mail.png"></p><script>alert(1)</script>',
    "chapter/two.xml": (
        '<chapter display_name="Week 2" visible_to_staff_only="true" start="&quot;2026-11-01T00:00:00+01:00&quot;">'
        '<sequential url_name="s2"><vertical url_name="v2"><html url_name="inline">Plain <b>text</b></html></vertical>'
        "</sequential></chapter>"
    ),
    "static/mail.png": b"png",
    "static/box/mail two.png": b"another",
}


def reader(export: Mapping[str, str | bytes]):  # type: ignore[no-untyped-def]
    def read_file(path: str) -> bytes | None:
        found = export.get(path)
        return found.encode() if isinstance(found, str) else found

    return read_file


def finder(export: Mapping[str, str | bytes]):  # type: ignore[no-untyped-def]
    def find(name: str) -> File | None:
        found = export.get(f"static/{name}")
        if found is None:
            return None
        data = found.encode() if isinstance(found, str) else found
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return File(name=name, sha256=hashlib.sha256(data).hexdigest(), mimetype=kind, size=len(data))

    return find


def carried(export: Mapping[str, str | bytes]) -> Course:
    return carried_course(read(reader(export)), finder(export), lambda file: b"")


def component(course: Course, name: str) -> Component:
    """The component whose title that is."""
    return next(component for _section, component in course.placed() if component.title == name)
