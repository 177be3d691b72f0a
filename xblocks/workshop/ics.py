"""iCalendar as bytes, pure: content lines of RFC 5545, escaped and folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 75
"""Octets in a line of a file, without its end (RFC 5545, 3.1)."""


def text(value: str) -> str:
    """A value of type TEXT (3.3.11): no control characters, and what would end it is escaped."""
    plain = "".join(one for one in value.replace("\r\n", "\n").replace("\r", "\n") if one == "\n" or one >= " ")
    plain = plain.replace("\x7f", "")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def utc(moment: datetime) -> str:
    """A moment in UTC (3.3.5, form 2)."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def wall(moment: datetime) -> str:
    """What a clock shows (3.3.5, forms 1 and 3)."""
    return moment.strftime("%Y%m%dT%H%M%S")


def duration(length: timedelta) -> str:
    """So many minutes that pass (3.3.6); negative: before."""
    minutes = round(abs(length) / timedelta(minutes=1))
    return f"{'-' if length < timedelta(0) else ''}PT{minutes}M"


def offset(distance: timedelta) -> str:
    """How far a clock is from UTC (3.3.14); seconds where a zone has them."""
    seconds = round(distance / timedelta(seconds=1))
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}{f'{rest:02}' if rest else ''}"


def component(name: str, lines: Iterable[str]) -> list[str]:
    """Lines between the BEGIN and the END of a component."""
    return [f"BEGIN:{name}", *lines, f"END:{name}"]


def as_bytes(lines: Iterable[str]) -> bytes:
    """A file: each line folded, and ended as RFC 5545 (3.1) says."""
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def folded(line: str) -> Iterator[bytes]:
    """A content line as lines of at most 75 octets; no character is torn apart, and those behind begin with a blank."""
    part, length = "", 0
    for one in line:
        octets = len(one.encode())
        if length + octets > LONGEST_LINE:
            yield part.encode()
            part, length = " ", 1
        part += one
        length += octets
    yield part.encode()
