"""JSON from strangers, read so that every reader reads the same: bounded, without doubled keys, NaN or half characters.

RFC 8259 leaves open what doubled keys and huge numbers mean (section 4 and 6), and two readers that differ there can be
shown two credentials under one signature (RFC 7493, "I-JSON").
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from xblocks.badges.credential_errors import UnreadableError
from xblocks.base.problems import N_

JsonObject = dict[str, Any]

MAX_BYTES = 512 * 1024
MAX_DEPTH = 32
# RFC 7493, section 2.2: beyond 2**53 not every reader keeps an integer exact.
MAX_DIGITS = 16

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_TOO_LARGE = N_("This is larger than a badge may be (%(most)d kB).")
_NOT_JSON = N_("This is not a badge that can be read: its text is not valid JSON.")


def parse_object(data: str | bytes, most_bytes: int = MAX_BYTES) -> JsonObject:
    """The JSON object that `data` (UTF-8) holds.

    Raises:
        UnreadableError: when it is not exactly one object, or not one that every reader would read the same.
    """
    text = _text(data, most_bytes)
    _refuse_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_number,
        )
        # A lone surrogate can be escaped in JSON, yet it is no character and cannot be signed.
        json.dumps(value, ensure_ascii=False).encode()
    except UnreadableError:
        raise
    except ValueError:
        raise UnreadableError(_NOT_JSON) from None
    if not isinstance(value, dict):
        raise UnreadableError(_NOT_JSON)
    return value


def write(value: JsonObject) -> str:
    """The shortest JSON of a document, the same each time."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _text(data: str | bytes, most_bytes: int) -> str:
    if len(data) > most_bytes:
        raise UnreadableError(_TOO_LARGE, most=most_bytes // 1024)
    try:
        return data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(_NOT_JSON) from None


def _refuse_depth(text: str) -> None:
    """Before the parser runs, which would answer depth with an exhausted stack."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match[0] in "[{":
            depth += 1
        elif match[0] in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            raise UnreadableError(N_("This is nested more deeply than any badge is."))


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError(N_("This says the same thing twice in one place, so readers could disagree about it."))
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise UnreadableError(N_("This holds a number that is too large to be read the same everywhere."))
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise UnreadableError(N_("This holds a number that is too large to be read the same everywhere."))
    return value
