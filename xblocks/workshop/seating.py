"""Who has a seat in which session, and who waits for one, pure.

A learner has at most one seat, and may wait for one in another session: until they move up they keep what they have.
Who waited longest moves up first. A seat that somebody leaves behind by moving up is given on in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class NoSuchSessionError(ValueError):
    """There is no such session to choose, or it is cancelled."""


@dataclass(frozen=True, slots=True)
class Room:
    """A session as seats see it.

    Attributes:
        seats: 0: as many as come.
        is_open: can be chosen; a cancelled one cannot.
    """

    seats: int = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """What a learner has.

    Attributes:
        holds: the session that they have a seat in.
        waits: the session that they wait for.
        number: their place among those who wait, the smallest first; never given out twice.
    """

    holds: int | None = None
    waits: int | None = None
    number: int = 0


NOWHERE = Place()


class Seating:
    """The seats of all sessions of a workshop, while one thing is changed.

    Attributes:
        moved_up: learners who got the seat that they waited for, in that order.
        lost: learners who had a seat in a session that is closed, or waited for one; with what they had.
    """

    def __init__(self, rooms: Mapping[int, Room], places: Mapping[int, Place], taken: Mapping[int, int]) -> None:
        """Begin with what everybody has.

        Args:
            places: of everybody who waits, of whoever chooses or leaves, and of those in a session that is closed;
                others need not be known.
            taken: how many seats of each session are taken, by whomever.
        """
        self._rooms = dict(rooms)
        self._places = dict(places)
        self._before = dict(places)
        self._taken = dict(taken)
        self.moved_up: list[int] = []
        self.lost: list[tuple[int, Place]] = []

    def place(self, who: int) -> Place:
        """What a learner has now."""
        return self._places.get(who, NOWHERE)

    def changed(self) -> dict[int, Place]:
        """Everybody who has something else than before."""
        return {who: place for who, place in self._places.items() if place != self._before.get(who, NOWHERE)}

    def free(self, session: int) -> int | None:
        """How many seats are free; None: as many as come."""
        room = self._rooms[session]
        return max(0, room.seats - self._taken.get(session, 0)) if room.seats else None

    # --- What somebody wants

    def choose(self, who: int, session: int) -> Place:
        """Take a seat; where none is free, wait for one and keep what one has.

        Raises:
            NoSuchSessionError
        """
        room = self._rooms.get(session)
        if room is None or not room.is_open:
            raise NoSuchSessionError
        place = self.place(who)
        if place.holds == session:
            self._places[who] = Place(holds=session)
        elif self.free(session) == 0:
            if place.waits != session:
                self._places[who] = Place(place.holds, session, self._next_number())
        else:
            self._seat(who, session)
        return self.place(who)

    def leave(self, who: int) -> None:
        """Give up one's seat, and stop waiting."""
        place = self.place(who)
        self._places[who] = NOWHERE
        if place.holds is not None:
            self._release(place.holds)

    def stop_waiting(self, who: int) -> None:
        """Keep what one has."""
        self._places[who] = Place(holds=self.place(who).holds)

    # --- What the team does

    def close(self, session: int) -> None:
        """A session is cancelled: nobody has a seat in it or waits for it any more."""
        self._rooms[session] = Room(self._rooms[session].seats, is_open=False)
        self._taken[session] = 0
        for who, place in list(self._places.items()):
            if session not in (place.holds, place.waits):
                continue
            self.lost.append((who, place))
            holds = None if place.holds == session else place.holds
            is_waiting = place.waits not in (session, None)
            self._places[who] = Place(holds, place.waits, place.number) if is_waiting else Place(holds)

    def refill(self, session: int) -> None:
        """A session has more seats than before."""
        self._fill(session)

    # --- Parts

    def _next_number(self) -> int:
        return max((place.number for place in self._places.values()), default=0) + 1

    def _seat(self, who: int, session: int) -> None:
        had = self.place(who).holds
        self._places[who] = Place(holds=session)
        self._taken[session] = self._taken.get(session, 0) + 1
        if had is not None:
            self._release(had)

    def _release(self, session: int) -> None:
        self._taken[session] = max(0, self._taken.get(session, 0) - 1)
        self._fill(session)

    def _fill(self, session: int) -> None:
        while self._rooms[session].is_open and self.free(session) != 0:
            waiting = [(place.number, who) for who, place in self._places.items() if place.waits == session]
            if not waiting:
                return
            _number, who = min(waiting)
            self.moved_up.append(who)
            self._seat(who, session)
