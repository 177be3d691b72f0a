"""CSV that a spreadsheet opens as text and numbers, never as formulas.

A cell that begins with =, +, -, @, a tab or a line end is run as a formula by Excel, LibreOffice and Google Sheets
(OWASP, "CSV injection"); an apostrophe in front makes it text. Numbers of ours stay numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

Cell = str | int | float | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else and breaks every é."""


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet runs."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0").startswith(_FORMULA):
        return "'" + cell
    return cell


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
