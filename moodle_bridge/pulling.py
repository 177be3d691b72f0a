"""Reading what happened on a site since the last time: one call where nothing did, pages where much did.

The companion keeps an outbox, and tells attempts, and the rows of each stream (`streams`), in the order in which they
changed. All are read from a place
(`Place`), and what is read comes in batches, each with the place after it: whoever keeps that place once the batch has
been dealt with loses nothing, wherever a run ends, and meets at most one batch again. Nothing is held back: memory does
not grow with what there is to read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from moodle_bridge.errors import BridgeError, CursorExpiredError
from moodle_bridge.shapes import Json
from moodle_bridge.streams import ROWS_A_PAGE, STREAMS, Stream

CHANGES = "local_microunits_get_changes"
ATTEMPTS = "local_microunits_get_attempts"
CHANGES_A_PAGE = 1000
ATTEMPTS_A_PAGE = 200

_PEOPLE = frozenset({"enrolled", "unenrolled", "user_updated", "user_deleted"})


Wanted = Mapping[str, Collection[int]]
"""Of which courses the rows of a stream are wanted, by its name; of others they are not read."""

InStream = tuple[str, int]
"""A stream, by its name, in a course."""


class Site(Protocol):
    """What is needed of `client.Client`."""

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        """What a function returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a site was read.

    Attributes:
        changes: the cursor of the outbox; "": it was never read.
        attempts: the cursor of each course's attempts; one that is missing was never read.
        behind: courses whose attempts are still to be read to their end.
        streams: the cursor of each stream in each course; one that is missing was never read.
        behind_in: streams that are still to be read to their end.
    """

    changes: str = ""
    attempts: Mapping[int, str] = field(default_factory=dict)
    behind: frozenset[int] = frozenset()
    streams: Mapping[InStream, str] = field(default_factory=dict)
    behind_in: frozenset[InStream] = frozenset()

    def late(self, courses: Collection[int]) -> Place:
        """The same, with these courses still to be read to their end."""
        return replace(self, behind=self.behind | frozenset(courses))

    def anew(self, course: int) -> Place:
        """The same, with a course to be read whole."""
        attempts = {known: cursor for known, cursor in self.attempts.items() if known != course}
        return replace(self, attempts=attempts, behind=self.behind | {course})

    def at(self, course: int, cursor: str, *, is_end: bool) -> Place:
        """The same, with the attempts of a course read so far."""
        behind = self.behind - {course} if is_end else self.behind
        return replace(self, attempts={**self.attempts, course: cursor}, behind=behind)

    def late_in(self, streams: Collection[InStream]) -> Place:
        """The same, with these streams still to be read to their end."""
        return replace(self, behind_in=self.behind_in | frozenset(streams))

    def at_in(self, stream: InStream, cursor: str, *, is_end: bool) -> Place:
        """The same, with a stream read so far."""
        behind = self.behind_in - {stream} if is_end else self.behind_in
        return replace(self, streams={**self.streams, stream: cursor}, behind_in=behind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some of what happened.

    Attributes:
        place: to go on from, once this has been dealt with.
        course: Moodle's id of the course that the attempts or rows are of; 0: there are none.
        attempts: as the companion tells them.
        stream: the name of the stream that the rows are of; "": there are none.
        rows: as the companion tells them.
        people: courses whose learners are not the same as before.
        deleted: ids of users who are not there any more.
        problem: why this course could not be read; the others are.
    """

    place: Place
    course: int = 0
    attempts: Sequence[Mapping[str, Json]] = ()
    stream: str = ""
    rows: Sequence[Mapping[str, Json]] = ()
    people: frozenset[int] = frozenset()
    deleted: frozenset[int] = frozenset()
    problem: BridgeError | None = None


