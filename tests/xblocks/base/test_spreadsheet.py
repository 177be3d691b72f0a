"""What a spreadsheet opens is text and numbers, in whichever country; nothing of it runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xblocks.base.spreadsheet import BYTE_ORDER_MARK, Cell, csv_lines, safe

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
UNSEEN = ' \t\r\n\u00a0\u3000\u2003\u200b\u200e\u2060\ufeff\x00\x0b\x0c"'

texts = st.one_of(st.text(max_size=12), st.text("=+-@;,\t\r\n\"' ax1＝\u200b", max_size=12))
cells = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts)
rows = st.lists(st.lists(cells, min_size=1, max_size=4), max_size=4)


# --- Formulas


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", *UNSEEN, "   ", " \u00a0\t"])
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(sign: str, before: str) -> None:
    text = safe(f"{before}{sign}cmd|' /C calc'!A0")
    assert isinstance(text, str)
    assert text.startswith("'")


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx", " \tx"])
def test_a_text_that_begins_with_a_tab_or_a_line_end_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["", "a", "a=1", "1-2", "e-mail@example.org", "'=1", " a", "3 + 4", "a, -b", "(=1)", "−5", "5 %", "a;b", "a\nb"],
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize("number", [0, -1, 10**20, -0.5, 1e-7, None])
def test_numbers_and_empty_cells_stay_what_they_are(number: Cell) -> None:
    assert safe(number) is number


@pytest.mark.parametrize(
    ("text", "inert"),
    [
        ("a;=1+1;b", "a;'=1+1;b"),
        ("a; \u00a0-1", "a;' \u00a0-1"),
        ('a;"=1', "a;'\"=1"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n=1", "a\r\n'=1"),
        ("a\t@x", "a\t'@x"),
        (";=1;=2", ";'=1;'=2"),
    ],
)
def test_a_formula_at_which_another_country_s_spreadsheet_would_begin_a_cell_gets_one_too(
    text: str, inert: str
) -> None:
    assert safe(text) == inert


@given(cells)
def test_making_a_cell_safe_twice_is_the_same_as_once(cell: Cell) -> None:
    assert safe(safe(cell)) == safe(cell)


@given(texts)
def test_a_safe_text_says_what_the_text_said(text: str) -> None:
    made = safe(text)
    assert isinstance(made, str)
    assert made.replace("'", "") == text.replace("'", "")


def test_a_hostile_text_takes_no_longer_than_a_plain_one() -> None:
    # Whoever looks ahead over the whole rest at each blank never comes to an end here.
    for text in (";" + " " * 500_000, "\n" * 500_000, "; " * 250_000):
        assert safe(f"{text}x") in (f"{text}x", f"'{text}x")


# --- Lines


def read_back(lines: Iterator[str]) -> list[list[str]]:
    text = "".join(lines)
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@given(rows)
@example([["a,b", 'say "no"', "two\nlines", "é"]])
def test_what_is_written_is_read_again_cell_by_cell(table: list[list[Cell]]) -> None:
    expected = [["" if cell is None else str(safe(cell)) for cell in row] for row in table]
    assert read_back(csv_lines(table)) == expected


@given(st.lists(st.lists(texts, min_size=1, max_size=4), max_size=4))
def test_no_cell_runs_where_semicolons_or_tabs_separate_cells(table: list[list[Cell]]) -> None:
    text = "".join(csv_lines(table)).removeprefix(BYTE_ORDER_MARK)
    begins = [piece.lstrip(UNSEEN) for piece in re.split(r"[;\t\r\n]", text)]
    assert not [begin for begin in begins if begin.startswith(tuple(SIGNS))]


def test_lines_are_made_one_at_a_time() -> None:
    asked: list[int] = []

    def endless() -> Iterator[list[Cell]]:
        while True:
            asked.append(len(asked))
            yield ["x", len(asked)]

    lines = csv_lines(endless())
    assert [next(lines) for _ in range(3)] == [BYTE_ORDER_MARK, "x,1\r\n", "x,2\r\n"]
    assert len(asked) == 2


def test_no_rows_are_an_empty_file_that_says_how_it_is_encoded() -> None:
    assert list(csv_lines([])) == [BYTE_ORDER_MARK]
