"""What the editor of the micro-quiz works with, pure: complete forms, examples, versions, what was handed in.

A form is a question as plain data with every field present, so that the editor's script needs no defaults of its own.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import as_plain_text, clean_html, clean_text
from xblocks.microquiz import content
from xblocks.microquiz.codec import MAX_TEXT, encode_fields
from xblocks.microquiz.questions import (
    TYPES,
    Choice,
    GapOption,
    Item,
    NumberAnswer,
    Pair,
    PickedGap,
    Question,
    TextAnswer,
    TypedGap,
    is_html,
)
from xblocks.microquiz.settings import QuizSettings, read_settings

Form = dict[str, Any]

PARTS: dict[str, type] = {
    "choice": Choice,
    "text_answer": TextAnswer,
    "number_answer": NumberAnswer,
    "item": Item,
    "pair": Pair,
    "typed": TypedGap,
    "picked": PickedGap,
    "option": GapOption,
}


# --- Forms


def form_of(raw: Any) -> Form:
    """A question for the editor: every field of its type, what cannot be read at its default, markup sanitised.

    What is no question at all comes back as {"type": "", "unreadable": as it was}, so that saving loses nothing.
    """
    kind = raw.get("type") if isinstance(raw, Mapping) else None
    cls = TYPES.get(kind) if isinstance(kind, str) else None
    return {"type": "", "unreadable": raw} if cls is None else {"type": kind, **_form(cls, raw)}


def form_of_question(question: Question) -> Form:
    """The form of a question that was read."""
    return form_of(content.encode(question))


def form_of_settings(raw: Mapping[str, Any]) -> Form:
    """The form of a quiz's settings, what cannot be read at its default."""
    return _form(QuizSettings, raw)


def blank_parts() -> dict[str, Form]:
    """An empty one of each part of a question (a choice, a gap, ...), by name."""
    return {name: _form(cls, {}) for name, cls in PARTS.items()}


@cache
def _fields(cls: type) -> tuple[tuple[str, Any, Any, bool], ...]:
    """(name, type, default or MISSING, holds markup) of each field."""
    hints = typing.get_type_hints(cls)
    return tuple((field.name, hints[field.name], field.default, is_html(field)) for field in dataclasses.fields(cls))


def _form(cls: type, raw: Any) -> Form:
    data = raw if isinstance(raw, Mapping) else {}
    form: Form = {"kind": kind} if (kind := getattr(cls, "kind", None)) else {}
    for name, hint, default, html in _fields(cls):
        form[name] = _form_value(hint, data.get(name), default, html)
    return form


def _form_value(hint: Any, raw: Any, default: Any, html: bool) -> Any:
    if typing.get_origin(hint) is tuple:
        items = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ()
        return [_form_value(typing.get_args(hint)[0], item, dataclasses.MISSING, html) for item in items]
    if isinstance(hint, types.UnionType):
        return _form(_member(hint, raw), raw)
    if dataclasses.is_dataclass(hint):
        return _form(typing.cast(type, hint), raw)
    value = raw if _fits(hint, raw) else _default(hint, default)
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return clean_html(value) if html else clean_text(value)
    return value


def _member(union: types.UnionType, raw: Any) -> type:
    """The dataclass of a union that `kind` names; the first when it names none."""
    classes: tuple[type, ...] = typing.get_args(union)
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    return next((cls for cls in classes if getattr(cls, "kind", None) == kind), classes[0])


def _fits(hint: Any, raw: Any) -> bool:
    if hint is bool:
        return isinstance(raw, bool)
    if hint in (int, float):
        return isinstance(raw, int | float) and not isinstance(raw, bool)
    if hint is Decimal:
        return isinstance(raw, str | int | float) and not isinstance(raw, bool)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return isinstance(raw, str) and raw in {item.value for item in hint}
    return isinstance(raw, str)


def _default(hint: Any, default: Any) -> Any:
    if default is dataclasses.MISSING:
        return ""
    return default.value if isinstance(default, StrEnum) else str(default) if isinstance(default, Decimal) else default


# --- What was handed in


@dataclasses.dataclass(frozen=True, slots=True)
class Submission:
    """What an author wants to save.

    Attributes:
        settings: None when anything in them has to be mended first.
        problems: everything to mend in the settings and the questions, with paths from the top
            ("settings/weight", "questions/0/text"); nothing is saved while there are any.
    """

    settings: QuizSettings | None
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]


def read_submission(raw: Any) -> Submission:
    """Settings and questions as the editor sends them: {"settings": {...}, "questions": [...]}."""
    data = raw if isinstance(raw, Mapping) else {}
    settings, problems = read_settings(data.get("settings"))
    questions, found = content.read_all(data.get("questions"))
    return Submission(settings, tuple(tidy(question) for question in questions), (*problems, *found))


