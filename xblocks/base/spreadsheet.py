"""CSV that a spreadsheet opens as text and numbers, never as formulas.

A cell that begins with =, +, -, @, a tab or a line end is run as a formula by Excel, LibreOffice and Google Sheets
(OWASP, "CSV injection"); an apostrophe in front makes it text. Where lists are separated by semicolons (Dutch, German,
French), Excel begins a cell at a semicolon and a line at a line end within one, whatever the quotes around them say: a
formula that would begin there gets its apostrophe too. Numbers of ours stay numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

Cell = str | int | float | None

# Blanks of all kinds, what nobody sees, and quotes: spreadsheets look for a formula behind them.
_BEFORE = '(?:[^\\S\t\r\n]|[\\x00"\u00ad\u200b-\u200f\u2060\ufeff])*'
_SIGN = "[=+\\-@＝＋－＠﹦﹢﹣﹫]"
_AT_START = re.compile(f"{_BEFORE}(?:[\t\r\n]|{_SIGN})")
_WITHIN = re.compile(f"([;\t\r\n])(?={_BEFORE}{_SIGN})")
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else and breaks every é."""


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet runs."""
    if not isinstance(cell, str):
        return cell
    inert = _WITHIN.sub(r"\1'", cell)
    return f"'{inert}" if _AT_START.match(inert) else inert


class _Line:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Rows as lines of CSV, one at a time, whatever their number."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])
