"""Numbers for people: the decimal sign of the language, and no more digits than say something."""

from __future__ import annotations

from decimal import Decimal
from gettext import NullTranslations

import pytest

from xblocks.base.numerals import numeral


class Comma(NullTranslations):
    """A language that writes a decimal comma."""

    def pgettext(self, context: str, message: str) -> str:
        assert (context, message) == ("decimal sign", ".")
        return ","


@pytest.mark.parametrize(
    ("value", "places", "english", "dutch"),
    [
        (Decimal("3.50"), None, "3.50", "3,50"),
        (Decimal(20000), None, "20000", "20000"),
        (3.5, None, "3.5", "3,5"),
        (4.0, None, "4", "4"),
        (0.1 + 0.2, 2, "0.3", "0,3"),
        (2 / 3, 2, "0.67", "0,67"),
        (100.0, 2, "100", "100"),
        (100, 0, "100", "100"),
    ],
)
def test_a_number_is_written_as_in_the_language(
    value: Decimal | float, places: int | None, english: str, dutch: str
) -> None:
    assert numeral(value, NullTranslations(), places) == english
    assert numeral(value, Comma(), places) == dutch
