"""What answers share is found in English and Dutch, whatever is written in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xblocks.workshop.common_words import MOST_GROUPS, Shared, shared, words_in

ANSWERS = [
    "How do I report a phishing mail?",
    "Reporting phishing: where?",
    "Wat doe ik met een verdachte bijlage?",
    "Is een bijlage van een collega ook verdachte post?",
    "no idea",
]


def test_words_that_several_answers_share_are_found_and_those_that_say_nothing_are_not() -> None:
    assert shared(ANSWERS) == [Shared("verdachte", (2, 3)), Shared("phishing", (0, 1))] or shared(ANSWERS) == [
        Shared("phishing", (0, 1)),
        Shared("verdachte", (2, 3)),
    ]


def test_words_in_the_same_answers_are_one_group() -> None:
    assert shared(["red apple", "apple red", "blue"]) == [Shared("apple", (0, 1))]


def test_quotes_and_dashes_at_the_edge_are_no_part_of_a_word() -> None:
    assert words_in("the 'two-factor' code’s 2FA") == {"two-factor", "code’s"}


@given(st.lists(st.text(max_size=60), max_size=20))
def test_every_group_is_in_the_answers_that_it_names(answers: list[str]) -> None:
    found = shared(answers)
    assert len(found) <= MOST_GROUPS
    for group in found:
        assert len(set(group.answers)) == len(group.answers) >= 2
        assert all(group.word in words_in(answers[index]) for index in group.answers)
