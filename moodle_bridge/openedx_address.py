"""The address of a course in a running Open edX, as its authors know it: where Studio is, and the course's key.

    https://studio.academy.example/course-v1:Org+Course+Run

What the browser shows in Studio (`.../course/course-v1:...`) is the same address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from moodle_bridge.errors import ConfigurationError
from moodle_bridge.web_address import has_more, is_loopback, origin, parts_of
from xblocks.base.problems import N_

EXAMPLE = "https://studio.example.org/course-v1:Org+Course+Run"

_KEY = re.compile(r"course-v1:[^/+:?#\s]+\+[^/+:?#\s]+\+[^/+:?#\s]+")
_PAGES = frozenset({"course", "export", "import", "outline"})
"""Studio's own pages about a course, which may stand before the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAddress:
    """A course in a running Open edX.

    Attributes:
        studio: the address of Studio, without a slash at its end.
        key: of the course ("course-v1:Org+Course+Run").
    """

    studio: str
    key: str

    @property
    def quoted_key(self) -> str:
        """The key as a step of a path."""
        return quote(self.key, safe=":+")


def is_address(source: str) -> bool:
    """Whether a source is the address of a running Open edX, and no file or folder."""
    return bool(re.match(r"https?:/", source, re.IGNORECASE))


def course_address(source: str) -> CourseAddress:
    """The course that an address names.

    Raises:
        ConfigurationError: it names none, or has something in it that does not belong there. Nothing of what was
            given is repeated: a password may stand in it.
    """
    parts = parts_of(source)
    if parts is None:
        raise ConfigurationError(
            N_("This is no web address. A course in a running Open edX is written like %(example)s"), example=EXAMPLE
        )
    if has_more(parts):
        raise ConfigurationError(
            N_("Only the address of the course, nothing before an @ and nothing after a ? or #, like %(example)s"),
            example=EXAMPLE,
        )
    before, _slash, key = unquote(parts.path).rstrip("/").rpartition("/")
    if not _KEY.fullmatch(key):
        raise ConfigurationError(
            N_("The address of a course in Studio ends in the course's key, like %(example)s"), example=EXAMPLE
        )
    steps = before.strip("/").split("/")
    if steps[-1] in _PAGES:
        steps.pop()
    if any("authoring" in step for step in steps):
        raise ConfigurationError(
            N_("This is the address of the pages for authors. Write that of Studio itself, like %(example)s"),
            example=EXAMPLE,
        )
    return CourseAddress(studio="/".join((origin(parts), *filter(None, steps))), key=key)


def is_lms_of(lms: str, studio: str) -> bool:
    """Whether an LMS may be taken for Studio's own though nobody named it; a token goes nowhere else unasked.

    studio.academy.example belongs to academy.example, and two servers on this machine belong together.
    """
    above, below = parts_of(lms), parts_of(studio)
    if above is None or below is None:
        return False
    if is_loopback(above) and is_loopback(below):
        return True
    return above.scheme == below.scheme and (below.hostname or "").partition(".")[2] == above.hostname
