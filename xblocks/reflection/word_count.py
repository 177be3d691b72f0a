"""Counting words in a text of any language, pure.

A word is a run of letters, their marks, and digits; an apostrophe or a hyphen within it does not end it, nor do a point
or a comma between digits. Chinese and Japanese write without blanks: there each character counts, as word processors
count it. Emoji and punctuation are no words. The page counts by the same rule (`reflection.js`).
"""

from __future__ import annotations

import re
from unicodedata import category

_IDEOGRAPHS = "\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
# In a pattern over kinds: one letter for each character of the text.
_WORD = re.compile(r"I|[LD][LDM]*(?:A[LD][LDM]*|(?<=D)P(?=D)D[LDM]*)*")
_WITHIN = "'’ʼ-‐‑"
_BETWEEN_DIGITS = ".,٫٬"


def count_words(text: str) -> int:
    """How many words there are in a text."""
    return len(_WORD.findall("".join(map(_kind, text))))


def _kind(one: str) -> str:
    """I: counts by itself, L: letter, D: digit, M: belongs to what stands before it, A and P: may stand within."""
    if _IDEOGRAPH.match(one):
        return "I"
    if one in _WITHIN:
        return "A"
    if one in _BETWEEN_DIGITS:
        return "P"
    match category(one)[0], category(one):
        case "L", _:
            return "L"
        case "N", _:
            return "D"
        case "M", _:
            return "M"
        # Joiners and soft hyphens: nobody sees them.
        case _, "Cf":
            return "M"
    return " "
