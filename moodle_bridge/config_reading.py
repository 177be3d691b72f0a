"""Reads `moodle-bridge.toml`. Every error names the file, the place in it, and how to mend it; none repeats a token."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from moodle_bridge.config import FILE, VARIABLE, Configuration, Course, Owner, Site
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.matching import Match
from moodle_bridge.patience import Timeouts

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# What a token of Moodle looks like, and what people call it, so that one is noticed wherever somebody has put it.
_TOKEN = re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{32}(?![0-9a-zA-Z])")
_TOKEN_KEY = re.compile(r"token|secret|password|credential", re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
_MOST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file, which knows where it stands."""

    file: str
    path: str
    values: Mapping[str, Any]

    def wrong(self, key: str, how: str) -> NoReturn:
        raise ConfigurationError(f"{self.file}: {self._below(key)}: {how}")

    def only(self, *known: str) -> None:
        """Refuses keys that mean nothing here: most are slips of the pen."""
        for key in self.values:
            if key not in known:
                self.wrong(key, f"there is no such key here. Those that there are: {', '.join(known)}.")

    def text(self, key: str, example: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, f'write a text here, as in {key} = "{example}".')
        return str(value).strip()

    def truth(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, "write true or false.")
        return value

    def tables(self, key: str) -> Iterator[tuple[str, _Table]]:
        """The tables below a key, each by its name."""
        for name in self.table(key).values:
            if not _NAME.fullmatch(name):
                self.wrong(f"{key}.{name}", "a name has letters, digits, - and _ only. Give it another one.")
            yield name, self.table(key).table(name)

    def table(self, key: str) -> _Table:
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            self.wrong(key, f"this is a table: write [{self._below(key)}] and its keys below it.")
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
    except OSError as error:
        return ConfigurationError(f"{path} cannot be read: {error.strerror}. Name another file with --config.")
    except UnicodeDecodeError:
        return ConfigurationError(f"{path} is not UTF-8: save it as such.")
    return _parsed(text, path.name)


def _parsed(text: str, file: str) -> Configuration | ConfigurationError:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The parser may quote what it stumbled over, and that may be a token: only the place is told.
        place = re.search(r"\(at [^)]*\)", str(error))
        return ConfigurationError(f"{file} is no TOML {place[0] if place else ''}: mend it there.")
    try:
        return _configuration(values, file)
    except ConfigurationError as error:
        return error


def _configuration(values: Mapping[str, Any], file: str) -> Configuration:
    _refuse_tokens(values, file, "")
    whole = _Table(file, "", values)
    whole.only("sites", "courses")
    sites = {name: _site(name, table) for name, table in whole.tables("sites")}
    if not sites:
        raise ConfigurationError(f'{file} names no site. Add [sites.school] and below it url = "https://..."')
    courses = {name: _course(name, table, sites) for name, table in whole.tables("courses")}
    return Configuration(sites=sites, courses=courses)


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
        f"{file}: {place} holds a token. Take it out, make a new one in Moodle (this one may have been copied with the "
        f"file), and put that into the environment variable {VARIABLE}_<SITE> or the keyring."
    )


def _site(name: str, table: _Table) -> Site:
    table.only("url", "timeouts", "allow_http", "match", "calendar")
    given = table.text("url", "https://moodle.example.org")
    try:
        url = urlsplit(given)
        host = url.hostname or ""
        port = url.port
    except ValueError:
        table.wrong("url", "this is no web address. Write it as your browser shows it.")
    if url.username or url.password or url.query or url.fragment:
        table.wrong("url", "only the address of the site: nothing before an @, nothing after a ? or #.")
    if url.scheme not in ("http", "https") or not host:
        table.wrong("url", 'write it with https:// at its beginning, as in url = "https://moodle.example.org".')
    allow_http = table.truth("allow_http", default=False)
    if url.scheme == "http" and not allow_http and not _LOOPBACK.fullmatch(host):
        table.wrong(
            "url",
            "without https anybody on the way can read the token. Write https://, or allow_http = true below it if the "
            "site is reached through a network that is yours alone.",
        )
    if re.search(r"/webservice/|\.php$", url.path):
        table.wrong("url", "only the address at which people open the site, without the path of a page behind it.")
    shown = f"[{host}]" if ":" in host else host
    address = f"{url.scheme}://{shown}{f':{port}' if port else ''}{url.path.rstrip('/')}"
    match = table.values.get("match", Match.EMAIL)
    if match not in list(Match):
        table.wrong("match", f"write one of {', '.join(Match)}.")
    return Site(
        name=name,
        url=address,
        timeouts=_timeouts(table.table("timeouts")),
        match=Match(match),
        calendar=table.truth("calendar", default=True),
    )


def _timeouts(table: _Table) -> Timeouts:
    table.only(*(one.name for one in fields(Timeouts)))
    for key, seconds in table.values.items():
        is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if not is_number or not 0 < seconds <= _MOST_SECONDS:
            table.wrong(key, f"write a number of seconds, more than 0 and at most {_MOST_SECONDS}, as in {key} = 60.")
    return Timeouts(**{key: float(seconds) for key, seconds in table.values.items()})


def _course(name: str, table: _Table, sites: Mapping[str, Site]) -> Course:
    table.only("site", "source", "course", "owners")
    only = next(iter(sites)) if len(sites) == 1 else ""
    site = only if only and "site" not in table.values else table.text("site", next(iter(sites)))
    if site not in sites:
        table.wrong("site", f"no site has this name. Those that have one: {', '.join(sites)}.")
    number = table.values.get("course")
    if isinstance(number, bool) or not isinstance(number, int) or number < 2:
        table.wrong("course", "write the course's id in Moodle, the number after id= in its address there.")
    return Course(
        name=name,
        site=sites[site],
        source=table.text("source", "exports/course.tar.gz"),
        course=number,
        owners=_owners(table.table("owners")),
    )


def _owners(table: _Table) -> dict[str, dict[str, Owner]]:
    owners: dict[str, dict[str, Owner]] = {}
    for kind in table.values:
        below = table.table(kind)
        for name, owner in below.values.items():
            if owner not in list(Owner):
                below.wrong(name, 'write who has the last word on this field: "openedx" or "moodle".')
        owners[kind] = {name: Owner(owner) for name, owner in below.values.items()}
    return owners
