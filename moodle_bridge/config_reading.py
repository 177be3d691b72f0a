"""Reads `moodle-bridge.toml`. Every error names the file, the place in it, and how to mend it; none repeats a token."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NoReturn

from moodle_bridge.config import FILE, FOR_EXPORTS, VARIABLE, Configuration, Course, OpenEdx, Reflections, Site
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.matching import Match
from moodle_bridge.openedx_address import course_address, is_address
from moodle_bridge.patience import Timeouts
from moodle_bridge.plan import Owner
from moodle_bridge.web_address import has_more, is_safe, origin, parts_of
from xblocks.base.problems import N_

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# What a token of Moodle looks like, and what people call it, so that one is noticed wherever somebody has put it.
_TOKEN = re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{32}(?![0-9a-zA-Z])")
_TOKEN_KEY = re.compile(r"token|secret|password|credential", re.IGNORECASE)
_MOST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file, which knows where it stands."""

    file: str
    path: str
    values: Mapping[str, Any]

    def wrong(self, key: str, how: str, /, **params: object) -> NoReturn:
        raise ConfigurationError(how, where=self.where(key), **params)

    def where(self, key: str) -> str:
        """The file and the key, for an error."""
        return f"{self.file}: {self._below(key)}"

    def only(self, *known: str) -> None:
        """Refuses keys that mean nothing here: most are slips of the pen."""
        for key in self.values:
            if key not in known:
                self.wrong(
                    key, N_("there is no such key here. Those that there are: %(names)s."), names=", ".join(known)
                )

    def text(self, key: str, example: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, N_('write a text here, as in %(key)s = "%(example)s".'), key=key, example=example)
        return str(value).strip()

    def truth(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, N_("write true or false."))
        return value

    def tables(self, key: str) -> Iterator[tuple[str, _Table]]:
        """The tables below a key, each by its name."""
        for name in self.table(key).values:
            if not _NAME.fullmatch(name):
                self.wrong(f"{key}.{name}", N_("a name has letters, digits, - and _ only. Give it another one."))
            yield name, self.table(key).table(name)

    def table(self, key: str) -> _Table:
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            self.wrong(key, N_("this is a table: write [%(table)s] and its keys below it."), table=self._below(key))
        return _Table(self.file, self._below(key), value)

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def read(path: Path) -> Configuration:
    """The configuration in a file. Raises ConfigurationError."""
    found = _read(path)
    if isinstance(found, ConfigurationError):
        raise found.with_traceback(None)
    return found


def parsed(text: str, file: str = FILE) -> Configuration:
    """The configuration that a text holds; `file` is what errors call it. Raises ConfigurationError."""
    found = _parsed(text, file)
    if isinstance(found, ConfigurationError):
        del text
        raise found.with_traceback(None)
    return found


def from_mapping(values: Mapping[str, Any], name: str) -> Configuration:
    """The configuration that a mapping holds, as the file would; `name` is what errors call it."""
    return _configuration(values, name)


# Errors are returned up to here: a token that stands in the file is in the frames below, and tracebacks show those.


def _read(path: Path) -> Configuration | ConfigurationError:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ConfigurationError(
            N_(
                "There is no %(file)s. Write one that begins with [sites.school] and, below it, url = "
                '"https://moodle.example.org"; or name another file with --config.'
            ),
            file=path,
        )
    except OSError as error:
        return ConfigurationError(
            N_("%(file)s cannot be read: %(why)s. Name another file with --config."), file=path, why=error.strerror
        )
    except UnicodeDecodeError:
        return ConfigurationError(N_("%(file)s is not UTF-8: save it as such."), file=path)
    return _parsed(text, path.name)


def _parsed(text: str, file: str) -> Configuration | ConfigurationError:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The parser may quote what it stumbled over, and that may be a token: only the place is told.
        place = re.search(r"\(at [^)]*\)", str(error))
        return ConfigurationError(
            N_("%(file)s is no TOML %(place)s: mend it there."), file=file, place=place[0] if place else ""
        )
    try:
        return _configuration(values, file)
    except ConfigurationError as error:
        return error


def _configuration(values: Mapping[str, Any], file: str) -> Configuration:
    _refuse_tokens(values, file, "")
    whole = _Table(file, "", values)
    whole.only("sites", "openedx", "courses")
    sites = {name: _site(name, table) for name, table in whole.tables("sites")}
    if not sites:
        raise ConfigurationError(
            N_('%(file)s names no site. Add [sites.school] and below it url = "https://..."'), file=file
        )
    openedx = {name: _openedx(name, table) for name, table in whole.tables("openedx")}
    courses = {name: _course(name, table, sites) for name, table in whole.tables("courses")}
    return Configuration(sites=sites, courses=courses, openedx=openedx)


