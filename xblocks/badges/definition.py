"""A badge as a course team defines it: what it is called, how it looks, what it is worth, and what has to be done."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.badges import criteria_codec, picture
from xblocks.badges.criteria import Criterion
from xblocks.badges.picture import Design, Shape
from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_html, clean_text, clean_url

ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
MAX_BADGES = 50
MAX_NAME, MAX_TEXT, MAX_TAGS, MAX_ALIGNMENTS = 120, 5_000, 20, 20
MOST_MINUTES, MOST_MONTHS = 60_000, 120


@dataclass(frozen=True, slots=True)
class Alignment:
    """A framework that a badge fits in: a competence, a job profile."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of a course.

    Attributes:
        id: stable within the course; credentials refer to it.
        description: markup, what the badge stands for.
        narrative: markup, what has to be done in the team's own words; "" says it by the criterion.
        image: a file of the course ("/static/…"), or "" for the picture that `design` draws.
        criterion: blocks in it are named without their course (`block_name`).
        minutes: learning credit.
        months: how long a credential is valid; 0: always.
    """

    id: str
    name: str
    criterion: Criterion
    description: str = ""
    narrative: str = ""
    design: Design = field(default_factory=Design)
    image: str = ""
    minutes: int = 0
    months: int = 0
    tags: tuple[str, ...] = ()
    alignments: tuple[Alignment, ...] = ()


def block_name(block_type: str, block_id: str) -> str:
    """How a block is named in a criterion: the same in every run and copy of the course."""
    return f"{block_type}@{block_id}"


def name_of(usage_key: UsageKey) -> str:
    """How a block is named in criteria, and in facts: whoever hears of something done in a block names it so.

    Facts and criteria are compared by this name; the course stands beside it, as `awarding.hear` asks for it.
    """
    return block_name(usage_key.block_type, usage_key.block_id)


def key_of(course_key: CourseKey, name: str) -> UsageKey | None:
    """The block that a name means in a course; None when it is no such name. Whether it is there, is not asked."""
    block_type, _at, block_id = name.partition("@")
    try:
        return course_key.make_usage_key(block_type, block_id) if block_type and block_id else None
    except InvalidKeyError:
        return None


def content_hash(badge: Badge) -> str:
    """Tells two definitions apart: 32 hex digits of its canonical JSON."""
    text = json.dumps(encode(badge), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# --- As data


def encode(badge: Badge) -> dict[str, Any]:
    """A badge as JSON-ready data, what has its default value left out."""
    design = {one.name: str(getattr(badge.design, one.name)) for one in fields(Design)}
    plain = {name: getattr(badge, name) for name in ("id", "name", *_TEXTS, *_NUMBERS)}
    whole = {
        **plain,
        "criterion": criteria_codec.encode(badge.criterion),
        "design": design if badge.design != Design() else None,
        "tags": list(badge.tags),
        "alignments": [{"name": one.name, "url": one.url} for one in badge.alignments],
    }
    return {name: value for name, value in whole.items() if value or name in ("id", "name")}


def decode_all(raw: Any) -> tuple[Badge, ...]:
    """The badges of a course from data.

    Raises:
        ContentError: with everything that is wrong, each at its field ("2/criterion/parts/0/blocks").
    """
    if not isinstance(raw, list | tuple):
        raise ContentError((Problem("", N_("This is no list of badges.")),))
    problems: list[Problem] = []
    if len(raw) > MAX_BADGES:
        problems.append(Problem("", N_("At most %(most)d badges fit in one block."), {"most": MAX_BADGES}))
    found = [_read(one, str(index), problems) for index, one in enumerate(raw[:MAX_BADGES])]
    problems += _told_apart([one for one in found if one is not None])
    if problems:
        raise ContentError(tuple(problems))
    return tuple(one for one in found if one is not None)


def _told_apart(badges: Sequence[Badge]) -> Iterable[Problem]:
    for name, message in (
        ("id", N_("Another badge here has this id.")),
        ("name", N_("Another badge here has this name; learners could not tell them apart.")),
    ):
        seen: set[str] = set()
        for index, badge in enumerate(badges):
            value = getattr(badge, name).casefold()
            if value in seen:
                yield Problem(f"{index}/{name}", message)
            seen.add(value)


_TEXTS = ("description", "narrative", "image")
_NUMBERS = {"minutes": MOST_MINUTES, "months": MOST_MONTHS}
_KNOWN = frozenset({"id", "name", "criterion", "design", "tags", "alignments", *_TEXTS, *_NUMBERS})


def _read(raw: Any, path: str, problems: list[Problem]) -> Badge | None:
    if not isinstance(raw, Mapping):
        problems.append(Problem(path, N_("This is no badge; remove it.")))
        return None
    before = len(problems)
    problems.extend(
        Problem(f"{path}/{str(name)[:64]}", N_("There is no field of this name here; remove it."))
        for name in raw
        if name not in _KNOWN
    )
    criterion = _criterion(raw.get("criterion"), f"{path}/criterion", problems)
    values: dict[str, Any] = {
        "id": _id(raw.get("id"), f"{path}/id", problems),
        "name": _name(raw.get("name"), f"{path}/name", problems),
        **{name: _text(raw.get(name, ""), f"{path}/{name}", problems) for name in _TEXTS},
        **{name: _number(raw.get(name, 0), most, f"{path}/{name}", problems) for name, most in _NUMBERS.items()},
        "design": _design(raw.get("design"), f"{path}/design", problems),
        "tags": _tags(raw.get("tags", []), f"{path}/tags", problems),
        "alignments": _alignments(raw.get("alignments", []), f"{path}/alignments", problems),
    }
    if criterion is None or len(problems) > before:
        return None
    cleaned = {name: clean_html(values[name]) for name in ("description", "narrative")}
    return Badge(criterion=criterion, **{**values, **cleaned, "image": clean_url(values["image"])})


def _criterion(raw: Any, path: str, problems: list[Problem]) -> Criterion | None:
    try:
        return criteria_codec.decode(raw)
    except ContentError as error:
        problems.extend(problem.under(path) for problem in error.problems)
        return None


def _id(raw: Any, path: str, problems: list[Problem]) -> str:
    if isinstance(raw, str) and ID.match(raw):
        return raw
    problems.append(Problem(path, N_("An id has letters, digits, - and _ only, at most 64.")))
    return ""


def _name(raw: Any, path: str, problems: list[Problem]) -> str:
    name = " ".join(clean_text(raw).split()) if isinstance(raw, str) else ""
    if not name:
        problems.append(Problem(path, N_("Give the badge a name.")))
    elif len(name) > MAX_NAME:
        problems.append(
            Problem(path, N_("Give it a shorter name, of at most %(most)d characters."), {"most": MAX_NAME})
        )
    return name


def _text(raw: Any, path: str, problems: list[Problem]) -> str:
    if not isinstance(raw, str):
        problems.append(Problem(path, N_("This is no text; write it again.")))
        return ""
    if len(raw) > MAX_TEXT:
        problems.append(Problem(path, N_("Keep this under %(most)d characters."), {"most": MAX_TEXT}))
    return clean_text(raw)


def _number(raw: Any, most: int, path: str, problems: list[Problem]) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= most:
        return raw
    problems.append(
        Problem(path, N_("Give a whole number from %(least)d to %(most)d."), {"least": 0, "most": most}),
    )
    return 0


def _design(raw: Any, path: str, problems: list[Problem]) -> Design:
    if raw is None:
        return Design()
    known = {one.name for one in fields(Design)}
    is_read = isinstance(raw, Mapping) and set(raw) <= known and all(isinstance(one, str) for one in raw.values())
    if not is_read or raw.get("shape", Shape.HEXAGON) not in set(Shape):
        problems.append(Problem(path, N_("This design is not known; choose a shape, letters and colours again.")))
        return Design()
    cleaned: dict[str, Any] = {name: clean_text(value).strip() for name, value in raw.items()}
    design = Design(**{**cleaned, "shape": Shape(raw.get("shape", Shape.HEXAGON))})
    problems.extend(problem.under(path) for problem in picture.check(design))
    return design


def _tags(raw: Any, path: str, problems: list[Problem]) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not all(isinstance(one, str) for one in raw) or len(raw) > MAX_TAGS:
        problems.append(Problem(path, N_("Give at most %(most)d tags."), {"most": MAX_TAGS}))
        return ()
    tags = dict.fromkeys(" ".join(clean_text(one).split()) for one in raw)
    if any("," in tag or len(tag) > MAX_NAME for tag in tags):
        problems.append(Problem(path, N_("A tag is short and has no commas.")))
    return tuple(tag for tag in tags if tag)


def _alignments(raw: Any, path: str, problems: list[Problem]) -> tuple[Alignment, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > MAX_ALIGNMENTS:
        problems.append(Problem(path, N_("Name at most %(most)d frameworks."), {"most": MAX_ALIGNMENTS}))
        return ()
    found = []
    for index, one in enumerate(raw):
        name = one.get("name") if isinstance(one, Mapping) else None
        url = one.get("url") if isinstance(one, Mapping) else None
        clean = clean_url(url) if isinstance(url, str) else ""
        if not isinstance(name, str) or not name.strip() or not clean.startswith(("https://", "http://")):
            problems.append(Problem(f"{path}/{index}", N_("Give the framework a name and a web address.")))
        else:
            found.append(Alignment(" ".join(clean_text(name).split()), clean))
    return tuple(found)
