"""Who may read a reflection: the rules, against a model of permissions that was written down apart from them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from xblocks.reflection.sharing import (
    LEVELS,
    Allowed,
    Role,
    Shared,
    Sharing,
    Ties,
    Visibility,
    agreed,
    capped,
    least,
    offered,
    role_for,
    taken_back,
)

WRITER, READER, OTHER = 1, 2, 3
numbers = st.none() | st.integers(1, 3)
levels = st.sampled_from(Visibility)
allowed = st.builds(Allowed, coach=st.booleans(), group=st.booleans(), buddy=st.booleans())
sharings = st.builds(Sharing, level=levels, with_buddy=st.booleans())
shareds = st.builds(Shared, level=levels, group=numbers, buddy=numbers)
ties = st.builds(
    Ties,
    reader=st.integers(1, 3),
    writer=st.just(WRITER),
    is_team=st.booleans(),
    leads=st.booleans(),
    reader_group=numbers,
    writer_group=numbers,
    writers_buddy=numbers,
)


def expected(shared: Shared, tie: Ties) -> set[Role]:
    """Every role in which somebody may read it, as the how-to says it, a sentence a line."""
    roles = set()
    same_group = tie.reader_group is not None and len({shared.group, tie.reader_group, tie.writer_group}) == 1
    if shared.level in ("coach", "group") and tie.is_team:
        roles.add(Role.COACH)
    if shared.level in ("coach", "group") and tie.leads and same_group:
        roles.add(Role.COACH)
    if shared.level == "group" and same_group:
        roles.add(Role.FELLOW)
    if shared.buddy == tie.reader and tie.writers_buddy == tie.reader:
        roles.add(Role.BUDDY)
    return roles if tie.reader != tie.writer else set()


@given(shareds, ties)
def test_whoever_the_model_lets_in_reads_and_nobody_else(shared: Shared, tie: Ties) -> None:
    role = role_for(shared, tie)
    roles = expected(shared, tie)
    assert role in roles if roles else role is None


def test_what_nobody_decided_is_private() -> None:
    everything = Ties(READER, WRITER, True, True, 1, 1, READER)
    assert role_for(Shared(), everything) is None
    assert role_for(Shared(group=1), everything) is None
    assert Sharing().level is Visibility.PRIVATE


def test_each_level_is_open_to_whom_it_names() -> None:
    team = Ties(READER, WRITER, is_team=True)
    fellow = Ties(READER, WRITER, reader_group=1, writer_group=1)
    leader = Ties(READER, WRITER, leads=True, reader_group=1, writer_group=1)
    told = {level: [role_for(Shared(level, group=1), tie) for tie in (team, fellow, leader)] for level in Visibility}
    assert told == {
        Visibility.PRIVATE: [None, None, None],
        Visibility.COACH: [Role.COACH, None, Role.COACH],
        Visibility.GROUP: [Role.COACH, Role.FELLOW, Role.COACH],
    }


def test_a_buddy_reads_what_is_shared_with_them_also_when_it_is_private_else() -> None:
    assert role_for(Shared(buddy=READER), Ties(READER, WRITER, writers_buddy=READER)) is Role.BUDDY
    assert role_for(Shared(buddy=READER), Ties(READER, WRITER, writers_buddy=OTHER)) is None
    assert role_for(Shared(buddy=OTHER), Ties(READER, WRITER, writers_buddy=READER)) is None


@given(shareds, sharings, ties)
def test_a_new_choice_never_lets_anybody_in(shared: Shared, sharing: Sharing, tie: Ties) -> None:
    after = taken_back(shared, sharing)
    if role_for(after, tie) is not None:
        assert role_for(shared, tie) is not None
    assert LEVELS.index(after.level) <= LEVELS.index(sharing.level)
    assert sharing.with_buddy or after.buddy is None


@given(shareds, sharings, sharings)
def test_what_was_taken_back_stays_so_whatever_is_chosen_later(shared: Shared, one: Sharing, two: Sharing) -> None:
    back = taken_back(taken_back(shared, one), two)
    assert back == taken_back(taken_back(shared, two), one)
    assert taken_back(back, one) == back


@given(levels, allowed, st.booleans())
def test_what_is_offered_never_makes_more_of_a_choice(level: Visibility, one: Allowed, has_group: bool) -> None:
    found = capped(level, one, has_group=has_group)
    assert found in offered(one, has_group=has_group)
    assert LEVELS.index(found) <= LEVELS.index(level)
    if level in offered(one, has_group=has_group):
        assert found is level


@given(sharings, sharings)
def test_two_pages_agree_on_what_both_allow(seen: Sharing, held: Sharing) -> None:
    both = agreed(seen, held)
    assert both == agreed(held, seen)
    assert both.level is least(seen.level, held.level)
    assert both.with_buddy == (seen.with_buddy and held.with_buddy)


def test_private_is_always_a_choice_and_the_first() -> None:
    for coach, group, has_group in itertools.product((True, False), repeat=3):
        choices = offered(Allowed(coach=coach, group=group), has_group=has_group)
        assert choices[0] is Visibility.PRIVATE
        assert (Visibility.COACH in choices, Visibility.GROUP in choices) == (coach, group and has_group)
