"""Numbers as people write them, and whether one is near enough to another.

Half of the world writes 3,14 and the other half 3.14; 1.000 is a thousand for some and one for others. A text that
can be read in two ways is right when one of the readings is: nobody should lose a point over a separator.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal

_NUMBER = re.compile(
    r"(?P<sign>[+-]?) ?(?P<digits>\d+(?:[.,' ]\d+)*|(?=[.,]\d))(?P<rest>[.,]\d+|[.,](?=e|$))?"
    r"(?:e(?P<exponent>[+-]?\d{1,3}))?\Z",
    re.IGNORECASE | re.ASCII,
)
_SEPARATOR = re.compile(r"[.,' ]")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-"),
        "\uff0b": "+",
        "\u2019": "'",
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u066b\uff0e", "."),
        **dict.fromkeys("\u060c\u066c\uff0c", ","),
        # Invisible marks of direction, which keyboards for right-to-left scripts put around numbers.
        **dict.fromkeys("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff", ""),
    }
)
LONGEST = 60
# Wide enough for any number that fits in LONGEST characters: comparing is exact, whatever the thread's own context.
_EXACT = Context(prec=1100, Emax=999_999, Emin=-999_999)


def readings(text: str, unit: str = "") -> tuple[Decimal, ...]:
    """The numbers a text may stand for; none when it is not a number.

    A unit, a percent or a currency sign around it is allowed when it is the question's own unit.
    """
    plain, mark = _plain(text), _plain(unit)
    # A unit that looks like a number itself takes nothing away from a text that is a number as it stands.
    found = _number(plain) or _number(_without_unit(plain, mark))
    if not found:
        return ()
    body = found["digits"] + (found["rest"] or "")
    exponent = f"e{found['exponent']}" if found["exponent"] else ""
    return tuple(Decimal(f"{found['sign']}{reading}{exponent}") for reading in _unseparated(body))


def _plain(text: str) -> str:
    """Digits of any script, signs and separators as ASCII has them."""
    return "".join(_digit(character) for character in text.translate(_PLAIN)).strip()


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _number(plain: str) -> re.Match[str] | None:
    return _NUMBER.match(plain) if len(plain) <= LONGEST else None


def _without_unit(text: str, unit: str) -> str:
    if unit:
        lowered, mark = text.lower(), unit.lower()
        if lowered.endswith(mark):
            return text[: -len(unit)].strip()
        sign = text[:1] if text[:1] in "+-" else ""
        if lowered.removeprefix(sign).startswith(mark):
            return sign + text[len(sign) + len(unit) :].strip()
    return text


def _unseparated(body: str) -> list[str]:
    """Digits with separators as plain decimals: every reading that the grouping allows."""
    marks = _SEPARATOR.findall(body)
    groups = _SEPARATOR.split(body)
    if not marks:
        return [body]
    found: list[str] = []
    last = marks[-1]
    # The last separator is the decimal one: it occurs once, and what stands before it is grouped by another one.
    if last in ".," and marks.count(last) == 1 and _grouped(groups[:-1], marks[:-1]):
        found.append(f"{''.join(groups[:-1]) or '0'}.{groups[-1] or '0'}")
    # All separators only group: 1.000 or 1 000 000.
    if _grouped(groups, marks):
        found.append("".join(groups))
    return found


def _grouped(groups: list[str], marks: list[str]) -> bool:
    """Whether digits are grouped by one kind of mark in threes, or as in India (one group alone always is)."""
    if not marks:
        return True
    first, *between, last = map(len, groups)
    return (
        len(set(marks)) == 1
        and last == 3
        and 1 <= first <= 3
        and not groups[0].startswith("0")
        and (set(between) <= {3} or (set(between) == {2} and first <= 2))
    )


def is_near(given: Decimal, value: Decimal, tolerance: Decimal, *, relative: bool) -> bool:
    """Whether a number lies within the tolerance (an amount, or a fraction of the value), borders included."""
    allowed = _EXACT.multiply(tolerance, value.copy_abs()) if relative else tolerance
    return _EXACT.subtract(given, value).copy_abs() <= allowed
