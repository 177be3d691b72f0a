"""Whether a site is fit for the bridge, point by point, each with what to do where it is not.

The calls to the site are passed in; judging what they say is all that is done here. Where one thing makes the rest
meaningless (nobody answers, the token is refused), the examination ends with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from moodle_bridge.contract import COMPANION, RELEASES, load, version
from moodle_bridge.errors import (
    AccessRefusedError,
    BridgeError,
    CompanionMissingError,
    FunctionMissingError,
    RecordMissingError,
    TokenRefusedError,
)
from moodle_bridge.shapes import Json
from moodle_bridge.site import STATUS, SiteInfo, Status
from moodle_bridge.wire import BATCH

API = 1
"""What this release and the companion have agreed on has this number."""

KINDS = ("microquiz", "page", "event", "section")
"""What the companion should be able to hold."""

QTYPES = {
    "multichoice": "choices and flashcards",
    "truefalse": "true or false",
    "shortanswer": "short answers",
    "numerical": "numbers",
    "match": "matching",
    "ordering": "ordering",
    "multianswer": "gaps to fill in (cloze)",
    "gapselect": "gaps to choose for",
}
"""Moodle's question types that ours become, and what ours are called."""

_MEGABYTE = 1024 * 1024
_LEAST_BYTES = 8 * _MEGABYTE
_LEAST_UPLOAD = 2 * _MEGABYTE
_LEAST_VARIABLES = 1000
_MOST_SECONDS_APART = 60
_CRON_SECONDS = 3600


class Level(StrEnum):
    """How a point stands."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One point of the examination.

    Attributes:
        name: what was looked at ("token").
        message: what was seen, a sentence.
        advice: what to do; empty where all is well.
    """

    name: str
    level: Level
    message: str
    advice: str = ""

    def line(self) -> str:
        """For people, one line."""
        return " ".join(filter(None, (f"{self.level:<8} {self.name:<13} {self.message}", self.advice)))

    def as_json(self) -> dict[str, str]:
        """For scripts."""
        return {"name": self.name, "level": str(self.level), "message": self.message, "advice": self.advice}


class Site(Protocol):
    """What the examination asks of a site; `moodle_bridge.client.Client` is one."""

    @property
    def url(self) -> str:
        """Its address as configured."""

    def site_info(self) -> SiteInfo:
        """What it says about itself."""

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        """What a function returns."""


