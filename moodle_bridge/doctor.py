"""Whether a site is fit for the bridge, point by point, each with what to do where it is not.

The calls to the site are passed in; judging what they say is all that is done here. Where one thing makes the rest
meaningless (nobody answers, the token is refused), the examination ends with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from moodle_bridge.findings import Finding, Level
from moodle_bridge.saying import Said
from moodle_bridge.shapes import Json
from moodle_bridge.site import STATUS, SiteInfo, Status
from moodle_bridge.wire import BATCH
from xblocks.base.problems import N_

API = 1
"""What this release and the companion have agreed on has this number."""

KINDS = ("microquiz", "page", "reflection", "badge", "event", "section")
"""What the companion should be able to hold."""

QTYPES = {
    "multichoice": N_("choices and flashcards"),
    "truefalse": N_("true or false"),
    "shortanswer": N_("short answers"),
    "numerical": N_("numbers"),
    "match": N_("matching"),
    "ordering": N_("ordering"),
    "multianswer": N_("gaps to fill in (cloze)"),
    "gapselect": N_("gaps to choose for"),
}
"""Moodle's question types that ours become, and what ours are called."""

_MEGABYTE = 1024 * 1024
_LEAST_BYTES = 8 * _MEGABYTE
_LEAST_UPLOAD = 2 * _MEGABYTE
_LEAST_VARIABLES = 1000
_MOST_SECONDS_APART = 60
_CRON_SECONDS = 3600


class Site(Protocol):
    """What the examination asks of a site; `moodle_bridge.client.Client` is one."""

    @property
    def url(self) -> str:
        """Its address as configured."""

    def site_info(self) -> SiteInfo:
        """What it says about itself."""

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        """What a function returns."""


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
        yield Finding("site", Level.OK, Said(N_("%(url)s answers."), {"url": site.url}))
        yield _failed("token", error)
        return
    except BridgeError as error:
        yield _failed("site", error)
        return
    yield _site(site.url, info)
    yield _release(info.release)
    belongs = N_("The token is valid and belongs to %(user)s (user id %(id)d).")
    yield Finding("token", Level.OK, Said(belongs, {"user": info.username, "id": info.userid}))
    yield from _functions(info.functions)
    if STATUS in info.functions:
        yield from _companion(site, now, course)