def tidy(question: Question) -> Question:
    """The question without hints that were left empty."""
    kept = tuple(hint for hint in question.hints if as_plain_text(hint) or "<img" in hint)
    return dataclasses.replace(question, hints=kept)


def encode_settings(settings: QuizSettings) -> Form:
    """Every setting as plain data, defaults included."""
    return _form(QuizSettings, encode_fields(settings))


def version(settings: Mapping[str, Any], questions: Any) -> str:
    """A name for what is stored, to notice that somebody else saved in between (SHA-256, hex)."""
    canonical = json.dumps([dict(settings), questions], sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def taken_ids(raw: Any) -> frozenset[str]:
    """The ids in a list that a client sent, whatever else is in it."""
    return frozenset(item for item in raw if isinstance(item, str)) if isinstance(raw, list) else frozenset()


# --- Examples


def examples(gettext: Callable[[str], str]) -> dict[str, Form]:
    """For each type a question that can be played as it is, to be written over, in the language of `gettext`."""
    return {kind: form_of({"type": kind, "id": "", **_translated(raw, gettext)}) for kind, raw in _EXAMPLES.items()}


_WORDS = frozenset("text feedback right partly wrong pattern left unit back feedback_true feedback_false".split())


def _translated(raw: Any, gettext: Callable[[str], str], name: str = "") -> Any:
    if isinstance(raw, Mapping):
        return {key: _translated(value, gettext, key) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_translated(value, gettext, name) for value in raw]
    return gettext(raw) if isinstance(raw, str) and name in _WORDS | {"hints", "distractors"} and raw else raw


def _choices(*texts: tuple[str, bool, str]) -> list[Form]:
    return [
        {"id": f"c{number}", "text": text, "right": right, "feedback": feedback}
        for number, (text, right, feedback) in enumerate(texts, 1)
    ]


def _parts(prefix: str, parts: Iterable[Form]) -> list[Form]:
    return [{"id": f"{prefix}{number}", **part} for number, part in enumerate(parts, 1)]


_EXAMPLES: dict[str, Form] = {
    "single": {
        "text": N_("A message asks you to pay an invoice today. What do you do first?"),
        "choices": _choices(
            (N_("Check the sender's address"), True, N_("Right: the name is easily forged, the address less so.")),
            (N_("Pay, so that it is done"), False, N_("Hurry is what a forger counts on. Look at the sender first.")),
            (N_("Reply and ask whether it is real"), False, N_("Your reply goes to the forger, too.")),
        ),
    },
    "multiple": {
        "text": N_("Which of these are signs of a forged message?"),
        "choices": _choices(
            (N_("It hurries you"), True, ""),
            (N_("The link leads somewhere else than it says"), True, ""),
            (N_("It calls you by your name"), False, N_("A forger can know your name as well.")),
        ),
    },
    "truefalse": {
        "text": N_("A lock in the address bar means that a site can be trusted."),
        "right": False,
        "feedback_true": N_("The lock only says that nobody listens in, not who is on the other side."),
        "feedback_false": N_("Indeed: a forger's site can have a lock as well."),
    },
    "shorttext": {
        "text": N_("What do we call a message that pretends to come from somebody else to get your password?"),
        "answers": [
            {"pattern": N_("phishing*")},
            {
                "pattern": N_("spam*"),
                "score": 0,
                "feedback": N_("Spam is a nuisance; here somebody is after your data."),
            },
        ],
    },
    "number": {
        "text": N_("About how many minutes does it take to report a suspicious message?"),
        "answers": [{"value": "1", "tolerance": "0.5"}],
        "unit": N_("minutes"),
    },
    "ordering": {
        "text": N_("You clicked on a wrong link. What comes first, what next?"),
        "items": _parts(
            "i",
            [
                {"text": N_("Close the page")},
                {"text": N_("Change your password")},
                {"text": N_("Tell the service desk")},
            ],
        ),
    },
    "matching": {
        "text": N_("What belongs together?"),
        "pairs": _parts(
            "p",
            [
                {"left": N_("Phishing"), "right": N_("a forged message")},
                {"left": N_("Malware"), "right": N_("harmful software")},
            ],
        ),
        "distractors": [N_("an advertisement")],
    },
    "cloze": {
        "text": N_("Look at the sender's [[g1]] before you click on a [[g2]]."),
        "gaps": [
            {"kind": "typed", "id": "g1", "answers": [{"pattern": N_("address")}]},
            {
                "kind": "picked",
                "id": "g2",
                "options": _parts(
                    "o", [{"text": N_("link"), "right": True}, {"text": N_("sentence")}, {"text": N_("name")}]
                ),
            },
        ],
    },
    "flashcard": {
        "text": N_("What three things do you look at in a message that asks for money?"),
        "back": N_("The sender's address, where the links lead, and whether it hurries you."),
    },
}
