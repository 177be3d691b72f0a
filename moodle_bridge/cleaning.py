"""What Moodle takes for each type of parameter (PARAM_INT, PARAM_TEXT, ...), known before it is asked.

Moodle cleans a value and refuses it when cleaning has changed it, with an `invalidparameter` that does not say which
one. The rules here are those of `core\\param` in Moodle 4.5 and 5.1. Where Moodle looks into its own house (is this
language installed? this theme?) or runs an HTML purifier, only the form of a value is judged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import NoneType, UnionType

Rule = Callable[[object], str | None]
"""What is wrong with a value: what was expected instead; None when nothing is."""

LARGEST_INT = 2**63 - 1
_SHOWN = 40
_KINDS: tuple[tuple[type | UnionType, str], ...] = (
    (NoneType, "nothing"),
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "a text"),
    (Mapping, "a mapping"),
    (list | tuple, "a list"),
)

# PHP's trim() and isspace(), which know no Unicode.
_TRIMMED = " \t\n\r\0\x0b"
_TAG_BEGINS = re.compile(r"<(?![ \t\n\v\f\r])")
# What Moodle takes out of every text, and halves of a surrogate pair, which no encoding can carry.
_NOT_IN_A_TEXT = re.compile("[\0\ufffe\uffff\ud800-\udfff]")
_NOT_IN_A_FILE_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f&<>\"`|':\\/]")

# Narrower than Moodle, which also takes addresses within its own site and lets a line end follow.
_SAFE = r"[A-Za-z0-9_.!~*'():@&=+$,-]|%[0-9A-Fa-f]{2}"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?|\d{1,3}(?:\.\d{1,3}){3}"
_WEB_ADDRESS = re.compile(
    rf"https?://(?:{_HOST})(?::\d{{1,5}})?(?:(?:/(?:{_SAFE})+)*/?)"
    rf"(?:\?(?:{_SAFE}|[;/?])*)?(?:#(?:{_SAFE}|[;/?])*)?"
)
_TIME_ZONE = r"(?:[A-Za-z0-9]+(?:/?[A-Za-z_-])+|[+-]?(?:0?\d|1[0-2])(?:\.[05])?|[+-]?13(?:\.0)?|99)?"

# A text in several languages may have these tags, and no others.
_TAG = re.compile(r"<.*?>", re.DOTALL)
_OF_LANGUAGES = {
    "</lang>": re.compile(r'<lang lang="[a-zA-Z0-9_-]+"\s*>'),
    "</span>": re.compile(r'<span(?:\s+lang="[a-zA-Z0-9_-]+"|\s+class="multilang"){2}\s*>'),
}


def shown(value: object) -> str:
    """A value of ours as a message names it: short, whatever it is."""
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    if isinstance(value, int | float) and abs(value) <= LARGEST_INT:
        return str(value)
    return kind(value)


def kind(value: object) -> str:
    """What sort of thing a value is, without telling the value: what a site answers may be somebody's data."""
    named = next((words for types, words in _KINDS if isinstance(value, types)), None)
    return named or f"a {type(value).__name__}"


def refusal(param: str, value: object) -> str | None:
    """Why Moodle would not take `value` for a parameter of type `param`, as half a sentence; None when it would."""
    expected = RULES[param](value)
    return expected and f"{expected}, got {shown(value)}"


