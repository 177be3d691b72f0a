"""Learners who write, through the devstack's real runtime."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import UsageKey

from tests.devstack.playing import Answer, add_block, call

MARKER = "zebra-marker-text"
MORNING = "1"
"""How a page names the group of Ann and Bob."""
WEEK = '<reflection url_name="week1" display_name="My first week"/>'


def reflection(text: str = WEEK) -> UsageKey:
    """A block of that OLX."""
    return add_block(text)


def sent(text: str = MARKER, pen: str = "a", turn: int = 1, base: int = 0, **answers: str) -> dict[str, Any]:
    """What a page sends."""
    return {"pen": pen, "turn": turn, "base": base, "answers": {"thoughts": text, **answers}}


def save(block: UsageKey, text: str = MARKER, user: str = "ann", **values: Any) -> Answer:
    """Write something."""
    return call(block, "keep", sent(text, **values), user)


def hand_in(
    block: UsageKey,
    text: str = MARKER,
    user: Any = "ann",
    *,
    level: str = "",
    group: str = MORNING,
    buddy: str = "",
    **values: Any,
) -> Answer:
    """Write something and hand it in; by default as if nothing else was written before, and for nobody else."""
    shown = {name: value for name, value in (("level", level), ("group", group), ("buddy", buddy)) if value}
    return call(block, "hand_in", {**sent(text, **values), **shown}, user)


def share(block: UsageKey, level: str | None, user: Any = "ann", group: str = MORNING, buddy: str = "") -> Answer:
    """Choose who may read what is handed in from then on."""
    return call(block, "share", {"level": level, "group": group, "buddy": buddy}, user)
