"""A course as files for a Moodle without the companion: somebody imports them by hand, and nothing is kept in step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import count
from zoneinfo import ZoneInfo

from moodle_bridge.components import Component, Course
from moodle_bridge.kinds.workshop import SESSION
from moodle_bridge.moodle_xml_writing import write_file
from xblocks.base.sanitise import as_plain_text
from xblocks.microquiz import gift, moodle_xml
from xblocks.workshop.ics_calendar import Event, calendar

Content = Callable[[str], bytes]
"""From the hash of a file to its bytes."""

_UNSAFE = re.compile(r"[^\w-]+")
_CARRIED = re.compile(r"@@FILE:([0-9a-f]{64})@@")


def files_of(course: Course, content: Content) -> Iterator[tuple[str, bytes]]:
    """Each file by its path.

    That is Moodle XML and GIFT for a quiz, HTML for a text, a workshop or the description of an
    assignment, files that texts show beside them, and the
    sessions of all workshops as one file for a calendar.
    """
    for number, (section, component) in enumerate(course.placed(), start=1):
        name = f"{number:02d}-{_UNSAFE.sub('-', component.title).strip('-')[:60] or component.key}"
        if component.parts:
            questions = [part.payload["xml"] for part in component.parts]
            category = "/".join(_category(text) for text in (course.title, section.title, component.title))
            written = write_file(questions, category, content)
            yield f"{name}.xml", written
            yield f"{name}.gift.txt", _as_gift(written)
        else:
            yield from _text(name, component, content)
    dates = [_date(one) for one in course.beside if one.kind == SESSION]
    if dates:
        yield "dates.ics", calendar(dates, course.title)


def _date(session: Component) -> Event:
    starts = datetime.fromtimestamp(int(session.fields["timestart"]), UTC)
    return Event(
        uid=f"{session.key}@microunits",
        sequence=0,
        starts=starts,
        ends=starts + timedelta(seconds=int(session.fields["duration"])),
        zone=ZoneInfo("UTC"),
        # The same course gives the same file.
        changed_at=starts,
        summary=str(session.fields["name"]),
        description=as_plain_text(str(session.fields["description"])),
    )


def _category(text: str) -> str:
    """A name as a step of a category's path, where a slash is written twice."""
    return text.replace("/", "//")


def _as_gift(written: bytes) -> bytes:
    """The same questions in GIFT, for editors that have no Moodle XML; pictures stay behind."""
    numbers = count(1)
    reading = moodle_xml.read(written, lambda: f"q{next(numbers)}")
    return gift.write(reading.questions).text.encode()


def _text(name: str, component: Component, content: Content) -> Iterator[tuple[str, bytes]]:
    markup = "".join(str(component.fields.get(field, "")) for field in ("intro", "content"))
    shown = {file.sha256: f"files/{file.sha256[:8]}-{file.name.rpartition('/')[2]}" for file in component.files}
    body = _CARRIED.sub(lambda found: shown[found[1]], markup)
    title = escape(component.title)
    yield f"{name}.html", f'<!doctype html><meta charset="utf-8"><title>{title}</title>\n{body}\n'.encode()
    for sha256, path in shown.items():
        yield path, content(sha256)