def _whole_number(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "a whole number was expected"
    return None if abs(value) <= LARGEST_INT else "a whole number of at most 64 bits was expected"


def _truth(value: object) -> str | None:
    return None if isinstance(value, bool) or (isinstance(value, int) and value in (0, 1)) else "True or False expected"


def _number(value: object) -> str | None:
    is_number = _whole_number(value) is None or (isinstance(value, float) and math.isfinite(value))
    return None if is_number else "a number was expected"


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return "a text was expected"
    return "a text without null or broken characters was expected" if _NOT_IN_A_TEXT.search(value) else None


def _json(value: object) -> str | None:
    """A value that JSON can hold, however deep."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list | tuple):
        return next(filter(None, map(_json, value)), None)
    if isinstance(value, Mapping):
        return next(filter(None, map(_json, [*value.values(), *value])), None) or (
            None if all(isinstance(name, str) for name in value) else "names that are texts were expected"
        )
    return "a value that JSON can hold was expected"


def _also(holds: Callable[[str], object], expected: str) -> Rule:
    """The rule for texts of a certain form."""

    def rule(value: object) -> str | None:
        return _text(value) or (None if isinstance(value, str) and holds(value) else expected)

    return rule


def _like(pattern: str, expected: str) -> Rule:
    return _also(re.compile(pattern).fullmatch, expected)


def _has_no_tags(text: str) -> bool:
    return not _TAG_BEGINS.search(text)


def _has_only_language_tags(text: str) -> bool:
    for closing, opening in _OF_LANGUAGES.items():
        if closing in text:
            is_open = False
            for tag in _TAG.findall(text):
                if tag != closing and not opening.fullmatch(tag):
                    return False
                if tag == closing and not is_open:
                    return False
                is_open = tag != closing
            return not is_open and _has_no_tags(_TAG.sub("", text))
    return _has_no_tags(text)


def _is_file_name(text: str) -> bool:
    return text not in (".", "..") and not _NOT_IN_A_FILE_NAME.search(text)


def _is_path(text: str) -> bool:
    first, *others = text.split("/")
    return "//" not in text and (first == "." or _is_file_name(first)) and all(map(_is_file_name, others))


def _is_component(text: str) -> bool:
    return "__" not in text and not (text.startswith("mod_") and text.count("_") != 1)


def _is_component_name(text: str) -> bool:
    return not text or (
        re.fullmatch(r"[a-z][a-z0-9]*(_[a-z][a-z0-9_]*)?[a-z0-9]+", text) is not None and _is_component(text)
    )


def _is_web_address(text: str) -> bool:
    return not text or _WEB_ADDRESS.fullmatch(text) is not None


_NAME = _like(r"(?:[a-z](?:[a-z0-9_](?!__))*[a-z0-9]+)?", "the name of a plugin was expected")
_WORD = _like(r"[A-Za-z0-9_-]*", "only the letters a to z, digits, - and _ were expected")
_TRIMMED_TEXT = _also(lambda text: text == text.strip(_TRIMMED), "a text without spaces around it was expected")

RULES: Mapping[str, Rule] = {
    "alpha": _like(r"[A-Za-z]*", "only the letters a to z were expected"),
    "alphanum": _like(r"[A-Za-z0-9]*", "only the letters a to z and digits were expected"),
    "alphanumext": _WORD,
    "area": _NAME,
    "auth": _NAME,
    "bool": _truth,
    "capability": _like(r"(?:[a-z0-9_]+/[a-z0-9_]+:[a-z0-9_]+)?", "the name of a capability was expected"),
    "cleanhtml": _TRIMMED_TEXT,  # what its purifier would change is not foreseen here
    "component": _also(_is_component_name, "the name of a component of Moodle was expected"),
    "file": _also(_is_file_name, "a file name without / \\ : | & < > or quotes was expected"),
    "float": _number,
    "int": _whole_number,
    "lang": _WORD,
    "localurl": _text,  # seen in answers only
    "notags": _also(_has_no_tags, "a text without tags was expected (a < needs a space after it)"),
    "path": _also(_is_path, "a path of file names between single slashes was expected"),
    "plugin": _NAME,
    "raw": _text,
    "raw_trimmed": _TRIMMED_TEXT,
    "safedir": _WORD,
    "tag": _text,  # seen in answers only
    "text": _also(_has_only_language_tags, "a text without tags was expected (a < needs a space after it)"),
    "theme": _NAME,
    "timezone": _like(_TIME_ZONE, "the name of a time zone was expected"),
    "url": _also(_is_web_address, "a web address (http or https) without spaces or special characters was expected"),
    # A site may allow more characters in user names (extendedusernamechars); these every site takes.
    "username": _like(r"[a-z0-9_.@-]*", "only small letters, digits, - _ . and @ were expected"),
    # What the companion's contract says more exactly than Moodle can.
    "any": _json,
    "hash": _like(r"[0-9a-f]{32}", "a hash of 32 hexadecimal digits was expected"),
    "key": _like(r"[A-Za-z0-9_-]{1,64}", "a key of at most 64 letters, digits, - and _ was expected"),
    "notice": _like(r"[!-~]{1,100}", "a key of at most 100 visible ASCII characters was expected"),
    "sha256": _like(r"[0-9a-f]{64}", "a SHA-256 of 64 hexadecimal digits was expected"),
}
