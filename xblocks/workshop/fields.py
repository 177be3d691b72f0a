"""The fields of a workshop's data, pure: each is read on its own, and says where and how it is to be mended."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import clean_html, clean_text, clean_url
from xblocks.workshop.moments import Distance, distance_of, zone_of

MOST_SEATS, MOST_MINUTES, MOST_DAYS = 10_000, 600, 730
LONGEST_LINE, LONGEST_MARKUP = 300, 20_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_BLOCK = re.compile(r"[a-z0-9_-]{1,64}@[^\s/@]{1,190}\Z")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\Z")
_TIME = re.compile(r"\d\d:\d\d\Z")
Choice = TypeVar("Choice", bound=StrEnum)


def reader(raw: Any, path: str, problems: list[Problem]) -> Reader | None:
    """A reader of an object; None, and a problem, where there is none."""
    if isinstance(raw, Mapping):
        return Reader(raw, path, problems)
    problems.append(Problem(path, N_("This cannot be read; remove it and write it anew.")))
    return None


class Reader:
    """Reads an object field by field.

    Attributes:
        problems: what is to be mended, also of other objects.
    """

    def __init__(self, raw: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self._raw = raw
        self._path = path
        self._asked: set[str] = set()
        self.problems = problems

    def at(self, name: str) -> str:
        """Where a field is."""
        return f"{self._path}/{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether a field holds anything."""
        self._asked.add(name)
        return self._raw.get(name) not in (None, "")

    def finish(self) -> None:
        """Whatever was not asked for does not belong here."""
        for name in self._raw:
            if name not in self._asked:
                self._wrong(str(name)[:64], N_("There is no field of this name here; remove it."))

    # --- Texts

    def id(self, name: str) -> str:
        """An id."""
        raw = self._get(name)
        if isinstance(raw, str) and _ID.match(raw):
            return raw
        self._wrong(name, N_("An id has letters, digits, - and _ only, at most 64."))
        return ""

    def line(self, name: str, *, required: str = "") -> str:
        """One line of plain text; `required` is what to say where it is missing."""
        text = " ".join(self._text(name).split())
        if not text and required:
            self._wrong(name, required)
        if len(text) > LONGEST_LINE:
            self._wrong(name, N_("Keep this under %(most)d characters."), most=LONGEST_LINE)
        return text

    def markup(self, name: str) -> str:
        """A text with markup, made safe."""
        text = clean_html(self._text(name))
        if len(text) > LONGEST_MARKUP:
            self._wrong(name, N_("Keep this under %(most)d characters."), most=LONGEST_MARKUP)
        return text

    def link(self, name: str) -> str:
        """A web address, or a path of the course."""
        text = self._text(name).strip()
        address = clean_url(text)
        is_whole = address.startswith(("https://", "http://", "/", "mailto:", "tel:")) and " " not in address
        if text and not is_whole:
            self._wrong(name, N_("Give a whole web address, such as https://example.org/room."))
            return ""
        if len(address) > LONGEST_LINE:
            self._wrong(name, N_("Keep this under %(most)d characters."), most=LONGEST_LINE)
        return address

    def block(self, name: str, block_type: str, *, required: bool = False) -> str:
        """A block of the same course, as its type, "@" and its url_name; any type where none is named."""
        text = self._text(name).strip()
        is_named = bool(_BLOCK.match(text)) and text.startswith(f"{block_type}@" if block_type else "")
        if (text or required) and not is_named:
            self._wrong(name, N_("Choose a block of this course."))
            return ""
        return text

    def zone(self, name: str) -> str:
        """A time zone."""
        raw = self._get(name, "UTC")
        if isinstance(raw, str) and zone_of(raw) is not None:
            return raw
        self._wrong(name, N_("Choose the time zone of the place where it is, such as Europe/Amsterdam."))
        return "UTC"

    # --- Numbers, times

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number."""
        raw = self._get(name, default)
        if isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= most:
            return raw
        self._wrong(name, N_("Give a whole number from %(least)d to %(most)d."), least=least, most=most)
        return default

    def local(self, name: str) -> datetime | None:
        """A date and a time on some clock, to the minute."""
        raw = self._get(name)
        if isinstance(raw, str) and _LOCAL.match(raw):
            try:
                # What lies at the ends of the calendar has no moment in some zone.
                found = datetime.fromisoformat(raw)
                if 1970 <= found.year <= 2200:
                    return found
            except ValueError:
                pass
        self._wrong(name, N_("Give a date and a time."))
        return None

    def time(self, name: str) -> time | None:
        """A time on some clock, to the minute."""
        raw = self._get(name)
        if isinstance(raw, str) and _TIME.match(raw):
            try:
                return time.fromisoformat(raw)
            except ValueError:
                pass
        self._wrong(name, N_("Give a time, such as 13:30."))
        return None

    def in_order(self, starts: Any, ends: Any) -> None:
        """It ends after it begins."""
        if starts is not None and ends is not None and ends <= starts:
            self._wrong("ends", N_("It ends before it begins. Give a later end."))

    def distance(self, name: str, default: Distance) -> Distance:
        """How long before a session."""
        raw = self._get(name)
        return default if raw is None else self.distance_in(raw, name) or default

    def distance_in(self, raw: Any, name: str) -> Distance | None:
        """How long before a session, of a value that was taken out already."""
        found = distance_of(raw) if isinstance(raw, str) else None
        if found is None:
            self._wrong(name, N_("Say how long before, such as 2d for two days or 3h for three hours."))
        return found

    # --- Choices, lists

    def one_of(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        """One of a closed set."""
        raw = self._get(name, str(default))
        if isinstance(raw, str) and raw in set(choices):
            return choices(raw)
        self._wrong(name, N_("Choose one of: %(choices)s."), choices=", ".join(choices))
        return default

    def list(self, name: str, most: int) -> Sequence[Any]:
        """A list of at most so many."""
        raw = self._get(name, [])
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            self._wrong(name, N_("This is no list; write it anew."))
            return []
        if len(raw) > most:
            self._wrong(name, N_("At most %(most)d fit here."), most=most)
        return raw[:most]

    # --- Parts

    def _get(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        raw = self._raw.get(name)
        return default if raw is None else raw

    def _text(self, name: str) -> str:
        raw = self._get(name, "")
        if isinstance(raw, str):
            return clean_text(raw)
        self._wrong(name, N_("This is no text; write it again."))
        return ""

    def _wrong(self, name: str, message: str, **params: object) -> None:
        self.problems.append(Problem(self.at(name), message, params))
