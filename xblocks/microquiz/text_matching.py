"""Whether what somebody typed is what was asked for.

Phones change what people type: straight quotes become curly, three dots one character, two spaces a full stop. None
of that is a mistake. Case and accents count only when the course team says so.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# What keyboards and autocorrect put in place of the plain characters.
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u0060\u00b4\u2039\u203a", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
        # Invisible, and nobody types them on purpose: joiners, directions, which picture an emoji is drawn with.
        **dict.fromkeys("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
        **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10)), ""),
    }
)
# Letters that Unicode does not take apart into a letter and an accent, though people type them so.
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ı": "i"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "TH"}
)
_SPACE = re.compile(r"\s+")
_STAR = re.compile(r"\\\*|\*")
_ESCAPED = "\x00"


def fold(text: str, *, case: bool, accents: bool) -> str:
    """A text as it is compared: one space between words, plain quotes and dashes, case and accents if asked for."""
    # Before, because NFKC makes a space of an acute accent; after, because it makes dashes of their wide relatives.
    folded = unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)
    if accents:
        apart = unicodedata.normalize("NFD", folded)
        folded = unicodedata.normalize("NFC", "".join(c for c in apart if not _is_accent(c)))
        folded = folded.translate(_LETTERS)
    if case:
        folded = folded.casefold()
    return _SPACE.sub(" ", folded).strip()


def _is_accent(character: str) -> bool:
    """Whether a combining mark may be left out in writing (by canonical combining class, Unicode 15, table 4-3).

    Above, below, over or through the letter (1, from 200), and the points of Hebrew and Arabic (10 to 36). The other
    marks make another letter: the voicing of kana, the nukta and vowels of Indic scripts and Thai.
    """
    place = unicodedata.combining(character)
    return place == 1 or 10 <= place <= 36 or place >= 200


@lru_cache(maxsize=2048)
def _literals(pattern: str, case: bool, accents: bool) -> tuple[str, ...]:
    """The texts between the stars of a pattern, folded; one alone means that there is no star."""
    marked = _STAR.sub(lambda found: _ESCAPED if found.group() == "\\*" else "*", pattern)
    parts = marked.split("*")
    folded = []
    for index, part in enumerate(parts):
        # A space next to a star matters ("audit *"), folding a part alone would strip it.
        guarded = ("|" if index else "") + part + ("|" if index < len(parts) - 1 else "")
        text = fold(guarded.replace(_ESCAPED, "*"), case=case, accents=accents)
        folded.append(text[1 if index else 0 : len(text) - 1 if index < len(parts) - 1 else len(text)])
    return tuple(folded)


def matches(pattern: str, typed: str, *, fold_case: bool = True, fold_accents: bool = True) -> bool:
    """Whether a typed text fits a pattern in which * is any run of characters and \\* a star.

    Takes time in proportion to the text, whatever the pattern: each literal is sought once, from the left.
    """
    text = fold(typed, case=fold_case, accents=fold_accents)
    first, *rest = _literals(pattern, fold_case, fold_accents)
    if not rest:
        return text == first
    if not text.startswith(first):
        return False
    at = len(first)
    *middle, last = rest
    for literal in middle:
        found = text.find(literal, at)
        if found < 0:
            return False
        at = found + len(literal)
    return len(text) - len(last) >= at and text.endswith(last)