def worst(findings: Iterable[Finding]) -> Level:
    """The level of the whole."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)


def report(findings: Iterable[Finding]) -> Json:
    """For scripts: the level of the whole, and every point."""
    listed = list(findings)
    return {"level": str(worst(listed)), "findings": [finding.as_json() for finding in listed]}


def examine(site: Site, now: Callable[[], float], course: int = 0) -> Iterator[Finding]:
    """The points one after the other, as they are found.

    Args:
        now: epoch seconds of this machine's clock.
        course: the id of a course in Moodle; 0: no course in particular.
    """
    yield from _transport(site.url)
    try:
        info = site.site_info()
    except TokenRefusedError as error:
        yield Finding("site", Level.OK, f"{site.url} answers.")
        yield _failed("token", error)
        return
    except BridgeError as error:
        yield _failed("site", error)
        return
    yield _site(site.url, info)
    yield _release(info.release)
    yield Finding("token", Level.OK, f"The token is valid and belongs to {info.username} (user id {info.userid}).")
    yield from _functions(info.functions)
    if STATUS in info.functions:
        yield from _companion(site, now, course)


def _transport(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        yield Finding(
            "transport", Level.WARNING, "Without https anybody on the way can read the token.", "Use https if you can."
        )


def _failed(name: str, error: BridgeError) -> Finding:
    return Finding(name, Level.PROBLEM, error.what, error.advice)


def _site(url: str, info: SiteInfo) -> Finding:
    if url.rstrip("/") == info.url.rstrip("/"):
        return Finding("site", Level.OK, f"{info.name} answers at {url}.")
    return Finding(
        "site",
        Level.WARNING,
        f"{info.name} answers at {url} and calls itself {info.url}.",
        f'Write url = "{info.url}" in moodle-bridge.toml, so that links and redirects agree.',
    )


def _release(release: str) -> Finding:
    oldest, newest = RELEASES[0], RELEASES[-1]
    if version(release) < version(oldest):
        return Finding(
            "release",
            Level.PROBLEM,
            f"Moodle {release or 'of an unknown release'} is older than {oldest}.",
            f"The bridge needs Moodle {oldest} to {newest}: upgrade the site.",
        )
    if version(release) > version(newest):
        return Finding(
            "release",
            Level.WARNING,
            f"Moodle {release} is newer than {newest}, the newest that this release of Microunits was tried with.",
            "It may well work; look for a newer Microunits.",
        )
    return Finding("release", Level.OK, f"Moodle {release} is supported.")


def _functions(offered: frozenset[str]) -> Iterator[Finding]:
    needed = {name for name in load(RELEASES[0]).functions if name.startswith(COMPANION)}
    missing = sorted(needed - offered)
    if missing:
        lacks = ", ".join(missing) if len(missing) < len(needed) else "every function of the companion"
        yield _failed("service", CompanionMissingError(f"The token's service lacks {lacks}."))
    else:
        yield Finding("service", Level.OK, f"The token's service has all {len(needed)} functions of the companion.")
    if BATCH not in offered:
        yield Finding(
            "batches",
            Level.WARNING,
            f"The token's service lacks {BATCH}, so that every call is a request of its own.",
            FunctionMissingError.advice,
        )


def _companion(site: Site, now: Callable[[], float], course: int) -> Iterator[Finding]:
    before = now()
    try:
        status = Status.of(site.call(STATUS, {"courseid": course} if course else {}))
    except (AccessRefusedError, RecordMissingError) as error:
        yield _failed("course", error)
        return
    except BridgeError as error:
        yield _failed("companion", error)
        return
    yield _api(status)
    yield _clock(status.time, (before + now()) / 2)
    yield from _course(status)
    yield from _limits(status)
    yield _cron(status.cron_age)
    yield from _contents(status)


def _api(status: Status) -> Finding:
    what = f"The companion plugin has release {status.release}, interface {status.api}"
    if status.api < API:
        return Finding("companion", Level.PROBLEM, f"{what}; this Microunits needs {API}.", "Upgrade the plugin.")
    if status.api > API:
        return Finding(
            "companion",
            Level.PROBLEM,
            f"{what}; this Microunits knows {API}.",
            "Upgrade Microunits on this machine (pip install --upgrade microunits).",
        )
    return Finding("companion", Level.OK, f"{what}.")


def _clock(theirs: float, ours: float) -> Finding:
    apart = theirs - ours
    if abs(apart) <= _MOST_SECONDS_APART:
        return Finding("clock", Level.OK, f"The clocks are {abs(apart):.0f} s apart.")
    return Finding(
        "clock",
        Level.WARNING,
        f"The site's clock is {abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} this machine's.",
        "Let both machines set their clocks by the network (NTP): due dates and results depend on them.",
    )


def _course(status: Status) -> Iterator[Finding]:
    if status.course:
        title = f"{status.course.fullname} ({status.course.shortname})"
        yield Finding("course", Level.OK, f"Course {status.course.id} is {title}.")
    where = "in this course" if status.course else "on the site"
    lacking = sorted(name for name, is_allowed in status.allowed.items() if not is_allowed)
    if lacking:
        level = Level.PROBLEM if status.course else Level.WARNING
        advice = "Give the user a role that has them" + (
            "." if status.course else ", here or in each course; ask again with a course."
        )
        yield Finding("capabilities", level, f"The token's user lacks {', '.join(lacking)} {where}.", advice)
    else:
        yield Finding("capabilities", Level.OK, f"The token's user may do all that is needed {where}.")


def _limits(status: Status) -> Iterator[Finding]:
    too_small = list(_too_small(status))
    for setting, has, least in too_small:
        advice = f"Ask the site's admin to raise it in php.ini to at least {least}."
        yield Finding("limits", Level.WARNING, f"PHP's {setting} is {has}.", advice)
    if not too_small:
        yield Finding(
            "limits",
            Level.OK,
            f"A request may have {status.limits.variables:,} variables and {_size(status.limits.bytes)}; a file "
            f"may have {_size(status.upload_bytes)}.",
        )


def _too_small(status: Status) -> Iterator[tuple[str, str, str]]:
    if 0 < status.limits.bytes < _LEAST_BYTES:
        yield "post_max_size", _size(status.limits.bytes), _size(_LEAST_BYTES)
    if 0 < status.upload_bytes < _LEAST_UPLOAD:
        yield "upload_max_filesize (or Moodle's own limit)", _size(status.upload_bytes), _size(_LEAST_UPLOAD)
    if status.limits.variables < _LEAST_VARIABLES:
        yield "max_input_vars", f"{status.limits.variables:,}", "5,000"


def _size(size: int) -> str:
    return f"{size / _MEGABYTE:,.3g} MB" if size > 0 else "any size"


def _cron(age: int | None) -> Finding:
    advice = "Let the server run Moodle's cron every minute: notifications and tidying up depend on it."
    if age is None:
        return Finding("cron", Level.WARNING, "Moodle's cron has never run.", advice)
    if age > _CRON_SECONDS:
        return Finding("cron", Level.WARNING, f"Moodle's cron last ran {age // 3600} h ago.", advice)
    return Finding("cron", Level.OK, f"Moodle's cron ran {age} s ago.")


def _contents(status: Status) -> Iterator[Finding]:
    kinds = [kind for kind in KINDS if kind not in status.kinds]
    if kinds:
        yield Finding(
            "kinds", Level.WARNING, f"The companion cannot hold {', '.join(kinds)}.", "Upgrade the companion plugin."
        )
    else:
        yield Finding("kinds", Level.OK, f"The companion can hold {', '.join(KINDS)}.")
    missing = [f"{qtype} ({ours})" for qtype, ours in QTYPES.items() if qtype not in status.qtypes]
    if missing:
        advice = (
            "Ask the site's admin to enable them (Plugins > Question types); such questions are left out till then."
        )
        yield Finding("questions", Level.WARNING, f"Question types that are missing: {', '.join(missing)}.", advice)
    else:
        yield Finding("questions", Level.OK, f"All {len(QTYPES)} question types are there.")
    if status.has_messaging:
        yield Finding("messages", Level.OK, "Notifications can be sent.")
    else:
        yield Finding(
            "messages",
            Level.WARNING,
            "Messaging is switched off, so that no nudge can be sent.",
            "Ask the site's admin to enable it (Site administration > Messaging > Notification settings).",
        )
