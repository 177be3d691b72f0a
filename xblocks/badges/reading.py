"""Definitions of badges as rows keep them, read once for each that there is."""

from __future__ import annotations

from typing import Protocol

from xblocks.badges.definition import Badge, decode_all


class Defined(Protocol):
    """A row that holds a definition."""

    definition: object
    content_hash: object


def read(row: Defined) -> Badge:
    """The definition that a row holds; read once for each that there is."""
    digest = str(row.content_hash)
    if digest not in _READ:
        if len(_READ) >= MOST_READ:
            _READ.clear()
        _READ[digest] = decode_all([row.definition])[0]
    return _READ[digest]


_READ: dict[str, Badge] = {}
MOST_READ = 1000
