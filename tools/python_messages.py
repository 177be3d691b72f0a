"""Finds the messages in Python for Babel: also those inside an f-string, which Babel's own way misses before 3.12.

Named in tools/messages.cfg, called by `make translations`.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

Found = tuple[int, str, tuple[str | None, ...], list[str]]


def extract(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """(line, function, its arguments, comments for translators) of each call of one of the keywords.

    An argument that is no plain string stands as None. Comments are those on the lines right above the call, from the
    one that begins with one of the tags.
    """
    source = file.read().decode("utf-8")
    lines = source.splitlines()
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name(call.func)
        if name in keywords and call.args:
            yield call.lineno, name, tuple(map(_text, call.args)), _comments(lines, call.lineno, tags)


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _text(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def _comments(lines: list[str], line: int, tags: Collection[str]) -> list[str]:
    above: list[str] = []
    for text in reversed(lines[: line - 1]):
        if not text.strip().startswith("#"):
            return []
        above.insert(0, text.strip().lstrip("# "))
        if above[0].startswith(tuple(tags)):
            return above
    return []
