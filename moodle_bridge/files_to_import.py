"""A course as files for a Moodle without the companion: somebody imports them by hand, and nothing is kept in step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import count

from moodle_bridge.components import Component, Course
from moodle_bridge.moodle_xml_writing import write_file
from xblocks.microquiz import gift, moodle_xml

Content = Callable[[str], bytes]
"""From the hash of a file to its bytes."""

_UNSAFE = re.compile(r"[^\w-]+")
_CARRIED = re.compile(r"@@FILE:([0-9a-f]{64})@@")


def files_of(course: Course, content: Content) -> Iterator[tuple[str, bytes]]:
    """Each file by its path, and beside it the files that it shows.

    A quiz is Moodle XML and GIFT; a text is HTML, and so is the description of an assignment.
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


def _category(text: str) -> str:
    """A name as a step of a category's path, where a slash is written twice."""
    return text.replace("/", "//")


def _as_gift(written: bytes) -> bytes:
    """The same questions in GIFT, for editors that have no Moodle XML; pictures stay behind."""
    numbers = count(1)
    reading = moodle_xml.read(written, lambda: f"q{next(numbers)}")
    return gift.write(reading.questions).text.encode()


def _text(name: str, component: Component, content: Content) -> Iterator[tuple[str, bytes]]:
    markup = str(component.fields.get("content", component.fields.get("intro", "")))
    shown = {file.sha256: f"files/{file.sha256[:8]}-{file.name.rpartition('/')[2]}" for file in component.files}
    body = _CARRIED.sub(lambda found: shown[found[1]], markup)
    title = escape(component.title)
    yield f"{name}.html", f'<!doctype html><meta charset="utf-8"><title>{title}</title>\n{body}\n'.encode()
    for sha256, path in shown.items():
        yield path, content(sha256)
