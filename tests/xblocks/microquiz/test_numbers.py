"""Numbers are read as people write them, in any country; being near enough is exact."""

from __future__ import annotations

import decimal
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xblocks.microquiz.numbers import LONGEST, is_near, readings

written = st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False, allow_infinity=False)
anything = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda value: len(str(value)) <= LONGEST)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False)


def read(text: str, unit: str = "") -> list[str]:
    return sorted(f"{value:f}" for value in readings(text, unit))


# --- Separators


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("3.14", "3.14"),
        ("3,14", "3.14"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("12.", "12.0"),
        ("12,", "12.0"),
        ("0.500", "0.500"),
        ("0,125", "0.125"),
        ("1000", "1000"),
        ("1000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1,000.5", "1000.5"),
        ("1 000,5", "1000.5"),
        ("1'000.5", "1000.5"),
        ("1\u2019000.50", "1000.50"),
        ("1 000 000", "1000000"),
        ("1\u00a0000\u00a0000", "1000000"),
        ("12\u202f500", "12500"),
        ("1.000.000", "1000000"),
        ("1,000,000", "1000000"),
        ("1.234.567,89", "1234567.89"),
        ("12,34,567", "1234567"),
        ("1,00,000.25", "100000.25"),
        ("  7  ", "7"),
        ("007", "7"),
        ("0,0000001", "0.0000001"),
    ],
)
def test_a_number_is_read_whatever_separates_its_digits(text: str, value: str) -> None:
    assert read(text) == [value]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.000", ["1.000", "1000"]),
        ("1,000", ["1.000", "1000"]),
        ("12,345", ["12.345", "12345"]),
        ("-2.500", ["-2.500", "-2500"]),
        ("1,500e2", ["150.0", "150000"]),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_read_in_both(text: str, values: list[str]) -> None:
    assert read(text) == values


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "+", ".", ",", "e5", "-.", "abc", "12a", "a12", "1..2", "1,,2", "--5", "+-5", "5-", "1e"),
        *("12 34", "1.00.00", "1'00", "1.0000.000", "0.000.000", "1234.567.890", "1.000,000.000", "123,45,678"),
        *("1/2", "²", "10²", "½", "NaN", "Infinity", "inf", "0x10", "1_000", "五", "1e5000", "1 e 5", "12:30", "1\n2"),
    ],
)
def test_what_is_not_a_number_has_no_reading(text: str) -> None:
    assert readings(text) == ()


# --- Signs, exponents, scripts


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013", "\u2010", "\u2011", "- ", "－"])
def test_every_minus_is_a_minus(minus: str) -> None:
    assert read(f"{minus}3,5") == ["-3.5"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("+5", "5"), ("＋5", "5"), ("1e3", "1000"), ("1E+3", "1000"), ("-2,5e-1", "-0.25"), ("5.e2", "500")],
)
def test_a_plus_and_an_exponent_are_read(text: str, value: str) -> None:
    (found,) = readings(text)
    assert found == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("٣٫١٤", "3.14"),
        ("١٬٠٠٠٫٥", "1000.5"),
        ("۱۲", "12"),
        ("٣،٥", "3.5"),
        ("१२.५", "12.5"),
        ("１２．５", "12.5"),
        ("1２，５", "12.5"),
        ("\u200f-12\u200e", "-12"),
        ("\u206712\u2069", "12"),
    ],
)
def test_digits_of_every_script_are_digits(text: str, value: str) -> None:
    assert read(text) == [value]


# --- Units


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5", "kg"),
        ("5kg", "kg"),
        ("5 KG", "kg"),
        ("5 kg ", " kg "),
        ("5%", "%"),
        ("5 %", "%"),
        ("€5", "€"),
        ("€ 5", "€"),
        ("5 €", "€"),
        ("+€5", "€"),
        ("5\u00a0km/h", "km/h"),
        ("5 m²", "m²"),
        ("٥ m²", "m²"),
    ],
)
def test_the_question_s_own_unit_may_stand_beside_the_number(text: str, unit: str) -> None:
    assert read(text, unit) == ["5"]


@pytest.mark.parametrize("text", ["-€5", "\u2212€ 5", "€-5", "€ -5", "-5 €"])
def test_a_minus_may_stand_on_either_side_of_a_currency(text: str) -> None:
    assert read(text, "€") == ["-5"]


