"""Which Moodles and courses there are: what the setting MICROUNITS_MOODLE names.

It is the path of a `moodle-bridge.toml`, or the same as a mapping. A course's `source` is its key on this platform
("course-v1:..."), or an export of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from moodle_bridge.client import Client
from moodle_bridge.config import Configuration, Course, Site, environment, installed_keyring
from moodle_bridge.config_reading import from_mapping, read
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.openedx_address import course_address, is_address
from moodle_bridge.sources import located
from moodle_bridge.syncing import taught_in
from xblocks.base.problems import N_

SETTING = "MICROUNITS_MOODLE"
PREFIX = "course-v1:"


def is_configured() -> bool:
    """Whether there is any Moodle."""
    return bool(getattr(settings, SETTING, None))


def configuration() -> Configuration:
    """What is configured. Raises ConfigurationError."""
    value = getattr(settings, SETTING, None)
    if not value:
        raise ConfigurationError(
            N_("No Moodle is configured: let the setting %(setting)s name your moodle-bridge.toml."), setting=SETTING
        )
    if isinstance(value, Mapping):
        return from_mapping(value, SETTING)
    path = Path(value)
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Configuration:
    return read(path)


def course_key(course: Course) -> CourseKey:
    """The key on this platform of a course. Raises ConfigurationError: it has none."""
    name = course.source
    if is_address(name):
        name = course_address(name).key
    elif not name.startswith(PREFIX):
        name = taught_in(source_of(course)).key
    try:
        return CourseKey.from_string(name)
    except InvalidKeyError as error:
        raise ConfigurationError(
            N_("courses.%(name)s: %(key)s is no course of Open edX. See its `source`."), name=course.name, key=name
        ) from error


def source_of(course: Course) -> str:
    """Where a course comes from; in a file a path counts from where that lies."""
    value = getattr(settings, SETTING, None)
    return course.source if isinstance(value, Mapping) else located(course.source, Path(value or "").parent)


def client_of(site: Site) -> Client:
    """A client of a site, with its token from the environment or the keyring. Raises ConfigurationError."""
    token = configuration().token(site, environment, installed_keyring())
    return Client(site.url, token, timeouts=site.timeouts)
