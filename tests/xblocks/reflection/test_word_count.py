"""Counting words in a text of any language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.reflection.word_count import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("one two  three\nfour", 4),
        ("Dat is 'n foto's-map van m'n collega’s.", 7),
        ("well-known, e-mail", 2),
        ("- one\n- two — three …", 3),
        ("3.5 and 1,000,000 at 10:30", 6),
        ("end.Next", 2),
        ("ge\u00adza\u00admen\u00adlijk", 1),
        ("cafe\u0301 na\u00efve", 2),
        ("كتبتُ نصًّا قصيرًا اليوم", 4),
        ("می\u200cنویسم", 1),
        ("שלום עולם", 2),
        ("हिन्दी में", 2),
        ("我写了", 3),
        ("さくら は", 4),
        ("𠮷野家", 3),
        ("\U0001f600 \U0001f44d\U0001f3fd ok", 1),
        ("O'", 1),
        ("3.", 1),
        ("a_b", 2),
    ],
)
def test_words_are_counted_as_people_count_them(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(), st.text())
def test_two_texts_have_as_many_words_as_both_together(first: str, second: str) -> None:
    assert count_words(f"{first}\n{second}") == count_words(first) + count_words(second)


@given(st.lists(st.sampled_from(["één", "deux", "три", "4", "p'tit", "co-op"])))
def test_blanks_of_any_number_separate(words: list[str]) -> None:
    assert count_words(" \u00a0 ".join(words)) == len(words)
