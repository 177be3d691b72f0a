"""What the editor of reflections works with, pure: complete forms, versions, what was handed in.

A form is plain data with every field present, so that the editor's script needs no defaults of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_html, clean_text
from xblocks.reflection.definition import (
    DEFAULTS,
    MAX_INTRODUCTION,
    MAX_LABEL,
    MAX_PROMPTS,
    MOST_WEEKS,
    MOST_WORDS,
    Design,
    decode,
)
from xblocks.reflection.frameworks import ABOUT, NAMES, Framework, own_prompts

Form = dict[str, Any]
LONGEST_NAME = 120
MOST_POINTS = 1_000
_MARKUP = ("introduction",)
_PROMPT = ("id", "label", "help")
_BLOCK = ("display_name", "weight")
"""What the editor's settings hold that is the block's own and none of the design's."""


# --- Forms


def settings_form(display_name: str, weight: float, raw: Any) -> Form:
    """All that is decided once for the block; what cannot be read is at its default, markup is sanitised."""
    given = raw if isinstance(raw, Mapping) else {}
    design = {name: _fitting(name, given.get(name), default) for name, default in DEFAULTS.items() if name != "prompts"}
    return {"display_name": display_name, "weight": weight, **design}


def _fitting(name: str, raw: Any, default: Any) -> Any:
    if type(raw) is not type(default):
        return list(default) if isinstance(default, list) else default
    if isinstance(raw, str):
        return clean_html(raw) if name in _MARKUP else clean_text(raw)
    return [clean_text(one) for one in raw if isinstance(one, str)] if isinstance(raw, list) else raw


def prompt_form(raw: Any) -> Form:
    """A question of the team's own.

    What is none at all comes back as {"id": "", "unreadable": as it was}, so that saving loses nothing.
    """
    if not isinstance(raw, Mapping):
        return {"id": "", "unreadable": raw}
    return {name: clean_text(raw[name]) if isinstance(raw.get(name), str) else "" for name in _PROMPT}


def prompt_forms(raw: Any) -> list[Form]:
    """The questions of the team's own in a design's data."""
    found = raw.get("prompts") if isinstance(raw, Mapping) else None
    return [prompt_form(one) for one in found] if isinstance(found, list | tuple) else []


def framework_forms(gettext: Callable[[str], str]) -> list[Form]:
    """What a team chooses from: each way to reflect with when it fits and its questions, in the reader's language."""
    return [
        {
            "id": str(one),
            "name": gettext(NAMES[one]),
            "about": gettext(ABOUT[one]),
            "prompts": [
                {"id": prompt.id, "label": prompt.label, "help": prompt.help} for prompt in own_prompts(one, gettext)
            ],
        }
        for one in Framework
    ]


def limits() -> dict[str, int]:
    """The most that may be written and asked for, by field."""
    return {
        "prompts": MAX_PROMPTS,
        "label": MAX_LABEL,
        "introduction": MAX_INTRODUCTION,
        "words": MOST_WORDS,
        "revisit_weeks": MOST_WEEKS,
    }


# --- What was handed in


@dataclass(frozen=True, slots=True)
class Submission:
    """What an author wants to save.

    Attributes:
        design: None where it cannot be read.
        problems: everything to mend, with paths from the top ("display_name", "prompts/0/label"); nothing is saved
            while there are any.
    """

    display_name: str
    weight: float
    design: Design | None
    problems: tuple[Problem, ...]


def read_submission(raw: Mapping[str, Any]) -> Submission:
    """What the editor sends: {"settings": {...}, "prompts": [...]}."""
    given = raw.get("settings")
    settings = given if isinstance(given, Mapping) else {}
    problems: list[Problem] = []
    name, weight = settings.get("display_name"), settings.get("weight")
    if not isinstance(name, str) or len(name.strip()) > LONGEST_NAME:
        message = N_("Write a name of at most %(most)d characters.")
        problems.append(Problem("display_name", message, {"most": LONGEST_NAME}))
    if not _is_number(weight) or not 0 <= weight <= MOST_POINTS:
        problems.append(Problem("weight", N_("Give a number from 0 to %(most)d."), {"most": MOST_POINTS}))
    design, found = read_design(
        {**{key: value for key, value in settings.items() if key not in _BLOCK}, "prompts": raw.get("prompts")}
    )
    return Submission(
        display_name=" ".join(clean_text(name).split()) if isinstance(name, str) else "",
        weight=float(weight) if _is_number(weight) else 1.0,
        design=design,
        problems=(*problems, *found),
    )


def _is_number(raw: Any) -> TypeGuard[int | float]:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def read_design(raw: Any) -> tuple[Design | None, tuple[Problem, ...]]:
    """The design, or what has to be mended in it."""
    try:
        return decode(raw), ()
    except ContentError as error:
        return None, error.problems


def prompt_problems(raw: Sequence[Form]) -> list[list[Problem]]:
    """For each question what has to be mended in it, with paths within it."""
    _design, problems = read_design({"prompts": [one.get("unreadable", one) for one in raw]})
    found: list[list[Problem]] = [[] for _one in raw]
    for one in problems:
        _prompts, _slash, rest = one.path.partition("/")
        index, _slash, path = rest.partition("/")
        if index:
            found[int(index)].append(Problem(path, one.message, one.params))
    return found


def version(*stored: Any) -> str:
    """A name for what is stored, to notice that somebody else saved in between (SHA-256, hex)."""
    canonical = json.dumps(stored, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