def _refuse_tokens(value: Any, file: str, path: str) -> None:
    """A token in the file would be copied, committed and backed up with it."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            place = f"{path}.{key}" if path else key
            if _TOKEN.search(key) or (_TOKEN_KEY.search(key) and isinstance(below, str)):
                _no_token_here(file, "a key" if _TOKEN.search(key) else place)
            _refuse_tokens(below, file, place)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            _refuse_tokens(below, file, f"{path}[{index}]")
    elif isinstance(value, str) and _TOKEN.search(value):
        _no_token_here(file, path)


def _no_token_here(file: str, place: str) -> NoReturn:
    raise ConfigurationError(
        N_(
            "%(place)s holds a token. Take it out, make a new one in Moodle (this one may have been copied with the "
            "file), and put that into the environment variable %(variable)s_<SITE> or the keyring."
        ),
        where=file,
        place=place,
        variable=VARIABLE,
    )


def _site(name: str, table: _Table) -> Site:
    table.only("url", "timeouts", "allow_http", "match", "calendar")
    url = _url(table, "url", "https://moodle.example.org")
    match = table.values.get("match", Match.EMAIL)
    if match not in list(Match):
        table.wrong("match", N_("write one of %(names)s."), names=list(Match))
    return Site(
        name=name,
        url=url,
        timeouts=_timeouts(table.table("timeouts"), Timeouts()),
        match=Match(match),
        calendar=table.truth("calendar", default=True),
    )


def _openedx(name: str, table: _Table) -> OpenEdx:
    table.only("studio", "lms", "timeouts", "allow_http")
    studio = _url(table, "studio", "https://studio.example.org")
    lms = _url(table, "lms", "https://example.org") if "lms" in table.values else ""
    return OpenEdx(name=name, studio=studio, lms=lms, timeouts=_timeouts(table.table("timeouts"), FOR_EXPORTS))


def _url(table: _Table, key: str, example: str) -> str:
    """The address of a server, in one form."""
    given = table.text(key, example)
    parts = parts_of(given)
    if parts is None:
        table.wrong(
            key,
            N_('this is no web address. Write it as your browser shows it, as in %(key)s = "%(example)s".'),
            key=key,
            example=example,
        )
    if has_more(parts):
        table.wrong(key, N_("only the address of the site: nothing before an @, nothing after a ? or #."))
    allow_http = table.values.get("allow_http", False)
    if not isinstance(allow_http, bool):
        table.wrong("allow_http", N_("write true or false."))
    if not is_safe(parts) and not allow_http:
        table.wrong(
            key,
            N_(
                "without https anybody on the way can read the token. Write https://, or allow_http = true below it if "
                "the site is reached through a network that is yours alone."
            ),
        )
    if re.search(r"/webservice/|\.php$|/course-v1:", parts.path):
        table.wrong(key, N_("only the address at which people open the site, without the path of a page behind it."))
    return origin(parts) + parts.path.rstrip("/")


def _timeouts(table: _Table, otherwise: Timeouts) -> Timeouts:
    table.only(*(one.name for one in fields(Timeouts)))
    for key, seconds in table.values.items():
        is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if not is_number or not 0 < seconds <= _MOST_SECONDS:
            table.wrong(
                key,
                N_("write a number of seconds, more than 0 and at most %(most)d, as in %(key)s = 60."),
                most=_MOST_SECONDS,
                key=key,
            )
    return replace(otherwise, **{key: float(seconds) for key, seconds in table.values.items()})


def _course(name: str, table: _Table, sites: Mapping[str, Site]) -> Course:
    table.only("site", "source", "course", "owners", "reflections")
    only = next(iter(sites)) if len(sites) == 1 else ""
    site = only if only and "site" not in table.values else table.text("site", next(iter(sites)))
    if site not in sites:
        table.wrong("site", N_("no site has this name. Those that have one: %(names)s."), names=", ".join(sites))
    number = table.values.get("course")
    if isinstance(number, bool) or not isinstance(number, int) or number < 2:
        table.wrong("course", N_("write the course's id in Moodle, the number after id= in its address there."))
    reflections = table.values.get("reflections", Reflections.PRIVATE)
    if reflections not in list(Reflections):
        table.wrong("reflections", N_("write one of %(names)s."), names=list(Reflections))
    return Course(
        name=name,
        site=sites[site],
        source=_source(table),
        course=number,
        owners=_owners(table.table("owners")),
        reflections=Reflections(reflections),
    )


def _source(table: _Table) -> str:
    source = table.text("source", "exports/course.tar.gz")
    if is_address(source):
        try:
            course_address(source)
        except ConfigurationError as error:
            table.wrong("source", error.message, **error.params)
    return source


def _owners(table: _Table) -> dict[str, dict[str, Owner]]:
    owners: dict[str, dict[str, Owner]] = {}
    for kind in table.values:
        below = table.table(kind)
        for name, owner in below.values.items():
            if owner not in list(Owner):
                below.wrong(name, N_('write who has the last word on this field: "openedx" or "moodle".'))
        owners[kind] = {name: Owner(owner) for name, owner in below.values.items()}
    return owners
