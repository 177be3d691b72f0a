"""What the editor of badges works with, pure: complete forms, starters, versions, what was handed in.

A form is a badge as plain data with every field present, so that the editor's script needs no defaults of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from xblocks.badges.criteria_codec import LEAST, MOST
from xblocks.badges.definition import Badge, decode_all, encode
from xblocks.badges.picture import PALETTE, Design, Shape
from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_html, clean_text

Form = dict[str, Any]
LONGEST_NAME = 120
_TEXTS = ("id", "name", "description", "narrative", "image")
_MARKUP = ("description", "narrative")

DEFAULTS: Mapping[str, Form] = {
    "completed": {"blocks": []},
    "score": {"blocks": [], "least": 0.8},
    "first_try": {"number": 5, "blocks": []},
    "came_back": {"number": 3, "blocks": []},
    "reviews": {"number": 20, "days": 30},
    "weeks": {"weeks": 4, "rest": 1},
    "within": {"blocks": [], "days": 7},
    "reflected": {"blocks": []},
    "prepared": {"blocks": []},
    "attended": {"blocks": []},
    "all": {"parts": []},
    "any": {"parts": []},
    "some": {"number": 2, "parts": []},
}
"""What each kind begins with: as much as is right for a course of some weeks."""
ONLY_SOMETIMES = frozenset({"reflected", "prepared", "attended"})
"""Kinds that need a block of a type that many courses have none of."""

STARTERS: Mapping[str, tuple[str, str]] = {
    "completed": (N_("Part one done"), N_("Worked through the first part of the course.")),
    "score": (N_("Sure of it"), N_("Knows this well, and showed it.")),
    "first_try": (N_("Sharp eye"), N_("Answered questions right at the first try.")),
    "came_back": (N_("Second look"), N_("Came back to what went wrong, and knows it now.")),
    "reviews": (N_("Keeps it fresh"), N_("Comes back to what was learned before it is forgotten.")),
    "weeks": (N_("Steady"), N_("Practises week after week.")),
    "within": (N_("In one go"), N_("Finished a series within a short time.")),
    "reflected": (N_("Looking back"), N_("Thought about what was learned, and wrote it down.")),
    "prepared": (N_("Well prepared"), N_("Came prepared to the workshop.")),
    "attended": (N_("Was there"), N_("Took part in the workshop.")),
    "all": (N_("The whole way"), N_("Did everything that belongs to it.")),
}
"""What a new badge of a kind is called, and what it stands for; to be written over."""


# --- Forms


def form_of(raw: Any) -> Form:
    """A badge for the editor: every field, what cannot be read at its default, markup sanitised.

    What is no badge at all comes back as {"id": "", "unreadable": as it was}, so that saving loses nothing.
    """
    if not isinstance(raw, Mapping):
        return {"id": "", "unreadable": raw}
    return {
        **{name: _text(raw.get(name), markup=name in _MARKUP) for name in _TEXTS},
        **{name: raw[name] if _is_number(raw.get(name)) else 0 for name in ("minutes", "months")},
        "design": _design(raw.get("design")),
        "tags": [clean_text(one) for one in _list(raw.get("tags")) if isinstance(one, str)],
        "alignments": [
            {name: _text(one.get(name)) for name in ("name", "url")}
            for one in _list(raw.get("alignments"))
            if isinstance(one, Mapping)
        ],
        "criterion": _criterion(raw.get("criterion")),
    }


def _text(raw: Any, *, markup: bool = False) -> str:
    if not isinstance(raw, str):
        return ""
    return clean_html(raw) if markup else clean_text(raw)


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _list(raw: Any) -> Sequence[Any]:
    return raw if isinstance(raw, list) else ()


def _design(raw: Any) -> Form:
    given = raw if isinstance(raw, Mapping) else {}
    own = {one.name: given.get(one.name) for one in fields(Design)}
    return {name: value if isinstance(value, str) else str(getattr(Design(), name)) for name, value in own.items()}


def _criterion(raw: Any) -> Form | None:
    """As it is, with what its kind has and it lacks; None where it is none, so that one is chosen."""
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    if not isinstance(kind, str) or kind not in DEFAULTS:
        return None
    known = DEFAULTS[kind]
    form: Form = {"kind": kind, **{name: raw.get(name, value) for name, value in known.items()}}
    if "parts" in known:
        form["parts"] = [_criterion(part) for part in _list(raw.get("parts"))]
    if "blocks" in known:
        form["blocks"] = [one for one in _list(raw.get("blocks")) if isinstance(one, str)]
    return form


def offered(possible: Collection[str]) -> list[str]:
    """The kinds that an author can choose where the blocks of the course allow these."""
    return [kind for kind in DEFAULTS if kind not in ONLY_SOMETIMES or kind in possible]


def starters(gettext: Callable[[str], str]) -> dict[str, Form]:
    """For each kind a badge that lacks nothing but, for some, the blocks; in the language of `gettext`."""
    made = {}
    for number, (kind, (name, about)) in enumerate(STARTERS.items()):
        design = {"ground": PALETTE[number % len(PALETTE)], "shape": str(list(Shape)[number % len(Shape)])}
        raw = {"name": gettext(name), "description": gettext(about), "design": design, "criterion": _started(kind)}
        made[kind] = form_of(raw)
    return made


def _started(kind: str) -> Form:
    """A group begins with two things to do: with one it would be none."""
    started = {"kind": kind, **DEFAULTS[kind]}
    if "parts" in started:
        started["parts"] = [{"kind": one, **DEFAULTS[one]} for one in ("completed", "weeks")]
    return started


def limits() -> dict[str, Any]:
    """The least and the most that may be asked for, by field."""
    return {name: {"least": LEAST[name], "most": most} for name, most in MOST.items()}


# --- What was handed in


@dataclass(frozen=True, slots=True)
class Submission:
    """What an author wants to save.

    Attributes:
        problems: everything to mend, with paths from the top ("display_name", "badges/0/criterion/blocks"); nothing is
            saved while there are any.
    """

    display_name: str
    badges: tuple[Badge, ...]
    problems: tuple[Problem, ...]


def read_submission(raw: Mapping[str, Any]) -> Submission:
    """The name and the badges as the editor sends them: {"settings": {"display_name"}, "badges": [...]}."""
    settings = raw.get("settings")
    name = settings.get("display_name") if isinstance(settings, Mapping) else None
    problems = []
    if not isinstance(name, str) or len(name.strip()) > LONGEST_NAME:
        problems.append(
            Problem("display_name", N_("Write a name of at most %(most)d characters."), {"most": LONGEST_NAME})
        )
    badges, found = read_badges(raw.get("badges"))
    display_name = " ".join(clean_text(name).split()) if isinstance(name, str) else ""
    return Submission(display_name, badges, (*problems, *(problem.under("badges") for problem in found)))


def read_badges(raw: Any) -> tuple[tuple[Badge, ...], tuple[Problem, ...]]:
    """The badges, or what has to be mended in them."""
    try:
        return decode_all(raw), ()
    except ContentError as error:
        return (), error.problems


def problems_of(raw: Any) -> tuple[Problem, ...]:
    """What has to be mended in one badge, with paths within it."""
    _badges, problems = read_badges([raw])
    return tuple(Problem(one.path.partition("/")[2], one.message, one.params) for one in problems)


def version(display_name: str, badges: Any) -> str:
    """A name for what is stored, to notice that somebody else saved in between (SHA-256, hex)."""
    canonical = json.dumps([display_name, badges], sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def encoded(badges: Sequence[Badge]) -> list[Form]:
    """As they are kept."""
    return [encode(badge) for badge in badges]
