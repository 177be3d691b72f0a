"""How each dataclass of a quiz stands in OLX: which field is an attribute, which an element, and in which order.

One table serves writing and reading, so that the two cannot drift apart.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from xblocks.microquiz import questions as q
from xblocks.microquiz.settings import QuizSettings


@dataclass(frozen=True)
class Leaf:
    """An element that holds one text; `path` leads to the field. Several elements when `many`."""

    tag: str
    path: tuple[str, ...]
    when: str = ""
    many: bool = False


@dataclass(frozen=True)
class Part:
    """An element that holds a dataclass of its own, or one of several by its `kind`. Several elements when `many`."""

    tag: str
    field: str
    classes: tuple[type, ...]
    many: bool = True


@dataclass(frozen=True)
class Layout:
    """Where the fields of one dataclass stand.

    Attributes:
        attributes: XML attribute to field.
        children: the elements, in the order in which they are written.
        direct: the field that stands directly in the element when there is no child element to write.
        always: fields that are written even when they have their default.
    """

    attributes: Mapping[str, str]
    children: tuple[Leaf | Part, ...] = ()
    direct: str = ""
    always: frozenset[str] = field(default=frozenset())


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_TEXT = Leaf("text", ("text",))
_OWN_FEEDBACK = Leaf("feedback", ("feedback",))


def _question(*attributes: str, children: tuple[Leaf | Part, ...] = (), always: str = "") -> Layout:
    return Layout(
        attributes=_same("id", "title", "points", *attributes),
        children=(
            _TEXT,
            Part("image", "image", (q.Image,), many=False),
            *children,
            Leaf("hint", ("hints",), many=True),
            *(Leaf("feedback", ("feedback", when), when) for when in ("right", "partly", "wrong")),
            Part("explanation", "explanation", (q.Explanation,), many=False),
            Leaf("tag", ("tags",), many=True),
        ),
        always=frozenset(always.split()),
    )


def _part(*attributes: str, text: str = "text", feedback: bool = True) -> Layout:
    children = (Leaf("text", (text,)), _OWN_FEEDBACK) if feedback else (Leaf("text", (text,)),)
    return Layout(attributes=_same(*attributes), children=children, direct=text)


_CHOICES = (Part("choice", "choices", (q.Choice,)),)
_ANSWERS = (Part("answer", "answers", (q.TextAnswer,)),)

LAYOUTS: dict[type, Layout] = {
    QuizSettings: Layout(
        attributes=_same(*(f.name for f in dataclasses.fields(QuizSettings) if not q.is_html(f))),
        children=(Leaf("introduction", ("introduction",)),),
    ),
    q.SingleChoice: _question("shuffle", children=_CHOICES),
    q.MultipleChoice: _question("shuffle", "scoring", children=_CHOICES),
    q.TrueFalse: _question(
        "right",
        children=(
            Leaf("feedback", ("feedback_true",), "true"),
            Leaf("feedback", ("feedback_false",), "false"),
        ),
        always="right",
    ),
    q.ShortText: _question("fold_case", "fold_accents", children=_ANSWERS),
    q.Number: _question("unit", children=(Part("answer", "answers", (q.NumberAnswer,)),)),
    q.Ordering: _question("scoring", children=(Part("item", "items", (q.Item,)),)),
    q.Matching: _question(
        "scoring",
        children=(Part("pair", "pairs", (q.Pair,)), Leaf("distractor", ("distractors",), many=True)),
    ),
    q.Cloze: _question("scoring", children=(Part("gap", "gaps", (q.TypedGap, q.PickedGap)),)),
    q.Flashcard: _question(children=(Leaf("back", ("back",)),)),
    q.Image: Layout(attributes=_same("src", "alt")),
    q.Explanation: Layout(
        attributes={"source": "source_url", "title": "source_title"}, children=(_TEXT,), direct="text"
    ),
    q.Choice: _part("id", "right"),
    q.TextAnswer: _part("score", text="pattern"),
    q.NumberAnswer: Layout(attributes=_same("value", "tolerance", "relative", "score"), children=(_OWN_FEEDBACK,)),
    q.Item: _part("id", feedback=False),
    q.Pair: Layout(attributes=_same("id"), children=(Leaf("left", ("left",)), Leaf("right", ("right",)))),
    q.TypedGap: Layout(attributes=_same("id", "kind", "fold_case", "fold_accents"), children=_ANSWERS),
    q.PickedGap: Layout(attributes=_same("id", "kind"), children=(Part("option", "options", (q.GapOption,)),)),
    q.GapOption: _part("id", "right"),
}
