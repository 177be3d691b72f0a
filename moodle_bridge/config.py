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
the keyring (service "moodle-bridge", user name "school") where the package `keyring` is installed. Reading the file is
for `moodle_bridge.config_reading`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from moodle_bridge.errors import ConfigurationError, TokenMissingError
from moodle_bridge.matching import Match
from moodle_bridge.patience import Timeouts
from moodle_bridge.secret import Secret

FILE = "moodle-bridge.toml"
KEYRING_SERVICE = "moodle-bridge"
VARIABLE = "MOODLE_BRIDGE_TOKEN"

LookUp = Callable[[str], str | None]
"""What stands under a name, if anything does."""


class Owner(StrEnum):
    """Who has the last word on a field when both sides have changed it."""

    OPENEDX = "openedx"
    MOODLE = "moodle"


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
        return f"{VARIABLE}_{self.name.upper().replace('-', '_')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course, and where in Moodle it goes.

    Attributes:
        source: an OLX export (folder or archive), a path from the file's folder; or, for the service within Open edX,
            the key of a course of that platform ("course-v1:...").
        course: its id in Moodle.
        owners: by kind and field; where nothing is said, nothing that was edited in Moodle is overwritten unasked.
    """

    name: str
    site: Site
    source: str
    course: int
    owners: Mapping[str, Mapping[str, Owner]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The whole file."""

    sites: Mapping[str, Site]
    courses: Mapping[str, Course] = field(default_factory=dict)

    def token(self, site: Site, variable: LookUp, keyring: LookUp | None = None) -> Secret:
        """The token of a site. Raises TokenMissingError, which says where one can be put.

        Args:
            variable: what an environment variable holds (`environment`).
            keyring: what the keyring holds for a user name (`installed_keyring`); None: there is no keyring.
        """
        # A token without a name goes to the only site there is: it could otherwise reach a site that is not its own.
        variables = [site.variable] + ([VARIABLE] if len(self.sites) == 1 else [])
        places = [(f"the environment variable {name}", variable, name) for name in variables]
        if keyring:
            places.append((f'the keyring (service "{KEYRING_SERVICE}", user name "{site.name}")', keyring, site.name))
        for place, look_up, name in places:
            # Never in a name of this frame, which a traceback may show.
            secret = _secret(look_up(name))
            if secret:
                return secret
            if secret is False:
                raise ConfigurationError(
                    f"What stands in {place} is no token: a token of Moodle has 32 letters and digits, and nothing "
                    "else. Copy it anew from Site administration > Server > Web services > Manage tokens."
                )
        raise TokenMissingError(
            f"There is no token for the site {site.name}. Put it into the environment variable {variables[0]}, or "
            f"install the package keyring and run: keyring set {KEYRING_SERVICE} {site.name}"
        )


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


def _secret(value: str | None) -> Secret | Literal[False] | None:
    """A token; None: there is nothing; False: there is something, and it is no token."""
    value = (value or "").strip()
    if not value:
        return None
    return Secret(value) if re.fullmatch("[A-Za-z0-9]{8,}", value) else False
