"""A quiz as OLX, the platform's XML, and back: readable, in a stable order, with clean diffs in git.

    <microquiz url_name="sender" display_name="Who is writing?" attempts_allowed="2">
      <introduction>Two minutes.</introduction>
      <single id="q1" title="The sender">
        <text><![CDATA[Look at the <b>sender</b>.]]></text>
        <image src="/static/mail.svg" alt="An e-mail from a parcel service"/>
        <choice id="a" right="true">
          <text>The address</text>
          <feedback>A name can be anything.</feedback>
        </choice>
        <choice id="b">The logo</choice>
        <hint>What is hard to copy?</hint>
        <feedback when="wrong">Not yet.</feedback>
        <explanation source="https://www.ncsc.gov.uk/" title="NCSC">Logos are easily copied.</explanation>
        <tag>senders</tag>
      </single>
    </microquiz>

- A setting or a short fact is an attribute, a text is an element; what has its default value is left out.
- A choice, answer, option or item that is only a text holds it directly (`<choice id="b">The logo</choice>`). One that
  has feedback too holds `<text>` and `<feedback>`. No element holds text beside elements.
- Markup stands in CDATA (or escaped), never as elements, so that no pretty printer can move a blank in it.
- The order of the questions and of choices, items, ... is kept; everything else has one order, that of `olx_layout`.
- `<feedback when="right|partly|wrong">` is what everybody hears; in `<truefalse>` also `when="true|false"`, what the
  one hears who chose that.
- A question without an id gets one from its content, a choice, item, pair, option or gap its letter (a, b, c, ...).

`read` looks at the settings and the questions and leaves the rest of the node's own attributes to the caller: url_name,
xblock-family, slug, and whatever the platform handles or inherits (start, due, graceperiod, visible_to_staff_only,
group_access, ...), and child elements in XBlock's option namespace, in which it writes fields that are not text.
Anything else that is not known is a problem; also an attribute of the node that looks like a misspelled setting.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from lxml import etree

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import TAGS, clean_text
from xblocks.microquiz import content
from xblocks.microquiz import questions as q
from xblocks.microquiz.olx_layout import LAYOUTS, Layout, Leaf, Part
from xblocks.microquiz.safe_xml import parse, refuse_hostile
from xblocks.microquiz.settings import QuizSettings, read_settings

__all__ = ["parse", "read", "write"]

OPTION_NAMESPACE = "http://code.edx.org/xblock/option"
MAX_DEPTH = 8

# Names that are close to one of our settings and yet mean something else to the platform.
_PLATFORM_ATTRIBUTES = frozenset({"graded", "showanswer"})


# --- Writing


def write(node: etree._Element, settings: QuizSettings, questions: tuple[q.Question, ...]) -> None:
    """Add a quiz to an (empty) `<microquiz>` node: its settings as attributes, then one element a question."""
    _write(node, settings)
    for question in questions:
        _write(etree.SubElement(node, question.type), question)


def _write(node: etree._Element, value: Any) -> None:
    layout = LAYOUTS[type(value)]
    defaults = {f.name: f.default for f in dataclasses.fields(value)}
    for name, of in layout.attributes.items():
        item = getattr(value, of)
        if of in layout.always or of not in defaults or item != defaults[of]:
            node.set(name, _as_attribute(item))
    for child in layout.children:
        if isinstance(child, Part):
            _write_parts(node, child, value, defaults)
        else:
            _write_leaves(node, child, value)
    only = node[0] if len(node) == 1 else None
    if layout.direct and only is not None and only.tag == "text":
        node.remove(only)
        _set_text(node, getattr(value, layout.direct))


def _write_parts(node: etree._Element, part: Part, value: Any, defaults: Mapping[str, Any]) -> None:
    found = getattr(value, part.field)
    if found == defaults[part.field]:
        return
    for item in found if part.many else (found,):
        _write(etree.SubElement(node, part.tag), item)


def _write_leaves(node: etree._Element, leaf: Leaf, value: Any) -> None:
    for name in leaf.path:
        value = getattr(value, name)
    for text in value if leaf.many else (value,) if value else ():
        child = etree.SubElement(node, leaf.tag)
        if leaf.when:
            child.set("when", leaf.when)
        _set_text(child, text)


def _set_text(node: etree._Element, text: str) -> None:
    text = clean_text(text)
    markup = ("<" in text or "&" in text) and "]]>" not in text
    node.text = etree.CDATA(text) if markup else text


def _as_attribute(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case StrEnum():
            return value.value
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case int() | Decimal():
            return str(value)
    return clean_text(value)


# --- Reading


def read(node: etree._Element) -> tuple[QuizSettings, tuple[q.Question, ...]]:
    """The settings and questions in a `<microquiz>` node that was already parsed.

    Raises:
        ContentError: with every problem found. A path is where it is below the node and, after a colon, the line where
            that element begins: "microquiz/single[2]/choice[1]/@right:14".
    """
    refuse_hostile(node, MAX_DEPTH)
    reading = _Reading(node)
    reading.misspelled_settings(node)
    own = [child for child in _elements(node) if child.tag not in q.TYPES]
    raw_settings = reading.dataclass(QuizSettings, node, "settings", own)
    raw_questions = [
        reading.question(child, f"questions/{index}")
        for index, child in enumerate(child for child in _elements(node) if child.tag in q.TYPES)
    ]
    settings, problems = read_settings(raw_settings)
    questions, more = content.read_all(raw_questions)
    found = reading.problems + [reading.located(problem) for problem in problems + more]
    if found or settings is None:
        raise ContentError(tuple(found))
    return settings, questions


class _Reading:
    """One reading: what could not be placed so far, and where in the XML each piece of data came from."""

    def __init__(self, root: etree._Element) -> None:
        self.problems: list[Problem] = []
        self._places: dict[str, tuple[etree._Element, str]] = {"": (root, "")}

    def located(self, problem: Problem) -> Problem:
        """The same problem, with the place in the XML for its path."""
        path = problem.path
        while path not in self._places:
            path = path.rpartition("/")[0]
        return Problem(_place(*self._places[path]), problem.message, problem.params)

    def problem(self, node: etree._Element, message: str, attribute: str = "", **params: object) -> None:
        """Note something that cannot be placed."""
        self.problems.append(Problem(_place(node, attribute), message, params))

    def misspelled_settings(self, node: etree._Element) -> None:
        """Attributes of the quiz that are nearly one of ours; the platform would drop them without a word."""
        ours = LAYOUTS[QuizSettings].attributes
        for name in map(str, node.attrib):
            close = difflib.get_close_matches(name, ours, n=1, cutoff=0.85)
            if close and name not in ours and name not in _PLATFORM_ATTRIBUTES:
                self.problem(node, _MISSPELLED, name, name=name[:64], meant=close[0])

    def question(self, node: etree._Element, path: str) -> dict[str, Any]:
        """A question as data; one that was written without an id gets it from its content."""
        cls = q.TYPES[str(node.tag)]
        raw = {"type": cls.type, **self.dataclass(cls, node, path)}
        if "id" not in raw:
            raw["id"] = "q"
            question, _ = content.read(raw)
            raw["id"] = "q" if question is None else content.id_from_content(question)
        return raw

    def dataclass(
        self, cls: type, node: etree._Element, path: str, elements: list[etree._Element] | None = None
    ) -> dict[str, Any]:
        """The data of one dataclass from its element (or from `elements` among its children)."""
        layout = LAYOUTS[cls]
        self._places[path] = (node, "")
        raw = self._attributes(cls, layout, node, path)
        found = list(_elements(node)) if elements is None else elements
        if text := self._direct_text(layout, node, found):
            raw[layout.direct] = text
        for child in found:
            self._child(layout, child, raw, path)
        return raw

    def _attributes(self, cls: type, layout: Layout, node: etree._Element, path: str) -> dict[str, Any]:
        raw: dict[str, Any] = {}
        for name, value in node.items():
            of = layout.attributes.get(str(name))
            if of is not None:
                raw[of] = _typed(_hints(cls).get(of, str), str(value))
                self._places[f"{path}/{of}"] = (node, str(name))
            elif cls is not QuizSettings:
                self.problem(node, _UNKNOWN_ATTRIBUTE, str(name), name=str(name)[:64])
        return raw

    def _direct_text(self, layout: Layout, node: etree._Element, children: list[etree._Element]) -> str:
        text = _text(node)
        if layout.direct and not children:
            return text
        if text.strip():
            self.problem(node, _LOOSE_TEXT)
        return ""

    def _child(self, layout: Layout, node: etree._Element, raw: dict[str, Any], path: str) -> None:
        when = node.get("when", "")
        for child in layout.children:
            if child.tag != node.tag:
                continue
            if isinstance(child, Part):
                return self._read_part(child, node, raw, path)
            if child.when == when:
                return self._read_leaf(child, node, raw, path)
        if any(child.tag == node.tag for child in layout.children):
            choices = ", ".join(c.when for c in layout.children if isinstance(c, Leaf) and c.tag == node.tag and c.when)
            return self.problem(node, _WHEN if choices else _NO_WHEN, "when", choices=choices)
        return self.problem(node, _MARKUP if node.tag in TAGS else _UNKNOWN_ELEMENT, name=str(node.tag)[:64])

    def _read_part(self, part: Part, node: etree._Element, raw: dict[str, Any], path: str) -> None:
        if not part.many and part.field in raw:
            return self.problem(node, _ONLY_ONE, name=part.tag)
        present = raw.setdefault(part.field, []) if part.many else []
        here = f"{path}/{part.field}/{len(present)}" if part.many else f"{path}/{part.field}"
        cls = part.classes[0]
        if len(part.classes) > 1:
            by_kind = {getattr(of, "kind", ""): of for of in part.classes}
            if node.get("kind") not in by_kind:
                self._places[here] = (node, "")
                present.append({"kind": node.get("kind")})
                return None
            cls = by_kind[node.get("kind", "")]
        value = self.dataclass(cls, node, here)
        if "id" in LAYOUTS[cls].attributes:
            value.setdefault("id", _letters(len(present)))
        if part.many:
            present.append(value)
        else:
            raw[part.field] = value
        return None

    def _read_leaf(self, leaf: Leaf, node: etree._Element, raw: dict[str, Any], path: str) -> None:
        for name in map(str, node.attrib):
            if not (leaf.when and name == "when"):
                self.problem(node, _UNKNOWN_ATTRIBUTE, name, name=name[:64])
        for child in _elements(node):
            self.problem(child, _MARKUP if child.tag in TAGS else _UNKNOWN_ELEMENT, name=str(child.tag)[:64])
        *groups, name = leaf.path
        for group in groups:
            raw, path = raw.setdefault(group, {}), f"{path}/{group}"
        if leaf.many:
            self._places[f"{path}/{name}/{len(raw.setdefault(name, []))}"] = (node, "")
            raw[name].append(_text(node))
        elif name in raw:
            self.problem(node, _ONLY_ONE, name=leaf.tag)
        else:
            self._places[f"{path}/{name}"] = (node, "")
            raw[name] = _text(node)


_MISSPELLED = N_("There is no setting %(name)s; %(meant)s was probably meant.")
_UNKNOWN_ATTRIBUTE = N_("The attribute %(name)s does not belong here; remove it or check its spelling.")
_UNKNOWN_ELEMENT = N_("The element <%(name)s> does not belong here; remove it or check its spelling.")
_MARKUP = N_("Markup such as <%(name)s> goes into <![CDATA[ … ]]>, together with the text around it.")
_LOOSE_TEXT = N_("This text stands beside elements; put it into an element of its own, such as <text>.")
_ONLY_ONE = N_("There is already a <%(name)s> here; put both into one, or remove one.")
_WHEN = N_("Say for which answer this feedback is: when is one of %(choices)s.")
_NO_WHEN = N_("This belongs to one choice only, so it needs no when; remove it.")


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


_NUMBER = re.compile(r"\s*([+-]?[0-9]+)([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?\s*\Z")


def _typed(hint: Any, value: str) -> Any:
    """An attribute as the data that `codec` expects; left as it is when it cannot be, for `codec` to complain about."""
    if hint is bool:
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    if hint in (int, float) and _NUMBER.match(value):
        return float(value.replace(",", "."))
    return value


def _letters(index: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    first, last = divmod(index, 26)
    return (_letters(first - 1) if first else "") + chr(ord("a") + last)


def _elements(node: etree._Element) -> Iterator[etree._Element]:
    """The child elements that are ours to read; comments are for whoever reads the file."""
    for child in node.iterchildren("*"):
        if not child.tag.startswith(f"{{{OPTION_NAMESPACE}}}"):
            yield child


def _text(node: etree._Element) -> str:
    """The text of a node, also around comments."""
    return (node.text or "") + "".join(child.tail or "" for child in node)


def _place(node: etree._Element, attribute: str = "") -> str:
    steps = []
    for step in (node, *node.iterancestors()):
        parent = step.getparent()
        same = [] if parent is None else list(parent.iterchildren(step.tag))
        steps.append(f"{step.tag}[{same.index(step) + 1}]" if len(same) > 1 else str(step.tag))
        if step.tag == "microquiz":
            break
    path = "/".join(reversed(steps)) + (f"/@{attribute[:64]}" if attribute else "")
    line = typing.cast("int | None", node.sourceline)
    return f"{path}:{line}" if line else path