@pytest.mark.parametrize(("text", "unit"), [("5 g", "kg"), ("5 kg", ""), ("kg", "kg"), ("5 kg kg", "kg"), ("-", "€")])
def test_another_unit_or_a_unit_alone_is_not_a_number(text: str, unit: str) -> None:
    assert readings(text, unit) == ()


@pytest.mark.parametrize("unit", ["5", "0", "e3", "-", ".5", "1,5"])
def test_a_unit_that_looks_like_a_number_takes_nothing_away(unit: str) -> None:
    for text in ("15", "1,5", "-10", "1e3", ".5"):
        assert readings(text, unit) == readings(text)


# --- Round trips


def dutch(value: Decimal) -> str:
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))


@given(written)
def test_a_number_written_as_in_english_or_in_dutch_is_among_its_readings(value: Decimal) -> None:
    spaced = f"{value:,f}".replace(",", " ")
    for text in (f"{value:f}", f"{value:,f}", f"{value:f}".replace(".", ","), dutch(value), spaced):
        assert value in readings(text), text


@given(anything)
@example(Decimal("1E+5"))
@example(Decimal("-0.0"))
def test_a_number_as_python_writes_it_is_among_its_readings(value: Decimal) -> None:
    assert abs(value.adjusted()) > 999 or value in readings(str(value))


@given(st.text(max_size=12), st.text(max_size=3))
@example("1" * 500, "")
@example("1,111" * 100, "")
@example(",1" * 29, "")
@example("9" * LONGEST, "")
@example("1e999", "")
@example("-1e-999", "")
@example("İ5", "İ")
def test_whatever_is_typed_gives_finite_numbers_or_none(text: str, unit: str) -> None:
    for number in readings(text, unit):
        assert number.is_finite()
        assert is_near(number, number, Decimal(0), relative=True)


@given(st.text("0123456789.,' -+e", max_size=LONGEST))
def test_a_number_never_has_more_than_two_readings(text: str) -> None:
    assert len(readings(text)) <= 2


def test_a_text_that_is_longer_than_any_number_has_no_reading() -> None:
    assert readings("1" * LONGEST)
    assert readings("1" * (LONGEST + 1)) == ()


# --- Near enough


@pytest.mark.parametrize(
    ("given_", "value", "tolerance", "relative", "near"),
    [
        ("10", "10", "0", False, True),
        ("10.0001", "10", "0", False, False),
        ("10.5", "10", "0.5", False, True),
        ("9.5", "10", "0.5", False, True),
        ("10.50001", "10", "0.5", False, False),
        ("9.49999", "10", "0.5", False, False),
        ("-10.5", "-10", "0.5", False, True),
        ("10", "-10", "0.5", False, False),
        ("105", "100", "0.05", True, True),
        ("95", "100", "0.05", True, True),
        ("105.01", "100", "0.05", True, False),
        ("-105", "-100", "0.05", True, True),
        ("-94.99", "-100", "0.05", True, False),
        ("0", "0", "0.5", True, True),
        ("0.0001", "0", "0.5", True, False),
        ("0.3", "0.1", "0.2", False, True),
        ("1e999", "1", "1", False, False),
        ("1e-999", "0", "0", False, False),
        ("1e-999", "0", "1e-30", False, True),
    ],
)
def test_a_number_is_near_up_to_and_including_the_border(
    given_: str, value: str, tolerance: str, relative: bool, near: bool
) -> None:
    assert is_near(Decimal(given_), Decimal(value), Decimal(tolerance), relative=relative) is near


@given(amounts, amounts, amounts.map(abs))
def test_the_border_of_an_amount_is_exact(value: Decimal, off: Decimal, tolerance: Decimal) -> None:
    assert is_near(value + off, value, tolerance, relative=False) == (abs(off) <= tolerance)


@given(amounts, amounts, amounts.map(abs))
def test_a_relative_tolerance_is_a_fraction_of_the_value(value: Decimal, other: Decimal, fraction: Decimal) -> None:
    with decimal.localcontext(decimal.Context(prec=100)):
        allowed = fraction * abs(value)
    assert is_near(other, value, fraction, relative=True) == is_near(other, value, allowed, relative=False)


def test_the_thread_s_own_precision_does_not_matter() -> None:
    with decimal.localcontext(decimal.Context(prec=2)):
        assert not is_near(Decimal("10.001"), Decimal(10), Decimal(0), relative=False)
        assert is_near(Decimal("1.0101"), Decimal(1), Decimal("0.0101"), relative=True)
