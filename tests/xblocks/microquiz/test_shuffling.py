"""Tokens tell nothing; an order is a learner's own, and stays."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.microquiz import shuffling
from xblocks.microquiz.shuffling import shuffled, token, tokens_for

SECRET = b"a secret of this installation"

names = st.lists(st.text("abc019-_:", min_size=1, max_size=12), min_size=1, max_size=12, unique=True)
learners = st.text(max_size=8)


# --- Tokens


@given(names)
def test_each_id_has_a_token_of_its_own_that_is_not_the_id(ids: list[str]) -> None:
    found = tokens_for(SECRET, "block", "question", tuple(ids))
    assert list(found) == ids
    assert len(set(found.values())) == len(ids)
    assert not any(one in found.values() for one in ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{6}", name) for name in found.values())


@given(names, names)
def test_an_id_keeps_its_token_whatever_stands_beside_it(ids: list[str], others: list[str]) -> None:
    before = tokens_for(SECRET, "block", "question", tuple(ids))
    after = tokens_for(SECRET, "block", "question", tuple(dict.fromkeys([*others, *ids])))
    assert {one: after[one] for one in ids} == before


def test_a_token_differs_from_question_to_question_block_to_block_and_installation_to_installation() -> None:
    found = {
        token(SECRET, "block", "question", "a"),
        token(SECRET, "block", "another", "a"),
        token(SECRET, "another", "question", "a"),
        token(b"another", "block", "question", "a"),
        token(SECRET, "block", "questiona"),
        token(SECRET, "block", "question", "b"),
    }
    assert len(found) == 6


def test_a_token_is_as_long_as_it_is_asked_to_be_and_begins_alike() -> None:
    assert len(token(SECRET, "x", length=8)) == 8
    assert token(SECRET, "x", length=8).startswith(token(SECRET, "x"))


def test_ids_whose_tokens_fall_together_are_told_apart_by_a_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shuffling, "_SHORT", 1)
    ids = tuple(map(str, range(200)))  # more than there are characters
    found = tokens_for(SECRET, "a block with short tokens", "question", ids)
    assert len(set(found.values())) == 200
    assert found["0"] == token(SECRET, "a block with short tokens", "question", "0", length=1)
    assert max(map(len, found.values())) > 1


def test_names_that_no_encoding_can_hold_have_a_token_all_the_same() -> None:
    assert token(SECRET, "\ud800")


# --- Orders


@given(names, learners)
def test_an_order_holds_each_item_once_and_is_the_same_each_time(ids: list[str], learner: str) -> None:
    order = shuffled(ids, ids, SECRET, learner)
    assert sorted(order) == sorted(ids)
    assert shuffled(ids, ids, SECRET, learner) == order


@given(names, learners, st.randoms(use_true_random=False))
def test_an_order_does_not_depend_on_how_the_author_ordered(ids: list[str], learner: str, random: object) -> None:
    other = list(ids)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert shuffled(other, other, SECRET, learner) == shuffled(ids, ids, SECRET, learner)


@given(names, st.text("xyz", min_size=1, max_size=5), learners)
def test_a_new_item_leaves_the_others_in_their_order(ids: list[str], new: str, learner: str) -> None:
    after = shuffled([*ids, new], [*ids, new], SECRET, learner)
    assert tuple(one for one in after if one != new) == shuffled(ids, ids, SECRET, learner)


def test_items_travel_with_their_names() -> None:
    assert {one.lower() for one in shuffled("AB", "ab", SECRET, "ann")} == {"a", "b"}
    order = "".join(shuffled("abc", "abc", SECRET, "ann"))
    assert "".join(shuffled("ABC", "abc", SECRET, "ann")) == order.upper()


def test_over_many_learners_each_item_comes_first_about_as_often() -> None:
    items = "abcde"
    first = Counter(shuffled(items, items, SECRET, str(learner))[0] for learner in range(2000))
    assert set(first) == set(items)
    assert all(320 < times < 480 for times in first.values())  # 400 expected, 18 is one standard deviation


def test_learners_differ_and_so_do_installations() -> None:
    orders = {shuffled("abcdef", "abcdef", SECRET, str(learner)) for learner in range(500)}
    assert len(orders) > 300
    assert shuffled("abcdef", "abcdef", SECRET, "1") != shuffled("abcdef", "abcdef", b"another", "1")


def test_a_name_for_each_item_is_needed() -> None:
    with pytest.raises(ValueError, match="zip"):
        shuffled("abc", "ab", SECRET)
