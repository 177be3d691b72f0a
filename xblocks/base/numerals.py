"""Numbers in texts for people, pure: as one writes them in the language of a catalogue."""

from __future__ import annotations

from decimal import Decimal
from gettext import NullTranslations


def numeral(value: Decimal | float, words: NullTranslations, places: int | None = None) -> str:
    """A number with the decimal sign of the language: 3.5, or 3,5 in Dutch; a whole one has none.

    Args:
        places: round to at most so many places behind the decimal sign; None keeps what a Decimal holds, and six
            significant digits of a float.
    """
    if places is not None:
        text = f"{value:.{places}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = str(value) if isinstance(value, Decimal) else f"{value:g}"
    # Translators: the sign between a whole and its parts, as in 3.5
    return text.replace(".", words.pgettext("decimal sign", "."))
