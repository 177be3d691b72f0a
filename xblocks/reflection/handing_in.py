"""Handing in a reflection, pure: whether it can be, and what is kept of it then.

What is handed in holds the questions as they were asked, so that it reads whole whatever becomes of the block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.reflection.definition import Commitment, Design
from xblocks.reflection.drafting import Answers
from xblocks.reflection.frameworks import Prompt
from xblocks.reflection.word_count import count_words

COMMITMENT, ON = "_commitment", "_on"
"""Where a draft holds what the learner will do, and when (an ISO date)."""
LONGEST_AHEAD = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Part:
    """A question, and what was answered."""

    prompt: str
    label: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handed:
    """A version that was handed in.

    Attributes:
        number: from 1.
        words: of all answers together.
        commitment, on: what the learner will do, and when; "" and None when nothing was said.
        origin: what people call the place where it was handed in; "": here.
        mark: by what that place knows it; "" of what was handed in here.
    """

    number: int
    at: datetime
    words: int
    parts: tuple[Part, ...]
    commitment: str = field(default="", repr=False)
    on: date | None = None
    origin: str = ""
    mark: str = ""


def words_in(answers: Answers) -> int:
    """How many words there are in all answers; the commitment is none of them."""
    return sum(count_words(text) for name, text in answers.items() if name not in (COMMITMENT, ON))


def date_of(answers: Answers) -> date | None:
    """The date of the commitment; None where there is none, or what is written is no date."""
    try:
        return date.fromisoformat(answers.get(ON, ""))
    except ValueError:
        return None


def check(design: Design, answers: Answers, today: date) -> list[Problem]:
    """What keeps a reflection from being handed in, each with a way to go on.

    Args:
        today: the learner's local date.
    """
    asked = _asked(answers, design.asked())
    problems, words = [], words_in(asked)
    if not words:
        problems.append(Problem("answers", N_("Write something first; it need not be much.")))
    elif words < design.least_words:
        message = N_("You have %(words)d words, and at least %(least)d are asked for. What else comes to mind?")
        problems.append(Problem("answers", message, {"words": words, "least": design.least_words}))
    elif design.most_words and words > design.most_words:
        message = N_("You have %(words)d words, and at most %(most)d are asked for. What matters most?")
        problems.append(Problem("answers", message, {"words": words, "most": design.most_words}))
    if design.commitment is not Commitment.NONE:
        problems += _check_commitment(design.commitment, answers, today)
    return problems


def _check_commitment(kind: Commitment, answers: Answers, today: date) -> list[Problem]:
    text, when = answers.get(COMMITMENT, "").strip(), answers.get(ON, "").strip()
    if not text and not when and kind is Commitment.OPTIONAL:
        return []
    problems = []
    if not text:
        problems.append(Problem(COMMITMENT, N_("Say what you will do. One small step is enough.")))
    found = date_of(answers)
    if found is None:
        problems.append(Problem(ON, N_("Choose the day on which you will do it.")))
    elif not today <= found <= today + LONGEST_AHEAD:
        problems.append(Problem(ON, N_("Choose a day that is still to come, within two years.")))
    return problems


def hand_in(design: Design, prompts: Sequence[Prompt], answers: Answers, number: int, at: datetime) -> Handed:
    """What is kept of a reflection that is handed in; `prompts` as its writer read them."""
    asked = _asked(answers, prompts)
    has_commitment = design.commitment is not Commitment.NONE
    commitment = answers.get(COMMITMENT, "").strip() if has_commitment else ""
    return Handed(
        number=number,
        at=at,
        words=words_in(asked),
        parts=tuple(Part(one.id, one.label, asked.get(one.id, "")) for one in prompts),
        commitment=commitment,
        on=date_of(answers) if commitment else None,
    )


def _asked(answers: Answers, prompts: Sequence[Prompt]) -> dict[str, str]:
    return {one.id: answers[one.id] for one in prompts if one.id in answers}


def says_the_same(handed: Handed, answers: Answers) -> bool:
    """Whether a draft still holds what was handed in."""
    texts = {part.prompt: part.text for part in handed.parts}
    commitment = (answers.get(COMMITMENT, "").strip(), date_of(answers))
    return all(answers.get(name, "") == text for name, text in texts.items()) and (
        not any(commitment) or commitment == (handed.commitment, handed.on)
    )


def is_same(first: Handed, second: Handed) -> bool:
    """Whether two versions say the same, whenever they were handed in."""
    return replace(first, number=0, at=second.at) == replace(second, number=0)


def last_of_here(versions: Sequence[Handed]) -> Handed | None:
    """The last version that was handed in here: of a text from elsewhere no draft is held."""
    return next((one for one in reversed(versions) if not one.origin), None)


# --- From elsewhere


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a learner handed in at another place, where all questions have one answer.

    Attributes:
        origin, mark: as of a version (`Handed`).
    """

    text: str = field(repr=False)
    at: datetime
    origin: str
    mark: str


ELSEWHERE = "_elsewhere"
"""The part of a version from elsewhere that answers several questions at once."""


def taken_in(prompts: Sequence[Prompt], told: Elsewhere, number: int) -> Handed:
    """What is kept of a text from elsewhere; `prompts` as its writer read them there."""
    name = prompts[0].id if len(prompts) == 1 else ELSEWHERE
    label = " · ".join(one.label for one in prompts)
    return Handed(
        number=number,
        at=told.at,
        words=count_words(told.text),
        parts=(Part(name, label, told.text),),
        origin=told.origin,
        mark=told.mark,
    )


# --- As data


def encode(handed: Handed) -> dict[str, Any]:
    """As JSON-ready data."""
    return {
        "number": handed.number,
        "at": handed.at.isoformat(),
        "words": handed.words,
        "parts": [[part.prompt, part.label, part.text] for part in handed.parts],
        "commitment": handed.commitment,
        "on": handed.on.isoformat() if handed.on else None,
        "origin": handed.origin,
        "mark": handed.mark,
    }


def decode(raw: Mapping[str, Any]) -> Handed:
    """From what `encode` made."""
    return Handed(
        number=raw["number"],
        at=datetime.fromisoformat(raw["at"]),
        words=raw["words"],
        parts=tuple(Part(*part) for part in raw["parts"]),
        commitment=raw["commitment"],
        on=date.fromisoformat(raw["on"]) if raw["on"] else None,
        # Of before there was anything from elsewhere.
        origin=raw.get("origin", ""),
        mark=raw.get("mark", ""),
    )
