"""Numbers as people write them, and whether one is near enough to another.

Half of the world writes 3,14 and the other half 3.14; 1.000 is a thousand for some and one for others. A text that
can be read in two ways is right when one of the readings is: nobody should lose a point over a separator.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>\d+(?:[.,' ]\d+)*|(?=[.,]\d))(?P<rest>[.,]\d+|[.,](?=e|$))?"
    r"(?:e(?P<exponent>[+-]?\d{1,3}))?\Z",
    re.IGNORECASE | re.ASCII,
)
_SEPARATOR = re.compile(r"[.,' ]")
_PLAIN = str.maketrans(
    {
        "\u2212": "-",
        "\u2013": "-",
        "\u2019": "'",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        # Arabic-Indic and Persian digits are digits.
        **{chr(0x0660 + n): str(n) for n in range(10)},
        **{chr(0x06F0 + n): str(n) for n in range(10)},
        "\u066b": ".",
        "\u066c": ",",
    }
)
LONGEST = 60
# Wide enough for any number that fits in LONGEST characters: comparing is exact, whatever the thread's own context.
_EXACT = Context(prec=1100, Emax=999_999, Emin=-999_999)


def readings(text: str, unit: str = "") -> tuple[Decimal, ...]:
    """The numbers a text may stand for; none when it is not a number.

    A unit, a percent or a currency sign around it is allowed when it is the question's own unit.
    """
    plain = _without_unit(text.translate(_PLAIN).strip(), unit.translate(_PLAIN).strip())
    found = _NUMBER.match(plain) if len(plain) <= LONGEST else None
    if not found:
        return ()
    body = found["digits"] + (found["rest"] or "")
    exponent = f"e{found['exponent']}" if found["exponent"] else ""
    return tuple(Decimal(f"{found['sign']}{reading}{exponent}") for reading in _unseparated(body))


def _without_unit(text: str, unit: str) -> str:
    if unit:
        lowered, mark = text.lower(), unit.lower()
        if lowered.endswith(mark):
            return text[: -len(unit)].strip()
        if lowered.startswith(mark):
            return text[len(unit) :].strip()
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
    """Whether digits are grouped in threes by one kind of mark (one group alone always is)."""
    if not marks:
        return True
    return (
        len(set(marks)) == 1
        and 1 <= len(groups[0]) <= 3
        and not groups[0].startswith("0")
        and all(len(group) == 3 for group in groups[1:])
    )


def is_near(given: Decimal, value: Decimal, tolerance: Decimal, *, relative: bool) -> bool:
    """Whether a number lies within the tolerance (an amount, or a fraction of the value), borders included."""
    allowed = _EXACT.multiply(tolerance, value.copy_abs()) if relative else tolerance
    return _EXACT.subtract(given, value).copy_abs() <= allowed
