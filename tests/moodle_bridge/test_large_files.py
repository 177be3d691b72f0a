"""Files that are larger than what a site takes in one request go in pieces, on the double and on a real Moodle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest

from moodle_bridge.client import Client, Outcome
from moodle_bridge.errors import AnswerLostError
from moodle_bridge.plan_calls import PUT_FILE
from moodle_bridge.shapes import Json
from moodle_bridge.site import STATUS, Status
from moodle_bridge.wire import Call, Limits
from tests.moodle_bridge.exported import EXPORT
from tests.moodle_bridge.scenes import Scene

LIMITS = Limits(variables=1000, bytes=40_000)


class Fragile:
    """A client that breaks off at a piece of a file, counted from 1.

    Attributes:
        pieces: how many have left.
    """

    def __init__(self, client: Client, breaks_at: int = 0) -> None:
        self.limits, self.pieces = client.limits, 0
        self._client, self._breaks_at = client, breaks_at

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        answer = self._client.call(function, params)
        if function == PUT_FILE:
            self.pieces += 1
            if self.pieces == self._breaks_at:
                raise AnswerLostError("The connection broke.")
        return answer

    def call_many(self, calls: Iterable[Call], most: int = 20) -> Iterator[Outcome]:
        return self._client.call_many(calls, most)


def with_pictures(scene: Scene, size: int, sign: bytes = b"x") -> None:
    """Its pictures are that large; both are shown by the quiz, one of them in a question, and one by the page too."""
    own = scene.title.encode()
    pictures = {"static/mail.png": own + sign * size, "static/box/mail two.png": sign * (size // 2) + own}
    scene.write({**EXPORT, **pictures})


def pages_files(scene: Scene) -> list[int]:
    page = next(component for _section, component in scene.course.placed() if component.title == "Read this")
    held = scene.site.call("get_held")["items"]
    return scene.site.hands.file_sizes(next(one["cmid"] for one in held if one["key"] == page.key))


# A white picture is the worst case: its bytes become slashes in base64, and each slash three signs in a form.
@pytest.mark.parametrize("sign", [b"x", b"\xff"])
def test_a_file_that_no_request_holds_arrives_whole(scenes: Callable[[], Scene], sign: bytes) -> None:
    scene = scenes()
    with_pictures(scene, 100_000, sign)
    scene.client.limits = LIMITS
    through = Fragile(scene.client)
    scene.sync(through)
    assert through.pieces >= 17
    scene.check()
    assert 100_000 + len(scene.title) in pages_files(scene)


def test_what_was_broken_off_goes_on_after_the_last_piece(scenes: Callable[[], Scene]) -> None:
    scene = scenes()
    with_pictures(scene, 100_000)
    scene.client.limits = LIMITS
    whole = Fragile(scene.client, breaks_at=8)
    with pytest.raises(AnswerLostError):
        scene.sync(whole)
    rest = Fragile(scene.client)
    scene.sync(rest)
    scene.check()
    # The first piece of a file asks how far it is.
    assert 100_000 + len(scene.title) in pages_files(scene)
    undisturbed = scenes()
    with_pictures(undisturbed, 100_000)
    through = Fragile(undisturbed.client)
    undisturbed.sync(through)
    assert whole.pieces + rest.pieces <= through.pieces + 1


@pytest.mark.real("the double takes requests of any size")
def test_a_file_that_is_larger_than_the_site_takes_arrives_whole(
    scenes: Callable[[], Scene], sample: Callable[[str], None]
) -> None:
    scene = scenes()
    scene.client.limits = Status.of(scene.client.call(STATUS, {"courseid": scene.site.course})).limits
    size = scene.client.limits.bytes + 1
    assert size > 1, "this site takes requests of any size"
    with_pictures(scene, size)
    through = Fragile(scene.client)
    scene.sync(through)
    scene.check()
    assert size + len(scene.title) in pages_files(scene)
    sample(f"files of {size:,} and {size // 2:,} bytes went in {through.pieces} pieces; the site takes {size - 1:,}")