def pull(site: Site, place: Place, courses: Collection[int], wanted: Wanted | None = None) -> Iterator[Batch]:
    """What happened in these courses since a place; the last batch holds the place to begin from next time.

    Args:
        wanted: the streams that are read, too, and in which of the courses.

    A course that was never read is read whole, and so is every course when the outbox no longer reaches back to where
    it was left. Then attempts come that came before: `results.Result.id` says which.

    Raises:
        BridgeError: what concerns the whole site.
    """
    streams = frozenset((name, course) for name, some in (wanted or {}).items() for course in some)
    place = place.late({course for course in courses if course not in place.attempts})
    place = place.late_in(streams - place.streams.keys())
    try:
        for batch in _changes(site, place, frozenset(courses), streams):
            place = batch.place
            yield batch
    except CursorExpiredError:
        place = Place().late(courses).late_in(streams)
        for batch in _changes(site, place, frozenset(courses), streams):
            place = batch.place
            yield batch
    for course in sorted(place.behind & frozenset(courses)):
        for batch in _attempts(site, place, course):
            place = batch.place
            yield batch
    by_name = {stream.name: stream for stream in STREAMS}
    for name, course in sorted(place.behind_in & streams):
        for batch in _rows(site, place, by_name[name], course):
            place = batch.place
            yield batch


def _changes(site: Site, place: Place, courses: frozenset[int], streams: frozenset[InStream]) -> Iterator[Batch]:
    """The outbox, page by page; the attempts that it tells of are read afterwards, once for each course."""
    while True:
        answer = site.call(CHANGES, {"cursor": place.changes, "limit": CHANGES_A_PAGE})
        page = [one for one in answer["changes"] if one["courseid"] in courses or one["what"] == "user_deleted"]
        for course, ids in sorted(_graded(page, place).items()):
            for batch in _of_ids(site, place, course, ids):
                place = batch.place
                yield batch
        attempted = {one["courseid"] for one in page if one["what"] == "attempt"}
        told = {(stream.name, one["courseid"]) for stream in STREAMS for one in page if one["what"] == stream.what}
        place = replace(place.late(attempted).late_in(told & streams), changes=answer["cursor"])
        yield Batch(
            place=place,
            people=frozenset(one["courseid"] for one in page if one["what"] in _PEOPLE) & courses,
            deleted=frozenset(one["objectid"] for one in page if one["what"] == "user_deleted"),
        )
        if not answer["more"]:
            return


def _graded(page: Sequence[Mapping[str, Json]], place: Place) -> dict[int, list[int]]:
    """By course the attempts that were graded, and that reading on from its cursor would not show."""
    ended = {one["objectid"] for one in page if one["what"] == "attempt"}
    graded: dict[int, dict[int, None]] = defaultdict(dict)
    for one in page:
        is_read_anyway = one["objectid"] in ended or one["courseid"] not in place.attempts
        if one["what"] == "graded" and not is_read_anyway:
            graded[one["courseid"]][one["objectid"]] = None
    return {course: list(ids) for course, ids in graded.items()}


def _of_ids(site: Site, place: Place, course: int, ids: Sequence[int]) -> Iterator[Batch]:
    for start in range(0, len(ids), ATTEMPTS_A_PAGE):
        some = list(ids[start : start + ATTEMPTS_A_PAGE])
        params = {"courseid": course, "limit": ATTEMPTS_A_PAGE, "attemptids": some}
        try:
            answer = site.call(ATTEMPTS, params)
        except BridgeError as error:
            if error.concerns_all:
                raise
            # What was graded cannot be asked for again once the outbox has been read past it.
            yield Batch(place=place.anew(course), course=course, problem=error)
            return
        yield Batch(place=place, course=course, attempts=answer["attempts"])


def _attempts(site: Site, place: Place, course: int) -> Iterator[Batch]:
    more = True
    while more:
        cursor = place.attempts.get(course, "")
        try:
            answer = site.call(ATTEMPTS, {"courseid": course, "cursor": cursor, "limit": ATTEMPTS_A_PAGE})
        except BridgeError as error:
            if error.concerns_all:
                raise
            yield Batch(place=place, course=course, problem=error)
            return
        more = answer["more"]
        place = place.at(course, answer["cursor"], is_end=not more)
        yield Batch(place=place, course=course, attempts=answer["attempts"])


def _rows(site: Site, place: Place, stream: Stream, course: int) -> Iterator[Batch]:
    key, more = (stream.name, course), True
    while more:
        params = {"courseid": course, "cursor": place.streams.get(key, ""), "limit": ROWS_A_PAGE}
        try:
            answer = site.call(stream.function, params)
        except BridgeError as error:
            if error.concerns_all:
                raise
            yield Batch(place=place, course=course, problem=error)
            return
        more = answer["more"]
        place = place.at_in(key, answer["cursor"], is_end=not more)
        yield Batch(place=place, course=course, stream=stream.name, rows=answer[stream.member])
