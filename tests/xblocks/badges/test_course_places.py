"""What the blocks of a course are called, and what can be done in each."""

from __future__ import annotations

from opaque_keys.edx.keys import CourseKey

from xblocks.badges.course_places import leaves_of, names_in, tree
from xblocks.base.place import Place

COURSE = CourseKey.from_string("course-v1:Microunits+PLACES+2026")


def place(block_type: str, name: str, *parts: Place, title: str = "", **more: bool) -> Place:
    return Place(usage_key=COURSE.make_usage_key(block_type, name), name=title or name.title(), parts=parts, **more)


OUTLINE = place(
    "course",
    "course",
    place(
        "vertical",
        "one",
        place("microquiz", "a", title="Micro-quiz", completes=True, scores=True),
        place("html", "b", completes=True),
    ),
    place("vertical", "two", place("microquiz", "c", title="Micro-quiz", completes=True), place("nudge", "d")),
    place("vertical", "three", place("workshop", "w"), place("reflection", "r")),
    place("vertical", "empty"),
)


def test_a_name_that_tells_nothing_has_its_unit_beside_it() -> None:
    names = names_in(OUTLINE)
    assert names["microquiz@a"] == "Micro-quiz: One"
    assert names["microquiz@c"] == "Micro-quiz: Two"
    assert names["html@b"] == "B"
    assert names_in(place("course", "alone")) == {"course@alone": "Alone"}


def test_what_can_be_named_is_what_holds_nothing() -> None:
    assert leaves_of(OUTLINE) >= {"microquiz@a", "html@b", "nudge@d"}
    assert "vertical@one" not in leaves_of(OUTLINE)


def test_the_editor_sees_what_can_be_done_where() -> None:
    one, two, three = tree(OUTLINE)["parts"]
    assert [part["does"] for part in one["parts"]] == [
        ["came_back", "completed", "first_try", "score", "within"],
        ["completed", "within"],
    ]
    assert [part["name"] for part in two["parts"]] == ["microquiz@c"]
    assert [part["does"] for part in three["parts"]] == [["attended", "prepared"], ["reflected"]]
    assert (one["title"], one["type"]) == ("One", "vertical")