def _transport(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        yield Finding(
            "transport",
            Level.WARNING,
            Said(N_("Without https anybody on the way can read the token.")),
            Said(N_("Use https if you can.")),
        )


def _failed(name: str, error: BridgeError) -> Finding:
    return Finding(name, Level.PROBLEM, Said(error.message, error.params), Said(error.advice))


def _site(url: str, info: SiteInfo) -> Finding:
    if url.rstrip("/") == info.url.rstrip("/"):
        return Finding("site", Level.OK, Said(N_("%(name)s answers at %(url)s."), {"name": info.name, "url": url}))
    return Finding(
        "site",
        Level.WARNING,
        Said(
            N_("%(name)s answers at %(url)s and calls itself %(own)s."),
            {"name": info.name, "url": url, "own": info.url},
        ),
        Said(N_('Write url = "%(own)s" in moodle-bridge.toml, so that links and redirects agree.'), {"own": info.url}),
    )


def _release(release: str) -> Finding:
    oldest, newest = RELEASES[0], RELEASES[-1]
    told = {"release": release or Said(N_("of an unknown release")), "oldest": oldest, "newest": newest}
    if version(release) < version(oldest):
        return Finding(
            "release",
            Level.PROBLEM,
            Said(N_("Moodle %(release)s is older than %(oldest)s."), told),
            Said(N_("The bridge needs Moodle %(oldest)s to %(newest)s: upgrade the site."), told),
        )
    if version(release) > version(newest):
        return Finding(
            "release",
            Level.WARNING,
            Said(
                N_(
                    "Moodle %(release)s is newer than %(newest)s, the newest that this release of Microunits was tried "
                    "with."
                ),
                told,
            ),
            Said(N_("It may well work; look for a newer Microunits.")),
        )
    return Finding("release", Level.OK, Said(N_("Moodle %(release)s is supported."), told))


def _functions(offered: frozenset[str]) -> Iterator[Finding]:
    needed = {name for name in load(RELEASES[0]).functions if name.startswith(COMPANION)}
    missing = sorted(needed - offered)
    if missing:
        lacks = missing if len(missing) < len(needed) else Said(N_("every function of the companion"))
        yield _failed("service", CompanionMissingError(N_("The token's service lacks %(names)s."), names=lacks))
    else:
        has = N_("The token's service has all %(many)d functions of the companion.")
        yield Finding("service", Level.OK, Said(has, {"many": len(needed)}))
    if BATCH not in offered:
        yield Finding(
            "batches",
            Level.WARNING,
            Said(
                N_("The token's service lacks %(names)s, so that every call is a request of its own."),
                {"names": BATCH},
            ),
            Said(FunctionMissingError.advice),
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
    told = {"release": status.release, "api": status.api, "needed": API}
    if status.api < API:
        return Finding(
            "companion",
            Level.PROBLEM,
            Said(
                N_(
                    "The companion plugin has release %(release)s, interface %(api)d; this Microunits needs %(needed)d."
                ),
                told,
            ),
            Said(N_("Upgrade the plugin.")),
        )
    if status.api > API:
        return Finding(
            "companion",
            Level.PROBLEM,
            Said(
                N_(
                    "The companion plugin has release %(release)s, interface %(api)d; this Microunits knows %(needed)d."
                ),
                told,
            ),
            Said(N_("Upgrade Microunits on this machine (pip install --upgrade microunits).")),
        )
    return Finding(
        "companion", Level.OK, Said(N_("The companion plugin has release %(release)s, interface %(api)d."), told)
    )


def _clock(theirs: float, ours: float) -> Finding:
    apart = theirs - ours
    if abs(apart) <= _MOST_SECONDS_APART:
        return Finding("clock", Level.OK, Said(N_("The clocks are %(seconds).0f s apart."), {"seconds": abs(apart)}))
    ahead = N_("The site's clock is %(seconds).0f s ahead of this machine's.")
    behind = N_("The site's clock is %(seconds).0f s behind this machine's.")
    return Finding(
        "clock",
        Level.WARNING,
        Said(ahead if apart > 0 else behind, {"seconds": abs(apart)}),
        Said(N_("Let both machines set their clocks by the network (NTP): due dates and results depend on them.")),
    )


def _course(status: Status) -> Iterator[Finding]:
    if status.course:
        told = {"id": status.course.id, "title": f"{status.course.fullname} ({status.course.shortname})"}
        yield Finding("course", Level.OK, Said(N_("Course %(id)d is %(title)s."), told))
    where = Said(N_("in this course") if status.course else N_("on the site"))
    lacking = sorted(name for name, is_allowed in status.allowed.items() if not is_allowed)
    if lacking:
        level = Level.PROBLEM if status.course else Level.WARNING
        advice = (
            N_("Give the user a role that has them.")
            if status.course
            else N_("Give the user a role that has them, here or in each course; ask again with a course.")
        )
        lacks = Said(N_("The token's user lacks %(names)s %(where)s."), {"names": lacking, "where": where})
        yield Finding("capabilities", level, lacks, Said(advice))
    else:
        may = Said(N_("The token's user may do all that is needed %(where)s."), {"where": where})
        yield Finding("capabilities", Level.OK, may)


def _limits(status: Status) -> Iterator[Finding]:
    too_small = list(_too_small(status))
    for setting, has, least in too_small:
        advice = Said(N_("Ask the site's admin to raise it in php.ini to at least %(least)s."), {"least": least})
        yield Finding(
            "limits", Level.WARNING, Said(N_("PHP's %(setting)s is %(has)s."), {"setting": setting, "has": has}), advice
        )
    if not too_small:
        yield Finding(
            "limits",
            Level.OK,
            Said(
                N_("A request may have %(variables)s variables and %(bytes)s; a file may have %(upload)s."),
                {
                    "variables": f"{status.limits.variables:,}",
                    "bytes": _size(status.limits.bytes),
                    "upload": _size(status.upload_bytes),
                },
            ),
        )


def _too_small(status: Status) -> Iterator[tuple[str | Said, str | Said, str | Said]]:
    if 0 < status.limits.bytes < _LEAST_BYTES:
        yield "post_max_size", _size(status.limits.bytes), _size(_LEAST_BYTES)
    if 0 < status.upload_bytes < _LEAST_UPLOAD:
        yield Said(N_("upload_max_filesize (or Moodle's own limit)")), _size(status.upload_bytes), _size(_LEAST_UPLOAD)
    if status.limits.variables < _LEAST_VARIABLES:
        yield "max_input_vars", f"{status.limits.variables:,}", "5,000"


def _size(size: int) -> str | Said:
    return f"{size / _MEGABYTE:,.3g} MB" if size > 0 else Said(N_("any size"))


def _cron(age: int | None) -> Finding:
    advice = Said(N_("Let the server run Moodle's cron every minute: notifications and tidying up depend on it."))
    if age is None:
        return Finding("cron", Level.WARNING, Said(N_("Moodle's cron has never run.")), advice)
    if age > _CRON_SECONDS:
        last = Said(N_("Moodle's cron last ran %(hours)d h ago."), {"hours": age // 3600})
        return Finding("cron", Level.WARNING, last, advice)
    return Finding("cron", Level.OK, Said(N_("Moodle's cron ran %(seconds)d s ago."), {"seconds": age}))


def _contents(status: Status) -> Iterator[Finding]:
    kinds = [kind for kind in KINDS if kind not in status.kinds]
    if kinds:
        cannot = Said(N_("The companion cannot hold %(kinds)s."), {"kinds": kinds})
        yield Finding("kinds", Level.WARNING, cannot, Said(N_("Upgrade the companion plugin.")))
    else:
        yield Finding("kinds", Level.OK, Said(N_("The companion can hold %(kinds)s."), {"kinds": KINDS}))
    missing = [
        Said("%(qtype)s (%(ours)s)", {"qtype": qtype, "ours": Said(ours)})
        for qtype, ours in QTYPES.items()
        if qtype not in status.qtypes
    ]
    if missing:
        yield Finding(
            "questions",
            Level.WARNING,
            Said(N_("Question types that are missing: %(names)s."), {"names": missing}),
            Said(
                N_(
                    "Ask the site's admin to enable them (Plugins > Question types); such questions are left out till "
                    "then."
                )
            ),
        )
    else:
        yield Finding("questions", Level.OK, Said(N_("All %(many)d question types are there."), {"many": len(QTYPES)}))
    if status.has_messaging:
        yield Finding("messages", Level.OK, Said(N_("Notifications can be sent.")))
    else:
        yield Finding(
            "messages",
            Level.WARNING,
            Said(N_("Messaging is switched off, so that no nudge can be sent.")),
            Said(N_("Ask the site's admin to enable it (Site administration > Messaging > Notification settings).")),
        )
