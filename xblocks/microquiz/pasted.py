"""Questions that somebody pasted or uploaded, in whichever of the formats that we read."""

from __future__ import annotations

from collections.abc import Callable

from xblocks.microquiz import gift, moodle_xml
from xblocks.microquiz.reading import NotRead, Reading, looks_like_xml


def read(text: str | bytes, new_id: Callable[[], str]) -> Reading:
    """The questions of a text in GIFT or Moodle XML, and per line what was not understood; never raises."""
    try:
        plain = moodle_xml.decoded(text)
    except NotRead as error:
        return Reading(problems=(error.problem,))
    return moodle_xml.read(plain, new_id) if looks_like_xml(plain) else gift.read(plain, new_id)
