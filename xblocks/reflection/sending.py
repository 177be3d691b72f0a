"""Reading what a page sends, pure: whatever is no text of a learner is refused before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_text
from xblocks.reflection.drafting import MAX_ANSWER, MAX_ANSWERS, NAME, Sent

MOST = 2**53 - 1
"""What a page counts by: milliseconds, as numbers that JavaScript holds exactly."""
_BROKEN = N_("This did not arrive whole. Load the page again and try once more.")


def read_sent(raw: Mapping[str, Any]) -> Sent:
    """{pen, turn, base, answers: {id: text}} as a value.

    Raises:
        ContentError: with what is wrong; never with what was written.
    """
    pen, turn, base = raw.get("pen"), raw.get("turn"), raw.get("base")
    if not isinstance(pen, str) or not NAME.match(pen):
        raise ContentError((Problem("pen", _BROKEN),))
    return Sent(pen, _whole(turn, "turn"), _whole(base, "base"), read_answers(raw.get("answers")))


def read_answers(raw: Any) -> dict[str, str]:
    """Texts by the id of their question, without control characters.

    Raises:
        ContentError: as `read_sent`.
    """
    if not isinstance(raw, Mapping) or len(raw) > MAX_ANSWERS:
        raise ContentError((Problem("answers", _BROKEN),))
    answers = {}
    for name, text in raw.items():
        if not isinstance(name, str) or not NAME.match(name) or not isinstance(text, str):
            raise ContentError((Problem("answers", _BROKEN),))
        cleaned = clean_text(text)
        if len(cleaned) > MAX_ANSWER:
            message = N_("This answer is too long to be kept: shorten it to %(most)d characters.")
            raise ContentError((Problem(f"answers/{name}", message, {"most": MAX_ANSWER}),))
        answers[name] = cleaned
    return answers


def _whole(raw: Any, path: str) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MOST:
        return raw
    raise ContentError((Problem(path, _BROKEN),))
