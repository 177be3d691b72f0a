"""Which accounts Moodle's learners are: only where that is certain."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moodle_bridge.matching import Match, MoodleLearner, PlatformUser, pairs, wanted


def learner(user: int, email: str = "", idnumber: str = "") -> MoodleLearner:
    return MoodleLearner(user=user, email=email, idnumber=idnumber)


def user(user_id: int, username: str = "", email: str = "", **more: bool) -> PlatformUser:
    return PlatformUser(user_id=user_id, username=username or f"u{user_id}", email=email, **more)


def test_an_address_is_the_same_whatever_its_case_and_the_blanks_around_it() -> None:
    assert pairs([learner(1, " Ann@Example.org ")], [user(7, email="ann@EXAMPLE.org")], Match.EMAIL) == {1: 7}


def test_an_id_number_is_a_user_name_to_the_letter() -> None:
    assert pairs([learner(1, idnumber="s17")], [user(7, "s17")], Match.IDNUMBER) == {1: 7}
    assert pairs([learner(1, idnumber="S17")], [user(7, "s17")], Match.IDNUMBER) == {}


def test_two_who_could_be_meant_are_nobody() -> None:
    twins = [user(7, email="a@b.org"), user(8, email="A@b.org")]
    assert pairs([learner(1, "a@b.org")], twins, Match.EMAIL) == {}
    assert pairs([learner(1, "a@b.org"), learner(2, "a@b.org")], twins[:1], Match.EMAIL) == {}


def test_accounts_that_are_closed_do_not_count() -> None:
    assert pairs([learner(1, "a@b.org")], [user(7, email="a@b.org", is_active=False)], Match.EMAIL) == {}
    both = [user(7, email="a@b.org", is_active=False), user(8, email="a@b.org")]
    assert pairs([learner(1, "a@b.org")], both, Match.EMAIL) == {1: 8}


def test_nobody_is_told_by_nothing() -> None:
    assert pairs([learner(1), learner(2, " ")], [user(7)], Match.EMAIL) == {}
    assert wanted([learner(1, "a@b.org", "s17")], Match.NOTHING) == frozenset()


def test_what_could_be_meant_is_asked_for() -> None:
    some = [learner(1, "A@b.org", "s17"), learner(2)]
    assert wanted(some, Match.EMAIL) == {"a@b.org"}
    assert wanted(some, Match.IDNUMBER) == {"s17"}


EMAILS = st.sampled_from(["a@b.org", "A@B.org", "c@d.org", ""])
USERS = st.builds(user, st.integers(1, 9), email=EMAILS, is_active=st.booleans())


@given(
    st.lists(st.builds(learner, st.integers(1, 9), EMAILS), unique_by=lambda one: one.user),
    st.lists(
        st.builds(user, st.integers(1, 9), email=EMAILS, is_active=st.booleans()), unique_by=lambda one: one.user_id
    ),
)
def test_nobody_is_two_and_two_are_never_one(learners: list[MoodleLearner], users: list[PlatformUser]) -> None:
    found = pairs(learners, users, Match.EMAIL)
    assert len(set(found.values())) == len(found)
    by_id = {one.user_id: one for one in users}
    for one in learners:
        if one.user in found:
            assert by_id[found[one.user]].is_active
            assert by_id[found[one.user]].email.lower() == one.email.lower() != ""
