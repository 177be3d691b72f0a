"""What `moodle-bridge.toml` says: sites, courses, who owns which field. Tokens never stand in it.

    [sites.school]
    url = "https://moodle.school.example"
    timeouts = { read = 300 }

    [courses.phishing]
    site = "school"
    source = "exports/phishing.tar.gz"
    course = 42
    owners = { microquiz.timeopen = "moodle" }

A token comes from the environment (MOODLE_BRIDGE_TOKEN_SCHOOL, or MOODLE_BRIDGE_TOKEN where there is one site) or from
the keyring (service "moodle-bridge", user name "school") where the package `keyring` is installed. A source that is the
address of an Open edX needs one, too, by names of its own (MOODLE_BRIDGE_OPENEDX_TOKEN). Reading the file is for
`moodle_bridge.config_reading`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from moodle_bridge.errors import ConfigurationError, TokenMissingError
from moodle_bridge.matching import Match
from moodle_bridge.patience import Timeouts
from moodle_bridge.plan import Owner
from moodle_bridge.secret import OpenEdxSecret, Secret
from moodle_bridge.web_address import is_safe, parts_of
from xblocks.base.problems import N_

FILE = "moodle-bridge.toml"
KEYRING_SERVICE = "moodle-bridge"
VARIABLE = "MOODLE_BRIDGE_TOKEN"
OPENEDX_VARIABLE = "MOODLE_BRIDGE_OPENEDX_TOKEN"

_A_TOKEN = re.compile("[A-Za-z0-9]{8,}")
_A_TOKEN_OR_AN_APPLICATION = re.compile("[A-Za-z0-9._-]{8,}|[!-9;-~]+:[!-9;-~]{8,}")

FOR_EXPORTS = Timeouts(whole=3600.0)
"""A large course takes its time to be exported, and as much again to be downloaded."""

LookUp = Callable[[str], str | None]
"""What stands under a name, if anything does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A Moodle.

    Attributes:
        name: by which the rest of the file, and its token, know it.
        url: without a slash at its end.
        match: by what its learners are matched with accounts of the platform.
        calendar: whether learners find the day on which questions come back in their calendar.
    """

    name: str
    url: str
    timeouts: Timeouts = field(default_factory=Timeouts)
    match: Match = Match.EMAIL
    calendar: bool = True

    @property
    def variable(self) -> str:
        """The environment variable that holds its token."""
        return _variable(VARIABLE, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEdx:
    """A running Open edX, from which courses come.

    Attributes:
        name: by which its token is known; "": nobody has named it.
        studio: the address of Studio, without a slash at its end.
        lms: that of the LMS, which gives out its tokens; "": the one above Studio's own.
    """

    name: str
    studio: str
    lms: str = ""
    timeouts: Timeouts = FOR_EXPORTS

    @property
    def user_name(self) -> str:
        """By which the keyring knows its token."""
        return f"openedx.{self.name or (urlsplit(self.studio).hostname or '')}"


class Reflections(StrEnum):
    """Who may read in Moodle what learners write in a reflection."""

    PRIVATE = "private"
    TEACHERS = "teachers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course, and where in Moodle it goes.

    Attributes:
        source: an OLX export (folder or archive), a path from the file's folder; the address of a course in Studio; or,
            for the service within Open edX, the key of a course of that platform ("course-v1:...").
        course: its id in Moodle.
        owners: by kind and field; where nothing is said, nothing that was edited in Moodle is overwritten unasked.
        reflections: whether they stay with their writers, or become assignments, which teachers read.
    """

    name: str
    site: Site
    source: str
    course: int
    owners: Mapping[str, Mapping[str, Owner]] = field(default_factory=dict)
    reflections: Reflections = Reflections.PRIVATE

    @property
    def teachers_read(self) -> bool:
        """Whether teachers in Moodle may read reflections."""
        return self.reflections is Reflections.TEACHERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The whole file."""

    sites: Mapping[str, Site] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)
    openedx: Mapping[str, OpenEdx] = field(default_factory=dict)

    def token(self, site: Site, variable: LookUp, keyring: LookUp | None = None) -> Secret:
        """The token of a site. Raises TokenMissingError, which says where one can be put.

        Args:
            variable: what an environment variable holds (`environment`).
            keyring: what the keyring holds for a user name (`installed_keyring`); None: there is no keyring.
        """
        # A token without a name goes to the only site there is: it could otherwise reach a site that is not its own.
        names = [site.variable] + ([VARIABLE] if len(self.sites) == 1 else [])
        found = _found(_places(names, site.name, variable, keyring), _A_TOKEN, Secret)
        if isinstance(found, str):
            raise ConfigurationError(
                N_(
                    "What stands in %(place)s is no token: a token of Moodle has 32 letters and digits, and nothing "
                    "else. Copy it anew from Site administration > Server > Web services > Manage tokens."
                ),
                place=found,
            )
        if found is None:
            raise TokenMissingError(
                N_(
                    "There is no token for the site %(site)s. Put it into the environment variable %(variable)s, or "
                    "install the package keyring and run: keyring set %(service)s %(site)s"
                ),
                site=site.name,
                variable=names[0],
                service=KEYRING_SERVICE,
            )
        return found

    def openedx_of(self, studio: str) -> OpenEdx:
        """The Open edX with that Studio: one of the file, or one that nobody has named.

        Raises:
            ConfigurationError: a token would be sent where anybody on the way can read it.
        """
        known = next((one for one in self.openedx.values() if one.studio == studio), None)
        if known is not None:
            return known
        parts = parts_of(studio)
        if parts is None or not is_safe(parts):
            raise ConfigurationError(
                N_("Without https anybody on the way can read the token: write https:// before the course's address.")
            )
        return OpenEdx(name="", studio=studio)

    def openedx_secret(self, openedx: OpenEdx, variable: LookUp, keyring: LookUp | None = None) -> OpenEdxSecret:
        """What opens an Open edX, as `token` finds that of a site."""
        names = [_variable(OPENEDX_VARIABLE, openedx.name)] if openedx.name else []
        if not [one for one in self.openedx.values() if one != openedx]:
            names.append(OPENEDX_VARIABLE)
        user = openedx.user_name
        found = _found(_places(names, user, variable, keyring), _A_TOKEN_OR_AN_APPLICATION, OpenEdxSecret)
        if isinstance(found, str):
            raise ConfigurationError(
                N_(
                    "What stands in %(place)s is neither a token of an Open edX nor an application's id and secret "
                    "with a colon between them. Copy it anew from the LMS (/admin/oauth2_provider/application/)."
                ),
                place=found,
            )
        if found is None and not names:
            raise TokenMissingError(
                N_(
                    "There is no token for %(studio)s. Give it a name in moodle-bridge.toml, as in [openedx.academy], "
                    "and put its token into %(variable)s_ACADEMY."
                ),
                studio=openedx.studio,
                variable=OPENEDX_VARIABLE,
            )
        if found is None:
            raise TokenMissingError(
                N_(
                    "There is no token for %(studio)s. Put it into the environment variable %(variable)s, or install "
                    "the package keyring and run: keyring set %(service)s %(user)s"
                ),
                studio=openedx.studio,
                variable=names[0],
                service=KEYRING_SERVICE,
                user=user,
            )
        return found


def environment(name: str) -> str | None:
    """What an environment variable holds."""
    return os.environ.get(name)


def installed_keyring() -> LookUp | None:
    """The machine's keyring, where the package `keyring` is installed."""
    try:
        import keyring
    except ImportError:
        return None
    return lambda user_name: keyring.get_password(KEYRING_SERVICE, user_name)


# --- Where a token may be


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    look_up: LookUp
    title: str


def _places(names: Sequence[str], user: str, variable: LookUp, keyring: LookUp | None) -> list[_Place]:
    """Environment variables, then the keyring, each with what people know it by."""
    places = [_Place(name, variable, name) for name in names]
    if keyring:
        places.append(_Place(user, keyring, f"keyring {KEYRING_SERVICE} {user}"))
    return places


def _variable(prefix: str, name: str) -> str:
    return f"{prefix}_{name.upper().replace('-', '_')}"


_Held = TypeVar("_Held")


def _found(places: Sequence[_Place], form: re.Pattern[str], make: Callable[[str], _Held]) -> _Held | str | None:
    """The first token that there is; the place where something stands that is none; None: there is nothing.

    What was found is never in a name of the frames that raise, which a traceback may show.
    """
    for place in places:
        value = (place.look_up(place.name) or "").strip()
        if value:
            return make(value) if form.fullmatch(value) else place.title
    return None
