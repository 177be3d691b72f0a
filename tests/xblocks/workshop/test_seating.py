"""Seats: never more than there are, none free while somebody waits, and who waited longest is first."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from xblocks.workshop.seating import NoSuchSessionError, Place, Room, Seating

SESSIONS = (1, 2, 3)
PEOPLE = st.integers(1, 9)


def seating(rooms: dict[int, Room], **places: Place) -> Seating:
    known = {int(name[1:]): place for name, place in places.items()}
    taken: dict[int, int] = {}
    for place in known.values():
        if place.holds is not None:
            taken[place.holds] = taken.get(place.holds, 0) + 1
    return Seating(rooms, known, taken)


def test_where_no_seat_is_free_one_waits_and_keeps_what_one_has() -> None:
    found = seating({1: Room(1), 2: Room(1)}, p1=Place(1), p2=Place(2))
    assert found.choose(2, 1) == Place(2, 1, 1)
    # Asking again does not lose one's place.
    assert found.choose(2, 1) == Place(2, 1, 1)


def test_whoever_leaves_makes_room_for_the_first_who_waits_and_their_seat_goes_on() -> None:
    found = seating(
        {1: Room(1), 2: Room(1)}, p1=Place(1), p2=Place(2, 1, 4), p3=Place(None, 2, 5), p4=Place(None, 1, 6)
    )
    found.leave(1)
    assert found.moved_up == [2, 3]
    assert found.changed() == {1: Place(), 2: Place(1), 3: Place(2)}


def test_to_choose_the_seat_that_one_has_ends_the_waiting() -> None:
    found = seating({1: Room(1), 2: Room(1)}, p1=Place(1), p2=Place(2, 1, 1))
    assert found.choose(2, 2) == Place(2)
    found.stop_waiting(1)
    assert found.place(1) == Place(1)


def test_a_cancelled_session_leaves_nobody_waiting_for_it_and_cannot_be_chosen() -> None:
    found = seating({1: Room(1), 2: Room(0)}, p1=Place(1), p2=Place(2, 1, 1), p3=Place(1, 2, 2))
    found.close(1)
    assert found.lost == [(1, Place(1)), (2, Place(2, 1, 1)), (3, Place(1, 2, 2))]
    assert found.changed() == {1: Place(), 2: Place(2), 3: Place(None, 2, 2)}
    for session in (1, 99):
        with pytest.raises(NoSuchSessionError):
            found.choose(4, session)


def test_more_seats_are_given_out_in_order_and_none_means_as_many_as_come() -> None:
    waiting = {f"p{number}": Place(None, 1, 10 - number) for number in range(1, 5)}
    two = seating({1: Room(2)}, **waiting)
    two.refill(1)
    assert two.moved_up == [4, 3]
    everybody = seating({1: Room(0)}, **waiting)
    everybody.refill(1)
    assert everybody.moved_up == [4, 3, 2, 1]
    assert everybody.free(1) is None


class Workshop(RuleBasedStateMachine):
    """One change after the other, each from what was kept; beside it, who asked when."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms = {1: Room(1), 2: Room(2), 3: Room(0)}
        self.places: dict[int, Place] = {}
        self.asked: dict[int, int] = {}
        self.clock = 0

    def begin(self) -> Seating:
        taken = {session: sum(place.holds == session for place in self.places.values()) for session in SESSIONS}
        return Seating(self.rooms, self.places, taken)

    def keep(self, done: Seating) -> None:
        assert len(done.moved_up) == len(set(done.moved_up))
        for who in done.moved_up:
            # Nobody who waits for the same was before them.
            session = done.place(who).holds
            # Who gave up waiting, such as by choosing another session just now, is none of them.
            rivals = [one for one in self.places if done.place(one).waits == session]
            assert all(self.asked[who] < self.asked[one] for one in rivals)
        self.places |= done.changed()

    @rule(who=PEOPLE, session=st.sampled_from(SESSIONS))
    def choose(self, who: int, session: int) -> None:
        done = self.begin()
        if not self.rooms[session].is_open:
            with pytest.raises(NoSuchSessionError):
                done.choose(who, session)
            return
        before = self.places.get(who, Place())
        place = done.choose(who, session)
        if place.waits == session and before.waits != session:
            self.clock += 1
            self.asked[who] = self.clock
        assert session in (place.holds, place.waits)
        # Waiting never costs the seat one has.
        assert place.holds in (session, before.holds)
        self.keep(done)

    @rule(who=PEOPLE)
    def leave(self, who: int) -> None:
        done = self.begin()
        done.leave(who)
        assert done.place(who) == Place()
        self.keep(done)

    @rule(session=st.sampled_from(SESSIONS), seats=st.integers(0, 3))
    def resize(self, session: int, seats: int) -> None:
        self.rooms[session] = Room(seats, self.rooms[session].is_open)
        done = self.begin()
        done.refill(session)
        self.keep(done)

    @rule(session=st.sampled_from(SESSIONS))
    def cancel(self, session: int) -> None:
        done = self.begin()
        done.close(session)
        self.rooms[session] = Room(self.rooms[session].seats, is_open=False)
        self.keep(done)
        assert all(session not in (place.holds, place.waits) for place in self.places.values())

    @rule(session=st.sampled_from(SESSIONS))
    def open_again(self, session: int) -> None:
        self.rooms[session] = Room(self.rooms[session].seats)

    @invariant()
    def nobody_waits_while_a_seat_is_free(self) -> None:
        done = self.begin()
        for session in SESSIONS:
            waiting = [who for who, place in self.places.items() if place.waits == session]
            assert not waiting or done.free(session) == 0

    @invariant()
    def numbers_are_of_those_who_wait_and_nobody_waits_for_what_they_have(self) -> None:
        waiting = [place for place in self.places.values() if place.waits is not None]
        assert len({place.number for place in waiting}) == len(waiting)
        assert all(place.holds != place.waits for place in waiting)
        assert all(place.number == 0 for place in self.places.values() if place.waits is None)


TestWorkshop = Workshop.TestCase
TestWorkshop.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_room_without_enough_seats_any_more_takes_nobody_in() -> None:
    found = seating({1: Room(1)}, p1=Place(1), p2=Place(1))
    assert found.free(1) == 0
    found.leave(1)
    assert found.choose(3, 1).waits == 1
