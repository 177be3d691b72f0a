"""Who may read a reflection."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from xblocks.reflection.sharing import Allowed, Role, Sharing, Visibility, effective, is_coach, may_read

ALL = Allowed(coach=True, group=True, buddy=True)
allowed = st.builds(Allowed, coach=st.booleans(), group=st.booleans(), buddy=st.booleans())
sharings = st.builds(
    Sharing, visibility=st.sampled_from(Visibility), with_buddy=st.booleans(), handed_in=st.integers(0, 3)
)


def test_what_nobody_decided_is_private() -> None:
    assert not any(may_read(Sharing(handed_in=1), ALL, role) for role in Role)


@given(sharings, allowed, st.sampled_from(Role))
def test_what_was_not_handed_in_nobody_reads(sharing: Sharing, allowed: Allowed, role: Role) -> None:
    draft = Sharing(sharing.visibility, sharing.with_buddy, 0)
    assert not may_read(draft, allowed, role)


def test_each_level_is_open_to_whom_it_names() -> None:
    readers = {
        level: {role for role in Role if may_read(Sharing(level, handed_in=1), ALL, role)} for level in Visibility
    }
    assert readers == {
        Visibility.PRIVATE: set(),
        Visibility.COACH: {Role.COACH},
        Visibility.GROUP: {Role.COACH, Role.FELLOW},
    }


def test_a_buddy_reads_what_is_shared_with_them_also_when_it_is_private_else() -> None:
    sharing = Sharing(Visibility.PRIVATE, with_buddy=True, handed_in=1)
    assert {role for role in Role if may_read(sharing, ALL, role)} == {Role.BUDDY}


@given(sharings, allowed, st.sampled_from(Role))
def test_the_team_can_take_back_what_it_allows_but_never_open_what_a_learner_did_not(
    sharing: Sharing, allowed: Allowed, role: Role
) -> None:
    if may_read(sharing, allowed, role):
        assert may_read(sharing, ALL, role)


def test_a_group_that_is_not_allowed_any_more_leaves_the_coach() -> None:
    assert effective(Visibility.GROUP, Allowed(coach=True, group=False)) is Visibility.COACH
    assert effective(Visibility.GROUP, Allowed(coach=False, group=False)) is Visibility.PRIVATE
    assert effective(Visibility.COACH, Allowed(coach=False)) is Visibility.PRIVATE


def test_private_is_always_a_choice_and_the_first() -> None:
    for coach, group in itertools.product((True, False), repeat=2):
        choices = Allowed(coach=coach, group=group).choices()
        assert choices[0] is Visibility.PRIVATE
        assert (Visibility.COACH in choices, Visibility.GROUP in choices) == (coach, group)


def test_who_is_named_coaches_and_else_the_staff() -> None:
    assert is_coach("ann", False, ("ann",))
    assert not is_coach("bob", True, ("ann",))
    assert is_coach("bob", True, ())
    assert not is_coach("bob", False, ())
