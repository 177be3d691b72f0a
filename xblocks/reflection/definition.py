"""A reflection as a course team sets it up: what it asks, how much, and who may be let in; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_html, clean_text
from xblocks.reflection.frameworks import Framework, Prompt, own_prompts
from xblocks.reflection.sharing import Allowed

PROMPT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}\Z")
"""None begins with an underscore: those are the commitment's (`handing_in`)."""
BLOCK_ID = re.compile(r"[\w.~:-]{1,128}\Z")
MAX_PROMPTS, MAX_RECALLS = 12, 12
MAX_LABEL, MAX_INTRODUCTION = 400, 5_000
MOST_WORDS, MOST_WEEKS = 20_000, 52


class Commitment(StrEnum):
    """Whether the learner says what they will do, and when."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Design:
    """What a course team decided.

    Attributes:
        introduction: markup before the questions.
        prompts: questions of the team's own; none: those of the framework, in the reader's language.
        least_words, most_words: of everything together; 0 is no bound.
        revisit_weeks: after so many weeks the learner is asked to look back; 0: never.
        recalls: url_names of reflections in the same course, of which the learner sees here what they wrote.
        allowed: who learners may let in.
        scored: handing it in is worth its point, whatever is written.
    """

    framework: Framework = Framework.FREE
    introduction: str = ""
    prompts: tuple[Prompt, ...] = ()
    least_words: int = 0
    most_words: int = 0
    commitment: Commitment = Commitment.NONE
    revisit_weeks: int = 0
    recalls: tuple[str, ...] = ()
    allowed: Allowed = field(default_factory=Allowed)
    scored: bool = False

    def asked(self, gettext: Callable[[str], str] = str) -> tuple[Prompt, ...]:
        """The questions as the learner finds them."""
        return self.prompts or own_prompts(self.framework, gettext)


_NUMBERS = {"least_words": MOST_WORDS, "most_words": MOST_WORDS, "revisit_weeks": MOST_WEEKS}
_LET_IN = tuple(one.name for one in fields(Allowed))
_KNOWN = frozenset({one.name for one in fields(Design)} - {"allowed"}) | {*_LET_IN}


def encode(design: Design) -> dict[str, Any]:
    """As JSON-ready data, what has its default value left out."""
    plain: dict[str, Any] = {
        "framework": str(design.framework),
        "introduction": design.introduction,
        "prompts": [{"id": one.id, "label": one.label, "help": one.help} for one in design.prompts],
        **{name: getattr(design, name) for name in _NUMBERS},
        "commitment": str(design.commitment),
        "recalls": list(design.recalls),
        **{name: getattr(design.allowed, name) for name in _LET_IN},
        "scored": design.scored,
    }
    return {name: value for name, value in plain.items() if value != DEFAULTS[name]}


DEFAULTS: Mapping[str, Any] = {
    "framework": "free",
    "introduction": "",
    "prompts": [],
    "least_words": 0,
    "most_words": 0,
    "commitment": "none",
    "revisit_weeks": 0,
    "recalls": [],
    "coach": True,
    "group": False,
    "buddy": True,
    "scored": False,
}
"""What each field is where nothing is said of it; the editor's form, too."""


def decode(raw: Any) -> Design:
    """A design from data.

    Raises:
        ContentError: with everything that is wrong, each at its field ("prompts/0/label").
    """
    if not isinstance(raw, Mapping):
        raise ContentError((Problem("", N_("This is no reflection.")),))
    problems = [
        Problem(str(name)[:64], N_("There is no field of this name here; remove it."))
        for name in raw
        if name not in _KNOWN
    ]
    given = {**DEFAULTS, **raw}
    numbers = {name: _number(given[name], most, name, problems) for name, most in _NUMBERS.items()}
    let_in = {name: _switch(given[name], name, problems) for name in _LET_IN}
    scored = _switch(given["scored"], "scored", problems)
    if numbers["most_words"] and numbers["most_words"] < numbers["least_words"]:
        message = N_("This is less than the least number of words. Leave it empty for no bound.")
        problems.append(Problem("most_words", message))
    design = Design(
        framework=_chosen(Framework, given["framework"], "framework", problems),
        introduction=_introduction(given["introduction"], problems),
        prompts=_prompts(given["prompts"], problems),
        commitment=_chosen(Commitment, given["commitment"], "commitment", problems),
        recalls=_recalls(given["recalls"], problems),
        allowed=Allowed(**let_in),
        scored=scored,
        **numbers,
    )
    if problems:
        raise ContentError(tuple(problems))
    return design


def _number(raw: Any, most: int, path: str, problems: list[Problem]) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= most:
        return raw
    message = N_("Give a whole number from %(least)d to %(most)d.")
    problems.append(Problem(path, message, {"least": 0, "most": most}))
    return 0


def _switch(raw: Any, path: str, problems: list[Problem]) -> bool:
    if isinstance(raw, bool):
        return raw
    problems.append(Problem(path, N_("Say yes or no here.")))
    return False


def _chosen(kinds: Any, raw: Any, path: str, problems: list[Problem]) -> Any:
    try:
        return kinds(raw)
    except ValueError:
        problems.append(Problem(path, N_("This is not one of the choices; choose again.")))
        return next(iter(kinds))


def _introduction(raw: Any, problems: list[Problem]) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_INTRODUCTION:
        problems.append(Problem("introduction", N_("Keep this under %(most)d characters."), {"most": MAX_INTRODUCTION}))
        return ""
    return clean_html(raw).strip()


def _prompts(raw: Any, problems: list[Problem]) -> tuple[Prompt, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > MAX_PROMPTS:
        problems.append(Problem("prompts", N_("Ask at most %(most)d questions."), {"most": MAX_PROMPTS}))
        return ()
    seen: set[str] = set()
    return tuple(_prompt(one, f"prompts/{index}", seen, problems) for index, one in enumerate(raw))


def _prompt(raw: Any, path: str, seen: set[str], problems: list[Problem]) -> Prompt:
    given = raw if isinstance(raw, Mapping) and set(raw) <= {"id", "label", "help"} else {}
    name, texts = given.get("id"), [given.get("label"), given.get("help", "")]
    if not isinstance(name, str) or not PROMPT_ID.match(name):
        problems.append(Problem(f"{path}/id", N_("An id has letters, digits, - and _ only, at most 32.")))
        name = ""
    elif name in seen:
        problems.append(Problem(f"{path}/id", N_("Another question here has this id.")))
    seen.add(name)
    label, about = (" ".join(clean_text(one).split()) if isinstance(one, str) else None for one in texts)
    if not label:
        problems.append(Problem(f"{path}/label", N_("Write the question.")))
    for key, text in (("label", label), ("help", about)):
        if text is None or len(text) > MAX_LABEL:
            problems.append(Problem(f"{path}/{key}", N_("Keep this under %(most)d characters."), {"most": MAX_LABEL}))
    return Prompt(name, label or "", about or "")


def _recalls(raw: Any, problems: list[Problem]) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not all(isinstance(one, str) for one in raw) or len(raw) > MAX_RECALLS:
        problems.append(Problem("recalls", N_("Name at most %(most)d earlier reflections."), {"most": MAX_RECALLS}))
        return ()
    names = tuple(dict.fromkeys(one.strip() for one in raw if one.strip()))
    if not all(map(BLOCK_ID.match, names)):
        problems.append(Problem("recalls", N_("One of these can be no reflection; mend or remove it.")))
    return names
