"""Files that markup shows: from addresses within the course to names that both sides know.

Open edX writes `/static/mail.svg`; the same file is `@@FILE:<sha256>@@` in the values that travel, so that a picture
that was replaced under its old name is a change, and `@@PLUGINFILE@@/mail.svg` in a question of Moodle XML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from urllib.parse import quote, unquote

from moodle_bridge.components import Fate, File, Loss
from xblocks.base.problems import N_

_STATIC = re.compile(r"""(?P<before>\s(?:src|href|poster)\s*=\s*)(?P<quote>["'])/static/(?P<name>[^"'<>]+)(?P=quote)""")
_UNSAFE = re.compile(r"""[\x00-\x1f\\:|&<>"'`]""")
"""What Moodle takes out of the names of files."""
_CARRIED = re.compile(r"@@FILE:([0-9a-f]{64})@@")

_MISSING = N_("The file %(name)s is not among the course's files.")

Find = Callable[[str], File | None]
"""From the name of a file of the course, without folders' slash at its beginning, to the file; None: there is none."""


def carried(markup: str, find: Find, key: str, path: str) -> tuple[str, list[File], list[Loss]]:
    """Markup as it travels, the files that it shows, and a loss for each that is not there.

    Args:
        key, path: whose markup it is, and which of its fields.
    """
    files: list[File] = []
    missing: list[Loss] = []

    def address(found: re.Match[str]) -> str:
        name = unquote(unescape(found["name"])).partition("?")[0].partition("#")[0]
        file = find(name)
        if file is None:
            missing.append(Loss(key=key, path=path, fate=Fate.LOST, message=_MISSING, params={"name": name}))
            return found[0]
        files.append(file)
        return f"{found['before']}{found['quote']}@@FILE:{file.sha256}@@{found['quote']}"

    return _STATIC.sub(address, markup), files, missing


def in_moodle(markup: str, names: dict[str, str]) -> str:
    """Markup that travelled, with the addresses that Moodle gives to files of a text.

    Args:
        names: from SHA-256 to the name that the file has in Moodle (`distinct_names`).
    """
    return _CARRIED.sub(lambda found: "@@PLUGINFILE@@/" + escape(quote(names[found[1]]), quote=True), markup)


def shown(markup: str) -> list[str]:
    """The SHA-256 of each file that markup which travels shows, in their order."""
    return list(dict.fromkeys(_CARRIED.findall(markup)))


def distinct_names(files: Iterable[File]) -> dict[str, str]:
    """From SHA-256 to a name that no other of the files has: two that are called alike get a bit of their hash."""
    names: dict[str, str] = {}
    for file in files:
        name = _UNSAFE.sub("_", file.name.rpartition("/")[2])
        if name in names.values() and file.sha256 not in names:
            name = f"{file.sha256[:8]}-{name}"
        names.setdefault(file.sha256, name)
    return names
