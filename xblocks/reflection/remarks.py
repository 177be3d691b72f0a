"""What somebody writes to a learner about what they have read; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_text
from xblocks.reflection.sharing import Role

MOST = 5_000
"""Characters."""


class Sign(StrEnum):
    """What can be said with one tap."""

    NONE = ""
    THANKS = "thanks"
    RECOGNISED = "recognised"
    THINKING = "thinking"


SIGNS: Mapping[Sign, str] = {
    Sign.THANKS: N_("Thank you for sharing"),
    Sign.RECOGNISED: N_("I recognise this"),
    Sign.THINKING: N_("This makes me think"),
}
"""What each of them says."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words, and the sign; one of them may be empty."""

    text: str = field(default="", repr=False)
    sign: Sign = Sign.NONE


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was said of a version.

    Attributes:
        role: what its author was to the writer then.
        number: of the version.
    """

    pk: int
    author_id: int
    role: Role
    number: int
    at: datetime
    said: Said
    is_new: bool = False


def read(raw: Mapping[str, Any]) -> Said:
    """{text, sign} as a page sends it.

    Raises:
        ContentError: with what is wrong; never with what was written.
    """
    text, sign = raw.get("text", ""), raw.get("sign", "")
    if not isinstance(text, str) or sign not in list(Sign):
        raise ContentError((Problem("text", N_("This did not arrive whole. Load the page again and try once more.")),))
    cleaned = clean_text(text).strip()
    if len(cleaned) > MOST:
        raise ContentError((Problem("text", N_("Keep this under %(most)d characters."), {"most": MOST}),))
    if not cleaned and not sign:
        raise ContentError((Problem("text", N_("Write something first; it need not be much.")),))
    return Said(cleaned, Sign(sign))


def encode(said: Said) -> dict[str, str]:
    """As JSON-ready data."""
    return {"text": said.text, "sign": str(said.sign)}


def decode(raw: Mapping[str, str]) -> Said:
    """From what `encode` made."""
    return Said(raw["text"], Sign(raw["sign"]))
